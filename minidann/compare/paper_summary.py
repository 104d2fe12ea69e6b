"""The rows of the paper's table, checked and summarised over seeds: by pair, recipe and method."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .methods import METHODS
from .published import PUBLISHED
from .table import Row, checked_rows, gap_covered, gap_interval

ENDS = ("source-only", "target-only")  # of the gap
CANDIDATES = ("source-only", "dann", "cdan")  # the methods that a label-free choice can take
SVM = "linear SVM"


class Missing(NamedTuple):
    """A pair whose data are missing: its key and title, the missing data sets, and the key of a stand-in or None."""

    pair: str
    title: str
    sets: tuple[str, ...]
    stand_in: str | None


def summarise_paper(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One dict for each pair, recipe and method of ``rows``. Published figures are never part of it.

    A row has the keys of ``Comparison.rows`` and ``recipe``, and may have ``title``, ``svm_accuracy``, ``a_distance``
    and ``information``. In the summary ``mean, sd, min, gap_covered, gap_interval`` belong to the row's own
    classifier, and the same names after ``svm_`` to a linear SVM on the last hidden layer. SA has only the SVM.

    - A gap has one classifier: that of the method and of both ends. Only seeds that all three rows have are in it.
    - ``source_accuracy, a_distance, seconds`` are means over the known numbers, ``a_distance_sd`` is the deviation.
    - ``information`` is a mean over seeds. It is None if one seed lacks it.
    - ``chosen``: of source-only, dann and cdan with all recipes of the pair, this one has the highest information.
    - ``steps`` is None if the rows differ in it. ``d`` lists the dimensions of SA by seed.

    Unknown numbers are None; a number that is not finite counts as unknown. Pairs of the paper come first. Raises
    TypeError or ValueError for other things than such rows, or for two rows of one pair, recipe, method and seed.
    """
    groups: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for row in checked_paper_rows(rows):
        groups.setdefault((row["pair"], row["recipe"]), {}).setdefault(row["method"], []).append(row)
    result = []
    for pair in ordered(pair for pair, _ in groups):
        own = [
            _entry(methods, method)
            for (name, _), methods in groups.items()
            if name == pair
            for method in METHODS
            if method in methods
        ]
        best = _best(own)
        result += [entry | {"chosen": entry is best} for entry in own]
    return result


def checked_paper_rows(rows: Iterable[Row]) -> list[Row]:
    """``rows`` as a list. Raises TypeError or ValueError for other things than rows of the paper's table."""
    found, seen = checked_rows(rows), set()
    for row in found:
        if not {"recipe", "seed"} <= set(row) or not all(isinstance(row[key], str) for key in ("pair", "recipe")):
            expected = "rows of the paper's table, with the texts pair and recipe, method and seed"
            raise TypeError(f"rows: got {_validate.shown(row)} in it, expected {expected}")
        _validate.one_of("rows: method", row["method"], METHODS)
        seed = _validate.whole_number("rows: seed", row["seed"], least=0)
        key = (row["pair"], row["recipe"], row["method"], seed)
        if key in seen:
            named = f"{key[0]}, recipe {key[1]}, {key[2]}, seed {seed}"
            raise ValueError(f"rows: got {named:.200} twice, expected each pair, recipe, method and seed once")
        seen.add(key)
    return found


def checked_missing(missing: Any, rows: Sequence[Row] = ()) -> list[Missing]:
    """``missing`` as a list without the pairs of ``rows``. Raises TypeError for other things than such tuples."""
    expected = "tuples (key, title, names of missing data sets, key of a stand-in or None)"
    found = []
    for item in _validate.sequence("missing", missing, f"a list of {expected}"):
        fits = isinstance(item, (tuple, list)) and len(item) == 4 and isinstance(item[2], (tuple, list))
        if not fits or not all(isinstance(word, str) for word in (*item[:2], *item[2], item[3] or "")):
            raise TypeError(f"missing: got {_validate.shown(item)} in it, expected {expected}")
        found.append(Missing(item[0], item[1], tuple(item[2]), item[3]))
    present = {row["pair"] for row in rows}
    return [item for item in found if item.pair not in present]


