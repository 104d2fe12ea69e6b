"""The slides and the handout: each Markdown file of tutorials/slides becomes one HTML file that needs no other.

python tutorials/site/slides.py             # then open build/slides/lecture.html
python tutorials/site/slides.py --out DIR

The command that builds the site writes them into its folder ``slides``. A line of --- begins a new slide. A comment
<!-- … --> is a note for the teacher. Needs the extra "docs".
"""

from __future__ import annotations

import argparse
import base64
import html
import re
import sys
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tutorials" / "slides"
STATIC = Path(__file__).with_name("static")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}{script}</body>
</html>
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the files, and print their paths. 0 if all is well."""
    parser = argparse.ArgumentParser(description="Make the slides and the handout.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "slides", help="the folder of the files")
    for path in write(parser.parse_args(arguments).out):
        print(path)
    return 0


def write(folder: Path) -> list[Path]:
    """Write lecture.html and handout.html to ``folder``, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in {"lecture": lecture(), "handout": handout()}.items():
        written.append(folder / f"{name}.html")
        written[-1].write_text(page, encoding="utf-8")
    return written


def lecture() -> str:
    """The slides as one HTML file: a section a slide, with keys to move and to show the notes."""
    text = (SOURCES / "lecture.md").read_text(encoding="utf-8")
    sections = [_slide(slide) for slide in re.split(r"(?m)^---$", text)]
    script = f"<script>\n{(STATIC / 'slides.js').read_text(encoding='utf-8')}</script>\n"
    return PAGE.format(title=_title(text), style=_style("slides.css"), body="".join(sections), script=script)


def handout() -> str:
    """The handout as one HTML file, which prints on one page of A4."""
    text = (SOURCES / "handout.md").read_text(encoding="utf-8")
    return PAGE.format(title=_title(text), style=_style("handout.css"), body=_markdown(text), script="")


def _slide(text: str) -> str:
    notes = "".join(_markdown(note) for note in re.findall(r"<!--(.*?)-->", text, re.DOTALL))
    content = _markdown(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    return f'<section>\n<div class="slide">\n{content}</div>\n<aside>\n{notes}</aside>\n</section>\n'


def _title(text: str) -> str:
    return html.escape(text.lstrip().splitlines()[0].lstrip("# "))


def _style(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _markdown(text: str) -> str:
    """HTML of Markdown with tables, formulas as MathML, and pictures within the file."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown.use(dollarmath_plugin, renderer=_formula)
    markdown.add_render_rule("image", _image)
    return str(markdown.render(text))


def _formula(tex: str, options: dict[str, Any]) -> str:
    return str(convert(tex, display="block" if options["display_mode"] else "inline"))


def _image(self: Any, tokens: Any, at: int, options: Any, environment: Any) -> str:
    """A picture as part of the page. Raises FileNotFoundError if there is no such file."""
    path = (SOURCES / str(tokens[at].attrGet("src"))).resolve()
    alt = html.escape(tokens[at].content)
    if path.suffix == ".svg":
        return path.read_text(encoding="utf-8").strip().replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)
    return f'<img src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}" alt="{alt}">'


if __name__ == "__main__":
    sys.exit(main())
