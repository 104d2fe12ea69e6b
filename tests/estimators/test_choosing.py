"""A grid over seeds: no target label is read, rows do not depend on the workers, and scores are the right ones."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from helpers.image_pair import image_pair

from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import moons_pair
from minidann.estimators import RULES, choose
from minidann.estimators.choosing import recipes_of, tasks_of
from minidann.estimators.rules import NAMES
from minidann.estimators.trials import Trial, domains_swapped, part_held_out, probabilities

SHORT = replace(MOONS, steps=30, average_decay=0.9)
GRID = {"adapt_weight": [0.0, 0.7]}


def small_pair(seed):
    return moons_pair(60.0, n=80, n_test=50, seed=seed)


@pytest.fixture(scope="module")
def found():
    return choose(small_pair, SHORT, GRID, [0, 1])


@pytest.fixture(scope="module")
def trial():
    return Trial(small_pair(3), SHORT, 3)


def test_rows_stand_in_the_order_of_the_grid_with_all_scores(found):
    assert [(row["adapt_weight"], row["seed"]) for row in found.rows] == [(0.0, 0), (0.0, 1), (0.7, 0), (0.7, 1)]
    for row in found.rows:
        assert set(row) == {"pair", "adapt_weight", "seed", "target_accuracy", "diverged", *NAMES}
        assert all(np.isfinite(row[name]) for name in NAMES)
    assert found.rows[0]["pair"] == "moons → moons turned by 60°"


def test_a_watcher_sees_the_rows_after_each_trial(found):
    seen = []
    choose(
        small_pair,
        SHORT,
        GRID,
        [0, 1],
        ["source_accuracy"],
        keep=lambda rows: seen.append([row["source_accuracy"] for row in rows]),
    )
    sources = [row["source_accuracy"] for row in found.rows]
    assert seen == [sources[:1], sources[:2], sources[:3], sources]


@pytest.mark.slow
def test_two_workers_give_the_same_rows(found):
    assert choose(small_pair, SHORT, GRID, [0, 1], jobs=2).rows == found.rows


def test_no_score_reads_a_label_of_the_target(found):
    """Without target labels all scores are the same to the last bit, and there is no accuracy and no oracle."""
    blind = choose(lambda seed: small_pair(seed).without_target_labels(), SHORT, GRID, [0, 1])
    assert [{**row, "target_accuracy": None} for row in found.rows] == blind.rows
    assert not blind.known
    assert [choice.rule for choice in blind.choices()] == list(NAMES)
    assert [choice.i for choice in blind.choices()] == [choice.i for choice in found.choices()[1:]]


def test_a_trial_trains_on_nine_tenths_and_holds_one_tenth_of_each_class(trial):
    pair, whole = trial.pair, small_pair(3)
    assert len(pair.x_source) == len(pair.x_target) == 72
    assert np.bincount(pair.y_source_test).tolist() == [4, 4]
    for part, held, of in (
        (pair.x_source, pair.x_source_test, whole.x_source),
        (pair.x_target, pair.x_target_test, whole.x_target),
    ):
        both = np.concatenate([part, held])
        assert len(np.unique(both, axis=0)) == 80
        assert {tuple(x) for x in both} == {tuple(x) for x in of}
    assert pair.y_target_test is None
    assert not pair.has_oracle
    same = Training(part_held_out(whole, 3), SHORT, 3).fit().result()
    np.testing.assert_array_equal(same.label_logits(whole.x_target), trial.network.label_logits(whole.x_target))


def test_scores_are_those_of_the_plain_functions(trial):
    network, pair = trial.network, trial.pair
    assert RULES["source_accuracy"].score(trial) == network.accuracy(pair.x_source_test, pair.y_source_test, "source")
    p = probabilities(network, np.concatenate([pair.x_target_test, pair.x_target]))
    entropy = -(p * np.log(p)).sum(axis=1).mean()
    mean = p.mean(axis=0)
    assert RULES["neg_mean_entropy"].score(trial) == pytest.approx(-entropy)
    assert RULES["information"].score(trial) == pytest.approx(-(mean * np.log(mean)).sum() - entropy)
    right = (network.domain_logits(pair.x_target_test) > 0).mean() + (
        network.domain_logits(pair.x_source_test, "source") <= 0
    ).mean()
    assert RULES["neg_proxy_a_distance_head"].score(trial) == pytest.approx(-2 * (right - 1))


def test_the_way_back_starts_from_the_network_and_learns_its_predictions(trial, monkeypatch):
    begun = []

    class Watched(Training):
        def __init__(self, pair, recipe, seed, network):
            super().__init__(pair, recipe, seed, network)
            begun.append((pair, recipe, self.network.label_logits(pair.x_target)))

    monkeypatch.setattr("minidann.estimators.trials.Training", Watched)
    trial.reverse_steps = 2
    score = trial.reverse_accuracy
    del trial.reverse_accuracy  # others want the full number of steps
    ((back, recipe, logits),) = begun
    assert recipe.steps == 2
    np.testing.assert_array_equal(back.x_source, trial.pair.x_target)
    np.testing.assert_array_equal(back.y_source, trial.network.predict(trial.pair.x_target))
    np.testing.assert_array_equal(back.x_target, trial.pair.x_source)
    np.testing.assert_array_equal(logits, trial.network.label_logits(trial.pair.x_source))
    assert 0 <= score <= 1


def test_swapped_domains_keep_labels_and_statistics_and_turn_the_domain_head(rng):
    images = image_pair(rng, classes=3, n=12, name="noise", side=8)
    recipe = replace(RECIPES["digits"], steps=3, batch_size=4, features=(8,), domain_hidden=(8,))
    network = Training(images, recipe, 0).fit().result()
    before = network.label_logits(images.x_source, "source")
    swapped = domains_swapped(network)
    np.testing.assert_array_equal(swapped.label_logits(images.x_source, "target"), before)
    for own, other in (("source", "target"), ("target", "source")):
        x = images.x_source
        np.testing.assert_allclose(swapped.domain_logits(x, own), -network.domain_logits(x, other), rtol=1e-5)
    np.testing.assert_array_equal(network.label_logits(images.x_source, "source"), before)  # a copy was changed
    Training(images, replace(recipe, steps=1), 0, swapped).fit()


def test_networks_of_all_seeds_predict_the_same_points(found):
    """The agreement is a share of the common target points, the same for both of two seeds."""
    for rows in (found.rows[:2], found.rows[2:]):
        assert rows[0]["seed_agreement"] == rows[1]["seed_agreement"]
        assert (rows[0]["seed_agreement"] * 80) % 1 == pytest.approx(0, abs=1e-9)


def test_a_trial_that_diverges_is_never_chosen():
    found = choose(
        small_pair(0),
        replace(SHORT, domain_weight=0.0),
        {"rate": [1e12, 0.04]},
        [0, 1],
        ["source_accuracy", "seed_agreement"],
    )
    assert [row["diverged"] for row in found.rows] == [True, True, False, False]
    assert found.rows[0]["source_accuracy"] is found.rows[0]["target_accuracy"] is None
    assert [choice.i for choice in found.choices()] == [1, 1, 1]


def test_a_grid_of_two_settings_makes_all_combinations():
    made = recipes_of(MOONS, {"adapt_weight": np.array([0.0, 1.0]), "features": [(4,), (8, 8)]})
    assert [setting for setting, _ in made][1] == {"adapt_weight": 0.0, "features": (8, 8)}
    assert [(r.adapt_weight, r.features) for _, r in made] == [(0, (4,)), (0, (8, 8)), (1, (4,)), (1, (8, 8))]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"grid": {}}, "grid: got none"),
        ({"grid": {"lambda": [1]}}, "grid: got 'lambda', expected one of steps"),
        ({"grid": {"adapt_weight": [0.1, 0.1]}}, r"grid: got \[0.1, 0.1\], expected at least one of values of adapt_"),
        ({"grid": {"adapt_weight": [-1.0]}}, "adapt_weight: got -1.0"),
        ({"seeds": []}, "seeds: got"),
        ({"seeds": [0, 0]}, "seeds: got"),
        ({"by": ["luck"]}, "by: got 'luck', expected one of source_accuracy, "),
        ({"by": ["seed_agreement"], "seeds": [0]}, "by: got 'seed_agreement' with one seed"),
        ({"pair": moons_pair(n=8)}, "y_source: got 8 examples of 2 classes, expected more of each"),
        ({"reverse_steps": 0}, "reverse_steps: got 0"),
    ],
)
def test_bad_arguments_are_refused_before_any_training(given, said):
    with pytest.raises(ValueError, match=said):
        tasks_of(**{"pair": small_pair, "recipe": SHORT, "grid": GRID, "seeds": [0, 1], "by": NAMES} | given)


@pytest.mark.slow
def test_information_chooses_a_good_weight_and_ninety_degrees_raises_an_alarm():
    """The claims of the page, on seeds of their own: a choice near the oracle's at 35°, an alarm at 90°."""
    grid, by = {"adapt_weight": [0.0, 0.7]}, ("source_accuracy", "information", "reverse_validation", "seed_agreement")
    recipe = replace(MOONS, steps=2000)
    good, bad = (choose(partial(turned, a), recipe, grid, [200, 201], by, reverse_steps=1000) for a in (35.0, 90.0))
    assert good.choice("information").below < 0.03 < good.choice("source_accuracy").below
    assert good.choice("information").alarm == ""
    assert bad.choice("information").alarm
    assert bad.choice("information").mean < 0.5


def turned(degrees, seed):
    return moons_pair(degrees, seed=seed)
