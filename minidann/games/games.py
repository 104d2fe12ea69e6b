"""Games of two players with one number E(z): the smallest ones with a saddle point.

z is a float64 vector (n,): the parameters of the minimiser, then those of the maximiser. A simultaneous step descends
``field(z)``: ∂E/∂z for the minimiser, and −∂E/∂z for the maximiser. The field is the gradient of no function. Therefore
steps against it can rotate.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..engine import functions as F
from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..engine.modes import no_grad
from ..engine.tensor import Tensor


def point_of(name: str, z: Any, size: int | None = None) -> np.ndarray:
    """``z`` as a float64 array (size,) on the host, from any device. Raises ValueError otherwise.

    The numbers need not be finite: steps may run off.
    """
    words = "a point: numbers (n,)"
    on_device = hasattr(z, "dtype") and not isinstance(z, np.ndarray)
    point = _validate.array(name, to_numpy(z) if on_device else z, 1, words, finite=False)
    if len(point) != size if size is not None else not len(point):
        raise ValueError(f"{name}: got shape {point.shape}, expected ({'n' if size is None else size},)")
    return point


class Game:
    """The base of games. A game of your own defines ``parts``, ``value`` and ``field``.

    ``parts``: slices of z by name, in order. The last one belongs to the maximiser. ``saddle``: the saddle, if known.
    """

    parts: dict[str, slice]
    saddle: np.ndarray | None = None

    @property
    def size(self) -> int:
        """n, the length of z."""
        return self.maximiser.stop

    @property
    def maximiser(self) -> slice:
        return list(self.parts.values())[-1]

    @property
    def minimiser(self) -> slice:
        return slice(0, self.maximiser.start)

    def blocks(self) -> tuple[slice, ...]:
        """Slices of z with numbers of similar size; here the parts."""
        return tuple(self.parts.values())

    def point(self, z: Any) -> np.ndarray:
        """``z`` as a float64 array (n,) on the host. Raises ValueError for another shape."""
        return point_of("z", z, self.size)

    def value(self, z: Any) -> float:
        """E(z)."""
        raise TypeError(f"game: {type(self).__name__} has no value, expected a subclass of Game that defines it")

    def field(self, z: Any) -> np.ndarray:
        """The field (n,) at z: a simultaneous step descends it."""
        raise TypeError(f"game: {type(self).__name__} has no field, expected a subclass of Game that defines it")

    def minibatch_field(self, z: Any, batch: int, rng: np.random.Generator) -> np.ndarray:
        """An estimate of the field from ``batch`` random examples of each domain. Its mean is close to the field."""
        raise TypeError(
            f"game: {type(self).__name__} has no minibatches, expected a subclass of Game that defines them"
        )

    def jacobian(self, z: Any) -> np.ndarray | None:
        """∂field/∂z (n, n) by formula, or None without a formula: see saddle.jacobian."""
        self.point(z)
        return None


class QuadraticGame(Game):
    """E = θf·θd + a/2·θf² − b/2·θd². The saddle is 0; a = b = 0 is the bilinear game.

    Its Jacobian [[a, 1], [−1, b]] has the eigenvalues (a + b)/2 ± i·√(1 − (a − b)²/4): for the bilinear game ±i.
    ``noise``: the standard deviation of the gradient of one example around the field, in each coordinate.
    """

    def __init__(self, a: float = 0.0, b: float = 0.0, noise: float = 1.0) -> None:
        self.a, self.b = _validate.number("a", a), _validate.number("b", b)
        self.noise = _validate.number("noise", noise, least=0)
        self.parts = {"features": slice(0, 1), "domain": slice(1, 2)}
        self.saddle = np.zeros(2)

    def value(self, z: Any) -> float:
        f, d = self.point(z)
        return float(f * d + self.a / 2 * f**2 - self.b / 2 * d**2)

    def field(self, z: Any) -> np.ndarray:
        return self.jacobian(z) @ self.point(z)

    def minibatch_field(self, z: Any, batch: int, rng: np.random.Generator) -> np.ndarray:
        size = _validate.whole_number("batch", batch, least=1)
        _validate.generator("rng", rng)
        return self.field(z) + self.noise / np.sqrt(size) * rng.standard_normal(2)

    def jacobian(self, z: Any) -> np.ndarray:
        return np.array([[self.a, 1.0], [-1.0, self.b]])

    def __repr__(self) -> str:
        return f"QuadraticGame(a={self.a:g}, b={self.b:g})"


def bilinear_game() -> QuadraticGame:
    """E = θf·θd: only the conflict of the two players."""
    return QuadraticGame()


class SmallestDANN(Game):
    """A DANN of two numbers, θf = w and θd = v: features h = w·x, domain logit v·h, behind a reversal of weight λ.

    E = L_y − λ L_d (arXiv:1409.7495, Eq. 1). x: ``n`` numbers of each domain, drawn once by ``seed`` from normal
    distributions with deviation 1; their means are −gap/2 for the source and +gap/2 for the target. ``bias``: the
    domain logit is v·h + b, and z = (w, v, b). ``labels`` adds L_y, the loss of h as a label logit, for source labels
    that are 1 with probability σ(x): the best w is then about 1. Without labels E = −λ L_d.

    The field is that of one sweep of L_y + L_d with the reversal in it (Eqs. 4–6): for the maximiser ∂L_d, which is
    −∂E/λ. Without labels 0 is a saddle: constant features and a constant head. There C, the mixed derivative of L_d, is
    (mean of source x − mean of target x)/4. The eigenvalues of the Jacobian are ±i·√λ·C (and 1/4 for the bias), as in
    the bilinear game.
    """

    def __init__(
        self,
        adapt_weight: float = 1.0,
        gap: float = 2.0,
        n: int = 100,
        labels: bool = False,
        bias: bool = False,
        seed: int = 0,
    ) -> None:
        self.adapt_weight = _validate.number("adapt_weight", adapt_weight, least=0)
        self.labels, self.bias = _validate.boolean("labels", labels), _validate.boolean("bias", bias)
        self.n = _validate.whole_number("n", n, least=2)
        self.parts = {"features": slice(0, 1), "domain": slice(1, 3 if bias else 2)}
        self.saddle = None if labels else np.zeros(self.size)
        rng = np.random.default_rng(_validate.whole_number("seed", seed, least=0))
        shift = _validate.number("gap", gap) / 2
        self.x_source, self.x_target = rng.standard_normal((2, n)) + [[-shift], [shift]]
        self.y_source = (rng.random(n) < 1 / (1 + np.exp(-self.x_source))).astype(np.float64)

    def losses(self, z: Tensor, source: Any = slice(None), target: Any = slice(None)) -> dict[str, Tensor]:
        """L_d, and L_y with labels, at z (n,), a tensor. ``source``, ``target``: the examples; by default all."""
        if not isinstance(z, Tensor) or z.shape != (self.size,):
            raise TypeError(f"z: got {_validate.shown(z)}, expected a tensor ({self.size},)")
        source, target = _indices("source", source, self.n), _indices("target", target, self.n)
        x_source, x_target = self.x_source[source], self.x_target[target]
        features = np.concatenate([x_source, x_target]) * z[0]
        logits = F.reverse_gradient(features, self.adapt_weight) * z[1]
        if self.bias:
            logits = logits + z[2]
        domains = np.repeat([0.0, 1.0], [len(x_source), len(x_target)])
        losses = {"L_d": F.binary_cross_entropy_with_logits(logits, domains)}
        if self.labels:
            losses["L_y"] = F.binary_cross_entropy_with_logits(features[: len(x_source)], self.y_source[source])
        return losses

    def value(self, z: Any) -> float:
        with no_grad():
            losses = self.losses(Tensor(self.point(z)))
        label = losses["L_y"].item() if self.labels else 0.0
        return label - self.adapt_weight * losses["L_d"].item()

    def field(self, z: Any) -> np.ndarray:
        return self._sweep(z, slice(None), slice(None))

    def minibatch_field(self, z: Any, batch: int, rng: np.random.Generator) -> np.ndarray:
        size = min(_validate.whole_number("batch", batch, least=1), self.n)
        _validate.generator("rng", rng)
        return self._sweep(z, *(rng.choice(self.n, size, replace=False) for _ in range(2)))

    def _sweep(self, z: Any, source: Any, target: Any) -> np.ndarray:
        theta = Tensor(self.point(z), requires_grad=True)
        losses = self.losses(theta, source, target)
        total = losses["L_y"] + losses["L_d"] if self.labels else losses["L_d"]
        return to_numpy(backprop(total, of=[theta])[theta])

    def __repr__(self) -> str:
        return f"SmallestDANN(λ={self.adapt_weight:g}, labels={self.labels}, bias={self.bias})"


def _indices(name: str, which: Any, n: int) -> Any:
    """``which``, a slice or indices (k,) below ``n``. Raises ValueError otherwise."""
    if isinstance(which, slice):
        return which
    found = _validate.array(name, which, 1, "a slice, or indices (k,)")
    if not len(found) or (found % 1).any() or found.min() < -n or found.max() >= n:
        raise ValueError(f"{name}: got {_validate.shown(which)}, expected a slice, or indices (k,) below {n}")
    return found.astype(int)
