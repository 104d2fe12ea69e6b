"""Inputs and labels of predictions: the same kinds as in a pair, and refused by their cause."""

import numpy as np
import pytest
from helpers.frames import Frame, Series, TensorOfOthers
from helpers.image_pair import image_pair

import minidann as md
from minidann.adapt import DANN, MOONS, Recipe, Training, build_dann
from minidann.adapt.predictor import accuracy_or_nan
from minidann.compare import compare, compare_forms
from minidann.data import DataWarning, DomainPair, moons_pair
from minidann.nn import Dense, Normalise, Sequential

SHORT = Recipe(steps=5, batch_size=8)
PAIR = moons_pair(n=40, n_test=20)


@pytest.fixture(scope="module")
def network():
    return Training(PAIR, SHORT).fit().result()


X = PAIR.x_target_test


@pytest.mark.parametrize(
    "x",
    [X.tolist(), X.astype(">f4"), X.astype("g"), np.ma.array(X), md.Tensor(X), TensorOfOthers(X), X[::-1][::-1]],
    ids=["list", "big-endian", "long double", "masked", "tensor", "tensor of others", "view"],
)
def test_predictions_take_what_a_pair_takes(network, x):
    for method in (network.predict, network.transform, network.label_logits, network.domain_logits):
        np.testing.assert_allclose(method(x), method(X), atol=1e-5)
    assert network.accuracy(x, PAIR.y_target_test.tolist()) == network.accuracy(X, PAIR.y_target_test)


def test_no_examples_have_no_predictions(network):
    assert network.predict(X[:0]).shape == (0,)
    assert network.transform(X[:0]).shape == (0, 16)


BAD_INPUTS = {
    "another width": (np.ones((3, 5)), r"x: got examples of shape \(5,\), expected \(2,\)"),
    "one column, which would be repeated": (np.ones((3, 1)), r"x: got examples of shape \(1,\), expected \(2,\)"),
    "images": (np.ones((3, 8, 8, 1)), r"x: got examples of shape \(8, 8, 1\), expected \(2,\)"),
    "one example": (np.ones(2), r"x: got shape \(2,\), expected \(n, width\): np.reshape\(x, \(1, -1\)\) makes one"),
    "NaN": ([[0.0, np.nan]], "x: got 1 NaN or infinite values among 2"),
    "infinity": ([[0.0, np.inf]], "x: got 1 NaN or infinite values among 2"),
    "text": ([["a", "b"]], "x: got dtype <U1"),
    "None": (None, "x: got None"),
    "masked": (np.ma.array(X, mask=X > 0), "x: got .* masked values"),
}


@pytest.mark.parametrize("kind", BAD_INPUTS)
@pytest.mark.parametrize("made", ["trained", "built", "by hand"])
def test_bad_inputs_are_refused_by_name(network, kind, made):
    x, message = BAD_INPUTS[kind]
    rng = np.random.default_rng(0)
    built = build_dann((2,), 2, MOONS, rng)
    asked = {"trained": network, "built": built, "by hand": DANN(built.features, built.label_head, built.domain_head)}
    if made == "by hand":
        message = message.split(", expected (2,)")[0].split(", expected \\(2")[0]
    for method in ("predict", "transform", "label_logits", "domain_logits"):
        with pytest.raises(ValueError, match=message) as caught:
            getattr(asked[made], method)(x)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 300


def test_a_network_made_by_hand_says_which_inputs_do_not_fit():
    rng = np.random.default_rng(0)
    network = DANN(Sequential(Normalise(np.zeros(2)), Dense(2, 3, rng)), Dense(3, 2, rng), Dense(3, 1, rng))
    for width in (1, 3):
        with pytest.raises(ValueError, match=rf"x: got examples of shape \({width},\), which this"):
            network.predict(np.ones((4, width)))
    with pytest.raises(ValueError, match="network: does not fit the pair: x: got examples of shape"):
        Training(moons_pair(n=8, n_test=4), SHORT, network=wide_network(rng))


def wide_network(rng):
    return DANN(Dense(5, 3, rng), Dense(3, 2, rng), Dense(3, 1, rng))


