"""DANN beside source only over the rotation of the target: where DANN helps, and where it must fail."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np

from .. import _validate
from .._jobs import check_jobs, in_parallel
from ..adapt.recipes import MOONS, Recipe
from ..data.pairs import DomainPair
from ..data.points import moons_pair
from .error_bound import bound
from .methods import compare
from .table import columns

#: the methods of each row, in the order of the tables
ROTATED_METHODS = ("source-only", "dann")
NUMBERS = ("target_accuracy", "source_accuracy", "divergence", "joint_error")  # of a row of ``over_rotations``
Row = Mapping[str, Any]


def over_rotations(
    rotations: Sequence[float],
    recipe: Recipe = MOONS,
    seeds: Sequence[int] = (0,),
    pair_of: Callable[..., DomainPair] = moons_pair,
    jobs: int | None = 1,
) -> Generator[list[dict[str, Any]], None, None]:
    """Train source only and DANN on ``pair_of(rotation=…, seed=…)`` for each rotation and seed.

    Yields the two rows of one rotation and seed as soon as they are measured. A row has the entries of a row of
    ``compare``, ``rotation`` in degrees, and two numbers of ``bound``: ``divergence``, the proxy A-distance of the
    features, and ``joint_error``, that of the best head for both domains.

    ``pair_of``: such as ``moons_pair``, ``blobs_pair``, ``digits_pair``, or ``partial(moons_pair, noise=0.1)``.
    ``jobs``: the number of worker processes, as in joblib. Each row is the same for any number of workers, but the rows
    come as they are done. Raises TypeError or ValueError with the name of a bad argument.
    """
    angles = [_validate.number("rotations", r) for r in _validate.sequence("rotations", rotations, "a list of degrees")]
    _validate.instance("recipe", recipe, Recipe)
    wanted = list(seeds) if isinstance(seeds, range) else _validate.sequence("seeds", seeds, "a list of seeds")
    numbers = [_validate.whole_number("seeds", seed, least=0) for seed in wanted]
    for name, values in (("rotations", angles), ("seeds", numbers)):
        if not values or len(set(values)) < len(values):
            raise ValueError(f"{name}: got {_validate.shown(values)}, expected at least one, each once")
    if not callable(pair_of):
        expected = "a function of rotation=… and seed=…, such as moons_pair"
        raise TypeError(f"pair_of: got {_validate.shown(pair_of)}, expected {expected}")
    workers = None if jobs is None else check_jobs("jobs", jobs)
    tasks = [(rotation, seed) for rotation in angles for seed in numbers]
    return _rows(partial(_measure, pair_of, recipe), tasks, workers)


def _rows(
    measure: Callable[[tuple[float, int]], list[dict[str, Any]]], tasks: list[tuple[float, int]], jobs: int | None
) -> Generator[list[dict[str, Any]], None, None]:
    with closing(in_parallel(measure, tasks, jobs)) as done:
        for _, rows in done:
            yield rows


def _measure(pair_of: Callable[..., DomainPair], recipe: Recipe, task: tuple[float, int]) -> list[dict[str, Any]]:
    """The rows of one rotation and seed."""
    rotation, seed = task
    pair = _validate.instance(
        "pair_of", pair_of(rotation=rotation, seed=seed), DomainPair, "a function to a DomainPair"
    )
    comparison = compare(pair, recipe, seed, ROTATED_METHODS)
    rows = []
    for row in comparison.rows:
        found = bound(comparison.networks[row["method"]], pair)
        rows.append(row | {"rotation": rotation, "divergence": found.divergence, "joint_error": found.joint_error})
    return rows


def summarise_rotations(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One dict for each rotation and method, by rotation: the mean over seeds of each number, and its deviation.

    The keys are ``rotation``, ``method``, ``seeds`` and, for each number of a row, its name, and its name with " sd".
    The deviation is None for one seed. A number that one row lacks is None. Raises TypeError for other things than rows
    of ``over_rotations``.
    """
    needed = {"rotation", "method", *NUMBERS}
    groups: dict[tuple[float, str], list[Row]] = {}
    for row in _validate.rows("rows", rows if isinstance(rows, Sequence) else list(rows)):
        if not needed <= set(row):
            missing = ", ".join(sorted(needed - set(row)))
            raise TypeError(f"rows: got one without {missing}, expected rows of over_rotations")
        groups.setdefault((row["rotation"], row["method"]), []).append(row)
    result = []
    for (rotation, method), own in sorted(groups.items(), key=lambda g: (g[0][0], ROTATED_METHODS.index(g[0][1]))):
        entry: dict[str, Any] = {"rotation": rotation, "method": method, "seeds": len(own)}
        for name in NUMBERS:
            values = [row[name] for row in own]
            known = None not in values
            entry[name] = float(np.mean(values)) if known else None
            entry[f"{name} sd"] = float(np.std(values, ddof=1)) if known and len(values) > 1 else None
        result.append(entry)
    return result


def format_rotations(rows: Iterable[Row]) -> str:
    """The table as text: a line for each rotation and method, mean ± standard deviation over seeds."""
    lines = [("rotation", "method", "target accuracy", "source accuracy", "proxy A-distance", "joint error", "seeds")]
    for entry in summarise_rotations(rows):
        cells = [_cell(entry[name], entry[f"{name} sd"]) for name in NUMBERS]
        lines.append((f"{entry['rotation']:g}°", entry["method"], *cells, str(entry["seeds"])))
    text = columns(lines)
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:]])


def _cell(mean: float | None, deviation: float | None) -> str:
    if mean is None:
        return "–"
    return f"{mean:.3f}" + ("" if deviation is None else f" ± {deviation:.3f}")
