"""A recording of a training: its weights at about a hundred steps, for a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import _validate
from ...adapt.dann import DANN
from ...adapt.placement import load_weights
from ...adapt.training import Training
from ...data.pairs import DomainPair
from ...engine.backend import to_numpy
from ..arguments import position

EARLY = 2.0  # the power by which snapshots crowd at the beginning; 1 would spread them evenly


@dataclass(frozen=True)
class Snapshot:
    """The state of a run between two steps.

    ``step``: the number of steps done. ``weights``: θ (size,), the last weights and not the averaged ones.
    ``statistics``: those of batch normalisation. ``adapt_weight``: λ of the next step, or 0 without a domain loss.
    ``rows``: the length of the history.
    """

    step: int
    weights: np.ndarray
    statistics: dict[str, np.ndarray]
    adapt_weight: float
    rows: int


class Recording:
    """About ``frames`` snapshots of a training, from its present step to its last, closer together at the beginning.

    >>> recording = Recording(training, pair)
    >>> training.fit(on_step=recording)

    It only copies. It draws no batch and no random number: the weights are those of a run without it, bit for bit.
    ``pair``: only labels of the source and of the test sets are read. ``history``: the rows of the training, with the
    losses.
    """

    def __init__(self, training: Training, pair: DomainPair, frames: int = 100) -> None:
        _validate.instance("training", training, Training)
        _validate.instance("pair", pair, DomainPair)
        _validate.whole_number("frames", frames, least=2)
        if pair.x_source.shape[1:] != training.x_source.shape[1:]:
            got, expected = pair.x_source.shape[1:], training.x_source.shape[1:]
            raise ValueError(f"pair: got examples of shape {got}, expected {expected} as the training has")
        self.training, self.pair = training, pair
        self.recipe, self.seed = training.recipe, training.seed
        self.snapshots: list[Snapshot] = []
        self.history: list[dict[str, float]] = []
        self._blank = training.network.copy()  # its weights do not matter
        self._due = set(spread(training.step_count, training.recipe.steps, frames))
        self(training)

    def __call__(self, training: Training) -> None:
        """Keep a snapshot of ``training`` if it is due. It is called after each step."""
        if training is not self.training:
            raise ValueError("training: got another training, expected the one of this recording")
        if training.step_count not in self._due:
            return
        self._due.remove(training.step_count)
        self.history += [dict(row) for row in training.history[len(self.history) :]]
        self.snapshots.append(
            Snapshot(
                training.step_count,
                to_numpy(training.optimiser.vector.values).copy(),
                {name: to_numpy(array).copy() for name, array in training.network.statistics().items()},
                training.adapt_weight if training.has_domain_loss else 0.0,
                len(self.history),
            )
        )

    def __len__(self) -> int:
        return len(self.snapshots)

    def network(self, i: int) -> DANN:
        """A copy of the network at the i-th snapshot."""
        snapshot = self.snapshots[position("i", i, len(self))]
        return load_weights(self._blank.copy(), snapshot.weights, snapshot.statistics)

    def history_until(self, i: int) -> list[dict[str, float]]:
        """The rows of history at the i-th snapshot."""
        return self.history[: self.snapshots[position("i", i, len(self))].rows]

    def __repr__(self) -> str:
        return f"Recording({len(self)} moments of {self.recipe.steps} steps, {self.pair!r})"


def spread(first: int, last: int, frames: int) -> list[int]:
    """At most ``frames`` different steps from ``first`` to ``last``, both included, closer together at the
    beginning.
    """
    frames = min(frames, last - first + 1)
    if frames < 2:
        return [last]
    share = np.linspace(0, 1, frames) ** EARLY
    order = np.arange(frames)
    # the curve is flat at first and would repeat some steps: take each step there
    steps = np.maximum.accumulate(np.rint(share * (last - first)).astype(int) - order) + order
    return [first + int(step) for step in steps]
