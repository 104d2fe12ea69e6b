"""One run as a value: its phases, its repeatability, and what it may not see."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest

import minidann as md
from minidann.adapt import DANN, MOONS, Recipe, Training, build_dann
from minidann.adapt.own_statistics import with_own_statistics
from minidann.adapt.resume import restore, state_of
from minidann.adapt.training import ShuffledPasses
from minidann.compare import compare
from minidann.compare.methods import Comparison, recipe_of, train
from minidann.data import DomainPair, moons_pair
from minidann.engine.backend import is_array, to_numpy
from minidann.engine.devices import host_copy
from minidann.nn import BatchNormalisation, Dense, Dropout, Sequential, Tanh

pytestmark = pytest.mark.usefixtures("backend")

SHORT = replace(MOONS, steps=60)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=80, n_test=100, seed=7)


def theta(training):
    return host_copy(training.optimiser.vector.values)


def test_a_seed_repeats_a_run_bit_for_bit(pair):
    first, second = (Training(pair, SHORT, seed=3).fit() for _ in range(2))
    np.testing.assert_array_equal(theta(first), theta(second))
    assert first.history == second.history
    assert not np.array_equal(theta(first), theta(Training(pair, SHORT, seed=4).fit()))


def test_phases_by_hand_are_the_same_as_steps(pair):
    by_hand, by_step = Training(pair, SHORT), Training(pair, SHORT)
    for _ in range(25):
        by_hand.update(by_hand.gradients(by_hand.losses(by_hand.next_batch())))
        by_step.step()
    np.testing.assert_array_equal(theta(by_hand), theta(by_step))


def test_a_restored_run_ends_as_an_uninterrupted_one(pair):
    whole = Training(pair, SHORT).fit()
    half = Training(pair, SHORT)
    for _ in range(23):
        half.step()
    state = state_of(half)
    half.fit()  # the state is a copy: going on must not change it
    resumed = restore(Training(pair, SHORT), state).fit()
    np.testing.assert_array_equal(theta(whole), theta(resumed))
    np.testing.assert_array_equal(whole.average.values, resumed.average.values)
    assert whole.history == resumed.history


def test_target_labels_are_out_of_reach(pair, monkeypatch):
    """Reading the oracle raises; source-only, sa and dann still finish, with the same weights and scores."""
    expected = compare(pair, SHORT, seed=1)

    def refuse(self):
        raise AssertionError("somebody opened pair.oracle")

    monkeypatch.setattr(DomainPair, "oracle", property(refuse))
    got = compare(pair, SHORT, seed=1, methods=("source-only", "sa", "dann"))
    for method in ("source-only", "dann"):
        for name, tensor in expected.networks[method].parameters().items():
            np.testing.assert_array_equal(tensor.data, got.networks[method].parameters()[name].data)
    kept = [{k: v for k, v in row.items() if k != "seconds"} for row in expected.rows]
    assert [{k: v for k, v in row.items() if k != "seconds"} for row in got.rows] == [
        row for row in kept if row["method"] in ("source-only", "sa", "dann")
    ]
    with pytest.raises(AssertionError, match="oracle"):
        compare(pair, SHORT, seed=1, methods=("target-only",))


def test_other_target_labels_make_no_difference(pair):
    """Not even by a way round the property: the same pair with the target's labels swapped trains to the same bits."""
    arrays = {name: value for name, value in vars(pair).items() if name[:2] in ("x_", "y_")}
    swapped = DomainPair(pair.name, **arrays, y_target=1 - pair.oracle)
    for method in ("source-only", "dann"):
        np.testing.assert_array_equal(*(theta(train(method, p, SHORT, seed=2)) for p in (pair, swapped)))
    assert not np.array_equal(*(theta(train("target-only", p, SHORT, seed=2)) for p in (pair, swapped)))


def test_a_training_holds_nothing_but_three_arrays_of_its_pair(pair):
    training = Training(pair, SHORT)
    arrays = [value for value in vars(training).values() if is_array(value)]
    assert len(arrays) == 3
    assert not any(isinstance(value, DomainPair) for value in vars(training).values())


