"""The rows of the bench as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .. import _validate
from ..compare.table import columns

Row = Mapping[str, Any]
TITLES = ("workload", "framework", "time", "rounds", "of floor", "minidann / peer", "peak memory", "imports")
NUMBERS = ("step_ms", "fastest_ms", "slowest_ms", "floor_ms", "by_floor", "minidann_by_this", "peak_mb", "import_mb")
LEAST = 0.03  # of the shares that are named
FOOT = (
    "time: the median over rounds, of a {work}. rounds: the fastest and the slowest one.\n"
    "of floor: the time by that of the bare matrix products. minidann / peer: below 1 where minidann is faster.\n"
    "peak memory: of its own process. imports: of these, before the process has made any network."
)


def checked(rows: Any) -> list[Row]:
    """``rows`` if there are any, and all are rows of the bench. Raises TypeError or ValueError otherwise."""
    found = _validate.rows("rows", rows)
    if not found:
        raise ValueError("rows: got none, expected rows of the bench")
    for row in found:
        if missing := [name for name in ("workload", "framework", *NUMBERS) if name not in row]:
            raise TypeError(f"rows: got one without {', '.join(missing)}, expected rows of the bench")
    return found


def format_bench(rows: Sequence[Row], work: str) -> str:
    """``rows`` as a table with a line a framework, and a foot about its columns. ``work``: the work timed, in words."""
    lines, above = [TITLES], ""
    for row in checked(rows):
        name = "" if row["workload"] == above else row["workload"]  # a workload is named in its first line
        above = row["workload"]
        lines.append((name, row["framework"], *_cells(row)))
    text = columns(lines)
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:], "", FOOT.format(work=work)])


def format_shares(rows: Sequence[Row]) -> str:
    """A line for each workload: the shares of minidann's step, from large to small, without those below LEAST."""
    lines = ["where the time of minidann goes: files of engine/ops, forward and backward; draw, update, and the rest"]
    for row in rows:
        if "shares" in row:
            large = [f"{name} {share:.0%}" for name, share in row["shares"].items() if share >= LEAST]
            lines.append(f"{row['workload']}: {', '.join(large)}")
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    return (
        f"{figures(row['step_ms'])} ms",
        f"{figures(row['fastest_ms'])}–{figures(row['slowest_ms'])}",
        f"{row['by_floor']:.2f}×",
        f"{row['minidann_by_this']:.2f}×",
        *("–" if math.isnan(row[of]) else f"{row[of]:.0f} MB" for of in ("peak_mb", "import_mb")),
    )


def figures(number: float) -> str:
    """A positive number with three figures, without an exponent."""
    return f"{number:.{max(0, 2 - math.floor(math.log10(number)))}f}" if 0 < number < 1000 else f"{number:.0f}"
