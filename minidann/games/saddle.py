"""Two separate questions about a point of a game: do steps converge to it, and is it a saddle?

The first question is about steps. Near a stationary point a step multiplies the distance by the matrix I − D·J, with J
the Jacobian of the field and D the rates. Steps converge if |1 − μ| < 1 for all eigenvalues μ of D·J, and rotate if
some μ are complex. The second question is about E: its Hessian must be ≥ 0 in the minimiser's directions and ≤ 0 in the
maximiser's. One answer does not give the other. All simultaneous steps spiral away from the saddle of the bilinear
game, and some points attract the steps and are no saddle (Daskalakis & Panageas 2018; Adolphs et al. 2019).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .. import _validate
from .._differences import central_difference
from .dynamics import DYNAMICS, Field, Vector, checked_field, checked_game, maximiser_mask, rate_vector
from .games import Game, point_of

TINY = 1e-6  # smaller values count as 0, relative to the largest: differences of float64 sweeps are right to 1e-9


def jacobian(field: Field, z: Any, h: float = 1e-5) -> Vector:
    """∂field/∂z (m, n) at z (n,) by central differences, (v(z + h·e) − v(z − h·e))/2h for each unit vector e.

    A field gives as many numbers as z has, so m = n. A function of one number has m = 1: its gradient is the only row.

    In float64 the error is about h² from the curvature of the field and 1e-16/h from rounding. With backprop inside
    ``field`` these are second derivatives, at the cost of 2n sweeps.
    """
    point, h = point_of("z", z), _validate.number("h", h, least=1e-12)
    _validate.function("field", field, "z")

    def values(z: Vector) -> Vector:
        return point_of("field", _validate.result_of("field", field, z))

    def column(unit: Vector) -> Vector:
        slope: Vector = central_difference(lambda t: values(point + t * unit), h)
        return slope

    return np.stack([column(unit) for unit in np.eye(len(point))], axis=1)


def symmetric_part(matrix: Vector) -> Vector:
    """(J + Jᵀ)/2: equal to J if the field is the gradient of one function."""
    matrix = _square("matrix", matrix)
    return (matrix + matrix.T) / 2


def antisymmetric_part(matrix: Vector) -> Vector:
    """(J − Jᵀ)/2. For a DANN: ∓(1 + λ)/2 · ∂²L_d/∂θf∂θd in the two blocks between the parts, else 0."""
    matrix = _square("matrix", matrix)
    return (matrix - matrix.T) / 2


def _square(name: str, matrix: Any) -> Vector:
    """``matrix`` as a float64 array (n, n). Raises ValueError otherwise."""
    found = _validate.array(name, matrix, 2, "a square matrix (n, n)")
    if not len(found) or len(found) != found.shape[1]:
        raise ValueError(f"{name}: got shape {found.shape}, expected a square matrix (n, n)")
    return found


def step_matrix(
    jacobian: Vector,
    rate: Any,
    dynamics: str = "simultaneous",
    momentum: float = 0.9,
    inner: int = 1,
    maximiser: Any = 0,
) -> Vector:
    """The matrix of one step: it multiplies the distance z − z* from a stationary point z*, with field J·(z − z*).

    ``rate``: a number or (n,). ``maximiser``: (n,), 1 for the maximiser's numbers, for "alternating". The result is (n,
    n). For "momentum" and "optimistic", which also use the last point, it is (2n, 2n) and acts on (z_t − z*, z_{t−1} −
    z*).
    """
    _validate.one_of("dynamics", dynamics, tuple(DYNAMICS))
    _validate.number("momentum", momentum, least=-1, below=1)
    _validate.whole_number("inner", inner, least=1)
    jacobian = _square("jacobian", jacobian)
    n = len(jacobian)
    one, nothing = np.eye(n), np.zeros((n, n))
    moved = _for_each("rate", rate, n)[:, None] * jacobian  # D·J
    if dynamics == "simultaneous":
        return one - moved
    if dynamics == "alternating":
        turn = _for_each("maximiser", maximiser, n)[:, None]
        return (one - (1 - turn) * moved) @ np.linalg.matrix_power(one - turn * moved, inner)
    if dynamics == "extragradient":
        return one - moved @ (one - moved)
    if dynamics == "momentum":
        return np.block([[(1 + momentum) * one - moved, -momentum * one], [one, nothing]])
    return np.block([[one - 2 * moved, moved], [one, nothing]])


def _for_each(name: str, value: Any, n: int) -> Vector:
    """``value``, one number or (n,), as a float64 array (n,). Raises ValueError otherwise."""
    found = _validate.array(name, value, None, f"one number, or one for each of {n}")
    if found.shape not in ((), (n,)):
        raise ValueError(f"{name}: got shape {found.shape}, expected one number, or ({n},)")
    return np.broadcast_to(found, (n,))


def spectral_radius(matrix: Vector) -> float:
    """The largest |eigenvalue|: the factor of a vector at each application, in the long run."""
    return float(np.abs(np.linalg.eigvals(_square("matrix", matrix))).max())


class Motion(NamedTuple):
    """The factor of the distance and the angle of rotation (radians) at each step."""

    factor: float
    angle: float


def measure_motion(points: Any, centre: Any) -> Motion:
    """The factor and the angle per step around ``centre`` (n,), from the later half of iterates (steps + 1, n) alone.

    A motion that shrinks by r and rotates by φ at each step obeys x_{t+2} = 2r·cos φ·x_{t+1} − r²·x_t in each
    coordinate (Prony 1795). The two coefficients are fitted; r and φ are those of the larger root of s² = p·s + q. One
    mode, or one pair, must outlive the others, and there must be no noise.
    """
    iterates = _validate.array("points", points, None, "iterates (steps + 1, n)")
    if iterates.ndim != 2 or len(iterates) < 7:
        raise ValueError(f"points: got shape {iterates.shape}, expected at least eight iterates: (steps + 1, n)")
    middle = _validate.array("centre", point_of("centre", centre))
    if len(middle) != iterates.shape[1]:
        raise ValueError(
            f"points, centre: got shapes {iterates.shape} and {middle.shape}, expected (steps, n) and (n,)"
        )
    offsets = iterates - middle
    offsets = offsets[len(offsets) // 2 :]
    sizes = np.linalg.norm(offsets[:-2], axis=1)[:, None]
    if not sizes.all():
        raise ValueError("points: got iterates at the centre, without any motion")
    before, now, after = ((x / sizes).ravel() for x in (offsets[:-2], offsets[1:-1], offsets[2:]))
    # rcond: for one real mode both columns are parallel, and their rounding must not be fitted
    p, q = np.linalg.lstsq(np.stack([now, before], axis=1), after, rcond=1e-6)[0]
    root = max(np.roots([1, -p, -q]), key=abs)
    return Motion(float(abs(root)), abs(float(np.angle(root))))


def stationary_point(field: Field, start: Any, steps: int = 50, h: float = 1e-5) -> Vector:
    """A point (n,) near ``start`` with field 0, by Newton's method. Raises ValueError if it finds none.

    The method finds saddles, minima and maxima: ``verdict`` tells them apart.
    """
    z = _validate.array("start", point_of("start", start))
    _validate.whole_number("steps", steps, least=1)
    field = checked_field("field", field)
    for _ in range(steps):
        here = field(z)
        if np.linalg.norm(here) < 1e-12 * max(1.0, float(np.linalg.norm(z))):
            return z
        move = np.linalg.lstsq(jacobian(field, z, h), here, rcond=None)[0]
        z = z - move / max(1.0, float(np.linalg.norm(move)))  # at most 1 at once
    raise ValueError(f"start: no stationary point within {steps} steps; the field's norm is {np.linalg.norm(here):.2g}")


@dataclass
class Verdict:
    """The result of ``verdict``; printed, it answers in words.

    ``jacobian``: J (n, n) of the field. ``eigenvalues``: μ of D·J. ``step_eigenvalues``: of the matrix of a step (1 − μ
    for simultaneous steps). ``flat``: the number of step eigenvalues equal to 1, directions without motion. ``radius``:
    the largest |step eigenvalue| of the others, known to ``margin``. ``angle``: the angle of that eigenvalue, in
    radians. ``lowest``: the least curvature of E in the minimiser's directions, along ``lowest_direction`` (n,).
    ``highest``: the greatest curvature in the maximiser's directions (of E/λ for a DANN). ``zero``: the bound below
    which a curvature counts as 0. ``field_norm``: 0 at a stationary point.
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
        """Whether steps that start near the point converge to it."""
        return self.radius < 1 - self.margin

    @property
    def turning(self) -> int:
        """The number of complex eigenvalues of D·J."""
        return int(_is_complex(self.eigenvalues).sum())

    @property
    def turns(self) -> bool:
        """Whether the game rotates: D·J has complex eigenvalues. Overshoot by momentum does not count."""
        return self.turning > 0

    @property
    def is_stationary(self) -> bool:
        """Whether the field is 0. Only then do both questions have their plain meaning."""
        return self.field_norm <= TINY * max(1.0, float(np.abs(self.jacobian).max()))

    @property
    def curves_as_saddle(self) -> bool:
        """Whether H_ff ≥ 0 and H_dd ≤ 0, at a stationary point or not."""
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
        low, high = self.lowest + 0.0, self.highest + 0.0  # −0 would be written
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
    """The answers to both questions about the point z (n,) of ``game``, for steps with ``rate`` (one, or one for each
    part).

    ``dynamics``, ``momentum``, ``inner``: as in ``dynamics.play``. ``h``: as in ``jacobian``, which computes 2n fields.
    """
    z = _validate.array("z", checked_game(game).point(z))
    rates, mask = rate_vector(rate, game, game.size), maximiser_mask(game)
    found = jacobian(game.field, z, h)
    steps = np.linalg.eigvals(step_matrix(found, rates, dynamics, momentum, inner, mask))
    margin = TINY * float(np.abs(rates[:, None] * found).max())
    moving = steps[np.abs(steps - 1) > margin]
    leading = moving[np.abs(moving).argmax()] if len(moving) else 1.0
    # for the minimiser J has the Hessian of E; for the maximiser minus the Hessian, or minus it over λ
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
    """The least (sign 1) or greatest (−1) curvature in a player's directions, and its unit direction (n,)."""
    values, vectors = np.linalg.eigh(symmetric_part(sign * hessian[player, player]))
    direction = np.zeros(len(hessian))
    direction[player] = vectors[:, 0]
    return sign * float(values[0]), direction


def _is_complex(eigenvalues: Vector) -> Vector:
    return np.abs(np.imag(eigenvalues)) > TINY * float(np.abs(eigenvalues).max())
