"""A run on disk: the state of a Training in one NPZ file, which goes on from there bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from .. import _files, _validate
from ..data.pairs import DomainPair
from ..engine.backend import to_numpy
from ..engine.devices import host_copy, move_like
from .recipes import Recipe
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

    The state may come from this training or from one made alike, on any device. Raises ValueError for the state of
    another network or of a pair with other sizes; the training is then unchanged.
    """
    own = state_of(training)
    _check_state(own, state)
    vector = training.optimiser.vector
    vector.load(move_like(state["weights"], vector.values))  # refuses another shape before any change
    training.optimiser.restore(state["optimiser"])
    training.average.restore(state["average"])
    for name, array in training.network.statistics().items():
        array[...] = move_like(state["statistics"][name], array)
    training.step_count = state["step_count"]
    for order, left in zip(training.passes, (state["source_left"], state["target_left"])):
        order.left = left.copy()
    for name, rng_state in state["rngs"].items():
        training.rngs[name].bit_generator.state = rng_state
    training.history = [dict(row) for row in state["history"]]
    return training


def _check_state(own: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Raises ValueError if ``state`` has other entries, sizes or shapes than ``own``."""
    if set(state) != set(own):
        raise ValueError(f"state: got {', '.join(sorted(state))}, expected {', '.join(sorted(own))}")
    if list(state["sizes"]) != own["sizes"]:
        got, expected = state["sizes"], own["sizes"]
        raise ValueError(f"state: got {got} (parameters, source and target examples), expected {expected} as here")
    for group in ("optimiser", "average", "statistics"):
        got, expected = ({name: np.shape(a) for name, a in of[group].items()} for of in (state, own))
        if got != expected:
            raise ValueError(f"state: got {group} of shapes {got}, expected {expected} as here")


def move_training(training: Training, backend: str) -> Training:
    """Move ``training`` to ``backend``, "numpy" or "cupy": network, optimiser, average and examples. Returns it.

    The run goes on with the same batches: random numbers are NumPy's on every device.
    """
    training.network.to(backend)
    training.optimiser.to(backend)
    training.average.to(backend)
    training.place(training.x_source, training.y_source, training.x_target)
    return training


def save_checkpoint(path: Path, training: Training, method: str = "dann") -> None:
    """Write the state of ``training`` and what it is a run of. An older file stays whole until the new one is."""
    path = _validate.path("path", path)
    state = state_of(training)
    arrays = {f"array/{name}": state.pop(name) for name in ("weights", "source_left", "target_left")}
    for group in ("optimiser", "average", "statistics"):
        arrays |= {f"{group}/{name}": array for name, array in state.pop(group).items()}
    text = json.dumps({"run": describe(training, method), "state": state})

    def write(temporary: Path) -> None:
        with open(temporary, "wb") as file:  # given a name, NumPy would put another ending behind it
            np.savez(file, json=np.array(text), **arrays)

    _files.write(path, write)


def load_checkpoint(path: Path, training: Training, method: str = "dann", prolong: bool = False) -> Training:
    """Bring ``training``, made as the saved one was, to the state in ``path``.

    ``prolong``: whether the training may have more steps than the saved run. Its p is then step / steps of the longer
    run from here on, so λ and the rate are those of the longer run. Raises ValueError that names the file if the file
    is broken or of another run: another recipe, pair, seed, method or start.
    """
    path = _validate.path("path", path)
    _validate.instance("training", training, Training)
    state, run = checked_read(path)
    if prolong:
        run = prolonged(run, training.recipe.steps)
    expected = describe(training, method)
    for name in dict.fromkeys([*expected, *run]):
        got, own = run.get(name), expected.get(name)
        if isinstance(got, dict) and isinstance(own, dict):  # the recipe: of twenty settings, those that differ
            differ = [key for key in own if got.get(key) != own[key]]
            got, own = {key: got.get(key) for key in differ}, {key: own[key] for key in differ}
        if got != own and name == "started_from":
            raise ValueError(
                f"checkpoint: {str(path)!r} is of a run from {_start(got)}, expected one from {_start(own)}"
            )
        if got != own:
            raise ValueError(f"checkpoint: {str(path)!r} is of {name} {got!r}, expected {own!r} as here")
    try:
        return restore(training, state)
    except ValueError as error:
        raise ValueError(f"checkpoint: {str(path)!r} does not fit ({error})") from None


def _start(started_from: object) -> str:
    return f"another run's weights (digest {str(started_from)[:8]})" if started_from else "random weights"


def checked_read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The state in a checkpoint and the description of its run. Raises ValueError that names a broken file."""
    try:
        return _read(path)
    except Exception as error:  # a broken archive fails in many ways, and each of them means the same
        raise ValueError(f"checkpoint: got {str(path)!r}, expected a checkpoint of this package ({error})") from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The state and what it is of. Raises whatever a broken file makes of it."""
    with open(path, "rb") as file:  # opened here, because NumPy leaves a broken archive open
        arrays = dict(np.load(file, allow_pickle=False))
    content = json.loads(str(arrays.pop("json")))
    state, run = dict(content["state"]), dict(content["run"])
    state["statistics"] = {}
    for key, array in arrays.items():
        group, name = key.split("/", 1)
        if group == "array":
            state[name] = array
        else:
            state.setdefault(group, {})[name] = array
    return state, run


def prolonged(run: Mapping[str, Any], steps: int) -> dict[str, Any]:
    """The description ``run`` of a checkpoint with ``steps`` steps, if its recipe has fewer."""
    recipe = run.get("recipe")
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
        digest.update(np.ascontiguousarray(to_numpy(array)).data)
    return digest.hexdigest()


def read_run(path: Path) -> dict[str, Any]:
    """What a checkpoint is of: its ``method``, ``seed``, ``recipe`` (a Recipe) and ``data`` (a digest).

    ValueError that names the file if it is no checkpoint, or of another version's recipes.
    """
    run = checked_read(path)[1]
    try:
        settings: dict[str, Any] = dict(run["recipe"])
        settings |= {name: tuple(value) for name, value in settings.items() if isinstance(value, list)}
        return run | {"recipe": Recipe(**settings)}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"checkpoint: {str(path)!r} holds no recipe of this version ({error})") from None


def _plain(recipe: Recipe) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(recipe)))  # tuples become lists, as in a file
    return plain
