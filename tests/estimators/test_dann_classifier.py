"""DANNClassifier beside the training it stands for, and as scikit-learn's users expect an estimator to behave."""

import inspect
import pickle
import re
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from minidann.adapt import MOONS, TABLES, Recipe, Training
from minidann.data import DataWarning, moons_pair
from minidann.estimators import DANNClassifier

PAIR = moons_pair(rotation=35, seed=0)
X = np.concatenate([PAIR.x_source, PAIR.x_target]).astype(float)
DOMAIN = np.repeat([1, -1], 300)
Y = np.concatenate([PAIR.y_source, np.full(300, -1)])


def small(**parameters):
    return DANNClassifier(**({"steps": 30, "random_state": 0} | parameters))


@pytest.fixture(scope="module")
def fitted():
    return small(steps=300).fit(X, Y, DOMAIN)


def weights(model):
    return np.concatenate([p.data.ravel() for p in model.network_.parameters().values()])


def test_a_whole_number_gives_the_weights_of_the_training_with_this_seed():
    model = small(recipe="moons", standardise=False, random_state=3).fit(X, Y, DOMAIN)
    network = Training(PAIR, replace(MOONS, steps=30), seed=3).fit().result()
    assert (weights(model) == np.concatenate([p.data.ravel() for p in network.parameters().values()])).all()
    assert (model.predict(PAIR.x_target_test) == network.predict(PAIR.x_target_test)).all()


def test_a_generator_is_drawn_from():
    models = [small(random_state=np.random.RandomState(1)).fit(X, Y, DOMAIN) for _ in range(2)]
    assert (weights(models[0]) == weights(models[1])).all()
    rng = np.random.RandomState(1)
    first, second = (weights(small(random_state=rng).fit(X, Y, DOMAIN)) for _ in range(2))
    assert (first != second).any()


def test_both_ways_to_give_the_target_are_one():
    marked = small().fit(X, Y, DOMAIN)
    apart = small().fit(X[:300], Y[:300], X_target=X[300:])
    assert (weights(marked) == weights(apart)).all()
    mixed = np.random.default_rng(0).permutation(600)
    assert small().fit(X[mixed], Y[mixed], DOMAIN[mixed]).score(X, Y, DOMAIN) > 0.8


@pytest.mark.parametrize("hidden", [1, np.nan, 12345])
def test_the_labels_of_target_rows_change_nothing(hidden):
    other = np.where(DOMAIN < 0, hidden, Y)
    model = small().fit(X, other, DOMAIN)
    assert model.classes_.tolist() == [0, 1]
    assert (weights(model) == weights(small().fit(X, Y, DOMAIN))).all()
    assert model.score(X, other, DOMAIN) == model.score(X[:300], Y[:300])


def test_it_adapts(fitted):
    """300 steps suffice to be better on the target than the same steps without adaptation."""
    alone = small(steps=300).fit(X[:300], Y[:300])
    x, y = PAIR.x_target_test, PAIR.y_target_test
    assert fitted.score(x, y) > alone.score(x, y) + 0.05
    assert alone.recipe_.domain_weight == 0
    with pytest.raises(ValueError, match="predict_domain"):
        alone.predict_domain(x)


def test_words_are_predicted_as_words(fitted):
    words = np.array(["elm", "oak", ""], dtype=object)[Y]
    model = small(steps=300).fit(X, words, DOMAIN)
    assert model.classes_.tolist() == ["elm", "oak"]
    assert ((model.predict(X) == "oak") == (fitted.predict(X) == 1)).all()
    assert model.score(X, words, DOMAIN) == fitted.score(X, Y, DOMAIN)


def test_the_source_standardises(fitted):
    source = PAIR.x_source.astype(float)
    assert np.allclose(fitted.mean_, source.mean(0))
    assert np.allclose(fitted.scale_, source.std(0))
    inputs = fitted.network_inputs(X)
    assert inputs.dtype == np.float32
    assert np.abs(inputs[:300].mean(0)).max() < 1e-5
    moved = small(steps=300).fit(1000 + 50 * X, Y, DOMAIN)
    assert (moved.predict(1000 + 50 * X) == fitted.predict(X)).mean() > 0.99


def test_a_target_in_another_unit_gets_a_warning():
    in_millimetres = np.where(DOMAIN[:, None] < 0, 1000 * X, X)
    with pytest.warns(DataWarning, match="source and target: columns 0, 1: the scales differ") as caught:
        small(steps=1).fit(in_millimetres, Y, DOMAIN)
    assert caught[0].filename == __file__


def test_a_constant_column_has_the_deviation_1():
    with_constant = np.column_stack([X, np.full(600, 0.1), np.zeros(600)])
    model = small().fit(with_constant, Y, DOMAIN)
    assert model.scale_[2:].tolist() == [1, 1]
    assert np.abs(model.network_inputs(with_constant)[:, 2:]).max() < 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64, int])
