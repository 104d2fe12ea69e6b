"""Do steps converge, and is the point a saddle: measured, and against formulas."""

import numpy as np
import pytest

import minidann as md
from minidann.games.dynamics import DYNAMICS, play
from minidann.games.games import Game, QuadraticGame, SmallestDANN, bilinear_game
from minidann.games.saddle import (
    antisymmetric_part,
    jacobian,
    measure_motion,
    spectral_radius,
    stationary_point,
    step_matrix,
    symmetric_part,
    verdict,
)


def mixed_derivative(game, z, h=1e-4):
    """∂²L_d/∂θf∂θd of the smallest DANN from values of L_d alone."""

    def domain_loss(f, d):
        return game.losses(md.Tensor(np.array([z[0] + f, z[1] + d])))["L_d"].item()

    return (domain_loss(h, h) - domain_loss(h, -h) - domain_loss(-h, h) + domain_loss(-h, -h)) / (4 * h * h)


@pytest.mark.parametrize("adapt_weight", [0.0, 0.3, 1.0, 2.5])
@pytest.mark.parametrize("labels", [False, True])
def test_the_antisymmetric_part_is_half_of_1_plus_lambda_times_the_mixed_derivative(adapt_weight, labels, rng):
    game = SmallestDANN(adapt_weight, labels=labels)
    for z in rng.standard_normal((3, 2)):
        turning = antisymmetric_part(jacobian(game.field, z))
        expected = (1 + adapt_weight) / 2 * mixed_derivative(game, z)
        np.testing.assert_allclose(turning, [[0, -expected], [expected, 0]], atol=1e-7)
        assert abs(expected) > 1e-3


def test_asymmetry_alone_turns_nothing():
    """At λ = 0 the features do not see the domain head: the Jacobian is triangular, and its eigenvalues are real."""
    game = SmallestDANN(0.0, labels=True)
    found = verdict(game, [0.3, 0.0], 0.1)
    assert np.abs(antisymmetric_part(found.jacobian)).max() > 0.05
    assert not found.turns
    assert found.turning == 0
    turning = verdict(SmallestDANN(0.7, labels=True), [0.3, 0.0], 0.1)
    assert turning.turns
    assert turning.turning == 2
    third_at_rest = SmallestDANN(0.7, bias=True)  # the bias's eigenvalue is real
    assert verdict(third_at_rest, third_at_rest.saddle, 0.1).turning == 2


def test_jacobian_of_a_known_field_and_its_two_parts(rng):
    matrix = rng.standard_normal((4, 4))
    got = jacobian(lambda z: matrix @ z + z**3, [0.5, -0.5, 1.0, 0.0])
    np.testing.assert_allclose(got, matrix + 3 * np.diag([0.25, 0.25, 1, 0]), atol=1e-8)
    np.testing.assert_allclose(symmetric_part(got) + antisymmetric_part(got), got)
    np.testing.assert_array_equal(antisymmetric_part(got), -antisymmetric_part(got).T)


def test_the_jacobian_of_a_function_of_one_number_is_its_gradient():
    got = jacobian(lambda z: np.array([z[0] ** 2 * z[1]]), [3.0, 2.0])
    np.testing.assert_allclose(got, [[12.0, 9.0]], rtol=1e-8)


@pytest.mark.parametrize("dynamics", DYNAMICS)
def test_the_steps_matrix_is_what_a_step_does(dynamics):
    game, rate = QuadraticGame(0.4, -0.2), {"features": 0.1, "domain": 0.3}
    matrix = step_matrix(game.jacobian(0), [0.1, 0.3], dynamics, 0.6, 2, maximiser=[0, 1])
    points = play(game, [1.0, -0.5], 6, rate, dynamics, momentum=0.6, inner=2).points
    for last, now, after in zip(points, points[1:], points[2:]):
        state = now if len(matrix) == 2 else np.concatenate([now, last])
        np.testing.assert_allclose((matrix @ state)[:2], after, atol=1e-12)