def test_source_only_learns_what_a_network_without_a_domain_head_learns(pair):
    """λ = 0 cuts the features off: the domain head may learn beside them, and changes nothing below the node."""
    beside = Training(pair, replace(SHORT, adapt_weight=0.0)).fit()
    without = Training(pair, replace(SHORT, domain_weight=0.0)).fit()
    for part in ("features", "label_head"):
        for one, other in zip(beside.network.parts()[part].values(), without.network.parts()[part].values()):
            np.testing.assert_allclose(one.data, other.data, atol=1e-5)  # sums of 128 and of 64 rows round apart
    moved = Training(pair, SHORT).fit()
    first = [to_numpy(of.network.features.parameters()["1.weight"].data) for of in (moved, beside)]
    assert not np.array_equal(*first)


def test_the_methods_change_the_recipe_of_dann_where_they_must(pair):
    with_a_trunk = replace(SHORT, trunk="digits")
    changed = {
        ("source-only", SHORT): {"adapt_weight": 0.0},
        ("source-only", with_a_trunk): {"adapt_weight": 0.0, "domain_weight": 0.0},
        ("dann", SHORT): {},
        ("cdan", SHORT): {"conditioned": True},
        ("target-only", SHORT): {"adapt_weight": 0.0, "domain_weight": 0.0},
    }
    for (method, recipe), settings in changed.items():
        assert recipe_of(method, recipe) == replace(recipe, **settings), method
    for method in ("source-only", "dann", "cdan"):
        expected = Training(pair, recipe_of(method, SHORT), seed=1).fit()
        np.testing.assert_array_equal(theta(train(method, pair, SHORT, 1)), theta(expected))


def test_the_gradients_are_the_three_gradients_of_the_paper(pair):
    """∂f = ∂L_y/∂θf − λ ∂L_d/∂θf, ∂y = ∂L_y/∂θy, ∂d = ∂L_d/∂θd (arXiv:1409.7495, Eqs. 4–6)."""
    training = Training(pair, replace(SHORT, ramp=False, adapt_weight=0.7))
    batch = training.next_batch()
    losses = training.losses(batch)
    gradients = training.gradients(losses)
    both = np.concatenate([to_numpy(batch.x_source), to_numpy(batch.x_target)])
    features = training.network.features(both)  # no node in this graph
    label = md.cross_entropy(training.network.label_head(features[:64]), batch.y_source)
    domain = md.binary_cross_entropy_with_logits(training.network.domain_head(features), losses.domain_labels)
    g_label, g_domain = md.backprop(label), md.backprop(domain)
    weights = {"features": (1, -0.7), "label_head": (1, 0), "domain_head": (0, 1)}
    for part, (of_label, of_domain) in weights.items():
        for tensor in training.network.parts()[part].values():
            np.testing.assert_allclose(
                gradients[tensor], of_label * g_label[tensor] + of_domain * g_domain[tensor], atol=1e-6
            )


def test_the_convention_on_both_pushes_the_features_as_much_and_the_head_more(pair):
    on_features = Training(pair, replace(SHORT, ramp=False, adapt_weight=3.0, domain_weight=1.0))
    on_both = Training(pair, replace(SHORT, ramp=False, adapt_weight=1.0, domain_weight=3.0))
    gradients = [training.gradients(training.losses(training.next_batch())) for training in (on_features, on_both)]
    for part, factor in (("features", 1), ("label_head", 1), ("domain_head", 3)):
        for name, tensor in on_features.network.parts()[part].items():
            other = on_both.network.parts()[part][name]
            one = gradients[0][tensor]
            two = gradients[1][other]
            np.testing.assert_allclose(two, factor * one, rtol=1e-4, atol=1e-6)


# several steps of the domain head, and settings that change on the way ----------------------------------------------