def test_dtypes(fitted, dtype):
    x = (X * 10).astype(dtype)
    assert fitted.predict_proba(x).dtype == (np.float32 if dtype == np.float32 else np.float64)
    assert fitted.transform(x).dtype == np.float32
    assert fitted.predict_domain(x).dtype == fitted.predict_proba(x).dtype


def test_probabilities_and_features_are_those_of_the_network(fitted):
    inputs = fitted.network_inputs(X)
    assert np.allclose(fitted.predict_proba(X).sum(1), 1)
    assert (fitted.predict_proba(X).argmax(1) == fitted.network_.predict(inputs)).all()
    assert (fitted.transform(X) == fitted.network_.transform(inputs)).all()
    assert fitted.transform(X).shape == (600, 16)
    assert np.allclose(fitted.predict_domain(X), 1 / (1 + np.exp(-fitted.network_.domain_logits(inputs))), atol=1e-6)
    again = small(steps=300).fit_transform(X, Y, DOMAIN)
    assert (again == fitted.transform(X, DOMAIN)).all()


def test_huge_logits_are_certain_and_finite(fitted):
    model = pickle.loads(pickle.dumps(fitted))
    for parameter in (
        *model.network_.label_head.parameters().values(),
        *model.network_.domain_head.parameters().values(),
    ):
        parameter.data *= 1e5
    assert set(np.unique(model.predict_proba(X).round(6))) == {0, 1}
    assert np.isfinite(model.predict_domain(X)).all()


def test_the_history_is_that_of_the_training(fitted):
    assert fitted.n_iter_ == 300
    assert [row["step"] for row in fitted.history_] == [*range(0, 300, 10), 299]
    assert fitted.loss_curve_ == [row["label_loss"] for row in fitted.history_]
    assert fitted.recipe_ == replace(TABLES, steps=300)


def test_each_setting_of_a_recipe_is_a_parameter():
    settings = {field.name for field in fields(Recipe)}
    others = {"recipe", "standardise", "input_shape", "random_state", "verbose", "warm_start"}
    assert set(inspect.signature(DANNClassifier).parameters) == settings | others
    assert [name for name in settings if f"\n{name} : " not in inspect.getdoc(DANNClassifier)] == []
    model = small(recipe=MOONS, features=[4], adapt_weight=0, activation="relu").fit(X, Y, DOMAIN)
    assert model.recipe_ == replace(MOONS, steps=30, features=(4,), adapt_weight=0, activation="relu")


def test_partial_fit_goes_on_where_it_was():
    parts = small(random_state=1)
    for _ in range(6):
        parts.partial_fit(X, Y, sample_domain=DOMAIN)
    assert parts.n_iter_ == 6 * 5  # 300 rows of each domain in batches of 64
    assert parts.score(X, Y, DOMAIN) > 0.8
    kept = pickle.dumps(parts)
    other = pickle.loads(kept).partial_fit(X, Y, sample_domain=DOMAIN)
    assert (weights(other) == weights(parts.partial_fit(X, Y, sample_domain=DOMAIN))).all()


def test_a_training_that_waits_holds_no_data():
    many = np.repeat(X[:300], 50, axis=0)
    model = small(batch_size=1000).partial_fit(many, np.repeat(Y[:300], 50))
    assert len(pickle.dumps(model)) < len(pickle.dumps(many.astype(np.float32))) < 130_000


def test_partial_fit_knows_classes_that_come_later():
    model = small().partial_fit(X[:40], np.zeros(40), classes=[0, 1, 2])
    assert model.predict_proba(X).shape == (600, 3)
    with pytest.raises(ValueError, match=re.escape("y: got the classes 7")):
        model.partial_fit(X[:40], np.full(40, 7))
    with pytest.raises(ValueError, match="sample_domain, X_target: got a target in some calls only"):
        model.partial_fit(X, Y, sample_domain=DOMAIN)


def test_settings_may_change_between_parts():
    model = small().partial_fit(X, Y, sample_domain=DOMAIN).set_params(adapt_weight=0.0, rate=0.01)
    assert model.partial_fit(X, Y, sample_domain=DOMAIN).recipe_ == replace(TABLES, steps=30, adapt_weight=0, rate=0.01)
    with pytest.raises(ValueError, match=re.escape("features: got (4,), expected (16, 16) as in the first call")):
        model.set_params(features=(4,)).partial_fit(X, Y, sample_domain=DOMAIN)
    alone = small().partial_fit(X[:300], Y[:300]).set_params(rate=0.02)
    assert alone.partial_fit(X[:300], Y[:300]).recipe_.rate == 0.02


def test_partial_fit_after_fit_keeps_the_weights(fitted):
    model = clone(fitted).fit(X, Y, DOMAIN)
    score = model.score(PAIR.x_target_test, PAIR.y_target_test)
    model.partial_fit(X, Y, sample_domain=DOMAIN)
    assert model.n_iter_ == 305
    assert model.history_[-1]["adapt_weight"] == pytest.approx(0.3, abs=1e-3)
    assert model.score(PAIR.x_target_test, PAIR.y_target_test) > score - 0.05