def test_columns_of_a_data_frame_go_by_their_names():
    a, b = X.T.astype(float)
    other = moons_pair(n=20, n_test=20, seed=5)
    parts = ("x_source", "x_target", "x_source_test", "x_target_test")
    x = {part: Frame(dict(zip("ab", getattr(other, part).T.astype(float)))) for part in parts}
    pair = DomainPair("f", **x, y_source=other.y_source, y_source_test=other.y_source_test)
    network = Training(pair, SHORT).fit().result()
    np.testing.assert_array_equal(network.predict(Frame({"b": b, "a": a})), network.predict(Frame({"a": a, "b": b})))
    np.testing.assert_array_equal(network.predict(Frame({"a": a, "b": b})), network.predict(X))
    with pytest.raises(ValueError, match="x: got columns with 'c' and without 'b', expected the names of the training"):
        network.predict(Frame({"a": a, "c": b}))


Y = PAIR.y_target_test
BAD_LABELS = {
    "a column": (Y[:, None], r"y: got shape \(20, 1\), .*np.ravel\(y\) takes the column out"),
    "too few": (Y[:5], r"y: got shape \(5,\), expected \(20,\)"),
    "one number": (1, r"y: got shape \(\), expected \(20,\)"),
    "text": (Y.astype(str), "y: got the labels '0', '1', expected class positions 0 to 1"),
    "one-hot": (np.eye(2)[Y], r"np.argmax\(y, axis=1\)"),
    "from 1": (Y + 1, "y: got the labels 1, 2, expected class positions 0 to 1"),
    "halves": (Y + 0.5, "y: got numbers such as [01].5 for labels"),
    "None": (None, "y: got None"),
    "NaN": (np.where(Y == 1, np.nan, 0), "y: got .* NaN or infinite labels"),
}


@pytest.mark.parametrize("kind", BAD_LABELS)
def test_bad_labels_are_refused_by_name(network, kind):
    y, message = BAD_LABELS[kind]
    with pytest.raises(ValueError, match=message):
        network.accuracy(X, y)


@pytest.mark.parametrize("kind", [float, bool, object, np.uint8, ">i4"])
def test_labels_of_any_kind_compare_rightly(network, kind):
    assert network.accuracy(X, Y.astype(kind)) == network.accuracy(X, Y) == (network.predict(X) == Y).mean()


def labelled(names):
    """The pair with its classes under other names, and its trained network."""
    names = np.asarray(names)
    pair = moons_pair(n=40, n_test=20)
    x = {name: getattr(pair, name) for name in ("x_source", "x_target", "x_source_test", "x_target_test")}
    y = {name: names[getattr(pair, name)] for name in ("y_source", "y_source_test", "y_target_test")}
    named = DomainPair("named", **x, **y)
    return named, y["y_target_test"], Training(named, SHORT).fit().result()


@pytest.mark.parametrize("names", [["no", "yes"], [1, 2], [5, 255], [-1, 1], [False, True], [2.0, 7.0]])
def test_a_user_gets_labels_back_as_they_came(names):
    pair, own, network = labelled(names)
    predicted = pair.classes_[network.predict(pair.x_target_test)]
    assert set(predicted.tolist()) <= set(names)
    right = (predicted == own).mean()
    assert right == network.accuracy(pair.x_target_test, own) == network.accuracy(X, pair.y_target_test)
    np.testing.assert_array_equal(network.classes_, pair.classes_)


def test_positions_plus_1_are_labels_and_no_positions():
    pair, own, network = labelled([1, 2])
    right = network.accuracy(X, pair.y_target_test)
    ones = own == 1
    with pytest.raises(ValueError, match="y: got 1, which may be labels 1, 2 or their positions"):
        network.accuracy(X[ones], pair.y_target_test[ones] + 1)
    assert network.accuracy(X, pair.y_target_test + 1) == right
    assert network.accuracy(X[::2], pair.y_target_test[::2]) == network.accuracy(X[::2], own[::2])
    assert type(pair.y_target_test.max()) is np.int64


def test_no_examples_have_no_score(network):
    with pytest.raises(ValueError, match="x: got no examples, expected at least one for a score"):
        network.accuracy(X[:0], [])


def test_truths_are_no_labels_of_three_classes():
    rng = np.random.default_rng(0)
    network = build_dann((2,), 3, MOONS, rng)
    with pytest.raises(ValueError, match="y: got the labels False, True, expected class positions 0 to 2"):
        network.accuracy(X, Y == 1)