def test_where_the_bilinear_games_steps_are_known():
    j = bilinear_game().jacobian(0)
    assert spectral_radius(step_matrix(j, 0.1)) == pytest.approx(np.sqrt(1.01))
    assert spectral_radius(step_matrix(j, 0.1, "extragradient")) == pytest.approx(np.sqrt(1 - 0.01 + 0.0001))
    assert spectral_radius(step_matrix(j, 0.1, "alternating", maximiser=[0, 1])) == pytest.approx(1)


@pytest.mark.parametrize(("factor", "angle"), [(0.9, 0.3), (1.05, 2.0), (1.0, 0.01), (0.8, 0.0)])
def test_a_spiral_is_measured_as_it_was_made(factor, angle):
    turn = factor * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = np.array([np.linalg.matrix_power(turn, t) @ [1, 0.5] for t in range(60)]) + 3
    got = measure_motion(points, [3, 3])
    assert got == pytest.approx((factor, angle), abs=1e-6)


def test_measuring_needs_something_that_moves():
    with pytest.raises(ValueError, match="points: got shape"):
        measure_motion(np.ones((5, 2)), [0, 0])
    with pytest.raises(ValueError, match="got iterates at the centre"):
        measure_motion(np.zeros((20, 2)), [0, 0])


def test_newton_finds_the_stationary_point():
    game = SmallestDANN(0.3, labels=True)
    z = stationary_point(game.field, [1.0, 2.0])
    assert np.abs(game.field(z)).max() < 1e-11
    with pytest.raises(ValueError, match="no stationary point within 5 steps"):
        stationary_point(lambda z: np.exp(z), [0.0], steps=5)


# verdicts --------------------------------------------------------------------------------------------------------


def test_the_bilinear_saddle_is_one_and_simultaneous_steps_run_away_from_it():
    found = verdict(bilinear_game(), [0, 0], 0.1)
    assert (found.is_saddle, found.converges, found.turns) == (True, False, True)
    assert found.angle == pytest.approx(np.arctan(0.1))
    assert verdict(bilinear_game(), [0, 0], 0.1, "extragradient").converges
    alternating = verdict(bilinear_game(), [0, 0], 0.1, "alternating")
    assert not alternating.converges
    assert "neither to it nor away" in str(alternating)


def test_steps_may_converge_to_what_is_no_saddle():
    """a < 0: E is a maximum along θf, yet the other player's damping pulls the iterates in."""
    found = verdict(QuadraticGame(-0.2, 0.5), [0, 0], 0.1)
    assert found.converges
    assert not found.is_saddle
    assert found.lowest == pytest.approx(-0.2)
    np.testing.assert_allclose(np.abs(found.lowest_direction), [1, 0])
    assert "bends down in a direction of the minimiser's, 100% of it in features" in str(found)
    wrong = verdict(QuadraticGame(0.5, -0.2), [0, 0], 0.1)
    assert wrong.highest == pytest.approx(0.2)
    assert "bends up in a direction of the maximiser's, 100% of it in domain" in str(wrong)


class FourNumbers(Game):
    """E = ½ Σ aᵢ fᵢ² − ½ Σ bᵢ dᵢ², two numbers for each player."""

    parts = {"features": slice(0, 2), "domain": slice(2, 4)}

    def __init__(self, a, b):
        self.a, self.b = np.array(a), np.array(b)

    def value(self, z):
        return float(self.a @ z[:2] ** 2 - self.b @ z[2:] ** 2) / 2

    def field(self, z):
        return np.concatenate([self.a, self.b]) * z


