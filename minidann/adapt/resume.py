"""A run on disk: the state of a Training in one NPZ file, which goes on from there bit for bit."""

from __future__ import annotations

import hashlib
import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import _files, _validate
from ..data.pairs import DomainPair
from ..engine.backend import to_numpy
from .recipes import Recipe
from .training import Training


@dataclass(frozen=True)
class Checkpoints:
    """Where a command's runs leave their states, every how many steps, and whether they go on from what lies there."""

    folder: Path
    every: int = 1000
    resume: bool = False

    def __post_init__(self) -> None:
        _validate.whole_number("every", self.every, least=1)

    def path(self, method: str, seed: int) -> Path:
        """The file of one run."""
        return self.folder / f"{method}-seed-{seed}.npz"


def save(path: Path, training: Training, method: str = "dann") -> None:
    """Write the state of ``training`` and what it is a run of. An older file stays whole until the new one is."""
    state = training.state()
    arrays = {f"array/{name}": state.pop(name) for name in ("weights", "source_left", "target_left")}
    for group in ("optimiser", "average", "statistics"):
        arrays |= {f"{group}/{name}": array for name, array in state.pop(group).items()}
    text = json.dumps({"run": describe(training, method), "state": state})

    def write(temporary: Path) -> None:
        with open(temporary, "wb") as file:  # given a name, NumPy would put another ending behind it
            np.savez(file, json=np.array(text), **arrays)

    _files.write(path, write)


def load(path: Path, training: Training, method: str = "dann") -> Training:
    """Bring ``training``, made as the saved one was, to the state in ``path``.

    ValueError that names the file if it is broken or of another run: another recipe, pair, seed or method.
    """
    state, run = _checked_read(path)
    for name, own in describe(training, method).items():
        got = run.get(name)
        if name == "recipe" and isinstance(got, dict):  # of twenty settings, those that differ
            differ = [key for key in own if got.get(key) != own[key]]
            got, own = ({key: of.get(key) for key in differ} for of in (got, own))
        if got != own:
            raise ValueError(f"checkpoint: {str(path)!r} is of {name} {got!r}, expected {own!r} as here")
    try:
        return training.restore(state)
    except ValueError as error:
        raise ValueError(f"checkpoint: {str(path)!r} does not fit ({error})") from None


def _checked_read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
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


def describe(training: Training, method: str) -> dict[str, Any]:
    """What fixes a run: it must be the same for the run that goes on."""
    return {
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
    run = _checked_read(path)[1]
    try:
        settings: dict[str, Any] = dict(run["recipe"])
        settings |= {name: tuple(value) for name, value in settings.items() if isinstance(value, list)}
        return run | {"recipe": Recipe(**settings)}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"checkpoint: {str(path)!r} holds no recipe of this version ({error})") from None


def _plain(recipe: Recipe) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(recipe)))  # tuples become the lists that a file holds


@contextmanager
def patient() -> Iterator[Callable[[], bool]]:
    """While it is open, Ctrl-C is noted instead of raised: the function it gives says whether there was one.

    So a step is never cut in half, and what is saved is a state that an uninterrupted run passes through. A second
    Ctrl-C is raised at once, for whoever does not want to wait. Outside of the main thread nothing changes.
    """
    asked = False

    def note(number: int, frame: Any) -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:  # only the main thread may ask for signals
        yield lambda: False
        return
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)
