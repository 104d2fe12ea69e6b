"""One forward pass of a training, and the gradient that each of its two sweeps gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...adapt.training import Batch
from ...engine.backend import to_numpy
from ...engine.backprop import backprop
from ...engine.tensor import Tensor
from ..graph import reversals, straightened, walk
from .training_copy import TrainingCopy, value_of
from .wiring import Moves, Sweeps


@dataclass
class Swept:
    """The losses by name that have a graph, the parameters by part and name, the values, and the gradients."""

    losses: dict[str, Tensor]
    tensors: dict[tuple[str, str], Tensor]
    values: dict[str, float]
    gradients: Sweeps

    def factors(self, loss: str) -> list[float]:
        """The factors of the reversals in the graph of a loss."""
        return list(reversals(walk([self.losses[loss]])).values()) if loss in self.losses else []

    def straight(self, loss: str) -> Moves:
        """The gradient of a loss with every reversal in its graph at +1."""
        with straightened(reversals(walk([self.losses[loss]]))):
            return _gradients(self.losses[loss], self.tensors)


def sweep(patient: TrainingCopy, batch: Batch) -> Swept:
    """The losses of a batch, and the gradient of each loss at each parameter, by the graph of the training."""
    patient = patient.copy()
    tensors = {(part, name): tensor for part, named in patient.parts().items() for name, tensor in named.items()}
    label, domain, _ = patient.losses(batch)
    named = {"L_y": label, "L_d": domain}
    losses = {name: loss for name, loss in named.items() if loss is not None and loss.requires_grad}
    values = {name: value_of(loss) for name, loss in named.items()}
    return Swept(losses, tensors, values, {name: _gradients(losses.get(name), tensors) for name in named})


def _gradients(loss: Tensor | None, tensors: dict[tuple[str, str], Tensor]) -> Moves:
    found = {key: np.zeros(tensor.shape) for key, tensor in tensors.items()}
    if loss is not None:
        gradients = backprop(loss, of=list(tensors.values()))
        found |= {k: to_numpy(gradients[t]).astype(np.float64) for k, t in tensors.items() if t.requires_grad}
    return found
