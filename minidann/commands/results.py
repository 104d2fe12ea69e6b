"""What a training command leaves behind: figures, rows as JSON, the table on the screen."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import outputs
from ..adapt.methods import Comparison
from ..adapt.table import format_table


class Kept:
    """The files of one command, checked before any work starts, so that hours of it are not lost to a slip.

    ``out``: the folder of the figures, made if need be. ``rows``: the JSON file, if one was asked for. ``names``: the
    figures, files in ``out``.
    """

    def __init__(self, out: Path, rows: Path | None, names: Sequence[str]) -> None:
        in_out = rows is not None and rows.parent.resolve() == out.resolve()
        if rows is not None and not in_out:
            outputs.file("argument --json", rows)  # before --out is made, so that a slip here leaves no folder
        outputs.folder("argument --out", out)
        if rows is not None and in_out:
            outputs.file("argument --json", rows)
        self.rows = rows
        self.figures = [outputs.file("argument --out", out / name) for name in names]
        if rows is not None and rows.resolve() in [figure.resolve() for figure in self.figures]:
            raise ValueError(f"argument --json: got {str(rows)!r}, expected another file than the figure")
        self.drawn: list[Path] = []

    def figure(self, i: int, figure: Any) -> None:
        """Write the i-th figure."""
        outputs.write(self.figures[i], lambda path: figure.savefig(path, dpi=110))
        self.drawn.append(self.figures[i])

    def rows_of(self, comparisons: Sequence[Comparison]) -> list[dict[str, Any]]:
        """All rows, written to the JSON file too, if one was asked for."""
        rows = [row for comparison in comparisons for row in comparison.rows]
        if self.rows is not None:
            text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
            outputs.write(self.rows, lambda path: path.write_text(text, encoding="utf-8"))
        return rows

    def finish(self, comparisons: Sequence[Comparison], interrupted: bool, advice: str = "") -> int:
        """Write the rows, print the table and where the files are. Returns the exit status."""
        if not comparisons:
            what = advice or "nothing was written"
            print(f"minidann: interrupted before the first seed was finished; {what}", file=sys.stderr)
            return 130
        print(format_table(self.rows_of(comparisons)))
        files = [f"figure: {path}" for path in self.drawn] + [f"rows: {self.rows}"] * (self.rows is not None)
        if files:
            print("\n" + "   ".join(files))
        if interrupted:
            more = f"; {advice}" if advice else ""
            print(
                f"minidann: interrupted; the table holds the {len(comparisons)} finished seeds{more}", file=sys.stderr
            )
        return 130 if interrupted else 0
