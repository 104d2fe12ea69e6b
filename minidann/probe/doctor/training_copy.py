"""A copy of a training for the doctor: its losses and its update, at a λ of the doctor's choice."""

from __future__ import annotations

import copy
import math
from dataclasses import is_dataclass, replace
from typing import Any

import numpy as np

from ...adapt.parts import PARTS
from ...adapt.resume import move_training
from ...adapt.training import Training
from ...engine.tensor import Tensor

DATA = ("x_source", "y_source", "x_target")
RUN_OFF = 1e6  # larger numbers belong to a training that has diverged


class TrainingCopy:
    """A copy of a training. Changes of the copy do not touch the training.

    Raises TypeError for a training without ``network.parts()``, ``adapt_weight``, ``losses(batch)``, or an update:
    ``step()`` on the result of ``next_batch()``, as in a Training, or ``step(batch)``.
    """

    def __init__(self, training: Any) -> None:
        missing = [name for name in ("adapt_weight", "losses", "step") if not hasattr(training, name)]
        if not hasattr(getattr(training, "network", None), "parts"):
            missing.append("network.parts()")
        if missing:
            raise TypeError(
                f"training: got {type(training).__name__} without {', '.join(missing)}; expected a Training, or a loop "
                "of your own in the form of minidann.probe.HandWritten"
            )
        self.training = _copy(training)
        self.adapt_weight = float(training.adapt_weight)
        if isinstance(self.training, Training):
            move_training(self.training, "numpy")
        for tensor in (tensor for named in self.parts().values() for tensor in named.values()):
            if not isinstance(tensor.data, np.ndarray):
                raise TypeError(
                    f"training: got parameters in a {type(tensor.data).__name__}, expected a loop on NumPy arrays"
                )

    def copy(self, adapt_weight: float | None = None) -> TrainingCopy:
        """Another copy in the same state; with ``adapt_weight`` at this λ, at any progress."""
        twin = copy.copy(self)
        twin.training = _copy(self.training)
        if adapt_weight is not None:
            _set_weight(twin.training, adapt_weight)
        return twin

    def full_weight(self) -> float:
        """The largest λ of the run: the present one, and those that the schedule of a Training still brings."""
        twin, weights = self.copy().training, [self.adapt_weight]
        steps = getattr(getattr(twin, "recipe", None), "steps", None)
        if steps is not None and hasattr(twin, "step_count"):
            for quarter in range(5):
                twin.step_count = quarter * steps // 4
                weights.append(float(twin.adapt_weight))
        return max(weights)

    def steps(self) -> int | None:
        """The number of updates so far; None if the training does not count them."""
        return next(
            (int(getattr(self.training, c)) for c in ("step_count", "steps") if hasattr(self.training, c)), None
        )

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The parameters by part and name. Raises ValueError for a part that is missing or empty."""
        parts = {part: dict(named) for part, named in self.training.network.parts().items()}
        for part in PARTS:
            if not parts.get(part):
                raise ValueError(f"training: its network.parts() has no parameters of {part!r}")
        return {part: parts[part] for part in PARTS}

    def values(self) -> list[np.ndarray]:
        """Copies of all parameters, in the order of ``parts``."""
        return [tensor.data.copy() for named in self.parts().values() for tensor in named.values()]

    def losses(self, batch: Any) -> tuple[Tensor, Tensor | None, Any]:
        """L_y, L_d (None where there is none) and all else that the training's own ``losses`` returned."""
        losses = self.training.losses(batch)
        if isinstance(losses, tuple) and len(losses) == 2:
            label, domain = losses
        else:
            label, domain = getattr(losses, "label_loss", None), getattr(losses, "domain_loss", None)
        if not isinstance(label, Tensor) or not isinstance(domain, (Tensor, type(None))):
            raise TypeError(f"training: losses(batch) gave {losses!r:.80}, expected (L_y, L_d) as tensors")
        return label, domain, losses

    def update(self, batch: Any) -> None:
        """One update, at the rate of the middle of training if the schedule has lowered it since."""
        training = self.training
        steps = getattr(getattr(training, "recipe", None), "steps", None)
        if steps is not None:
            training.step_count = min(training.step_count, steps // 2)
        if hasattr(training, "next_batch"):
            training.next_batch = lambda *_: batch
            training.step()
            del training.next_batch  # the method of the class again
        else:
            training.step(batch)

    def in_double(self) -> TrainingCopy:
        """A copy with float64 parameters: differences of losses are then sharp."""
        twin = self.copy()
        for named in twin.parts().values():
            for tensor in named.values():
                tensor.data = tensor.data.astype(np.float64)
        return twin.copy()  # copied again: a copied ParameterVector is made anew over its present tensors

    def stilled(self) -> TrainingCopy:
        """A copy whose random generators draw no noise: dropout keeps all units. Permutations are drawn as before."""
        made: dict[int, Any] = {}
        _copy(self.training, made)
        twin = copy.copy(self)
        still = {
            key: Still(value.bit_generator) for key, value in made.items() if isinstance(value, np.random.Generator)
        }
        twin.training = _copy(self.training, still=still)
        return twin

    def refreshed(self, seed: int) -> TrainingCopy:
        """A copy with new random weights of ordinary size, instead of weights that are saturated or not finite.

        Other arrays that have run off, such as the velocity of an optimiser, start again at 0.
        """
        rng, twin = np.random.default_rng(seed), copy.copy(self)
        made: dict[int, Any] = {}
        twin.training = _copy(self.training, made)
        for array in [array for array in made.values() if isinstance(array, np.ndarray) and array.dtype.kind == "f"]:
            if not (np.abs(array) < RUN_OFF).all():  # true for NaN as well
                array[...] = 0
        for named in twin.parts().values():
            for tensor in named.values():
                fan_in = max(1, tensor.size // tensor.shape[-1]) if tensor.ndim > 1 else 4
                tensor.data[...] = rng.standard_normal(tensor.shape) / np.sqrt(fan_in)
                tensor.mark_changed()
        return twin


def value_of(loss: Tensor | None) -> float:
    """A loss as a number; nan for None."""
    return math.nan if loss is None else float(loss.data)


class Still(np.random.Generator):
    """A random generator without noise: the largest uniform numbers, and normal numbers of 0."""

    def __deepcopy__(self, memo: Any) -> Still:
        return Still(copy.deepcopy(self.bit_generator, memo))

    def random(self, size: Any = None, *_: Any, **__: Any) -> Any:
        return 1 - 1e-9 if size is None else np.full(size, 1 - 1e-9)

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return low + (high - low) * self.random(size)

    def standard_normal(self, size: Any = None, *_: Any, **__: Any) -> Any:
        return 0.0 if size is None else np.zeros(size)

    def normal(self, loc: Any = 0.0, scale: Any = 1.0, size: Any = None) -> Any:
        return loc + self.standard_normal(size)


def _set_weight(training: Any, weight: float) -> None:
    """Set λ of a copy, also where a property with a schedule of its own returns it."""
    recipe = getattr(training, "recipe", None)
    if not is_dataclass(recipe) or not hasattr(recipe, "adapt_weight"):
        try:
            training.adapt_weight = weight
        except AttributeError:  # a property without a setter
            training.__class__ = type(type(training).__name__, (type(training),), {"adapt_weight": weight})
        return

    def at(value: float) -> float:
        training.recipe = replace(recipe, adapt_weight=value, ramp=False)  # type: ignore[type-var]
        return float(training.adapt_weight)

    if at(weight) != weight and hasattr(training, "step_count"):
        training.step_count = getattr(recipe, "steps", 0) // 2  # a schedule may start at 0
        unit = at(1.0)
        at(weight / unit if unit and math.isclose(at(2.0), 2 * unit) else weight)


def _copy(training: Any, made: dict[int, Any] | None = None, still: dict[int, Any] | None = None) -> Any:
    """A deep copy that shares the examples, because nobody writes to them, and has no history.

    ``made`` collects all objects that were copied. ``still``: copies to use, by the id of the original.
    """
    held = [getattr(training, name, None) for name in DATA]
    memo: dict[int, Any] = {id(array): array for array in held if hasattr(array, "dtype")}
    history = getattr(training, "history", None)
    if isinstance(history, list):
        memo[id(history)] = []
    memo.update(still or {})
    known = set(memo)
    copied = copy.deepcopy(training, memo)
    if made is not None:
        made.update({key: value for key, value in memo.items() if key not in known})
    return copied