def ordered(pairs: Iterable[str]) -> list[str]:
    """The keys of pairs, each once: those of the paper in the order of its table, then the others as they come."""
    keys = dict.fromkeys(pairs)
    return [key for key in PUBLISHED if key in keys] + [key for key in keys if key not in PUBLISHED]


def _entry(methods: Mapping[str, Sequence[Row]], method: str) -> dict[str, Any]:
    """The summary of one method. ``methods``: the rows of its pair and recipe."""
    own, first = methods[method], methods[method][0]
    entry: dict[str, Any] = {key: first[key] for key in ("pair", "recipe", "method", "classifier")}
    entry |= {"title": str(first.get("title") or first["pair"]), "seeds": len(own)}
    alike = all(rows[0]["classifier"] == first["classifier"] for end, rows in methods.items() if end in ENDS)
    for prefix, score, has_gap in (("", own_accuracy, alike), ("svm_", svm_accuracy, True)):
        scores = {name: _known({row["seed"]: score(row) for row in rows}) for name, rows in methods.items()}
        values = list(scores[method].values())
        covered, interval = _gap(scores, method) if has_gap else (None, None)
        numbers: dict[str, Any] = {"mean": _mean(values), "sd": _sd(values), "min": min(values, default=None)}
        numbers |= {"gap_covered": covered, "gap_interval": interval}
        entry |= {prefix + name: value for name, value in numbers.items()}
    for name in ("source_accuracy", "a_distance", "information", "seconds"):
        values = list(_known({row["seed"]: _number(row, name) for row in own}).values())
        entry[name] = _mean(values) if name != "information" or len(values) == len(own) else None
        if name == "a_distance":
            entry["a_distance_sd"] = _sd(values)
    steps = {row.get("steps") for row in own}
    entry["steps"] = steps.pop() if len(steps) == 1 else None
    entry["d"] = [row["d"] for row in own if row.get("d") is not None]
    return entry


def own_accuracy(row: Row) -> float | None:
    return _number(row, "target_accuracy")


def svm_accuracy(row: Row) -> float | None:
    """The accuracy of the linear SVM: for SA this is the row's own classifier."""
    return _number(row, "target_accuracy" if row["classifier"] == SVM else "svm_accuracy")


def _number(row: Row, name: str) -> float | None:
    """A number of ``row``, or None if it is unknown or not finite, as after a training that diverged."""
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"rows: got {name} {_validate.shown(value)} in it, expected a number or None")
    return float(value) if math.isfinite(value) else None


def _known(scores: Mapping[int, float | None]) -> dict[int, float]:
    return {seed: value for seed, value in scores.items() if value is not None}


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _sd(values: Sequence[float]) -> float | None:
    return float(np.std(values, ddof=1)) if len(values) > 1 else None


def _gap(scores: Mapping[str, Mapping[int, float]], method: str) -> tuple[float | None, tuple[float, float] | None]:
    """The gap covered and its interval over the seeds that the method and both ends have."""
    if method in ENDS or not set(ENDS) <= set(scores):
        return None, None
    low, middle, high = (scores[name] for name in (ENDS[0], method, ENDS[1]))
    seeds = [seed for seed in middle if seed in low and seed in high]
    if not seeds:
        return None, None
    three = ([low[s] for s in seeds], [middle[s] for s in seeds], [high[s] for s in seeds])
    return gap_covered(*three), gap_interval(*three)


def _best(entries: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The entry with the highest information among CANDIDATES; the first of equal ones; None if none has any."""
    known = [e for e in entries if e["method"] in CANDIDATES and e["information"] is not None]
    return max(known, key=lambda e: e["information"], default=None)
