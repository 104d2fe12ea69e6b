"""A real DANN as a two-player game: E(θf, θy, θd) about the point a training found, its Jacobian and slices of it.

game = game_of(training)                                # θf and θy lower E, θd raises it
print(verdict(game, game.start, game.rates))            # of minidann.probe: do steps converge, is it a saddle
print(slices(game, game.start))                         # E along random directions
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN, Losses
from ..adapt.training import Batch, Training
from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..engine.devices import use_backend
from ..engine.modes import no_grad
from ..nn.vector import ParameterVector
from .games import Game

RISE = ("rises", "risen", "up", "lower", "minimum")
FALL = ("falls", "fallen", "down", "higher", "maximum")


class LandscapeGame(Game):
    """E = L_y − λ L_d (arXiv:1409.7495, Eq. 1) of one fixed batch, by θ = (θf, θy, θd) as z (n,). Made by ``game_of``.

    ``field``: the sweep of L_y + domain_weight · L_d with the reversal in it, Eqs. 4–6 for domain_weight 1. So the
    minimiser has ∂E, where E's λ is ``adapt_weight`` · ``domain_weight``, and the maximiser −∂E/adapt_weight.
    ``weight_decay`` w adds w·z to the field, and to E what belongs to that: w/2·‖θf, θy‖² − λ·w/2·‖θd‖².

    ``start``: the weights when it was made. ``rates``, ``momentum``: of the training's next step, by part.
    """

    def __init__(self, network: DANN, batch: Batch, adapt_weight: float, domain_weight: float, weight_decay: float):
        self.network, self.batch = network, batch
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
        """The stretch of each weight and bias."""
        return tuple(self.vector.slices.values())

    def losses(self, z: Any) -> Losses:
        """L_y and L_d at z, without dropout."""
        self.vector.load(self.point(z))
        with use_backend("numpy"):
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
        """What a simultaneous step descends, (n,), by one sweep."""
        losses = self.losses(z)
        assert losses.domain_loss is not None
        swept = self.vector.gather(backprop(losses.total(self.domain_weight), of=self.vector.tensors))
        return swept + self.weight_decay * self.point(z)

    def minibatch_field(self, z: Any, batch: int, rng: np.random.Generator) -> np.ndarray:
        """The field of ``batch`` examples of each domain, drawn from those of the game without putting any back."""
        whole, size = self.batch, _validate.whole_number("batch", batch, least=1)
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
    """The game that ``training`` plays, in float64 on a copy of its network, on the host.

    ``batch``: what both losses are taken on; by default as many examples of each domain as both have. ``adapt_weight``:
    λ, by default that of the training's next step. ``weight_decay``: of the recipe's, none by default, which is the
    field of Training.field; a training goes to where the field with its own weight decay is 0. Dropout is off, and
    batch normalisation goes by what it has seen. ValueError for a training without a domain loss.
    """
    if not isinstance(training, Training):
        raise TypeError(f"training: got a {type(training).__name__}, expected a Training")
    if not training.has_domain_loss:
        raise ValueError("training: got one with domain_weight 0, expected one with a domain loss: else it is no game")
    if batch is None:
        n = min(len(training.x_source), len(training.x_target))
        batch = Batch(training.x_source[:n], training.y_source[:n], training.x_target[:n])
    batch = Batch(*map(to_numpy, batch))
    batch = Batch(batch.x_source.astype(np.float64), batch.y_source, batch.x_target.astype(np.float64))
    weight = training.adapt_weight if adapt_weight is None else adapt_weight
    network = training.network.copy().to("numpy")
    game = LandscapeGame(network, batch, weight, training.recipe.domain_weight, weight_decay)
    game.rates = dict.fromkeys(game.parts, training.rate) | {"domain_head": training.rate * training.recipe.domain_rate}
    game.momentum = training.recipe.momentum
    return game


@dataclass
class Slices:
    """E along random directions through a point, less its value there; printed, it says what it does.

    ``offsets`` (k,), 0 in the middle. ``minimiser`` (directions, k): along directions of (θf, θy). ``maximiser``
    (directions, k): along those of θd. ``value``: E at the point.
    """

    offsets: np.ndarray
    minimiser: np.ndarray
    maximiser: np.ndarray
    value: float

    @property
    def rises(self) -> np.ndarray:
        """Which of the minimiser's directions E rises along to both sides, everywhere within the span: booleans."""
        return _rises(self.minimiser)

    @property
    def falls(self) -> np.ndarray:
        """Which of the maximiser's directions E falls along to both sides, everywhere within the span: booleans."""
        return _rises(-self.maximiser)

    def lines(self) -> list[str]:
        """The answer in words."""
        found = ["directions of the minimiser's, (θf, θy):", *_said(self.minimiser, RISE)]
        found += ["directions of the maximiser's, θd:", *_said(-self.maximiser, FALL)]
        return [*found, "random directions see the mean curvature; verdict() looks for the worst one"]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def slices(game: Game, z: Any, directions: int = 20, span: float = 0.5, points: int = 41, seed: int = 0) -> Slices:
    """E(z + t·u) for t in −span…span at ``points`` (odd) places, for random u of each player.

    A direction is drawn from a normal distribution and scaled, weight by weight and bias by bias, to the length of what
    it is added to (Li et al. 2018, for filters): span 0.5 changes each by half of itself. Where z is 0 in all of a
    player's, u has length 1.
    """
    z = game.point(z)
    _validate.whole_number("directions", directions, least=1)
    if _validate.whole_number("points", points, least=3) % 2 == 0:
        raise ValueError(f"points: got {points}, expected an odd number, so that the point itself is among them")
    if _validate.number("span", span, least=0) == 0:
        raise ValueError("span: got 0, expected a number above 0")
    rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
    offsets, centre = np.linspace(-span, span, points), game.value(z)
    curves = []
    for player in (game.minimiser, game.maximiser):
        drawn = [_direction(game, z, player, rng) for _ in range(directions)]
        curves.append(np.array([[game.value(z + t * u) - centre for t in offsets] for u in drawn]))
    return Slices(offsets, curves[0], curves[1], centre)


