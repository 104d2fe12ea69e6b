"""A run on disk: the state of a Training in one NPZ file, which goes on from there bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from .. import _files, _validate
from .._npz import listed
from .._reading import Unfit, one_line
from ..data.mapped import pieces
from ..data.pairs import DomainPair
from ..engine.backend import to_numpy
from ..engine.devices import host_copy, move_like
from .checkpoint_file import open_checkpoint, pack
from .recipes import Recipe
from .saved_state import Expected, check_finite, check_forms, check_state
from .training import Training


def state_of(training: Training) -> dict[str, Any]:
    """All that an exact continuation of ``training`` needs, as NumPy copies, on any device."""
    _validate.instance("training", training, Training)
    source, target = training.passes
    return {
        "step_count": training.step_count,
        "weights": host_copy(training.optimiser.vector.values),
        "optimiser": training.optimiser.state(),
        "average": training.average.state(),
        "statistics": {name: host_copy(array) for name, array in training.network.statistics().items()},
        "source_left": source.left.copy(),
        "target_left": target.left.copy(),
        "sizes": [len(training.optimiser.vector.values), source.n, target.n],
        "rngs": {name: rng.bit_generator.state for name, rng in training.rngs.items()},
        "history": [dict(row) for row in training.history],
    }


def restore(training: Training, state: Mapping[str, Any]) -> Training:
    """Bring ``training`` to a ``state`` that ``state_of`` returned. Returns the training.

    The state may come from this training or from one made alike, on any device. The whole state is checked first:
    names, dtypes, shapes, counts, finite numbers, random generators, history. Raises ValueError for a state that does
    not fit; the training is then unchanged.
    """
    check_state(training, Expected.of(state_of(training)), state)
    return _take_up(training, state)


def _take_up(training: Training, state: Mapping[str, Any]) -> Training:
    """Bring ``training`` to a ``state`` that was checked."""
    vector = training.optimiser.vector
    vector.load(move_like(state["weights"], vector.values))  # refuses a stale vector before any change
    training.optimiser.restore(state["optimiser"])
    training.average.restore(state["average"])
    for name, array in training.network.statistics().items():
        array[...] = move_like(state["statistics"][name], array)
    training.step_count = int(state["step_count"])
    for order, left in zip(training.passes, (state["source_left"], state["target_left"])):
        order.left = left.copy()
    for name, rng_state in state["rngs"].items():
        training.rngs[name].bit_generator.state = rng_state
    training.history = [dict(row) for row in state["history"]]
    return training


def move_training(training: Training, backend: str) -> Training:
    """Move ``training`` to ``backend``, "numpy" or "cupy": network, optimiser, average and examples. Returns it.

    The run goes on with the same batches: random numbers are NumPy's on every device.
    """
    _validate.instance("training", training, Training)
    training.network.to(backend)
    training.optimiser.to(backend)
    training.average.to(backend)
    training.place(training.x_source, training.y_source, training.x_target)
    return training


def save_checkpoint(path: str | Path, training: Training, method: str = "dann") -> None:
    """Write the state of ``training`` and what it is a run of. An older file stays whole until the new one is.

    Raises FloatingPointError if the weights or other numbers of the run are not finite; an older file then stays.
    """
    path = _validate.path("path", path)
    _validate.text("method", method)
    state, run = state_of(training), describe(training, method)
    check_finite(state)

    def write(temporary: Path) -> None:
        with open(temporary, "wb") as file:  # given a name, NumPy would put another ending behind it
            pack(file, state, run)

    _files.write(path, write)


def load_checkpoint(path: str | Path, training: Training, method: str = "dann", prolong: bool = False) -> Training:
    """Bring ``training``, made as the saved one was, to the state in ``path``.

    ``prolong``: whether the training may have more steps than the saved run. Its p is then step / steps of the longer
    run from here on, so λ and the rate are those of the longer run. Raises ValueError that names the file if the file
    is broken or of another run: another recipe, pair, seed, method or start.
    """
    path = _validate.path("path", path)
    _validate.instance("training", training, Training)
    _validate.text("method", method)
    _validate.boolean("prolong", prolong)
    with open_checkpoint(path) as saved:
        run = prolonged(saved.run, training.recipe.steps) if prolong else saved.run
        check_run(path, run, dict.fromkeys(run) | describe(training, method))
        own = Expected.of(state_of(training))
        try:
            check_forms(own.forms, saved.forms)  # before any array is read
            state = saved.state()
            check_state(training, own, state)
            return _take_up(training, state)
        except Unfit:
            raise
        except ValueError as error:
            raise ValueError(f"checkpoint: {str(path)!r} does not fit ({error})") from None


def check_run(path: Path, run: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raises ValueError that names the file if ``run`` differs in one of the entries of ``expected``.

    ``run``: the description in a checkpoint. Recipes are values, or dicts as in a file.
    """
    for name in expected:
        got, own = (_plain(of.get(name)) for of in (run, expected))
        if isinstance(got, dict) and isinstance(own, dict):  # the recipe: of twenty settings, those that differ
            differ = [key for key in own | got if key not in got or key not in own or got[key] != own[key]]
            got, own = ({key: of.get(key) for key in differ} for of in (got, own))
        if name == "started_from":
            got, own = _start(got), _start(own)
        if got != own:
            got, own = _validate.shown(got), _validate.shown(own)
            raise ValueError(f"checkpoint: {str(path)!r} is of {name[:30]} {got}, expected {own} as here")


