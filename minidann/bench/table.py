"""The rows of the bench as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .. import _validate

Row = dict[str, Any]
COLUMNS = ("workload", "framework", "step", "rounds", "of floor", "minidann / it", "peak memory", "imports")
FOOT = (
    "step: draw, forward, backward, update, the median over rounds; rounds: the fastest and the slowest one.\n"
    "of floor: the step by its bare matrix products. minidann / it: below 1 where minidann is faster."
)


def format_bench(rows: Sequence[Row]) -> str:
    """``rows`` of ``steps.measure_steps`` as a table with a line a framework, and a foot that explains the columns."""
    cells = [list(COLUMNS)]
    for row in _validate.rows("rows", rows):
        cells.append(
            [
                row["workload"],
                row["framework"],
                _time(row["step_ms"]),
                f"{_short(row['fastest_ms'])}–{_short(row['slowest_ms'])}",
                f"{row['by_floor']:.2f}×",
                f"{row['minidann_by_this']:.2f}×",
                _memory(row.get("peak_mb")),
                _memory(row.get("import_mb")),
            ]
        )
    for row, above in zip(reversed(cells[2:]), reversed(cells[1:-1])):
        if row[0] == above[0]:
            row[0] = ""  # a workload is named in its first line
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = [
        "  ".join(cell.ljust(w) if i < 2 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths))).rstrip()
        for line in cells
    ]
    return "\n".join([*lines, "", FOOT])


def _time(ms: float) -> str:
    return f"{_short(ms)} ms"


def _short(ms: float) -> str:
    """Three figures, without an exponent."""
    return f"{ms:.{max(0, 2 - math.floor(math.log10(ms)))}f}" if 0 < ms < 1000 else f"{ms:.0f}"


def _memory(mb: float | None) -> str:
    return "–" if mb is None or math.isnan(mb) else f"{mb:.0f} MB"
