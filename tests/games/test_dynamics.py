"""How iterates move: who spirals out, who in, and what averaging does."""

import numpy as np
import pytest

from minidann.games.dynamics import DYNAMICS, play
from minidann.games.games import QuadraticGame, SmallestDANN, bilinear_game
from minidann.games.saddle import measure_motion, stationary_point, verdict

START, RATE = [0.6, 0.6], 0.1


def test_simultaneous_steps_spiral_out_of_the_bilinear_game():
    path = play(bilinear_game(), START, 200, RATE)
    np.testing.assert_allclose(path.distances[1:] / path.distances[:-1], np.sqrt(1 + RATE**2))
    angles = np.unwrap(np.arctan2(*path.points.T))
    np.testing.assert_allclose(np.abs(np.diff(angles)), np.arctan(RATE))


@pytest.mark.parametrize("dynamics", ["extragradient", "optimistic"])
def test_looking_ahead_spirals_into_the_bilinear_game(dynamics):
    path = play(bilinear_game(), START, 1500, RATE, dynamics)
    assert (np.diff(path.distances[2:]) < 0).all()
    assert path.distances[-1] < 1e-3 * path.distances[0]


@pytest.mark.parametrize("inner", [1, 5])
def test_alternating_stays_bounded_in_the_bilinear_game(inner):
    path = play(bilinear_game(), START, 5000, RATE, "alternating", inner=inner)
    assert 0.5 * path.distances[0] < path.distances.min()
    assert path.distances.max() < 2 * path.distances[0]


def test_momentum_drives_out_what_plain_steps_pull_in():
    """In a game that turns, the ordinary 0.9 makes things worse, and a negative one better (Gidel et al. 2019)."""
    game = QuadraticGame(0.3, 0.1)
    ends = {m: play(game, START, 100, RATE, "momentum", momentum=m).distances[-1] for m in (0.9, 0.0, -0.3)}
    assert ends[0.9] > 10
    assert ends[0.0] == pytest.approx(play(game, START, 100, RATE).distances[-1])
    assert ends[0.0] < 0.3
    alternating = play(bilinear_game(), START, 500, 0.5)
    assert alternating.distances[-1] > 1e6  # a larger rate is worse still


@pytest.mark.parametrize("dynamics", DYNAMICS)
@pytest.mark.parametrize("game", [QuadraticGame(0.3, 0.1), QuadraticGame(0.02, 0.5), bilinear_game()], ids=str)
def test_measured_rate_and_angle_are_those_of_the_eigenvalues(game, dynamics):
    path = play(game, START, 300, RATE, dynamics, momentum=0.3, inner=3)
    factor, angle = measure_motion(path.points, game.saddle)
    found = verdict(game, game.saddle, RATE, dynamics, momentum=0.3, inner=3)
    assert factor - 1 == pytest.approx(found.radius - 1, rel=0.01, abs=1e-9)
    assert angle == pytest.approx(found.angle, rel=0.01)


def test_the_smallest_dann_turns_at_the_rate_of_its_eigenvalues():
    game = SmallestDANN(0.7)
    mixed = abs(game.x_source.mean() - game.x_target.mean()) / 4
    path = play(game, [1e-3, 1e-3], 400, RATE)
    factor, angle = measure_motion(path.points, game.saddle)
    assert factor - 1 == pytest.approx(np.sqrt(1 + RATE**2 * 0.7 * mixed**2) - 1, rel=0.01)
    assert angle == pytest.approx(np.arctan(RATE * np.sqrt(0.7) * mixed), rel=0.01)


def test_parts_may_have_rates_of_their_own():
    game = QuadraticGame(0.2, 0.2)
    path = play(game, [1.0, 1.0], 1, {"features": 0.1, "domain": 0.3})
    np.testing.assert_allclose(path.points[1], [1 - 0.1 * 1.2, 1 - 0.3 * (0.2 - 1)])


def test_the_rate_decays_as_the_paper_has_it():
    path = play(lambda z: np.ones(1), [0.0], 3, 0.5, decay=10.0)
    np.testing.assert_allclose(-np.diff(path.points[:, 0]), 0.5 / (1 + 10 * np.arange(3)) ** 0.75)


def test_a_bare_field_will_do():
    points = play(lambda z: z, [1.0, 2.0], 3, 0.5, saddle=[0.0, 0.0])
    np.testing.assert_allclose(points.distances, np.sqrt(5) * 0.5 ** np.arange(4))


# averages --------------------------------------------------------------------------------------------------------


def last(path, n=200):
    """Root mean square of the last distances."""
    return np.sqrt((path.distances[-n:] ** 2).mean())


