"""The site of the course: writes build/site from the pages, the notebooks, the docstrings and the slides.

python tutorials/site/build.py              # then open build/site/index.html
python tutorials/site/build.py --out DIR

Needs the extra "docs". A warning of Sphinx, or a link that leads nowhere, ends it with status 1. The chapters do not
run: their notebooks have the outputs.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import slides
from sphinx.cmd.build import build_main

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    """Build the site in a temporary folder, check its links, and put it into its place. 0 if all is well."""
    parser = argparse.ArgumentParser(description="Build the site of the course.")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", help="the folder of the site")
    out = parser.parse_args(arguments).out
    if out.exists() and any(out.iterdir()) and not (out / "objects.inv").exists():
        parser.error(f"--out: {out} has other files than a site, expected a new folder")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder).resolve() / "site"
        options = ["-b", "html", "-W", "--keep-going", "-q", "-d", f"{folder}/state", "-c", str(Path(__file__).parent)]
        if status := build_main([*options, str(ROOT / "tutorials"), str(built)]):
            return int(status)
        slides.write(built / "slides")
        pages = {path: Page(path) for path in built.rglob("*.html")}
        broken = [f"{path.relative_to(built)}: {link}" for path, page in pages.items() for link in page.broken(pages)]
        if broken:
            print("links that lead nowhere:", *broken, sep="\n", file=sys.stderr)
            return 1
        shutil.rmtree(out, ignore_errors=True)
        shutil.copytree(built, out)
    print(
        f"{out / 'index.html'}: {len(pages)} pages, no warning, no broken link, {time.perf_counter() - started:.0f} s"
    )
    return 0


class Page(HTMLParser):
    """The links and the anchors of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.links, self.anchors = path, set[str](), {"", "top"}
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note the addresses and the names of an element."""
        for name, value in attributes:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value:
                self.links.add(value)

    def broken(self, pages: dict[Path, Page]) -> list[str]:
        """The links to files that do not exist, and to places that their page does not have."""
        found = []
        for link in sorted(self.links):
            address, anchor = urldefrag(link)
            if ":" in address or address.startswith("//"):
                continue
            place = (self.path.parent / unquote(address.split("?")[0])).resolve() if address else self.path
            page = pages.get(place)
            if not place.exists() or (page and unquote(anchor) not in page.anchors):
                found.append(link)
        return found


if __name__ == "__main__":
    sys.exit(main())