def test_more_domain_steps_are_updates_of_the_domain_head_alone(pair):
    twice, by_hand = Training(pair, replace(SHORT, domain_steps=3)), Training(pair, SHORT)
    for _ in range(8):
        twice.step()
        for _ in range(2):
            before = theta(by_hand)
            by_hand.domain_step()
            moved = theta(by_hand) != before
            for part, named in by_hand.network.parts().items():
                stretches = [moved[by_hand.optimiser.vector.slices[tensor]] for tensor in named.values()]
                assert all(stretch.any() == (part == "domain_head") for stretch in stretches)
        by_hand.step()
    np.testing.assert_array_equal(theta(twice), theta(by_hand))
    assert (twice.step_count, twice.average.steps) == (8, 8)
    assert twice.history == by_hand.history


def test_a_step_of_the_domain_head_alone_has_the_domain_head_s_own_rate(pair):
    """Without momentum and decay a head moves by rate · domain_rate · gradient, in a step of its own as in any."""
    plain = replace(SHORT, momentum=0.0, weight_decay=0.0)
    moves = {}
    for factor in (1.0, 3.0):
        training = Training(pair, replace(plain, domain_rate=factor))
        before = theta(training)
        training.domain_step()
        moves[factor] = theta(training) - before
    assert moves[1.0].any()
    np.testing.assert_allclose(moves[3.0], 3 * moves[1.0], rtol=1e-3, atol=1e-6)


def test_more_domain_steps_make_a_better_opponent(pair):
    losses = {}
    for steps in (1, 5):
        training = Training(pair, replace(SHORT, adapt_weight=0.0, domain_steps=steps)).fit()
        losses[steps] = training.losses(training.next_batch()).domain_loss.item()
    assert losses[5] < losses[1]


def test_without_a_domain_loss_there_are_no_domain_steps(pair):
    one, five = (Training(pair, replace(SHORT, domain_weight=0.0, domain_steps=steps)).fit() for steps in (1, 5))
    np.testing.assert_array_equal(theta(one), theta(five))


def test_settings_can_be_changed_on_the_way(pair):
    changed, expected = Training(pair, SHORT), Training(pair, SHORT)
    for training in (changed, expected):
        for _ in range(10):
            training.step()
    changed.change(adapt_weight=2.0, ramp=False, rate=0.01, domain_rate=1.0, momentum=0.5)
    assert (changed.adapt_weight, changed.rate) == (2.0, 0.01)
    other = replace(SHORT, adapt_weight=2.0, ramp=False, rate=0.01, domain_rate=1.0, momentum=0.5)
    resumed = restore(
        Training(pair, other), state_of(expected)
    )  # the same weights under the other recipe from the start
    for _ in range(10):
        changed.step()
        resumed.step()
    np.testing.assert_array_equal(theta(changed), theta(resumed))


def test_what_shapes_the_network_cannot_be_changed_on_the_way(pair):
    training = Training(pair, SHORT)
    with pytest.raises(ValueError, match="settings: got 'features', expected one of rate, adapt_weight"):
        training.change(rate=0.5, features=(4,))
    with pytest.raises(ValueError, match="adapt_weight: got -1"):
        training.change(adapt_weight=-1)
    with pytest.raises(ValueError, match="momentum: got 1"):
        training.change(momentum=1)
    assert training.recipe == SHORT


def test_beyond_the_last_step_progress_stays_at_one(pair):
    training = Training(pair, replace(SHORT, steps=5)).fit()
    training.step()
    assert (training.step_count, training.progress) == (6, 1.0)
    assert training.adapt_weight == pytest.approx(0.7, rel=1e-3)


def test_every_example_is_dealt_once_before_any_comes_again(pair):
    training = Training(pair, replace(SHORT, batch_size=20))
    seen = np.concatenate([to_numpy(training.next_batch().x_source) for _ in range(4)])
    assert sorted(map(tuple, seen)) == sorted(map(tuple, pair.x_source))


def test_a_batch_may_be_larger_than_a_domain(pair):
    assert len(Training(pair, replace(SHORT, batch_size=200)).next_batch().x_target) == 200


