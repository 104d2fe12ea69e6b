"""Two questions about a point of a game, kept apart: do steps go to it, and is it a saddle?

The first is asked of the step: near a stationary point it multiplies the distance by the matrix I − D·J, J the Jacobian
of the field and D the rates. Steps converge where |1 − μ| < 1 for all eigenvalues μ of D·J, and turn where some are
complex. The second is asked of E: its Hessian must be ≥ 0 in the minimiser's directions and ≤ 0 in the maximiser's.
Neither answers the other: of the bilinear game's saddle all simultaneous steps spiral away, and there are points that
attract the steps and are no saddle (Daskalakis & Panageas 2018; Adolphs et al. 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .._differences import central_difference
from .dynamics import DYNAMICS, Field, Vector, maximiser_mask, rate_vector
from .games import Game

TINY = 1e-6  # what counts as 0, as a share of the largest there is: differences of float64 sweeps are good to 1e-9


def jacobian(field: Field, z: Any, h: float = 1e-5) -> Vector:
    """∂field/∂z (n, n) at z (n,) by central differences, (v(z + h·e) − v(z − h·e))/2h for each unit vector e.

    In float64, the error is about h² from the curvature of the field and 1e-16/h from rounding. With backprop inside
    ``field`` these are second derivatives: 2n sweeps.
    """
    z, h = np.array(z, dtype=np.float64), _validate.number("h", h, least=1e-12)
    point: Vector = z

    def column(unit: Vector) -> Vector:
        slope: Vector = central_difference(lambda t: field(point + t * unit), h)
        return slope

    return np.stack([column(unit) for unit in np.eye(len(point))], axis=1)


def symmetric_part(matrix: Vector) -> Vector:
    """(J + Jᵀ)/2, what J would be for the gradient of one function."""
    return (matrix + matrix.T) / 2


def antisymmetric_part(matrix: Vector) -> Vector:
    """(J − Jᵀ)/2. Of a DANN's field: ∓(1 + λ)/2 · ∂²L_d/∂θf∂θd in the two blocks that join the parts, else 0."""
    return (matrix - matrix.T) / 2


def step_matrix(
    jacobian: Vector,
    rate: Any,
    dynamics: str = "simultaneous",
    momentum: float = 0.9,
    inner: int = 1,
    maximiser: Any = 0,
) -> Vector:
    """By what a step multiplies the distance z − z* from a stationary point z*, where the field is J·(z − z*).

    ``rate``: a number or (n,). ``maximiser``: (n,), 1 in the maximiser's places, for "alternating". (n, n); for
    "momentum" and "optimistic", which go by the last point too, (2n, 2n): it acts on (z_t − z*, z_{t−1} − z*).
    """
    _validate.one_of("dynamics", dynamics, tuple(DYNAMICS))
    n = len(jacobian)
    one, nothing = np.eye(n), np.zeros((n, n))
    moved = np.broadcast_to(rate, (n,))[:, None] * jacobian  # D·J
    if dynamics == "simultaneous":
        return one - moved
    if dynamics == "alternating":
        turn = np.broadcast_to(maximiser, (n,))[:, None]
        return (one - (1 - turn) * moved) @ np.linalg.matrix_power(one - turn * moved, inner)
    if dynamics == "extragradient":
        return one - moved @ (one - moved)
    if dynamics == "momentum":
        return np.block([[(1 + momentum) * one - moved, -momentum * one], [one, nothing]])
    return np.block([[one - 2 * moved, moved], [one, nothing]])


