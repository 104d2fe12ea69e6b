"""The small games: their fields are the players' gradients, and the smallest DANN's is one sweep through a reversal."""

import numpy as np
import pytest

import minidann as md
from minidann.games import games
from minidann.games.games import Game, QuadraticGame, SmallestDANN, bilinear_game

GAMES = {
    "bilinear": bilinear_game(),
    "damped": QuadraticGame(0.3, 0.1),
    "DANN": SmallestDANN(0.7),
    "DANN with bias": SmallestDANN(0.7, bias=True),
    "DANN with labels": SmallestDANN(0.4, labels=True, bias=True),
}


def gradient(function, z, h=1e-6):
    return np.array([(function(z + h * e) - function(z - h * e)) / (2 * h) for e in np.eye(len(z))])


@pytest.mark.parametrize("name", GAMES)
def test_the_field_is_the_gradient_with_the_maximisers_sign_reversed(name, rng):
    game = GAMES[name]
    for z in rng.standard_normal((3, game.size)):
        slope, field = gradient(game.value, z), game.field(z)
        np.testing.assert_allclose(field[game.minimiser], slope[game.minimiser], atol=1e-8)
        weight = getattr(game, "adapt_weight", 1.0)  # a DANN's domain head learns at full rate, without λ
        np.testing.assert_allclose(field[game.maximiser], -slope[game.maximiser] / weight, atol=1e-8)


@pytest.mark.parametrize("labels", [False, True])
def test_the_field_of_the_smallest_dann_is_that_of_eqs_4_to_6(labels, rng):
    game = SmallestDANN(0.7, labels=labels, bias=True)
    z = rng.standard_normal(3)
    by_name = {
        name: gradient(lambda z, name=name: game.losses(md.Tensor(z))[name].item(), z)
        for name in game.losses(md.Tensor(z))
    }
    expected = by_name["L_d"] * [-0.7, 1, 1] + by_name.get("L_y", 0)
    np.testing.assert_allclose(game.field(z), expected, atol=1e-8)


def test_one_field_is_one_sweep(monkeypatch):
    swept = []
    sweep = games.backprop
    monkeypatch.setattr(games, "backprop", lambda *args, **kwargs: swept.append(1) or sweep(*args, **kwargs))
    SmallestDANN(labels=True).field([1.0, 2.0])
    assert len(swept) == 1


@pytest.mark.parametrize("name", [name for name, game in GAMES.items() if game.saddle is not None])
def test_the_field_is_0_at_the_known_saddle(name):
    game = GAMES[name]
    np.testing.assert_allclose(game.field(game.saddle), 0, atol=1e-15)


def test_the_formula_of_the_jacobian_has_the_eigenvalues_of_the_docstring():
    for a, b in ((0, 0), (0.3, 0.1), (-0.2, 0.5)):
        game = QuadraticGame(a, b)
        measured = np.stack([game.field(e) for e in np.eye(2)], axis=1)
        np.testing.assert_allclose(measured, game.jacobian([0, 0]))
        root = 1j * np.sqrt(1 - (a - b) ** 2 / 4)
        got = sorted(np.linalg.eigvals(measured), key=lambda mu: mu.imag)
        np.testing.assert_allclose(got, [(a + b) / 2 - root, (a + b) / 2 + root], atol=1e-12)


@pytest.mark.parametrize("name", GAMES)
def test_the_mean_of_small_batches_is_the_field_and_they_scatter(name):
    game = GAMES[name]
    z, rng = np.full(game.size, 0.5), np.random.default_rng(1)
    fields = np.array([game.minibatch_field(z, 10, rng) for _ in range(2000)])
    error = fields.std(axis=0) / np.sqrt(len(fields))
    assert (error > 1e-4).all()
    assert (np.abs(fields.mean(axis=0) - game.field(z)) < 4 * error).all()


def test_the_labels_of_the_smallest_dann_follow_its_source():
    """A label is 1 with probability σ(x), so the best weight for L_y alone is about 1."""
    game = SmallestDANN(0.0, n=20_000, labels=True)
    for low, high in ((-3.0, -1.5), (-1.5, -0.5), (-0.5, 1.0)):
        inside = (game.x_source > low) & (game.x_source < high)
        expected = (1 / (1 + np.exp(-game.x_source[inside]))).mean()
        assert game.y_source[inside].mean() == pytest.approx(expected, abs=0.03)
    slopes = [game.field([w, 0.0])[0] for w in (0.8, 1.2)]
    assert slopes[0] < 0 < slopes[1]


def test_the_noise_of_a_batch_shrinks_with_the_root_of_its_size():
    game, rng = QuadraticGame(0.1, 0.2, noise=3.0), np.random.default_rng(0)
    for size in (1, 16, 100):
        fields = np.array([game.minibatch_field([1.0, 2.0], size, rng) for _ in range(4000)])
        np.testing.assert_allclose(fields.std(axis=0), 3 / np.sqrt(size), rtol=0.05)


def test_a_batch_of_everything_is_the_field_of_a_dann():
    game = GAMES["DANN with labels"]
    got = game.minibatch_field([1.0, 0.5, 0.1], game.n, np.random.default_rng(0))
    np.testing.assert_allclose(got, game.field([1.0, 0.5, 0.1]), atol=1e-14)


def test_a_seed_fixes_the_sample():
    z = [0.4, 0.9]
    np.testing.assert_array_equal(SmallestDANN(seed=3).field(z), SmallestDANN(seed=3).field(z))
    assert not np.allclose(SmallestDANN(seed=3).field(z), SmallestDANN(seed=4).field(z))


def test_parts_cover_z_and_the_last_is_the_maximisers():
    game = SmallestDANN(bias=True)
    assert game.parts == {"features": slice(0, 1), "domain": slice(1, 3)}
    assert (game.size, game.minimiser, game.maximiser) == (3, slice(0, 1), slice(1, 3))


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"z: got shape \(3,\), expected \(2,\)"):
        bilinear_game().field([1, 2, 3])
    with pytest.raises(ValueError, match="adapt_weight: got -1"):
        SmallestDANN(-1)
    with pytest.raises(ValueError, match="batch: got 0"):
        bilinear_game().minibatch_field([0, 0], 0, np.random.default_rng(0))
    with pytest.raises(TypeError, match="Game has no field"):
        Game().field([0.0])
