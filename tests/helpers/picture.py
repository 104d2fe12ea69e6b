"""The picture of the house on the architecture page: every file with the first sentence of its docstring.

python tests/helpers/picture.py    # writes the picture into tutorials/pages/architecture.md
"""

import ast
import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "tutorials" / "pages" / "architecture.md"
# top to bottom
ROOMS = [
    "commands",
    "exercises",
    "lab",
    "plots",
    "bench",
    "estimators",
    "probe",
    "games",
    "compare",
    "adapt",
    "data",
    "nn",
    "engine",
]
WIDTH = 118


def sentence(path):
    """The first sentence of a module's docstring."""
    text = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n\n")[0]
    return re.split(r"(?<!\bal)(?<!\bEq)(?<!\bEqs)[.!?](?:\s|$)", " ".join(text.split()))[0]


def picture():
    """The lines of the picture."""
    package = ROOT / "minidann"
    lines = ["minidann/"]
    lines += [line for path in sorted(package.glob("*.py")) if path.stem != "__init__" for line in _entry(path, 1)]
    for room in ROOMS:
        lines += _folder(package / room, 1)
    return lines


def _folder(folder, depth):
    says = sentence(folder / "__init__.py")
    start = f"{'  ' * depth}{folder.name + '/':24} "
    lines = textwrap.wrap(says, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    for path in sorted(folder.glob("*.py")):
        if path.stem != "__init__":
            lines += _entry(path, depth + 1)
    for inner in sorted(path for path in folder.iterdir() if (path / "__init__.py").exists()):
        lines += _folder(inner, depth + 1)
    return lines


def _entry(path, depth):
    start = f"{'  ' * depth}{path.name:24} "
    return textwrap.wrap(sentence(path), WIDTH, initial_indent=start, subsequent_indent=" " * len(start)) or [
        start.rstrip()
    ]


def write():
    """Put the picture into the page."""
    page = PAGE.read_text("utf-8")
    block = "## Every file\n\n```\n" + "\n".join(picture()) + "\n```"
    PAGE.write_text(re.sub(r"## Every file\n\n```\n.*?```", lambda _: block, page, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    write()
