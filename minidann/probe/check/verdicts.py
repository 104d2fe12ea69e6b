"""The words of a gradient check: the entries of each input, summed up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ...engine.tensor import Tensor
from ..tables import Row

SHOWN = 5  # entries of each input that the words name
FINE = ("right", "kink")


def of_input(given: Row, entries: Sequence[Row]) -> list[Row]:
    return [row for row in entries if row["input"] == given["name"]]


def badness(row: Row) -> tuple[bool, bool, float]:
    size = abs(row["difference"])
    return row["verdict"] in FINE, row["verdict"] == "right", -size if math.isfinite(size) else -math.inf


def summary(name: str, tensor: Tensor, entries: Sequence[Row], factor: float, scale: float) -> Row:
    fault = sum(row["verdict"] not in FINE for row in entries)
    plain = [row for row in entries if row["verdict"] in ("right", "wrong")]
    found = _common_factor(plain, scale) if any(row["verdict"] == "wrong" for row in plain) else None
    return {
        "name": name,
        "shape": tensor.shape,
        "checked": len(entries),
        "size": tensor.size,
        "fault": fault,
        "factor": factor,
        "found": found,
    }


def _common_factor(entries: Sequence[Row], scale: float) -> float | None:
    """The one ratio of all swept values to their numerical values; None if there is none."""
    swept, numerical, error = (np.array([row[name] for row in entries]) for name in ("swept", "numerical", "error"))
    if not (np.abs(numerical) > 10 * error).any():
        return None
    found = float(swept @ numerical / (numerical @ numerical))
    near = 1e-5 * np.abs(swept) + 1e-9 * scale + abs(found) * error
    return found if (np.abs(swept - found * numerical) <= near).all() else None


def tell(given: Row, entries: Sequence[Row]) -> Iterator[str]:
    """The sentences about one input, worst first."""
    name, factor, found = given["name"], given["factor"], given["found"]
    if given["fault"]:
        yield f"{name}: {given['fault']} of {given['checked']} entries are at fault"
    wrong = sorted((row for row in entries if row["verdict"] == "wrong" and not _bent(row)), key=badness)
    for row in wrong[:1]:
        expected = "" if factor == 1 else f", so {row['expected']:+.6g} was expected"
        numbers = f"swept {row['swept']:+.6g}, numerical {row['numerical']:+.6g}{expected}"
        yield f"the worst is {row['entry']}: {numbers}: off by {row['difference']:+.3g}"
    if found is not None:
        times = f"{found:+.6g}" if found else "0"
        yield f"{name}: everywhere {times} times the numerical value: {_explain(found, factor)}"
    special = [row for row in entries if row["verdict"] != "right" and (row["verdict"] != "wrong" or _bent(row))]
    for row in special[:SHOWN]:
        yield f"{row['entry']}: {_tell_special(row)}"
    if len(special) > SHOWN:
        yield f"{name}: {len(special) - SHOWN} more entries like these"
    if entries and all(abs(row["numerical"]) <= 2 * row["error"] and row["verdict"] == "right" for row in entries):
        yield f"{name}: every entry is 0 or lost in rounding: a wrong factor could not show; try other inputs"


def _bent(row: Row) -> bool:
    return abs(row["right"] - row["left"]) > 1e-3 * (abs(row["left"]) + abs(row["right"]))


def _tell_special(row: Row) -> str:
    slopes = f"slope {row['left']:+.4g} to its left and {row['right']:+.4g} to its right"
    return {
        "kink": f"on a kink, with {slopes}; swept {row['swept']:+.4g} is between them: a choice, and no fault",
        "wrong": f"on a kink, with {slopes}; swept {row['swept']:+.4g} is outside both",
        "jump": f"on a jump, where the function has no slope; swept {row['swept']:+.4g}",
        "unsettled": f"no step gives a clear quotient (about {row['numerical']:+.4g}): does something inside round?",
        "not finite": f"swept {row['swept']:+.4g}, with {slopes}: something is not finite",
    }[row["verdict"]]


def _explain(found: float, factor: float) -> str:
    """The usual cause of a wrong factor."""
    if found == 0:
        return "no gradient arrives: is the graph detached, or a reversal at λ = 0?"
    if factor < 0 and math.isclose(found, 1, rel_tol=1e-5):
        return f"there is no reversal on the path; it should give {factor:+.6g}"
    if factor < 0 and math.isclose(found, factor * factor, rel_tol=1e-5):
        return f"{factor:+.6g} was expected; is it reversed twice?"
    if factor == 1 and found < 0:
        return f"a reversal with λ = {-found:.6g} stands on the way, or a sign is wrong"
    times = found / factor if factor else math.inf
    for number, words in (
        (times, "counted {0} times, or not divided by {0}"),
        (1 / times, "divided by {} once too often"),
    ):
        if 1.5 < number < 1e6 and math.isclose(number, round(number), rel_tol=1e-5):
            return f"is it {words.format(round(number))}?".replace("counted 2 times", "counted twice")
    return f"{factor:+.6g} was expected; a factor{' or a sign' * (times < 0)} is wrong"
