"""A DANN as a game of two players: E(θf, θy, θd) around the weights of a training.

game = game_of(training)                                # θf and θy lower E, θd raises it
print(verdict(game, game.start, game.rates))            # do steps converge, and is it a saddle?
print(slices(game, game.start))                         # E along random directions
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN, Losses
from ..adapt.placement import on_host
from ..adapt.training import Batch, Training
from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..nn.vector import ParameterVector
from .games import Game


class LandscapeGame(Game):
    """E = L_y − λ L_d (arXiv:1409.7495, Eq. 1) of one fixed batch, by z = (θf, θy, θd), (n,). ``game_of`` makes it.

    ``field``: the gradient of L_y + domain_weight · L_d with the reversal in it, Eqs. 4–6 for domain_weight 1. For the
    minimiser this is ∂E, with λ of E = ``adapt_weight`` · ``domain_weight``; for the maximiser it is −∂E/adapt_weight.
    ``weight_decay`` w adds w·z to the field, and w/2·‖θf, θy‖² − λ·w/2·‖θd‖² to E.

    ``start``: the weights at the beginning. ``rates``, ``momentum``: those of the next step of the training, by part.
    """

    def __init__(self, network: DANN, batch: Batch, adapt_weight: float, domain_weight: float, weight_decay: float):
        self.network = _validate.instance("network", network, DANN)
        self.batch = Batch(*_validate.batch("batch", batch))
        self.adapt_weight = _validate.number("adapt_weight", adapt_weight, least=0)
        self.domain_weight = _validate.number("domain_weight", domain_weight, least=0)
        self.weight_decay = _validate.number("weight_decay", weight_decay, least=0)
        self.rates: dict[str, float] = {}
        self.momentum = 0.0
        for tensor in network.parameters().values():
            tensor.data = tensor.data.astype(np.float64)
        self.vector = ParameterVector(network.parameters().values())
        self.start = self.vector.values.copy()
        self.parts, begin = {}, 0
        for name, named in network.parts().items():
            self.parts[name] = slice(begin, begin + sum(tensor.size for tensor in named.values()))
            begin = self.parts[name].stop

    def blocks(self) -> tuple[slice, ...]:
        """The slice of each weight and bias in z."""
        return tuple(self.vector.slices.values())

    def losses(self, z: Any) -> Losses:
        """L_y and L_d at z, without dropout."""
        self.vector.load(self.point(z))
        with on_host():
            return self.network.losses(*self.batch, adapt_weight=self.adapt_weight)

    def value(self, z: Any) -> float:
        """E(z)."""
        z = self.point(z)
        with no_grad():
            losses = self.losses(z)
        assert losses.domain_loss is not None
        lowered, raised = z[self.minimiser], z[self.maximiser]
        weight = self.adapt_weight
        decay = self.weight_decay / 2 * float(lowered @ lowered - weight * (raised @ raised))
        return losses.label_loss.item() - weight * self.domain_weight * losses.domain_loss.item() + decay

    def field(self, z: Any) -> np.ndarray:
        """The field (n,) at z, by one sweep: a simultaneous step descends it."""
        losses = self.losses(z)
        assert losses.domain_loss is not None
        swept = self.vector.gather(backprop(losses.total(self.domain_weight), of=self.vector.tensors))
        return swept + self.weight_decay * self.point(z)

    def minibatch_field(self, z: Any, batch: int, rng: np.random.Generator) -> np.ndarray:
        """The field of ``batch`` random examples of each domain, drawn without replacement from those of the game."""
        whole, size = self.batch, _validate.whole_number("batch", batch, least=1)
        _validate.generator("rng", rng)
        sizes = len(whole.x_source), len(whole.x_target)
        source, target = (rng.choice(n, min(size, n), replace=False) for n in sizes)
        self.batch = Batch(whole.x_source[source], whole.y_source[source], whole.x_target[target])
        try:
            return self.field(z)
        finally:
            self.batch = whole

    def __repr__(self) -> str:
        sizes = ", ".join(f"{part.stop - part.start} in {name}" for name, part in self.parts.items())
        return f"LandscapeGame(λ={self.adapt_weight:g}; {sizes})"


def game_of(
    training: Training, batch: Batch | None = None, adapt_weight: float | None = None, weight_decay: float = 0.0
) -> LandscapeGame:
    """The game of ``training``, in float64 on a copy of its network, on the host.

    ``batch``: the examples of both losses; by default as many of each domain as both have. ``adapt_weight``: λ; by
    default that of the next step. ``weight_decay``: by default 0; a training comes to rest where the field with its own
    weight decay is 0. Dropout is off, and batch normalisation uses its running means. Raises ValueError for a training
    without a domain loss.
    """
    if not isinstance(training, Training):
        raise TypeError(f"training: got a {type(training).__name__}, expected a Training")
    if not training.has_domain_loss:
        raise ValueError(
            "training: got one with domain_weight 0, expected one with a domain loss: a game has two players"
        )
    if batch is None:
        n = min(len(training.x_source), len(training.x_target))
        batch = Batch(training.x_source[:n], training.y_source[:n], training.x_target[:n])
    batch = Batch(*map(to_numpy, _validate.batch("batch", batch)))
    batch = Batch(batch.x_source.astype(np.float64), batch.y_source, batch.x_target.astype(np.float64))
    weight = training.adapt_weight if adapt_weight is None else adapt_weight
    network = training.network.copy().to("numpy")
    game = LandscapeGame(network, batch, weight, training.recipe.domain_weight, weight_decay)
    game.rates = dict.fromkeys(game.parts, training.rate) | {"domain_head": training.rate * training.recipe.domain_rate}
    game.momentum = training.recipe.momentum
    return game