def test_history_has_a_row_every_ten_steps_and_one_for_the_last(pair):
    history = Training(pair, replace(SHORT, steps=25)).fit().history
    assert [row["step"] for row in history] == [0, 10, 20, 24]
    assert history[0]["adapt_weight"] == 0.0
    assert {"label_loss", "domain_loss", "domain_accuracy", "rate"} <= set(history[0])


def test_a_row_of_history_holds_the_losses_of_its_step_and_the_share_of_right_domains(pair):
    training = Training(pair, replace(SHORT, adapt_weight=0.0))  # the head learns, and is right more often than not
    for _ in range(50):
        training.step()
    losses = training.step()
    row = training.history[-1]
    assert row["step"] == 50
    assert (row["label_loss"], row["domain_loss"]) == (losses.label_loss.item(), losses.domain_loss.item())
    says_target = to_numpy(losses.domain_logits.data)[:, 0] > 0
    share = (says_target == (np.arange(128) >= 64)).mean()
    assert 0.5 < share < 1
    assert row["domain_accuracy"] == share


@pytest.mark.parametrize(("source", "target", "share"), [(-1, 1, 1.0), (1, -1, 0.0), (-1, -1, 0.5), (1, 1, 0.5)])
def test_domain_accuracy_is_the_share_of_right_domains(pair, source, target, share):
    class Says(Dense):
        def __call__(self, x, rng="unsaid"):
            logits = np.repeat(np.array([source, target], np.float32), 64)[:, None]
            return super().__call__(x, rng) * 0.0 + md.Tensor(logits)

    rng = np.random.default_rng(0)
    network = DANN(Dense(2, 4, rng), Dense(4, 2, rng), Says(4, 1, rng))
    training = Training(pair, SHORT, network=network)
    training.step()
    assert training.history[0]["domain_accuracy"] == share


def test_the_result_has_the_averaged_weights_and_leaves_the_run_alone(pair):
    training = Training(pair, SHORT).fit()
    before = theta(training)
    averaged = np.concatenate([to_numpy(t.data).ravel() for t in training.result().parameters().values()])
    np.testing.assert_array_equal(averaged, training.average.values)
    np.testing.assert_array_equal(theta(training), before)
    last = Training(pair, replace(SHORT, average_decay=0.0)).fit()
    np.testing.assert_array_equal(
        np.concatenate([to_numpy(t.data).ravel() for t in last.result().parameters().values()]), theta(last)
    )


def test_the_average_is_that_of_the_weights_after_each_update(pair):
    training, seen = Training(pair, replace(SHORT, average_decay=0.9)), []
    for _ in range(10):  # up to 1/(1 − decay) steps the average is the plain mean
        training.step()
        seen.append(theta(training).astype(np.float64))
    np.testing.assert_allclose(to_numpy(training.average.values), np.mean(seen, axis=0), rtol=1e-5, atol=1e-6)


def test_weights_stay_float32(pair):
    training = Training(pair, SHORT)
    gradients = training.gradients(training.losses(training.next_batch()))
    assert {gradients[p].dtype for p in training.parameters} == {np.dtype(np.float32)}
    training.fit()
    assert theta(training).dtype == training.average.values.dtype == np.float32


def test_divergence_is_reported_and_not_scored(pair):
    wild = replace(SHORT, activation="relu", rate=1e6, steps=200)
    with np.errstate(all="ignore"), pytest.raises(FloatingPointError, match="lower the rate"):
        Training(pair, wild).fit()


def test_a_network_of_ones_own_can_be_trained(pair):
    network = build_dann((2,), 2, replace(SHORT, features=(5,)), np.random.default_rng(0))
    training = Training(pair, SHORT, network=network).fit()
    assert training.network is network
    assert training.result().transform(pair.x_source).shape == (80, 5)


