"""``HandWritten``: a training loop of functions in the form that the doctor can examine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ... import _validate
from ...adapt.training import Batch


@dataclass
class HandWritten:
    """A training loop of your own, made of functions, for ``diagnose``.

    ``network``: the holder of the parameters. ``network.parts()`` returns {"features": {name: tensor}, "label_head": …,
    "domain_head": …}. The functions get the network as an argument, because the doctor works on copies of it:

    - ``losses_of(network, batch, adapt_weight)``: the scalar tensors (L_y, L_d) of a batch, with the reversal in the
      graph;
    - ``update_of(network, batch, adapt_weight)``: one update of ``tensor.data``. Keep an optimiser with a memory on the
      network: it is then copied with it;
    - ``scores_of(network, x)``, optional: the scores (n, classes) of your predictions.

    ``adapt_weight``: the present λ. ``steps``: the number of updates so far; ``step`` counts its own.
    """

    network: Any
    losses_of: Callable[[Any, Any, float], Any]
    update_of: Callable[[Any, Any, float], Any]
    scores_of: Callable[[Any, Any], Any] | None = None
    adapt_weight: float = 1.0
    steps: int = 0

    def __post_init__(self) -> None:
        for name in ("losses_of", "update_of"):
            _validate.function(name, getattr(self, name), "network", "batch", "adapt_weight")
        if self.scores_of is not None:
            _validate.function("scores_of", self.scores_of, "network", "x")
        _validate.number("adapt_weight", self.adapt_weight)
        _validate.whole_number("steps", self.steps, least=0)

    def losses(self, batch: Any) -> Any:
        return self.losses_of(self.network, _checked(batch), self.adapt_weight)

    def step(self, batch: Any) -> None:
        self.update_of(self.network, _checked(batch), self.adapt_weight)
        self.steps += 1


def _checked(batch: Any) -> Any:
    """``batch`` if it is a Batch or (x_source, y_source, x_target). Raises TypeError or ValueError otherwise."""
    return batch if isinstance(batch, Batch) else _validate.batch("batch", batch)
