"""Sections of the paper's table as text for a terminal, as Markdown, and as LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .paper_sections import INDENT, Section, Table
from .table import columns

WIDTH = 110  # letters of a line of text; a table with more is cut into two
LATEX = {
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{"→": r"$\to$", "±": r"$\pm$", "−": "$-$", "–": "--", "↔": r"$\leftrightarrow$", "×": r"$\times$"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
}


def as_text(sections: Sequence[Section]) -> str:
    """The sections in at most WIDTH columns, where names allow it."""
    found = []
    for section in sections:
        tables = [part for table in section.tables for part in _in_parts(table)]
        blocks = ["\n".join([*[table.caption] * bool(table.caption), *_lines(table)]) for table in tables]
        found.append("\n\n".join([section.title, *blocks, *["\n".join(section.notes)] * bool(section.notes)]))
    return "\n\n\n".join(found)


def _in_parts(table: Table) -> Iterator[Table]:
    """Tables of at most WIDTH letters: the first column and as many others as fit. Empty lines are left out."""
    cells = [[*_two(head), *(line[i] for line in table.lines)] for i, head in enumerate(table.header)]
    widths = [max(map(len, column)) + 2 for column in cells]
    start = 1
    while start < len(widths):
        end = start + 1
        while end < len(widths) and widths[0] + sum(widths[start : end + 1]) - 2 <= WIDTH:
            end += 1
        lines = [[line[0], *line[start:end]] for line in table.lines if any(line[start:end]) or not any(line[1:])]
        yield Table(table.caption * (start == 1), [table.header[0], *table.header[start:end]], lines)
        start = end


def _lines(table: Table) -> list[str]:
    heads = _heads(table)
    text = columns([*heads, *table.lines])
    return [*text[: len(heads)], "-" * max(map(len, text)), *text[len(heads) :]]


def _heads(table: Table) -> list[tuple[str, ...]]:
    """The lines of the header. A cell such as "MNIST → MNIST-M" takes two, as in the lecture notes."""
    upper, lower = zip(*map(_two, table.header))
    return [upper, lower] if any(lower) else [upper]


def _two(head: str) -> tuple[str, str]:
    source, arrow, target = head.partition(" → ")
    return source, f"→ {target}" if arrow else ""


def as_markdown(sections: Sequence[Section]) -> str:
    """The sections with a heading of level 2 each, and tables with bars."""
    found = []
    for section in sections:
        found.append(f"## {section.title}")
        for table in section.tables:
            bars = [table.header, ["---"] * len(table.header), *table.lines]
            rows = "\n".join(f"| {' | '.join(map(_markdown, line))} |" for line in bars)
            found.append(f"{table.caption}\n\n{rows}".strip())
        found.append("\n".join(f"- {note}" for note in section.notes))
    return "\n\n".join(filter(None, found))


def _markdown(cell: str) -> str:
    """A cell of a table. An indent would be lost, so it becomes fixed spaces."""
    text = cell.strip().replace("\\", "\\\\").replace("|", "\\|")
    return "&nbsp;&nbsp;" * cell.startswith(INDENT) + text


def as_latex(sections: Sequence[Section]) -> str:
    """The sections as a part of a document with the package booktabs. All letters with a meaning are escaped."""
    found = [r"% needs \usepackage{booktabs}"]
    for section in sections:
        found.append(rf"\paragraph{{{latex(section.title)}}}")
        for table in [part for whole in section.tables for part in _in_parts(whole)]:
            heads, lines = ([_latex_line(line) for line in part] for part in (_heads(table), table.lines))
            rules = [r"\toprule", *heads, r"\midrule", *lines, r"\bottomrule"]
            caption = [rf"{latex(table.caption)}\\[0.5ex]"] if table.caption else []
            begin = rf"\begin{{tabular}}{{{'l' * len(table.header)}}}"
            small = r"\begin{center}\footnotesize\setlength{\tabcolsep}{4pt}"
            found.append("\n".join([small, *caption, begin, *rules, r"\end{tabular}", r"\end{center}"]))
        found += [rf"\noindent {latex(note)}\par" for note in section.notes]
    return "\n\n".join(found)


def _latex_line(line: Sequence[str]) -> str:
    return " & ".join(r"\quad " * cell.startswith(INDENT) + latex(cell) for cell in line) + r" \\"


def latex(text: str) -> str:
    """``text`` as LaTeX prints it."""
    return "".join(LATEX.get(letter, letter) for letter in " ".join(text.split()))
