"""Reader of CSV files with named columns: numbers to learn from, and a column of labels."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .. import _validate
from .arrays import Layout, Table, examples, listed

DELIMITERS = ",;\t"
TRUTHS = {"true": 1.0, "false": 0.0}


class CsvFile(NamedTuple):
    """The content of a CSV file. ``labels`` (n,): text, or None. ``names``: of all its columns."""

    table: Table
    labels: np.ndarray | None
    names: list[str]


def read_csv(path: str | Path, label: str, ignore: Collection[str] = (), required: bool = False) -> CsvFile:
    """The columns of numbers in a CSV file, and the column ``label`` as text (n,), or None if the file has none.

    The first line has the names of the columns. Commas, semicolons or tabs part the columns. Columns in ``ignore`` are
    left out, and so is a first column without a name, in which pandas writes row numbers. True and False count as 1
    and 0. Letters are compared in the composed form of Unicode (NFC). Raises ValueError with the name of the file and
    the line for a cell that is no number, and with ``required`` for a file without labels.
    """
    path = _validate.path("path", path)
    label, ignore = composed(label), [composed(name) for name in ignore]
    names, lines = _lines(path)
    cells = [list(column) for column in zip(*(row for _, row in lines))]
    at = [number for number, _ in lines]
    if required and (label not in names or not any(map(_has_label, cells[names.index(label)]))):
        raise ValueError(f"label: got {label!r}, expected a column with labels in {str(path)!r}: {listed(names)}")
    taken = [i for i, name in enumerate(names) if name and name not in ignore and name != label]
    if not taken:
        raise ValueError(f"{path}: got columns {listed(names)}, expected at least one column of numbers")
    values = np.stack([_numbers(path, names[i], cells[i], at) for i in taken], axis=1)
    labels = _labels(path, label, cells[names.index(label)], at) if label in names else None
    return CsvFile(Table(values, [names[i] for i in taken]), labels, names)


def standardised(source: Table, target: Table) -> tuple[Table, Table]:
    """Both tables with each column at mean 0 and deviation 1 over the rows of both, columns in the source's order.

    Raises ValueError if the names of the columns differ, or if float32 cannot hold a value.
    """
    layout = Layout((len(source.columns),), tuple(source.columns), "x_source")
    examples("x_source", source)
    of_target, _ = examples("x_target", target, layout)
    both = np.concatenate([source.values, of_target])
    mean, deviation = both.mean(axis=0), both.std(axis=0)
    deviation[np.ptp(both, axis=0) == 0] = 1
    one, other = ((values - mean) / deviation for values in (source.values, of_target))
    return Table(one, source.columns), Table(other, source.columns)


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names in the first line, and the other lines with their numbers. Empty lines are left out."""
    text = _text(path)
    first = re.sub('"[^"]*"', "", text.split("\n", 1)[0])  # a name in quotes may hold a comma
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=first.count), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))]
    except csv.Error as error:
        raise ValueError(f"{path}: line {reader.line_num} is no CSV ({error})") from None
    if len(rows) < 2:
        raise ValueError(f"{path}: got {len(rows)} lines, expected a line of column names and at least one example")
    (_, names), *lines = rows
    if all(map(_is_number, names)):
        raise ValueError(f"{path}: got numbers {listed(names, 5)} in the first line, expected the names of the columns")
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None or "" in names[1:]:
        fault = "without a name" if "" in names[1:] else f"named {twice!r} twice"
        raise ValueError(f"{path}: got a column {fault}, expected a different name for each column")
    for number, row in lines:
        if len(row) != len(names):
            raise ValueError(f"{path}: line {number} has {len(row)} columns, expected {len(names)} as in line 1")
    return names, lines


def _text(path: Path) -> str:
    if not path.is_file():
        got = "a folder" if path.is_dir() else "no ordinary file" if path.exists() else "no such file"
        raise ValueError(f"{path}: got {got}, expected a CSV file")
    try:
        data = path.read_bytes()
        if data[:2] in (b"PK", b"\x1f\x8b", b"\xd0\xcf") or b"\0" in data[:1000]:
            got = "an archive, a spreadsheet or other bytes"
            raise ValueError(f"{path}: got {got}, expected text: save it as CSV in UTF-8")
        return composed(data.decode("utf-8-sig"))
    except OSError as error:
        raise ValueError(f"{path}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(f"{path}: line {line} is no text in UTF-8: save the file as CSV in UTF-8") from None


def _numbers(path: Path, name: str, cells: list[str], at: list[int]) -> np.ndarray:
    """One column as float64 (n,). Raises ValueError for the first cell that is no finite number."""
    if all(cell.lower() in TRUTHS for cell in cells):
        return np.array([TRUTHS[cell.lower()] for cell in cells])
    for cell, line in zip(cells, at):
        if not _is_number(cell):
            got = f"got {cell!r:.40}" if cell else "got nothing"
            raise ValueError(f"{path}: line {line}, column {name!r}: {got}, expected a number: {_way_out(cell)}")
    return np.array(cells, float)


MISSING = ("", "na", "nan", "n/a", "null", "?")  # a value that is not known, or a label


def _way_out(cell: str) -> str:
    """The advice for a cell that is no finite number."""
    with suppress(ValueError):
        if not np.isnan(float(cell)):
            return "a finite one in the range of float64"
    if cell.lower() in (*MISSING, "none"):
        return "give it a value, or leave the line out"
    if any(map(str.isdecimal, cell)):
        return "write 1234.5, with a decimal point and without signs for thousands or units, or --ignore the column"
    return "--ignore leaves out columns of text"


def composed(text: str) -> str:
    """``text`` in the composed form of Unicode: ö has two forms that look the same."""
    return unicodedata.normalize("NFC", text)


def _has_label(cell: str) -> bool:
    return cell.lower() not in MISSING


def _labels(path: Path, name: str, cells: list[str], at: list[int]) -> np.ndarray | None:
    """The labels as text (n,), or None if all cells are empty or NA. Raises ValueError if some are."""
    empty = [(cell, line) for cell, line in zip(cells, at) if not _has_label(cell)]
    if len(empty) == len(cells):
        return None
    if empty:
        cell, line = empty[0]
        got = f"got {cell!r} for a label" if cell else "got no label"
        advice = "fill all of the column, or leave these lines out"
        raise ValueError(f"{path}: line {line}, column {name!r}: {got}, expected one: {advice}")
    return np.array(cells)


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