def test_all_methods_give_rows_of_the_agreed_form(pair):
    result = compare(pair, SHORT, seed=5)
    assert isinstance(result, Comparison)
    assert [row["method"] for row in result.rows] == ["source-only", "sa", "sa-oracle", "dann", "target-only"]
    for row in result.rows:
        assert {"pair", "method", "seed", "target_accuracy", "source_accuracy", "seconds", "classifier"} <= set(row)
        assert row["seed"] == 5
        assert 0 <= row["target_accuracy"] <= 1
    assert {row["classifier"] for row in result.rows} == {"label head", "linear SVM"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps: got 0"),
        ({"batch_size": -1}, "batch_size: got -1"),
        ({"rate": float("nan")}, "rate: got nan"),
        ({"momentum": 1.0}, "momentum: got 1.0"),
        ({"activation": "swish"}, "activation: got 'swish', expected one of tanh"),
        ({"features": ()}, "features: got no widths"),
        ({"features": (16, 0)}, "features: got 0"),
        ({"input_scale": 0.0}, "input_scale: got 0, expected a number above 0"),
        ({"features": 16}, "features: got 16, expected a tuple of widths"),
        ({"ramp": 1}, "ramp: got 1, expected True or False"),
        ({"schedule": "linear"}, "schedule: got 'linear', expected one of constant, annealed, cosine"),
        ({"trunk": "vgg"}, "trunk: got 'vgg', expected one of none, digits, mnist, svhn, gtsrb"),
        ({"trunk": None}, "trunk: got None, expected one of none"),
        ({"batch_normalise": "own"}, "batch_normalise: got 'own', expected 'none' without a trunk"),
        ({"conditioned": "yes"}, "conditioned: got 'yes', expected True or False"),
        ({"batch_normalise": True}, "batch_normalise: got True, expected one of none, joined, own"),
    ],
)
def test_a_recipe_refuses_what_cannot_be_trained(wrong, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**wrong)


def test_a_copy_goes_its_own_way_to_the_same_end(pair):
    training = Training(pair, SHORT)
    for _ in range(15):
        training.step()
    copies = [copy.deepcopy(training), pickle.loads(pickle.dumps(training))]
    before = theta(training)
    for other in copies:
        other.fit()
        np.testing.assert_array_equal(theta(training), before)
    training.fit()
    for other in copies:
        np.testing.assert_array_equal(theta(other), theta(training))
        np.testing.assert_array_equal(other.average.values, training.average.values)


def test_a_state_of_another_pair_or_network_is_refused_and_changes_nothing(pair):
    training = Training(pair, SHORT)
    before = theta(training)
    for other in (
        Training(moons_pair(n=60, n_test=10), SHORT),
        Training(pair, replace(SHORT, features=(4,))),
    ):
        with pytest.raises(ValueError, match=r"state: got \[.*\] \(parameters, source and target examples\), expected"):
            restore(training, state_of(other))
    np.testing.assert_array_equal(theta(training), before)


def test_a_network_that_does_not_fit_is_named(pair):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="network: got a label head of 1 logits, expected 2"):
        Training(pair, SHORT, network=DANN(Dense(2, 4, rng), Dense(4, 1, rng), Dense(4, 1, rng)))
    two_units = DANN(Dense(2, 4, rng), Dense(4, 2, rng), Dense(4, 2, rng))
    with pytest.raises(ValueError, match=r"domain_head: got logits of shape \(128, 2\), expected \(128, 1\)"):
        Training(pair, SHORT, network=two_units).step()


def test_methods_that_stand_on_others_ask_for_them(pair):
    with pytest.raises(ValueError, match="expected source-only too"):
        compare(pair, SHORT, methods=("sa",))
    with pytest.raises(ValueError, match="methods: got 'magic', expected one of source-only"):
        compare(pair, SHORT, methods=("magic",))


def test_a_recipe_with_a_trunk_needs_no_dense_features():
    assert Recipe(trunk="mnist", features=()).features == ()


# batch normalisation, dropout and the average at once ---------------------------------------------------------------

EVERYTHING = replace(SHORT, average_decay=0.9, batch_size=16)


def with_everything(joined):
    rng = np.random.default_rng(0)
    features = Sequential(Dense(2, 6, rng), BatchNormalisation(6), Tanh(), Dropout(0.3))
    source_features = None if joined else with_own_statistics(features)
    return DANN(features, Dense(6, 2, rng), Dense(6, 1, rng), source_features)


