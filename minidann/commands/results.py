"""What a training command leaves behind: figures, rows as JSON, the table on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .. import _files
from ..compare.methods import Comparison
from ..compare.table import format_table


class Kept:
    """The files of one command, checked before any work starts, so that hours of it are not lost to a slip.

    ``out``: the folder of the figures, made if need be. ``rows``: the JSON file, if one was asked for. ``names``: the
    figures, files in ``out``.
    """

    def __init__(self, out: Path, rows: Path | None, names: Sequence[str]) -> None:
        in_out = rows is not None and rows.parent.resolve() == out.resolve()
        if rows is not None and not in_out:
            _files.file("argument --json", rows)  # before --out is made, so that a slip here leaves no folder
        _files.folder("argument --out", out)
        if rows is not None and in_out:
            _files.file("argument --json", rows)
        self.file = rows
        self.figures = [_files.file("argument --out", out / name) for name in names]
        if rows is not None and rows.resolve() in [figure.resolve() for figure in self.figures]:
            raise ValueError(f"argument --json: got {str(rows)!r}, expected another file than the figure")
        self.comparisons: list[Comparison] = []
        self.drawn: list[Path] = []

    @property
    def rows(self) -> list[dict[str, Any]]:
        """All rows so far."""
        return [row for comparison in self.comparisons for row in comparison.rows]

    def keep(self, comparisons: Sequence[Comparison]) -> None:
        """Take in what is finished, and write the rows, so that nothing that comes after can lose them."""
        self.comparisons += comparisons
        if self.file is not None and comparisons:
            text = json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n"
            _files.write(self.file, lambda path: path.write_text(text, encoding="utf-8"))

    def draw(self, i: int, figure: Callable[[], Any]) -> bool:
        """Make and write the i-th figure. Returns whether Ctrl-C stopped it."""
        try:
            drawn = figure()
            _files.write(self.figures[i], lambda path: drawn.savefig(path, dpi=110))
        except KeyboardInterrupt:
            return True
        self.drawn.append(self.figures[i])
        return False

    def finish(self, interrupted: bool, advice: str = "") -> int:
        """Print the table and where the files are. Returns the exit status."""
        if not self.comparisons:
            what = advice or "nothing was written"
            print(f"minidann: interrupted before the first seed was finished; {what}", file=sys.stderr)
            return 130
        print(format_table(self.rows))
        files = [f"figure: {path}" for path in self.drawn] + [f"rows: {self.file}"] * (self.file is not None)
        if files:
            print("\n" + "   ".join(files))
        if interrupted:
            held = f"the table holds the {len(self.comparisons)} finished seeds" + f"; {advice}" * bool(advice)
            print(f"minidann: interrupted; {held}", file=sys.stderr)
        return 130 if interrupted else 0
