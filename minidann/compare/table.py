"""The table of methods, pairs and seeds, as in Table 1 of the paper: accuracy, and in brackets the gap covered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from .. import _validate
from .methods import METHODS

TITLES = {
    "source-only": "SOURCE ONLY",
    "sa": "SA (Fernando et al. 2013)",
    "sa-oracle": "SA, d by target labels (oracle)",
    "dann": "DANN",
    "cdan": "CDAN (Long et al. 2018)",
    "target-only": "TRAIN ON TARGET",
}

Row = Mapping[str, Any]


def gap_covered(source_only: Sequence[float], method: Sequence[float], target_only: Sequence[float]) -> float | None:
    """(method − source only)/(train on target − source only), a ratio of means over seeds.

    None if train on target is not above source only: there is no gap to cover.
    """
    named = {"source_only": source_only, "method": method, "target_only": target_only}
    low, middle, high = (float(np.mean(_scores(name, values))) for name, values in named.items())
    return (middle - low) / (high - low) if high > low else None


def gap_interval(
    source_only: Sequence[float],
    method: Sequence[float],
    target_only: Sequence[float],
    resamples: int = 2000,
    level: float = 0.95,
) -> tuple[float, float] | None:
    """A bootstrap interval of the gap covered. Seeds are drawn with replacement, the same for the three rows.

    None for fewer than two seeds, or if a resample has no gap to cover.
    """
    named = {"source_only": source_only, "method": method, "target_only": target_only}
    arrays = [_scores(name, values) for name, values in named.items()]
    n = len(arrays[0])
    for name, values in zip(named, arrays):
        if len(values) != n:
            raise ValueError(
                f"{name}: got {len(values)} accuracies beside {n} of source_only, expected one for each seed"
            )
    _validate.whole_number("resamples", resamples, least=1, below=10**9)
    if _validate.number("level", level, least=0, below=1) == 0:
        raise ValueError("level: got 0, expected a number above 0 and below 1")
    scores = np.stack(arrays)  # (3, seeds)
    if n < 2:
        return None
    drawn = np.random.default_rng(0).integers(0, n, (resamples, n))
    low, middle, high = scores[:, drawn].mean(axis=2)
    if (high <= low).any():
        return None
    tails = np.quantile((middle - low) / (high - low), [(1 - level) / 2, (1 + level) / 2])
    return float(tails[0]), float(tails[1])


def _scores(name: str, values: Sequence[float]) -> np.ndarray:
    """``values`` as an array (seeds,) of at least one accuracy. Raises ValueError otherwise."""
    found = _validate.array(name, values, 1, "accuracies, one for each seed")
    if not len(found):
        raise ValueError(f"{name}: got none, expected accuracies, one for each seed")
    return found


def checked_rows(rows: Iterable[Row]) -> list[Row]:
    """``rows`` as a list. Raises TypeError for other things than rows of ``compare``."""
    expected = "rows as in Comparison.rows, with pair, method, target_accuracy and classifier"
    if not isinstance(rows, Iterable) or getattr(rows, "shape", None) == ():
        raise TypeError(f"rows: got {_validate.shown(rows)}, expected {expected}")
    found = list(rows)
    for row in found:
        if not isinstance(row, Mapping) or not {"pair", "method", "target_accuracy", "classifier"} <= set(row):
            raise TypeError(f"rows: got {_validate.shown(row)} in it, expected {expected}")
    return found


def summarise(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One dict for each pair and method.

    It has mean, sd and min of the target accuracy, the gap covered and its interval, and the classifier. Numbers that
    a target without labels does not have are None.
    """
    accuracies: dict[tuple[str, str], list[float]] = {}
    classifiers: dict[tuple[str, str], str] = {}
    seeds: dict[tuple[str, str], int] = {}
    for row in checked_rows(rows):
        key = row["pair"], row["method"]
        known = accuracies.setdefault(key, [])
        seeds[key] = seeds.get(key, 0) + 1
        if row["target_accuracy"] is not None:
            known.append(row["target_accuracy"])
        classifiers[key] = row["classifier"]
    result = []
    for (pair, method), values in accuracies.items():
        ends = accuracies.get((pair, "source-only")), accuracies.get((pair, "target-only"))
        entry: dict[str, Any] = {
            "pair": pair,
            "method": method,
            "seeds": seeds[pair, method],
            "mean": float(np.mean(values)) if values else None,
            "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None,
            "min": min(values, default=None),
            "gap_covered": None,
            "gap_interval": None,
            "classifier": classifiers[pair, method],
        }
        if method not in ("source-only", "target-only") and values and ends[0] and ends[1]:
            entry["gap_covered"] = gap_covered(ends[0], values, ends[1])
            entry["gap_interval"] = gap_interval(ends[0], values, ends[1])
        result.append(entry)
    return result


def format_table(rows: Iterable[Row]) -> str:
    """The table as text: a block for each pair, a line for each method."""
    summary = summarise(rows)
    blocks = []
    for pair in dict.fromkeys(entry["pair"] for entry in summary):
        entries = sorted((e for e in summary if e["pair"] == pair), key=lambda e: METHODS.index(e["method"]))
        seeds = entries[0]["seeds"]
        covered = "(gap covered, 95% interval)" if seeds > 1 else "(gap covered)"
        lines = [("METHOD", "target accuracy", covered, "minimum", "classifier")] + [_cells(entry) for entry in entries]
        text = columns(lines)
        text.insert(1, "-" * max(map(len, text)))
        spread = ": mean ± standard deviation" if seeds > 1 else ""
        blocks.append("\n".join([f"{pair}   ({seeds} seed{'s' * (seeds > 1)}{spread})", "", *text]))
    return "\n\n".join(blocks)


def columns(lines: Sequence[Sequence[str]], right: bool = False) -> list[str]:
    """Lines of cells as text in columns. ``right``: all columns but the first stand to the right."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return [
        "  ".join(
            cell.rjust(width) if right and j else cell.ljust(width) for j, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    ]


def _cells(entry: Mapping[str, Any]) -> tuple[str, ...]:
    spread = "" if entry["sd"] is None else f" ± {entry['sd']:.4f}"
    covered = ""
    if entry["method"] not in ("source-only", "target-only"):
        covered = "(–)" if entry["gap_covered"] is None else f"({entry['gap_covered']:.1%}"
        if entry["gap_interval"] is not None:
            covered += ", {:.1%} to {:.1%}".format(*entry["gap_interval"])
        covered += ")" * (not covered.endswith(")"))
    mean, least = ("–" if entry[key] is None else f"{entry[key]:.4f}" for key in ("mean", "min"))
    return TITLES[entry["method"]], f"{mean}{spread}", covered, least, entry["classifier"]
