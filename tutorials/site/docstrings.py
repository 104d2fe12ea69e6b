"""Docstrings as Sphinx reads them. In the source they are plain text: formulas with |, sections, indented code."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

KEPT = re.compile(r"(``.+?``|\*\*[^*]+\*\*|(?<![\w/*-])\*\w[^*]*\w\*)")  # code, bold, emphasis


def for_sphinx(lines: list[str]) -> list[str]:
    """The lines of a docstring in reStructuredText: sections become rubrics, and indented blocks become code."""
    found: list[str] = []
    in_section = in_code = False
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else ""
        indented = line.startswith("    ")
        if line.strip() and re.fullmatch("-+", lines[at + 1] if at + 1 < len(lines) else ""):
            in_section = True
            found += ["", f".. rubric:: {line}", ""]
            continue
        if in_section and re.fullmatch("-+", line):
            continue
        if indented and not in_section and not before.strip() and not in_code:
            in_code = True
            found += ["::", ""]
        elif line.strip() and not indented:
            in_code = False
        if in_code:
            found.append(line)
        elif in_section and line.strip() and not indented:
            name, colon, kind = line.partition(" : ")
            found.append(f"``{name}``{colon}{plain(kind)}")
        else:
            found.append(plain(line))
    return found


def plain(line: str) -> str:
    """A line without the signs that reStructuredText reads: \\|x\\| is a norm, θ\\_ a name."""
    parts = KEPT.split(line)
    parts[::2] = [re.sub(r"[|*\\]|(?<=\w)_(?!\w)|(?<!`)`(?!`)", r"\\\g<0>", part) for part in parts[::2]]
    return "".join(parts)


def process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Called by autodoc with each docstring; changes ``lines``."""
    lines[:] = for_sphinx(lines)


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out the methods that scikit-learn makes for its routing: their words point at pages of scikit-learn."""
    return True if re.fullmatch(r"set_\w+_request", name) else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