def test_averages_are_means():
    path = play(bilinear_game(), START, 50, RATE)
    np.testing.assert_allclose(path.averages()[20], path.points[:21].mean(axis=0))
    exponential = path.averages(decay=0.8)
    np.testing.assert_allclose(exponential[3], path.points[:4].mean(axis=0))
    np.testing.assert_allclose(exponential[50], 0.8 * exponential[49] + 0.2 * path.points[50])


def test_one_step_of_each_dynamics_by_hand():
    """E = θf·θd from (1, 0) at rate 0.1: the field at (f, d) is (d, −f). In turns the maximiser steps first."""
    expected = {
        ("simultaneous", 1): (1.0, 0.1),
        ("alternating", 1): (0.99, 0.1),
        ("alternating", 2): (0.98, 0.2),
        ("momentum", 1): (1.0, 0.1),
        ("extragradient", 1): (0.99, 0.1),
        ("optimistic", 1): (1.0, 0.1),
    }
    for (dynamics, inner), end in expected.items():
        path = play(bilinear_game(), [1.0, 0.0], 1, 0.1, dynamics, inner=inner)
        np.testing.assert_allclose(path.points[-1], end, rtol=1e-14, err_msg=dynamics)
    second = {  # momentum 0.5: the velocity (0, −1) is kept by half
        "momentum": (1.0 - 0.1 * 0.1, 0.1 + 0.1 * 1.5),
        "optimistic": (1.0 - 0.1 * 2 * 0.1, 0.1 + 0.1 * (2 - 1)),
    }
    for dynamics, end in second.items():
        path = play(bilinear_game(), [1.0, 0.0], 2, 0.1, dynamics, momentum=0.5)
        np.testing.assert_allclose(path.points[-1], end, rtol=1e-14, err_msg=dynamics)


def test_the_average_of_a_closed_orbit_is_its_middle_without_any_noise():
    """So averaging does more than remove the noise of batches: here there is none, and it finds the saddle."""
    path = play(bilinear_game(), START, 2000, RATE, "alternating")
    assert last(path) > 0.9 * path.distances[0]
    assert path.average_distances()[-1] < 0.01 * path.distances[0]


def test_the_average_of_an_outward_spiral_is_nearer_and_goes_out_as_fast():
    path = play(bilinear_game(), START, 800, RATE)
    distances, averages = path.distances, path.average_distances()
    assert averages[400] < distances[400] / 10
    assert averages[800] / averages[400] > 0.4 * distances[800] / distances[400] > 1  # but for the 1/t of a mean


def test_where_full_batches_converge_averaging_only_lags_and_where_small_ones_scatter_it_helps():
    game = QuadraticGame(0.3, 0.3)
    full, small = (play(game, [1.0, 0.0], 2000, RATE, batch=batch) for batch in (None, 1))
    assert last(full) < 1e-12 < full.average_distances()[-1]
    assert small.average_distances()[-1] < last(small) / 10
    assert 1e-6 * last(small) > last(full)


def test_in_the_smallest_dann_with_labels_too():
    game = SmallestDANN(0.3, labels=True)
    saddle = stationary_point(game.field, [1.0, 2.0])
    full, small = (play(game, saddle + [0.3, -0.3], 1500, 0.2, batch=batch, saddle=saddle) for batch in (None, 10))
    assert last(full) < 1e-6 < full.average_distances()[-1]
    # not to 0, however long: where E is no quadratic, iterates that scatter do so about another place
    assert small.average_distances()[-1] < last(small) / 2


def test_a_falling_rate_quiets_noise_where_a_constant_one_does_not():
    game = QuadraticGame(0.3, 0.3)
    constant, falling = (play(game, [1.0, 0.0], 4000, RATE, batch=1, decay=decay) for decay in (0, 0.1))
    assert last(falling) < last(constant) / 5


def test_a_seed_repeats_a_noisy_run():
    one, two, other = (play(SmallestDANN(), START, 20, RATE, batch=5, seed=seed).points for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, two)
    assert not np.allclose(one, other)


def test_what_cannot_be_is_refused():
    game = bilinear_game()
    with pytest.raises(ValueError, match="dynamics: got 'sideways', expected one of simultaneous"):
        play(game, START, 3, RATE, "sideways")
    with pytest.raises(ValueError, match="got a field alone"):
        play(game.field, START, 3, RATE, "alternating")
    with pytest.raises(ValueError, match="got a field alone"):
        play(game.field, START, 3, RATE, batch=4)
    with pytest.raises(ValueError, match="rate: got parts features, expected features, domain"):
        play(game, START, 3, {"features": 0.1})
    with pytest.raises(ValueError, match="saddle: got None"):
        play(game.field, START, 3, RATE).distances  # noqa: B018
    with pytest.raises(FloatingPointError, match="simultaneous steps ran off"):
        play(game, START, 3000, 1.0)
