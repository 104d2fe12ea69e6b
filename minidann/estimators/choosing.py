"""A grid of settings over seeds: each trial with all its scores, and the setting that each rule would choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .._jobs import check_jobs, in_parallel
from ..adapt.recipes import Recipe
from ..data.pairs import DomainPair
from .choices import Choices, Row
from .rules import AGREEMENT, NAMES, RULES
from .selection import seed_agreement
from .trials import Trial, part_held_out

COMMON = 1000  # target examples, at most, that all networks predict: for the agreement over seeds
SETTINGS = tuple(field.name for field in fields(Recipe))
PairOf = Callable[[int], DomainPair]


class Task(NamedTuple):
    """One trial: a setting and a seed. ``common``: the target examples that the networks of all seeds predict."""

    pair_of: PairOf
    recipe: Recipe
    setting: dict[str, Any]
    seed: int
    by: tuple[str, ...]
    reverse_steps: int | None
    common: np.ndarray


def choose(
    pair: DomainPair | PairOf,
    recipe: Recipe,
    grid: Mapping[str, Sequence[Any]],
    seeds: Sequence[int] = (0, 1, 2, 3, 4),
    by: Sequence[str] = NAMES,
    *,
    reverse_steps: int | None = None,
    jobs: int | None = 1,
    keep: Callable[[list[Row]], Any] | None = None,
) -> Choices:
    """Train each setting of a grid from each seed, and let each rule choose a setting without a target label.

    Nine tenths of each domain train, one tenth validates. The labels of the target's test set, if there are any, are
    for the report alone: the accuracy at each choice, and the oracle's choice beside it.

    Parameters
    ----------
    pair : DomainPair or function
        The two domains, or a function of the seed that makes these.
    recipe : Recipe
        The settings that the grid leaves as they are.
    grid : dict
        Values by the name of a setting: ``{"adapt_weight": [0, 0.1, 1]}``. Two names make all combinations.
    seeds : sequence of int
        The seeds of each setting. One setting is chosen for all seeds, by the mean of a score.
    by : sequence of str
        The rules, names in ``RULES``; by default all. "reverse_validation" takes a second training for each trial.
    reverse_steps : int, optional
        The steps of this second training, by default those of the recipe.
    jobs : int or None
        The number of workers, as for joblib. The result is the same for any number.
    keep : function, optional
        ``keep(rows)`` is called after each trial with the rows so far, in the order of the grid.

    A trial that diverges has no score, and its setting is never chosen. Raises ValueError or TypeError for a bad
    argument before any training.
    """
    tasks = tasks_of(pair, recipe, grid, seeds, by, reverse_steps)
    check = None if keep is None else _validate.function("keep", keep, "rows")
    if jobs is not None:
        check_jobs("jobs", jobs)
    rows: dict[int, Row] = {}
    predictions: dict[int, np.ndarray] = {}
    for i, (row, predicted) in in_parallel(run_task, tasks, jobs):
        rows[i], predictions[i] = row, predicted
        if check is not None:
            check([rows[j] for j in sorted(rows)])
    found = [rows[i] for i in range(len(tasks))]
    if AGREEMENT in by:
        for setting in range(0, len(tasks), len(seeds)):
            positions = range(setting, setting + len(seeds))
            _add_agreement([rows[i] for i in positions], [predictions[i] for i in positions])
    return Choices(found, tuple(grid), tuple(by))


def tasks_of(
    pair: DomainPair | PairOf,
    recipe: Recipe,
    grid: Mapping[str, Sequence[Any]],
    seeds: Sequence[int],
    by: Sequence[str],
    reverse_steps: int | None = None,
) -> list[Task]:
    """All trials of a grid: a setting after the other, each from all seeds. The arguments are those of ``choose``."""
    _validate.instance("recipe", recipe, Recipe)
    if reverse_steps is not None:
        _validate.whole_number("reverse_steps", reverse_steps, least=1)
    _distinct("by", by, "names of rules")
    for name in by:
        _validate.one_of("by", name, NAMES)
    _distinct("seeds", seeds, "whole numbers")
    for seed in seeds:
        _validate.whole_number("seeds", seed, least=0)
    if AGREEMENT in by and len(seeds) < 2:
        raise ValueError(f"by: got {AGREEMENT!r} with one seed, expected at least two seeds for it")
    recipes = recipes_of(recipe, grid)
    pair_of = partial(_same, pair) if isinstance(pair, DomainPair) else _validate.function("pair", pair, "seed")
    first = _validate.result_of("pair", pair_of, seeds[0])
    common = _validate.instance("pair", first, DomainPair).x_target[:COMMON]
    part_held_out(first, seeds[0])  # too few examples are found now
    rest = (tuple(by), reverse_steps, common)
    return [Task(pair_of, made, setting, seed, *rest) for setting, made in recipes for seed in seeds]


def recipes_of(recipe: Recipe, grid: Mapping[str, Sequence[Any]]) -> list[tuple[dict[str, Any], Recipe]]:
    """Each setting of ``grid`` as a dict, with the recipe that has it. Raises ValueError for an invalid setting."""
    words = "lists of values by the name of a setting"
    if not _validate.mapping("grid", grid, (Sequence, np.ndarray), words):
        raise ValueError("grid: got none, expected values of at least one setting")
    lists = {name: values.tolist() if isinstance(values, np.ndarray) else values for name, values in grid.items()}
    for name, values in lists.items():
        _validate.one_of("grid", name, SETTINGS)
        _distinct("grid", values, f"values of {name}")
    settings = [dict(zip(grid, values)) for values in product(*lists.values())]
    return [(setting, replace(recipe, **setting)) for setting in settings]


def run_task(task: Task) -> tuple[Row, np.ndarray]:
    """The row of one trial, and its predictions of the common target examples; no predictions if it diverged."""
    pair = task.pair_of(task.seed)
    row: Row = {"pair": pair.name, **task.setting, "seed": task.seed, "target_accuracy": None, "diverged": False}
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # a training that diverges is told by its error
            trial = Trial(pair, task.recipe, task.seed, task.reverse_steps)
            for name in task.by:
                row[name] = None if name == AGREEMENT else RULES[name].score(trial)
            if pair.y_target_test is not None:
                row["target_accuracy"] = trial.network.accuracy(pair.x_target_test, pair.y_target_test)
            return row, trial.network.predict(task.common)
    except FloatingPointError:
        unknown = dict.fromkeys(task.by)
        return {**row, **unknown, "target_accuracy": None, "diverged": True}, np.empty(0, int)


def _add_agreement(rows: Sequence[Row], predictions: Sequence[np.ndarray]) -> None:
    """Write the mean agreement of each seed's network with the others into the ``rows`` of one setting."""
    if any(row["diverged"] for row in rows):
        return
    for i, row in enumerate(rows):
        others = [seed_agreement([predictions[i], other]) for j, other in enumerate(predictions) if j != i]
        row[AGREEMENT] = float(np.mean(others))


def _same(pair: DomainPair, seed: int) -> DomainPair:
    return pair


def _distinct(name: str, values: Any, words: str) -> None:
    """Raises TypeError or ValueError unless ``values`` is a sequence of at least one value, none of these twice."""
    found = list(_validate.sequence(name, values, words))
    if not found or any(value in found[:i] for i, value in enumerate(found)):
        raise ValueError(f"{name}: got {_validate.shown(found)}, expected at least one of {words}, each once")
