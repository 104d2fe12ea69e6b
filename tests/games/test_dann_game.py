"""A real DANN as a game: its field is the paper's, its E has the paper's sign, and what slices say is so."""

from dataclasses import replace

import numpy as np
import pytest

import minidann as md
from minidann.adapt import MOONS, Training
from minidann.data import moons_pair
from minidann.games.dann_game import game_of
from minidann.games.games import Game, QuadraticGame
from minidann.games.saddle import antisymmetric_part, jacobian, verdict
from minidann.games.slices import slices

SMALL = replace(MOONS, steps=400, features=(6,), domain_hidden=(8,))


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=100, n_test=100)


@pytest.fixture(scope="module")
def training(pair):
    training = Training(pair, SMALL)
    for _ in range(200):
        training.step()
    return training


def sweeps(game, z):
    """L_y and L_d made anew from the network's layers, without a reversal, and swept apart; each (n,)."""
    game.vector.load(z)
    network, (x_source, y_source, x_target) = game.network, game.batch
    h = network.features(np.concatenate([x_source, x_target]))
    domains = np.repeat([0.0, 1.0], [len(x_source), len(x_target)])[:, None]
    label = md.cross_entropy(network.label_head(h[: len(x_source)]), y_source)
    domain = md.binary_cross_entropy_with_logits(network.domain_head(h), domains)
    return [game.vector.gather(md.backprop(loss)) for loss in (label, domain)]


@pytest.mark.parametrize("adapt_weight", [0.0, 0.3, 0.7, 3.0])
def test_the_field_is_that_of_eqs_4_to_6(training, adapt_weight):
    game = game_of(training, adapt_weight=adapt_weight)
    label, domain = sweeps(game, game.start)
    times = np.ones(game.size)
    times[game.parts["features"]] = -adapt_weight
    expected = label + times * domain
    assert np.linalg.norm(game.field(game.start) - expected) < 1e-8 * np.linalg.norm(expected)


@pytest.mark.parametrize("domain_weight", [1.0, 0.4])
def test_the_field_is_that_of_the_training(pair, domain_weight):
    training = Training(pair, replace(SMALL, domain_weight=domain_weight))
    for _ in range(100):
        training.step()
    batch = training.next_batch()
    gradients = training.gradients(training.losses(batch))
    game, expected = game_of(training, batch), training.optimiser.vector.gather(gradients)
    got = game.field(game.start)
    assert got.dtype == np.float64
    assert np.linalg.norm(got - expected) < 1e-5 * np.linalg.norm(expected)


@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
@pytest.mark.parametrize("domain_weight", [1.0, 0.4])
def test_the_first_two_parts_minimise_e_and_the_domain_head_maximises_it(pair, domain_weight, weight_decay):
    training = Training(pair, replace(SMALL, domain_weight=domain_weight))
    game = game_of(training, adapt_weight=0.7, weight_decay=weight_decay)
    field, h = game.field(game.start), 1e-6
    slope = [(game.value(game.start + h * e) - game.value(game.start - h * e)) / (2 * h) for e in np.eye(game.size)]
    np.testing.assert_allclose(field[game.minimiser], np.array(slope)[game.minimiser], atol=1e-8)
    np.testing.assert_allclose(field[game.maximiser], -np.array(slope)[game.maximiser] / 0.7, atol=1e-8)


def test_small_batches_have_the_field_of_all_as_their_mean(training):
    game, rng = game_of(training), np.random.default_rng(0)
    whole = game.batch
    expected = game.field(game.start)
    np.testing.assert_allclose(game.minibatch_field(game.start, 10_000, rng), expected, rtol=1e-9, atol=1e-12)
    drawn = [game.minibatch_field(game.start, 20, rng) for _ in range(400)]
    spread = np.std(drawn, axis=0)
    assert np.linalg.norm(spread) > 0.1 * np.linalg.norm(expected)
    error = np.linalg.norm(np.mean(drawn, axis=0) - expected)
    assert error < 3 * np.linalg.norm(spread) / np.sqrt(400)
    assert game.batch is whole


def test_a_step_of_either_player_moves_e_its_own_way(training):
    game = game_of(training)
    field, here = game.field(game.start), game.value(game.start)
    for player, sign in ((game.minimiser, -1), (game.maximiser, 1)):
        moved = game.start.copy()
        moved[player] -= 1e-3 * field[player]
        assert sign * (game.value(moved) - here) > 0


def test_the_value_is_label_loss_minus_lambda_times_domain_loss(training):
    game = game_of(training, adapt_weight=0.7)
    losses = training.losses((training.x_source, training.y_source, training.x_target))
    assert game.value(game.start) == pytest.approx(losses.label_loss.item() - 0.7 * losses.domain_loss.item(), rel=1e-5)


def test_the_jacobian_is_antisymmetric_where_the_paper_says(training):
    """Only between features and domain head, with (1 + λ)/2 · ∂²L_d/∂θf∂θd."""
    weight = 0.6
    game = game_of(training, adapt_weight=weight)
    full = jacobian(game.field, game.start)
    turning = antisymmetric_part(full)
    domain = jacobian(lambda z: sweeps(game, z)[1], game.start)  # the Hessian of L_d
    f, y, d = game.parts.values()
    np.testing.assert_allclose(turning[d, f], (1 + weight) / 2 * domain[d, f], atol=1e-7)
    np.testing.assert_allclose(turning[f, d], -turning[d, f].T)
    assert np.abs(turning[d, f]).max() > 1e-2
    for one, other in ((f, f), (f, y), (y, y), (y, d), (d, d)):
        assert np.abs(turning[one, other]).max() < 1e-8