def _start(started_from: object) -> str:
    return f"another run's weights (digest {str(started_from)[:8]})" if started_from else "random weights"


def checked_read(path: str | Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The state in a checkpoint and the description of its run. Raises ValueError that names a broken file."""
    with open_checkpoint(path) as saved:
        return saved.state(), saved.run


def prolonged(run: Mapping[str, Any], steps: int) -> dict[str, Any]:
    """The description ``run`` of a checkpoint, with ``steps`` steps if its recipe has fewer."""
    recipe = _plain(run.get("recipe"))
    if isinstance(recipe, dict) and isinstance(recipe.get("steps"), int) and recipe["steps"] < steps:
        return {**run, "recipe": recipe | {"steps": steps}}
    return dict(run)


def describe(training: Training, method: str) -> dict[str, Any]:
    """What fixes a run: it must be the same for the run that goes on."""
    start = {"started_from": training.started_from} if training.started_from else {}
    return start | {
        "method": method,
        "seed": training.seed,
        "recipe": _plain(training.recipe),
        "network": hashlib.blake2b(repr(training.network).encode(), digest_size=16).hexdigest(),
        "data": data_digest(training),
    }


def data_digest(holder: Training | DomainPair) -> str:
    """What tells the examples of one training from those of another: theirs, or those a pair would give it."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (holder.x_source, holder.y_source, holder.x_target):
        digest.update(f"{array.shape} {array.dtype}".encode())
        for piece in pieces(array):
            digest.update(np.ascontiguousarray(to_numpy(piece)).data)
    return digest.hexdigest()


def read_run(path: str | Path) -> dict[str, Any]:
    """What a checkpoint is of: its ``method``, ``seed``, ``recipe`` (a Recipe) and ``data`` (a digest).

    ValueError that names the file if it is no checkpoint, or of another version's recipes.
    """
    run = checked_read(path)[1]
    try:
        _validate.text("method", run["method"])
        _validate.whole_number("seed", run["seed"], least=0)
        _validate.text("data", run["data"])
        _validate.text("started_from", run.get("started_from", ""))
        settings: dict[str, Any] = dict(run["recipe"])
        if set(settings) != {field.name for field in fields(Recipe)}:
            raise ValueError(f"its recipe has the settings {listed(settings)}")
        settings |= {name: tuple(value) for name, value in settings.items() if isinstance(value, list)}
        return run | {"recipe": Recipe(**settings)}
    except Exception as error:  # values of other types fail in many ways
        raise ValueError(f"checkpoint: {str(path)!r} holds no run of this version ({one_line(error)})") from None


def _plain(value: Any) -> Any:
    """``value``; a recipe as the dict that a file would hold, with lists in the place of tuples."""
    return json.loads(json.dumps(asdict(value))) if isinstance(value, Recipe) else value