def _direction(game: Game, z: np.ndarray, player: slice, rng: np.random.Generator) -> np.ndarray:
    """A random direction (n,) of one player, block for block as long as z."""
    direction = np.zeros(game.size)
    direction[player] = rng.standard_normal(player.stop - player.start)
    if not z[player].any():
        return direction / np.linalg.norm(direction)
    for block in game.blocks():
        length = np.linalg.norm(direction[block])
        if length:
            direction[block] *= np.linalg.norm(z[block]) / length
    return direction


def _rises(curves: np.ndarray) -> np.ndarray:
    """Whether each curve (directions, k), 0 in its middle, is above that everywhere else."""
    return np.delete(curves, curves.shape[1] // 2, axis=1).min(axis=1) > 0


def _said(curves: np.ndarray, words: tuple[str, ...]) -> list[str]:
    """How many of the curves (directions, k), 0 in their middle, rise to both sides, and what the others do.

    For the maximiser the curves come upside down, and with ``words`` to match.
    """
    rises, risen, up, lower, minimum = words
    (n, k), kinds = curves.shape, np.array([_kind(curve) for curve in curves])
    bent = curves[:, [k // 2 - 1, k // 2 + 1]].sum(axis=1) > 0
    lines = [f"  E {rises} to both sides along {(kinds == 'rises').sum()} of {n}; it is bent {up} along {bent.sum()}"]
    meanings = {
        "tilted": f"E {rises} on one side only, as the field is not 0 here: the {minimum} lies beside the point",
        "humped": f"E is bent the wrong way at the point: for them it is no {minimum}",
        "far": f"E {rises} at first, and is {lower} further off: a {minimum}, but not the only one",
    }
    for kind, meaning in meanings.items():
        those = curves[kinds == kind]
        if len(those):
            ends = f"at the ends {risen} by {those[:, [0, -1]].mean():.2g} on average"
            lines.append(f"  {len(those)} do not: {meaning} ({lower} by up to {-those.min():.2g}; {ends})")
    return lines


def _kind(curve: np.ndarray) -> str:
    """Of a curve that should rise to both sides of its middle: "rises", "tilted", "humped" or "far"."""
    left, right = curve[len(curve) // 2 - 1], curve[len(curve) // 2 + 1]
    if _rises(curve[None])[0]:
        return "rises"
    if left + right <= 0:
        return "humped"
    return "tilted" if min(left, right) <= 0 else "far"