@pytest.mark.parametrize("joined", [True, False])
def test_a_restored_run_goes_on_bit_for_bit_with_normalisation_dropout_and_average(pair, joined):
    whole = Training(pair, EVERYTHING, network=with_everything(joined)).fit()
    half = Training(pair, EVERYTHING, network=with_everything(joined))
    for _ in range(23):
        half.step()
    state = state_of(half)
    half.fit()  # the state is a copy: going on must not change it
    resumed = restore(Training(pair, EVERYTHING, network=with_everything(joined)), state).fit()
    for other in (half, resumed):
        np.testing.assert_array_equal(theta(other), theta(whole))
        np.testing.assert_array_equal(other.average.values, whole.average.values)
        assert other.history == whole.history
        for name, array in whole.network.statistics().items():
            np.testing.assert_array_equal(other.network.statistics()[name], array)
        np.testing.assert_array_equal(
            other.result().label_logits(pair.x_target_test), whole.result().label_logits(pair.x_target_test)
        )


def test_a_state_is_left_alone_by_the_run_that_took_it_up(pair):
    half = Training(pair, replace(SHORT, steps=30))
    for _ in range(15):
        half.step()
    state = state_of(half)
    rows = copy.deepcopy(state["history"])
    ends = []
    for _ in range(2):
        resumed = restore(Training(pair, half.recipe), state).fit()
        resumed.history[0]["label_loss"] = 0.0
        ends.append(theta(resumed))
        assert state["history"] == rows
    np.testing.assert_array_equal(*ends)


def test_a_run_restored_in_place_goes_back_with_its_statistics(pair):
    training = Training(pair, EVERYTHING, network=with_everything(True))
    for _ in range(5):
        training.step()
    state = state_of(training)
    first = [training.step().label_loss.item() for _ in range(5)]
    restore(training, state)
    assert training.network.statistics()["features.1.batches"] == 5
    assert [training.step().label_loss.item() for _ in range(5)] == first