def test_a_warm_start_goes_on_and_a_cold_one_does_not():
    warm, cold = small(warm_start=True), small()
    first = weights(warm.fit(X, Y, DOMAIN))
    assert (weights(cold.fit(X, Y, DOMAIN)) == first).all()
    assert (weights(cold.fit(X, Y, DOMAIN)) == first).all()
    assert (weights(warm.fit(X, Y, DOMAIN)) != first).any()
    assert warm.history_[0]["label_loss"] < cold.history_[0]["label_loss"]
    mean = warm.mean_.copy()
    assert (warm.fit(X + 0.1, Y, DOMAIN).mean_ == mean).all()  # the weights belong to these inputs
    with pytest.raises(ValueError, match="y: got the classes"):
        warm.fit(X, Y + 1, DOMAIN)


def test_images_are_rows_or_pictures():
    rng = np.random.default_rng(0)
    images = rng.random((40, 28, 28, 1))
    y = np.arange(40) % 2
    images[y == 1] += 0.5
    rows = images.reshape(40, -1)
    domain = np.repeat([0, -1], 20)
    model = small(recipe="digits", steps=2, batch_size=8, input_shape=(28, 28, 1)).fit(rows, y, domain)
    assert model.network_inputs(rows).shape == (40, 28, 28, 1)
    assert model.mean_ == pytest.approx(rows[:20].mean())
    assert model.scale_ == pytest.approx(rows[:20].std())
    assert (model.predict(rows) == model.predict(images)).all()
    both = model.transform(rows, domain)
    assert np.allclose(both[:20], model.network_.transform(model.network_inputs(rows[:20]), "source"), atol=1e-6)
    assert np.allclose(both[20:], model.network_.transform(model.network_inputs(rows[20:]), "target"), atol=1e-6)
    bytes_of = (100 * images).astype(np.uint8)
    paper = small(recipe="paper", steps=1, batch_size=4, input_shape=(28, 28, 1)).fit(bytes_of, y, domain)
    assert paper.recipe_.input_scale == 1
    assert paper.network_inputs(bytes_of).std() == pytest.approx(1, abs=0.1)
    with pytest.raises(ValueError, match="input_shape: got None"):
        small(recipe="digits").fit(rows, y, domain)
    with pytest.raises(ValueError, match="input_shape"):
        small(recipe="digits", input_shape=(9, 9, 1)).fit(rows, y, domain)


def test_verbose_says_what_happens(capsys):
    small(verbose=True).fit(X, Y, DOMAIN)
    said = capsys.readouterr().out.splitlines()
    assert "standardised by the 300 source rows" in said[0]
    assert said[-1].startswith("step 30 of 30: ")
    small().fit(X, Y, DOMAIN)
    assert capsys.readouterr().out == ""


def test_pandas_in_and_out():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X, columns=["length", "width"])
    model = small().fit(frame, pandas.Series(Y), pandas.Series(DOMAIN)).set_output(transform="pandas")
    assert model.feature_names_in_.tolist() == ["length", "width"]
    features = model.transform(frame)
    assert features.columns[0] == "dannclassifier0"
    assert features.dtypes.iloc[0] == np.float32
    for bad in (frame[["width", "length"]], frame.rename(columns={"width": "w"})):
        with pytest.raises(ValueError, match="feature names should match"):
            model.predict(bad)
    with pytest.raises(ValueError, match="X_target: The feature names"):
        small().fit(frame[:300], Y[:300], X_target=frame[["width", "length"]])


@pytest.mark.slow
def test_a_pickle_predicts_in_another_process(fitted, tmp_path):
    (tmp_path / "model.pickle").write_bytes(pickle.dumps(fitted))
    np.save(tmp_path / "x.npy", X)
    code = (
        "import numpy, pickle; model = pickle.load(open('model.pickle', 'rb'));"
        "numpy.save('found.npy', model.predict_proba(numpy.load('x.npy')))"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert np.allclose(np.load(tmp_path / "found.npy"), fitted.predict_proba(X))


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"recipe": "moon"}, "recipe: got 'moon', expected one of moons, tables"),
        ({"recipe": 3}, "recipe: got 3, expected one of moons, tables"),
        ({"adapt_weight": -1}, "adapt_weight: got -1"),
        ({"random_state": -1}, "random_state: got -1"),
        ({"random_state": "x"}, "random_state: got 'x'"),
        ({"standardise": "yes"}, "standardise: got 'yes'"),
        ({"verbose": 7.5}, "verbose: got 7.5"),
        ({"input_shape": (28, 28)}, "input_shape: got (28, 28), expected (height, width, channels)"),
        ({"input_shape": 3}, "input_shape: got 3"),
    ],
)
def test_bad_parameters_are_refused(parameters, said):
    with pytest.raises((TypeError, ValueError), match=re.escape(said)):
        small(**parameters).fit(X, Y, DOMAIN)


def test_before_fit():
    for method in ("predict", "predict_proba", "predict_domain", "transform", "network_inputs"):
        with pytest.raises(NotFittedError):
            getattr(small(), method)(X)