def test_nothing_of_the_training_is_changed(pair):
    training, twin = (Training(pair, SMALL) for _ in range(2))
    for _ in range(5):
        training.step()
        twin.step()
        game = game_of(training)
        game.field(game.start + 1)
        game.value(game.start - 1)
        slices(game, game.start, directions=1, points=3)
    for name, tensor in training.network.parameters().items():
        np.testing.assert_array_equal(tensor.data, twin.network.parameters()[name].data)
        assert tensor.dtype == np.float32


def test_parts_blocks_and_rates_are_those_of_the_training(training):
    game = game_of(training)
    assert list(game.parts) == ["features", "label_head", "domain_head"]
    assert game.size == 18 + 14 + 65
    assert [part.stop - part.start for part in game.parts.values()] == [18, 14, 65]
    assert game.maximiser == game.parts["domain_head"]
    assert len(game.blocks()) == len(training.network.parameters())
    assert game.rates == {"features": 0.04, "label_head": 0.04, "domain_head": pytest.approx(0.12)}
    assert game.momentum == 0.9
    assert game.adapt_weight == training.adapt_weight


def test_the_verdict_on_a_trained_network_turns_and_is_no_saddle(training):
    """What is true of this one: half trained, it is not stationary, and its features sit on no minimum."""
    game = game_of(training)
    found = verdict(game, game.start, game.rates, "momentum", momentum=game.momentum)
    assert found.turns
    assert not found.is_stationary
    assert not found.curves_as_saddle
    assert found.flat >= 7  # adding to both label logits alike changes nothing: six weights and a bias
    assert "in features" in str(found)


# slices ----------------------------------------------------------------------------------------------------------


def test_slices_of_a_game_whose_shape_is_known():
    found = slices(QuadraticGame(0.5, 0.3), [0.0, 0.0], directions=4, span=1.0, points=11)
    np.testing.assert_allclose(found.minimiser, np.tile(0.25 * found.offsets**2, (4, 1)), atol=1e-12)
    np.testing.assert_allclose(found.maximiser, np.tile(-0.15 * found.offsets**2, (4, 1)), atol=1e-12)
    assert found.rises.all()
    assert found.falls.all()
    assert "E rises to both sides along 4 of 4; it is bent up along 4" in str(found)


def test_a_direction_is_as_long_as_the_weights_it_is_added_to(training):
    game = game_of(training)
    points = []
    game.value = lambda z: points.append(np.array(z)) or 0.0
    slices(game, game.start, directions=1, span=0.5, points=3)
    moved = points[1] - game.start  # the first is the centre; then the minimiser's at −0.5
    for tensor, block in game.vector.slices.items():
        of_minimiser = block.start < game.maximiser.start
        expected = 0.5 * np.linalg.norm(game.start[block]) if of_minimiser else 0.0
        assert np.linalg.norm(moved[block]) == pytest.approx(expected), tensor


@pytest.mark.parametrize(
    ("a", "b", "z", "says"),
    [
        (0.5, 0.3, [1.0, 0.0], "E rises on one side only, as the field is not 0 here"),
        (-0.5, 0.3, [0.0, 0.0], "E is bent the wrong way at the point: for them it is no minimum"),
        (0.5, -0.3, [0.0, 0.0], "E is bent the wrong way at the point: for them it is no maximum"),
    ],
)
def test_what_does_not_rise_or_fall_is_explained(a, b, z, says):
    assert f"3 do not: {says}" in str(slices(QuadraticGame(a, b), z, directions=3))


def test_a_lower_place_further_off_is_explained():
    class Wave(QuadraticGame):
        def value(self, z):
            return float(1 - np.cos(3 * z[0]) - 0.3 * z[0] ** 2)

    assert "E rises at first, and is lower further off" in str(slices(Wave(), [0.0, 0.0], directions=2, span=2.5))


def test_random_directions_miss_what_the_verdict_finds():
    """They see the mean of the curvatures: one bad direction among twenty good ones does not show."""

    class Pit(Game):
        parts = {"features": slice(0, 20), "domain": slice(20, 21)}
        curvatures = np.array([-0.5, *[1.0] * 19])

        def value(self, z):
            z = self.point(z)
            return float(self.curvatures @ z[:20] ** 2 - z[20] ** 2) / 2

        def field(self, z):
            return self.point(z) * [*self.curvatures, 1.0]

    assert slices(Pit(), np.zeros(21)).rises.all()
    found = verdict(Pit(), np.zeros(21), 0.1)
    assert not found.is_saddle
    assert found.lowest == pytest.approx(-0.5)
    assert abs(found.lowest_direction[0]) == pytest.approx(1)


def test_a_seed_fixes_the_directions(training):
    game = game_of(training)
    one, two, other = (slices(game, game.start, 2, points=5, seed=seed).minimiser for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert not np.allclose(one, other)


def test_what_cannot_be_is_refused(training, pair):
    game = game_of(training)
    with pytest.raises(ValueError, match="points: got 4, expected an odd number"):
        slices(game, game.start, points=4)
    with pytest.raises(ValueError, match=r"z: got shape \(3,\), expected \(97,\)"):
        slices(game, [1, 2, 3])
    with pytest.raises(ValueError, match="span: got 0"):
        slices(game, game.start, span=0)
    with pytest.raises(TypeError, match="training: got a str"):
        game_of("moons")
    with pytest.raises(ValueError, match="training: got one with domain_weight 0"):
        game_of(Training(pair, replace(SMALL, domain_weight=0.0)))