@pytest.mark.parametrize(
    ("joined", "domain_weight", "seen"),
    [
        (True, 1.0, ("x_source", "x_target")),
        (False, 1.0, ("x_target",)),  # each by its own in training, and the target is what will be predicted
        (True, 0.0, ("x_source",)),
        (False, 0.0, ("x_source",)),
    ],
)
def test_the_result_measures_its_statistics_on_what_it_was_normalised_by(pair, joined, domain_weight, seen):
    recipe = replace(EVERYTHING, batch_size=80, domain_weight=domain_weight)  # a batch is a whole domain
    training = Training(pair, recipe, network=with_everything(joined)).fit()
    own = {name: array.copy() for name, array in training.network.statistics().items()}
    result = training.result()
    x = to_numpy(result.features[0](np.concatenate([getattr(pair, name) for name in seen])).data)
    np.testing.assert_allclose(result.statistics()["features.1.mean"], x.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(result.statistics()["features.1.variance"], x.var(axis=0, ddof=1), rtol=1e-4)
    for name, array in training.network.statistics().items():
        np.testing.assert_array_equal(array, own[name])  # the run's own are left alone


def test_the_result_is_the_same_every_time_and_takes_nothing_from_the_run(pair):
    training, other = (Training(pair, EVERYTHING, network=with_everything(False)) for _ in range(2))
    for _ in range(20):
        training.step()
        other.step()
    one, two = (training.result().label_logits(pair.x_target_test) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(theta(training.fit()), theta(other.fit()))


def test_a_run_knows_whether_it_has_a_domain_loss(pair):
    assert Training(pair, SHORT).has_domain_loss
    without = Training(pair, replace(SHORT, domain_weight=0.0))
    assert not without.has_domain_loss
    assert without.step().domain_loss is None


# images ------------------------------------------------------------------------------------------------------------

IMAGES = Recipe(
    steps=6, batch_size=4, trunk="digits", features=(), domain_hidden=(), activation="relu", init="he_normal"
)


@pytest.fixture(scope="module")
def images():
    """Tiny images as bytes; those of the target are the brighter ones."""
    rng = np.random.default_rng(0)
    x = {name: rng.integers(0, 100 + 100 * ("target" in name), (12, 8, 8, 2), dtype=np.uint8) for name in X_NAMES}
    y = {name.replace("x_", "y_"): np.arange(12) % 3 for name in X_NAMES}
    return DomainPair("bright", **x, **y)


X_NAMES = ("x_source", "x_target", "x_source_test", "x_target_test")


def test_images_are_centred_on_the_mean_of_each_channel_of_both_domains(images):
    mean = Training(images, IMAGES).network.features[0].mean
    np.testing.assert_allclose(mean, np.concatenate([images.x_source, images.x_target]).mean(axis=(0, 1, 2)))


def test_bytes_train_as_the_same_numbers_in_float32_to_the_bit(images):
    arrays = {name: getattr(images, name) for name in (*X_NAMES, "y_source", "y_source_test", "y_target_test")}
    floats = {name: a.astype(np.float32) if name in X_NAMES else a for name, a in arrays.items()}
    recipe = replace(IMAGES, input_scale=1 / 255)
    one, other = (Training(DomainPair("p", **given), recipe) for given in (arrays, floats))
    other.network.features[0].mean = one.network.features[0].mean  # a mean in float32 rounds elsewhere
    assert one.next_batch().x_source.dtype == np.uint8
    other.next_batch()
    np.testing.assert_array_equal(theta(one.fit()), theta(other.fit()))
    assert theta(one).dtype == np.float32


def test_with_a_trunk_source_only_does_without_domain_head_and_target(images):
    recipe = replace(IMAGES, batch_normalise="joined", input_scale=1 / 255, weight_decay=0.0)
    training = train("source-only", images, recipe, 0)
    assert not training.has_domain_loss
    assert "domain_loss" not in training.history[0]
    begun = Training(images, training.recipe, 0).network.domain_head.parameters()
    for name, parameter in training.network.domain_head.parameters().items():
        np.testing.assert_array_equal(parameter.data, begun[name].data)


def test_a_dense_source_only_keeps_its_domain_head(pair):
    assert "domain_loss" in train("source-only", pair, SHORT, 0).history[0]


def test_normalisation_in_a_head_is_measured_for_the_averaged_weights_too(pair):
    rng = np.random.default_rng(0)
    head = Sequential(BatchNormalisation(8), Dense(8, 2, rng))
    network = DANN(Sequential(Dense(2, 8, rng), Tanh()), head, Dense(8, 1, rng))
    result = Training(pair, replace(SHORT, steps=6), network=network).fit().result()
    assert result.label_head[0].batches == 50
    assert network.label_head[0].batches == 6


def test_a_state_that_lacks_a_part_is_refused_and_changes_nothing(pair):
    training = Training(pair, SHORT)
    before = theta(training)
    whole = state_of(Training(pair, SHORT).fit())
    for part in ("weights", "sizes", "rngs", "statistics"):
        with pytest.raises(ValueError, match="state: got "):
            restore(training, {name: value for name, value in whole.items() if name != part})
    with pytest.raises(ValueError, match="state: got optimiser of shapes"):
        restore(training, whole | {"optimiser": {"velocity": np.zeros(3)}})
    np.testing.assert_array_equal(theta(training), before)


def test_a_batch_of_many_passes_is_dealt_in_linear_time_to_the_same_positions():
    size, n = 100, 7
    rng = np.random.default_rng(3)
    one_by_one = np.concatenate([rng.permutation(n) for _ in range(-(-3 * size // n))])
    passes = ShuffledPasses(n, np.random.default_rng(3))
    dealt = [passes.take(size) for _ in range(3)]
    np.testing.assert_array_equal(np.concatenate(dealt), one_by_one[: 3 * size])
    passes, calls, real = ShuffledPasses(2, np.random.default_rng(0)), [], np.concatenate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "concatenate", lambda arrays: calls.append(arrays) or real(arrays))
        passes.take(10_000)
    assert len(calls) == 1
