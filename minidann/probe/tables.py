"""Rows of numbers as a table: in a terminal, in a notebook, and as data."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .. import _validate

Row = dict[str, Any]


class RowsTable:
    """``rows``, dicts with equal keys, shown as a table when printed and in a notebook. Iteration gives the rows."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows: list[Row] = _validate.rows("rows", rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __getitem__(self, key: int | str) -> Row:
        """A row by its position or by its name. Raises IndexError if there is none, TypeError for another key."""
        if isinstance(key, (int, np.integer)) and not isinstance(key, bool):
            if -len(self.rows) <= key < len(self.rows):
                return self.rows[key]
            raise IndexError(f"key: got {key}, expected a position below {len(self.rows)}")
        _validate.text("key", key)
        for row in self.rows:
            if row.get("name") == key:
                return row
        names = _validate.listed(row.get("name") for row in self.rows)
        raise IndexError(f"key: no row {_validate.shown(key)}; there are {names}")

    def shown(self) -> list[Row]:
        """The rows for printing."""
        return self.rows

    def __str__(self) -> str:
        return "\n".join(format_rows(self.shown()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = self.shown()
        if not rows:
            return "<p>no rows</p>"
        head = "".join(f"<th>{html.escape(column)}</th>" for column in rows[0])
        body = ""
        for row in rows:
            cells = "".join(f"<td>{html.escape(show(value, column))}</td>" for column, value in row.items())
            marked = ' style="background: #F0E44288"' if row.get("reversal") is not None else ""
            body += f"<tr{marked}>{cells}</tr>\n"
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>"


def format_rows(rows: Sequence[Row]) -> list[str]:
    """The lines of a table: a header, then one line for each row.

    The first column is at the left, numbers are at the right.
    """
    if not rows:
        return ["no rows"]
    table = [list(rows[0])] + [[show(value, column) for column, value in row.items()] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*table)]
    return [
        "  ".join(cell.rjust(width) if i else cell.ljust(width) for i, (cell, width) in enumerate(zip(line, widths)))
        for line in table
    ]


def show(value: Any, column: str = "") -> str:
    """A cell: shapes as 64×8×8, shares as percent, a factor with its sign, numbers with four digits, and – for None."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "×".join(map(str, value)) or "scalar"
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return "–"
    if column.endswith("zero"):
        return f"{value:.1%}"
    if column == "reversal":
        return f"× {value:+.4g}" if value else "× 0"
    return f"{value:+.3f}" if "cosine" in column else f"{value:.4g}"