def test_labels_that_may_be_positions_or_classes_are_refused():
    pair, own, network = labelled([1, 2])
    ones = own == 1
    with pytest.raises(ValueError, match="y: got 1, which may be labels 1, 2 or their positions 0 to 1; compare y == "):
        network.accuracy(pair.x_target_test[ones], own[ones])
    assert 0 <= network.accuracy(pair.x_target_test[ones], pair.y_target_test[ones]) <= 1  # these are positions
    x, y = pair.x_target_test[ones], own[ones]
    assert 0 <= (y == network.classes_[network.predict(x)]).mean() <= 1  # as the message says


def test_weights_that_are_not_finite_are_no_class():
    network = build_dann((2,), 2, MOONS, np.random.default_rng(0))
    next(iter(network.label_head.parameters().values())).data[...] = np.nan
    for call in (lambda: network.predict(X), lambda: network.accuracy(X, Y)):
        with pytest.raises(FloatingPointError, match="logits of 20 of 20 examples are not finite: training diverged"):
            call()
    assert np.isnan(accuracy_or_nan(network, X, Y))
    assert np.isnan(accuracy_or_nan(network, X, None))


@pytest.mark.parametrize(("rate", "steps"), [(1e19, 2), (1e19, 1), (1e25, 2), (1e15, 3), (1e6, 2)])
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_run_that_diverged_in_its_last_update_is_not_scored(rate, steps, by_hand):
    training = Training(PAIR, Recipe(steps=steps, rate=rate))

    def step():
        if by_hand:
            training.update(training.gradients(training.losses(training.next_batch())))
        else:
            training.step()

    with np.errstate(all="ignore"):
        for _ in range(steps - 1):
            step()
        with pytest.raises(FloatingPointError, match="training diverged; lower the rate"):
            step()


def test_the_look_at_the_end_draws_no_random_number():
    one, other = Training(PAIR, SHORT), Training(PAIR, SHORT)
    one.fit()
    other._check_end = lambda: None
    other.fit()
    assert {name: rng.bit_generator.state for name, rng in one.rngs.items()} == {
        name: rng.bit_generator.state for name, rng in other.rngs.items()
    }
    np.testing.assert_array_equal(one.passes[0].left, other.passes[0].left)


def test_forms_that_diverged_have_no_accuracy():
    with np.errstate(all="ignore"):
        found = compare_forms(PAIR, Recipe(steps=8, rate=1e19), forms=("without",))
    assert found.rows[0]["diverged_at_step"] is not None
    assert "nan" in str(found)


def test_inputs_of_another_order_of_magnitude_warn(network):
    for x in (1000 * X, X / 1000):
        with pytest.warns(
            DataWarning, match=r"x: the largest value is .*, beside .* in training; give x the same unit"
        ):
            network.predict(x)
    network.predict(X[:1] * 0)  # a point may lie near 0
    network.predict(X[:1] / 1000)


def test_bytes_trained_and_numbers_from_0_to_1_predicted_warn(rng):
    pair = image_pair(rng, np.uint8)
    network = Training(pair, Recipe(steps=2, batch_size=4, input_scale=1 / 255)).fit().result()
    network.predict(pair.x_target_test.astype(np.float32))
    with pytest.warns(DataWarning, match="x: the largest value is 0.99., beside 25. in training"):
        network.predict(pair.x_target_test / 255)


def test_a_test_set_of_one_class_is_scored_whatever_its_labels_are():
    pair, own, _ = labelled([1, 2])
    ones = own == 1
    x = {name: getattr(pair, name) for name in ("x_source", "x_target", "x_source_test")}
    y = {name: pair.classes_[getattr(pair, name)] for name in ("y_source", "y_source_test")}
    some = DomainPair("ones", **x, **y, x_target_test=pair.x_target_test[ones], y_target_test=own[ones])
    rows = compare(some, SHORT, methods=("source-only", "dann")).rows
    assert all(0 <= row["target_accuracy"] <= 1 for row in rows)


def test_labels_whose_index_has_another_order_than_the_inputs_are_refused(network):
    x = Frame(dict(zip("ab", np.random.default_rng(0).normal(size=(2, 6)))))
    y = np.array([0, 1, 1, 0, 0, 1])
    assert 0 <= network.accuracy(x, Series(y)) <= 1
    with pytest.raises(ValueError, match="y: got the rows of x in another order, by its index; y.loc"):
        network.accuracy(x, Series(y[::-1], range(6)[::-1]))
