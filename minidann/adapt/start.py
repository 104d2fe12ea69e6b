"""The start of a run from another run's weights, for fine-tuning."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from .. import _validate
from ..engine.devices import move_like
from .resume import checked_read
from .saved_state import check_numbers
from .training import Training

# the settings that must be equal for two networks of one shape and meaning
NETWORK_SETTINGS = (
    "trunk",
    "batch_normalise",
    "conditioned",
    "features",
    "label_hidden",
    "domain_hidden",
    "activation",
    "input_scale",
    "standardise_images",
)


def start_from(path: Path, training: Training) -> Training:
    """Give ``training``, which has done no step, the weights and statistics in the checkpoint ``path``. Returns it.

    The last weights are taken, not the averaged ones: the statistics of batch normalisation belong to the last ones.
    Optimiser, average, batches and step start anew. The inputs are centred by the mean of the training's own pair.
    Raises ValueError if the file is no checkpoint, or holds a network of another shape; nothing is then changed.
    """
    path = _validate.path("path", path)
    _validate.instance("training", training, Training)
    if training.step_count:
        raise ValueError(f"training: got one that has done {training.step_count} steps, expected one before its first")
    state, run = checked_read(path)
    _check_network(path, run.get("recipe"), training)
    vector, weights = training.optimiser.vector, np.asarray(state.get("weights"))
    if weights.shape != vector.values.shape:
        raise ValueError(
            f"checkpoint: {str(path)!r} holds {weights.size} weights, expected {vector.values.size} as here: "
            "another number of inputs or classes"
        )
    if weights.dtype.kind != "f":
        raise ValueError(f"checkpoint: {str(path)!r} holds weights of {weights.dtype}, expected floats")
    statistics = _statistics(path, state["statistics"], training)
    try:
        for name, array in {"weights": weights, **statistics}.items():
            check_numbers(name, array)
    except ValueError as error:
        raise ValueError(f"checkpoint: {str(path)!r} does not fit ({error})") from None
    vector.load(move_like(weights.astype(vector.values.dtype, copy=False), vector.values))
    for name, array in training.network.statistics().items():
        array[...] = move_like(statistics[name], array)
    training.average.restore({"values": weights, "steps": np.asarray(0)})
    training.started_from = _digest(weights)
    return training


def start_digest(path: Path) -> str:
    """The ``started_from`` of a run that starts from the checkpoint ``path``."""
    return _digest(np.asarray(checked_read(path)[0].get("weights")))


def _digest(weights: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(weights).data, digest_size=16).hexdigest()


def _check_network(path: Path, recipe: object, training: Training) -> None:
    """Raises ValueError if ``recipe``, as a checkpoint holds it, has other settings of the network."""
    settings = recipe if isinstance(recipe, dict) else {}
    for name in NETWORK_SETTINGS:
        got, own = settings.get(name), getattr(training.recipe, name)
        if (tuple(got) if isinstance(got, list) else got) != own:
            raise ValueError(f"checkpoint: {str(path)!r} holds a network of {name} {got!r}, expected {own!r} as here")


def _statistics(path: Path, saved: dict[str, np.ndarray], training: Training) -> dict[str, np.ndarray]:
    """The saved statistics by the names of this network.

    A run without a domain loss keeps one set of statistics: both domains of this network then start from this set.
    """
    chosen = {}
    for name, own in training.network.statistics().items():
        array = saved.get(name, saved.get(name.removeprefix("source_")))
        if array is None or array.shape != own.shape:
            raise ValueError(f"checkpoint: {str(path)!r} holds no statistics {name} of shape {own.shape}")
        chosen[name] = array
    return chosen