def spectral_radius(matrix: Vector) -> float:
    """The largest |eigenvalue|: by what, in the long run, each application multiplies a vector."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


class Motion(NamedTuple):
    """By what the distance is multiplied, and the angle (radians) turned, at each step."""

    factor: float
    angle: float


def measure_motion(points: Any, centre: Any) -> Motion:
    """Factor and angle per step about ``centre`` (n,), from iterates (steps + 1, n) alone; the later half of them.

    Whatever shrinks by r and turns by φ at each step obeys x_{t+2} = 2r·cos φ·x_{t+1} − r²·x_t in every coordinate
    (Prony 1795). So the two numbers are fitted, and r and φ are those of the larger root of s² = p·s + q. It needs one
    mode, or one pair, to outlive the others, and no noise.
    """
    offsets = np.asarray(points, dtype=np.float64) - np.asarray(centre)
    offsets = offsets[len(offsets) // 2 :]
    if offsets.ndim != 2 or len(offsets) < 4:
        raise ValueError(f"points: got shape {np.shape(points)}, expected at least eight iterates: (steps + 1, n)")
    sizes = np.linalg.norm(offsets[:-2], axis=1)[:, None]
    if not sizes.all():
        raise ValueError("points: got iterates at the centre itself, where nothing moves")
    before, now, after = ((x / sizes).ravel() for x in (offsets[:-2], offsets[1:-1], offsets[2:]))
    # rcond: of one real mode, now is a multiple of before; the rounding that tells them apart must not be fitted
    p, q = np.linalg.lstsq(np.stack([now, before], axis=1), after, rcond=1e-6)[0]
    root = max(np.roots([1, -p, -q]), key=abs)
    return Motion(float(abs(root)), abs(float(np.angle(root))))


def stationary_point(field: Field, start: Any, steps: int = 50, h: float = 1e-5) -> Vector:
    """A point (n,) near ``start`` where the field is 0, by Newton's method. RuntimeError if it finds none.

    It goes to saddles, minima and maxima alike: ask ``verdict`` which.
    """
    z = np.array(start, dtype=np.float64)
    for _ in range(steps):
        here = field(z)
        if np.linalg.norm(here) < 1e-12 * max(1.0, float(np.linalg.norm(z))):
            return z
        move = np.linalg.lstsq(jacobian(field, z, h), here, rcond=None)[0]
        z = z - move / max(1.0, float(np.linalg.norm(move)))  # never further than 1 at once
    raise RuntimeError(
        f"start: no stationary point within {steps} steps; the field's norm is {np.linalg.norm(here):.2g}"
    )


@dataclass
class Verdict:
    """What ``verdict`` found; printed, it answers in words.

    ``jacobian`` J (n, n) of the field. ``eigenvalues``: μ of D·J. ``step_eigenvalues``: of the step's matrix (1 − μ for
    simultaneous steps). ``flat``: how many of the latter are 1, directions in which nothing moves. ``radius``: the
    largest |step eigenvalue| of the others, known to ``margin``. ``angle``: that one's, in radians. ``lowest``: the
    least curvature of E in the minimiser's directions, and ``lowest_direction`` (n,). ``highest``: the greatest in the
    maximiser's (of E/λ in a DANN, where the field is that). ``zero``: what counts as 0 among curvatures.
    ``field_norm``: 0 at a stationary point.
    """

    jacobian: Vector
    eigenvalues: Vector
    step_eigenvalues: Vector
    flat: int
    radius: float
    angle: float
    margin: float
    lowest: float
    lowest_direction: Vector
    highest: float
    highest_direction: Vector
    zero: float
    field_norm: float
    rate: Any
    dynamics: str
    parts: Mapping[str, slice]

    @property
    def converges(self) -> bool:
        """Whether steps that begin near the point go to it."""
        return self.radius < 1 - self.margin

    @property
    def turning(self) -> int:
        """How many eigenvalues of D·J are complex."""
        return int(_is_complex(self.eigenvalues).sum())

    @property
    def turns(self) -> bool:
        """Whether the game turns: D·J has complex eigenvalues. (Momentum overshoots in any game, and is not meant.)"""
        return self.turning > 0

    @property
    def is_stationary(self) -> bool:
        """Whether the field is 0 there. Else neither question has its plain meaning."""
        return self.field_norm <= TINY * max(1.0, float(np.abs(self.jacobian).max()))

    @property
    def curves_as_saddle(self) -> bool:
        """Whether H_ff ≥ 0 and H_dd ≤ 0, stationary or not."""
        return self.lowest >= -self.zero and self.highest <= self.zero

    @property
    def is_saddle(self) -> bool:
        return self.is_stationary and self.curves_as_saddle

    def lines(self) -> list[str]:
        """The answer in words."""
        state = "stationary" if self.is_stationary else "not stationary, so the rest is about its surroundings"
        return [f"the point is {state}: the field's norm is {self.field_norm:.3g}", *self._steps(), *self._saddle()]

    def _steps(self) -> list[str]:
        undecided = abs(self.radius - 1) <= self.margin
        answer = "yes" if self.converges else "neither to it nor away" if undecided else "no, they run away"
        named = self.rate.items() if isinstance(self.rate, Mapping) else [("", self.rate)]
        rates = ", ".join(f"{name} {rate:g}".strip() for name, rate in named)
        resting = f", but for the {self.flat} that are 1: nothing moves there" * (self.flat > 0)
        n, turning = len(self.eigenvalues), self.turning
        angle = f", and what lasts longest turns by {math.degrees(self.angle):.3g}° a step" * (self.angle > 0)
        return [
            f"do the steps converge? {answer}: the largest |eigenvalue| of a step is {self.radius:.6g}{resting} "
            f"({self.dynamics}, rate {rates})",
            f"do they turn? {'yes' if turning else 'no'}: {turning} of {n} eigenvalues of D·J are complex{angle}",
        ]

    def _saddle(self) -> list[str]:
        low, high = self.lowest + 0.0, self.highest + 0.0  # −0 is no sign to see
        bounds = f"E's curvature is at least {low:.3g} for the minimiser, at most {high:.3g} for the maximiser"
        if self.curves_as_saddle:
            return [f"is it a saddle? {'yes' if self.is_stationary else 'it is curved like one'}: {bounds}"]
        wrong = []
        if self.lowest < -self.zero:
            wrong.append(f"  E bends down in a direction of the minimiser's, {self._where(self.lowest_direction)}")
        if self.highest > self.zero:
            wrong.append(f"  E bends up in a direction of the maximiser's, {self._where(self.highest_direction)}")
        return [f"is it a saddle? no: {bounds}", *wrong]

    def _where(self, direction: Vector) -> str:
        shares = {name: float((direction[part] ** 2).sum()) for name, part in self.parts.items()}
        most = max(shares, key=lambda name: shares[name])
        return f"{shares[most]:.0%} of it in {most}"

    def __str__(self) -> str:
        return "\n".join(self.lines())


def verdict(
    game: Game,
    z: Any,
    rate: float | Mapping[str, float],
    dynamics: str = "simultaneous",
    *,
    momentum: float = 0.9,
    inner: int = 1,
    h: float = 1e-5,
) -> Verdict:
    """Both questions about the point z (n,) of ``game``, for steps of ``rate`` (one, or one for each part by name).

    ``dynamics``, ``momentum``, ``inner``: as for ``dynamics.play``. ``h``: as for ``jacobian``, which costs 2n fields.
    """
    z = game.point(z)
    rates, mask = rate_vector(rate, game, game.size), maximiser_mask(game)
    found = jacobian(game.field, z, h)
    steps = np.linalg.eigvals(step_matrix(found, rates, dynamics, momentum, inner, mask))
    margin = TINY * float(np.abs(rates[:, None] * found).max())
    moving = steps[np.abs(steps - 1) > margin]
    leading = moving[np.abs(moving).argmax()] if len(moving) else 1.0
    # where the minimiser's field is ∂E, J has E's Hessian; for the maximiser it has minus that, or minus that over λ
    lowest, low = _extreme(found, game.minimiser, 1)
    highest, high = _extreme(-found, game.maximiser, -1)
    return Verdict(
        jacobian=found,
        eigenvalues=np.linalg.eigvals(rates[:, None] * found),
        step_eigenvalues=steps,
        flat=len(steps) - len(moving),
        radius=float(abs(leading)),
        angle=abs(float(np.angle(leading))),
        margin=margin,
        lowest=lowest,
        lowest_direction=low,
        highest=highest,
        highest_direction=high,
        zero=TINY * float(np.abs(found).max()),
        field_norm=float(np.linalg.norm(game.field(z))),
        rate=rate,
        dynamics=dynamics,
        parts=game.parts,
    )


def _extreme(hessian: Vector, player: slice, sign: int) -> tuple[float, Vector]:
    """The least (sign 1) or greatest (−1) curvature in the player's directions, and the direction (n,), of length 1."""
    values, vectors = np.linalg.eigh(symmetric_part(sign * hessian[player, player]))
    direction = np.zeros(len(hessian))
    direction[player] = vectors[:, 0]
    return sign * float(values[0]), direction


def _is_complex(eigenvalues: Vector) -> Vector:
    return np.abs(np.imag(eigenvalues)) > TINY * float(np.abs(eigenvalues).max())