@pytest.mark.parametrize(("a", "b"), [([3.0, 1.0], [2.0, 0.5]), ([3.0, -1.0], [2.0, 0.5]), ([3.0, 1.0], [2.0, -0.5])])
def test_a_verdict_asks_the_worst_direction_of_each_player(a, b):
    found = verdict(FourNumbers(a, b), np.zeros(4), 0.1)
    assert found.lowest == pytest.approx(a[1])
    assert found.highest == pytest.approx(-b[1])
    np.testing.assert_allclose(np.abs(found.lowest_direction), [0, 1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(np.abs(found.highest_direction), [0, 0, 0, 1], atol=1e-9)
    assert found.is_saddle == (a[1] > 0 and b[1] > 0)


def test_a_smaller_rate_may_make_the_same_saddle_attract():
    game = QuadraticGame(0.1, 0.1)
    assert verdict(game, [0, 0], 0.15).converges
    assert not verdict(game, [0, 0], 0.25).converges  # |1 − μ| < 1 needs rate < 2 Re μ/|μ|² = 0.2/1.01
    for rate, nearer in ((0.15, True), (0.25, False)):
        path = play(game, [0.6, 0.6], 300, rate)
        assert (path.distances[-1] < path.distances[0]) == nearer


def test_a_larger_lambda_makes_the_smallest_dann_lose_its_saddle():
    """The stationary point is the same for every λ; E's curvature along θf is ∂²L_y − λ ∂²L_d, which falls with it."""
    saddles = {}
    for adapt_weight in (0.3, 1.0, 2.0):
        game = SmallestDANN(adapt_weight, labels=True)
        saddles[adapt_weight] = verdict(game, stationary_point(game.field, [1.0, 2.0]), 0.1)
    assert [found.is_saddle for found in saddles.values()] == [True, False, False]
    assert [found.converges for found in saddles.values()] == [True, False, False]
    assert [found.turns for found in saddles.values()] == [True, True, False]


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_momentum_needs_the_augmented_matrix(momentum):
    game = QuadraticGame(0.5, 0.3)
    found = verdict(game, [0, 0], 0.1, "momentum", momentum=momentum)
    end = play(game, [1e-3, 1e-3], 600, 0.1, "momentum", momentum=momentum).distances[-1]
    assert found.converges == (end < 1e-3)
    assert len(found.step_eigenvalues) == 4
    # each μ of D·J gives two: s² − (1 + m − μ)s + m = 0
    expected = np.concatenate([np.roots([1, -(1 + momentum - mu), momentum]) for mu in found.eigenvalues])
    np.testing.assert_allclose(np.sort_complex(found.step_eigenvalues), np.sort_complex(expected), atol=1e-7)
    calm = verdict(QuadraticGame(0, 0), [0, 0], 0.0, "momentum", momentum=momentum)
    assert not calm.turns


def test_flat_directions_are_set_aside_and_said():
    class Flat(QuadraticGame):
        """Three numbers, the second of which does nothing."""

        def __init__(self):
            super().__init__(0.4, 0.4)
            self.parts = {"features": slice(0, 2), "domain": slice(2, 3)}
            self.saddle = np.zeros(3)

        def field(self, z):
            return self.point(z)[[0, 1, 2]] * [0.4, 0, 0.4] + self.point(z)[[2, 1, 0]] * [1, 0, -1]

    found = verdict(Flat(), [0, 0.7, 0], 0.1)
    assert found.flat == 1
    assert found.converges
    assert "but for the 1 that are 1" in str(found)


def test_a_point_that_is_not_stationary_is_said_to_be_none():
    found = verdict(QuadraticGame(0.5, 0.5), [1.0, 0], 0.1)
    assert not found.is_stationary
    assert found.curves_as_saddle
    assert not found.is_saddle
    assert "not stationary" in str(found)
    assert "it is curved like one" in str(found)


def test_the_text_answers_both_questions():
    text = str(verdict(bilinear_game(), [0, 0], {"features": 0.1, "domain": 0.4}))
    assert "do the steps converge? no, they run away: the largest |eigenvalue| of a step is 1.0198" in text
    assert "rate features 0.1, domain 0.4" in text
    assert (
        "do they turn? yes: 2 of 2 eigenvalues of D·J are complex, and what lasts longest turns by 11.3° a step" in text
    )
    assert "is it a saddle? yes: E's curvature is at least 0 for the minimiser, at most 0 for the maximiser" in text
