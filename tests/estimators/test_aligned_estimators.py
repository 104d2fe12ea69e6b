"""Subspace Alignment as estimators of scikit-learn: the maps, the two ways to name a target, and the choice of d."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
import sklearn
from helpers.turned_blobs import blobs
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.utils import get_tags

from minidann.compare.subspace_alignment import aligned_directions, principal_directions
from minidann.estimators import DANNClassifier, SubspaceAlignment, SubspaceAlignmentClassifier

SOURCE, Y_SOURCE = blobs(0, n=120)
TARGET, Y_TARGET = blobs(1, turn=1.4, shift=3.0, n=120)
WORDS = np.array(["no", "yes"])[Y_SOURCE]
X = np.concatenate([TARGET[:50], SOURCE, TARGET[50:]])  # the domains are mixed
DOMAIN = np.repeat([-2, 1, -1], [50, 120, 70])
SHUFFLED = StratifiedKFold(3, shuffle=True, random_state=0)  # each fold has some of both domains


def labels(of_target):
    """y of X, with this value in the target rows."""
    y = np.full(len(X), of_target, object)
    y[DOMAIN > 0] = WORDS
    return y


def classifier(**parameters):
    return SubspaceAlignmentClassifier(**{"d": 2, "standardise": False} | parameters)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


# the transformer -------------------------------------------------------------------------------------------------


def test_source_rows_and_target_rows_have_maps_of_their_own():
    model = SubspaceAlignment(3, standardise=False).fit(X, sample_domain=DOMAIN)
    p_source, p_target = principal_directions(SOURCE)[0], principal_directions(TARGET)[0]
    z_source = (SOURCE - SOURCE.mean(0)) @ aligned_directions(p_source, p_target, 3)
    z_target = (TARGET - TARGET.mean(0)) @ p_target[:, :3]
    np.testing.assert_allclose(model.transform(TARGET), z_target, atol=1e-12)  # new rows are target rows
    np.testing.assert_allclose(model.transform(SOURCE, np.zeros(120)), z_source, atol=1e-12)
    mixed = model.transform(X, DOMAIN)
    np.testing.assert_allclose(mixed[DOMAIN > 0], z_source, atol=1e-12)
    np.testing.assert_allclose(mixed[DOMAIN < 0], z_target, atol=1e-12)
    np.testing.assert_array_equal(SubspaceAlignment(3, standardise=False).fit_transform(X, None, DOMAIN), mixed)


def test_each_domain_is_standardised_by_its_own_numbers():
    scale = np.linspace(0.5, 3, 6)
    plain = SubspaceAlignment(2).fit(SOURCE, X_target=TARGET)
    scaled = SubspaceAlignment(2).fit(SOURCE, X_target=TARGET * scale - 7)
    np.testing.assert_allclose(scaled.transform(TARGET * scale - 7), plain.transform(TARGET), atol=1e-9)
    np.testing.assert_allclose(plain.target_scale_, TARGET.std(0))
    assert (SubspaceAlignment(2, standardise=False).fit(SOURCE, X_target=TARGET).source_scale_ == 1).all()


def test_both_ways_to_name_a_target_are_one():
    named = SubspaceAlignment(2).fit(SOURCE, X_target=TARGET)
    marked = SubspaceAlignment(2).fit(X, sample_domain=DOMAIN)
    np.testing.assert_array_equal(named.transform(X, DOMAIN), marked.transform(X, DOMAIN))
    with pytest.raises(ValueError, match="sample_domain, X_target: got both"):
        SubspaceAlignment(2).fit(X, None, DOMAIN, X_target=TARGET)


def test_without_a_target_the_source_takes_its_place():
    model = SubspaceAlignment(2, standardise=False).fit(SOURCE)
    np.testing.assert_allclose(model.source_map_, model.target_map_, atol=1e-12)
    np.testing.assert_allclose(model.target_map_, principal_directions(SOURCE)[0][:, :2], atol=1e-12)


def test_float32_stays_float32_and_columns_get_names():
    model = SubspaceAlignment(2).fit(SOURCE.astype("f4"), X_target=TARGET.astype("f4"))
    assert model.transform(TARGET.astype("f4")).dtype == np.float32
    assert model.transform(TARGET).dtype == np.float64
    for kind in (SubspaceAlignment, SubspaceAlignmentClassifier):
        assert get_tags(kind()).transformer_tags.preserves_dtype == ["float64", "float32"]
    assert model.get_feature_names_out().tolist() == ["subspacealignment0", "subspacealignment1"]


# d ---------------------------------------------------------------------------------------------------------------


def test_without_d_all_directions_are_taken_and_y_is_not_read():
    assert SubspaceAlignment().fit(SOURCE, X_target=TARGET).d_ == 6
    assert SubspaceAlignment().fit(SOURCE, SOURCE[:, 0], X_target=TARGET[:4]).d_ == 3
    model = SubspaceAlignmentClassifier().fit(SOURCE, WORDS, X_target=TARGET)
    assert model.alignment_.d_ == 6
    own = [(x - x.mean(0)) / x.std(0) for x in (SOURCE, TARGET)]  # with all directions, only these are aligned
    svm = LinearSVC(dual=False).fit(own[0], WORDS)
    assert (model.predict(TARGET) == svm.predict(own[1])).mean() > 0.99


@pytest.mark.parametrize(("d", "rows"), [(0, 120), (7, 120), (2.5, 120), (3, 3), ("two", 120)])
def test_an_impossible_d_is_refused(d, rows):
    with pytest.raises(ValueError, match=f"d: got {d!r}, expected"):
        SubspaceAlignment(d).fit(SOURCE, X_target=TARGET[:rows])


def test_more_columns_than_rows():
    rng = np.random.default_rng(0)
    model = SubspaceAlignment().fit(rng.normal(size=(9, 40)), X_target=rng.normal(size=(7, 40)))
    assert model.transform(rng.normal(size=(2, 40))).shape == (2, 6)


# the classifier --------------------------------------------------------------------------------------------------


def test_it_mends_a_turned_and_shifted_domain():
    model = classifier().fit(SOURCE, WORDS, X_target=TARGET)
    right = np.array(["no", "yes"])[Y_TARGET]
    assert model.score(TARGET, right) > 0.99
    assert model.score(SOURCE, WORDS, np.zeros(120)) > 0.99
    assert (classifier().fit(SOURCE, WORDS).predict(TARGET) == right).mean() < 0.8  # knows nothing of the target
    assert model.classes_.tolist() == ["no", "yes"]


@pytest.mark.parametrize("of_target", ["", None, np.nan, -1, "no"])
def test_the_labels_of_target_rows_are_never_read(of_target):
    model = classifier().fit(X, labels(of_target), DOMAIN)
    plain = classifier().fit(SOURCE, WORDS, X_target=TARGET)
    np.testing.assert_array_equal(model.estimator_.coef_, plain.estimator_.coef_)
    assert model.score(X, labels(of_target), DOMAIN) == plain.score(SOURCE, WORDS, np.zeros(120))


def test_it_has_the_methods_of_its_classifier():
    svm, logistic = (classifier(estimator=e).fit(SOURCE, WORDS, X_target=TARGET) for e in (None, LogisticRegression()))
    assert not hasattr(svm, "predict_proba")
    assert not hasattr(SubspaceAlignmentClassifier(), "predict_proba")
    assert hasattr(svm, "decision_function")
    p = logistic.predict_proba(X, DOMAIN)
    np.testing.assert_allclose(p.sum(1), 1)
    assert (logistic.classes_[p.argmax(1)] == logistic.predict(X, DOMAIN)).all()
    np.testing.assert_array_equal(logistic.transform(X, DOMAIN), logistic.alignment_.transform(X, DOMAIN))
    of_source = classifier().fit_transform(SOURCE, WORDS, X_target=TARGET)  # in fit, rows without a domain are source
    np.testing.assert_array_equal(of_source, svm.transform(SOURCE, np.zeros(120)))
    assert hasattr(logistic.set_params(estimator=None), "predict_proba")  # until the next fit


@pytest.mark.parametrize("wrong", ["svm", SVC, Ridge(), 3])
def test_an_estimator_that_is_no_classifier_is_refused(wrong):
    with pytest.raises(TypeError, match="estimator: got .*, expected a classifier of scikit-learn"):
        classifier(estimator=wrong).fit(SOURCE, WORDS)


def test_it_predicts_only_after_fit():
    for model, method in ((classifier(), "predict"), (classifier(), "transform"), (SubspaceAlignment(), "transform")):
        with pytest.raises(NotFittedError):
            getattr(model, method)(X)


@pytest.mark.parametrize("rows", [slice(0, 51), slice(49, 170)])
def test_a_domain_of_one_row_has_no_directions(rows):
    with pytest.raises(ValueError, match="X: got 1 sample of the (source|target), expected at least 2"):
        classifier().fit(X[rows], labels("")[rows], DOMAIN[rows])


@pytest.mark.slow
def test_a_pickle_predicts_in_another_process(tmp_path):
    model = classifier(estimator=LogisticRegression()).fit(X, labels(""), DOMAIN)
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps((model, TARGET)))
    code = "import pickle, sys; m, x = pickle.load(open(sys.argv[1], 'rb')); print(*m.predict(x))"
    said = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert said.stdout.split() == model.predict(TARGET).tolist()


def test_data_frames_keep_their_names():
    pandas = pytest.importorskip("pandas")
    source, target = (pandas.DataFrame(x, columns=list("abcdef")) for x in (SOURCE, TARGET))
    model = classifier().fit(source, pandas.Series(WORDS, dtype="category"), X_target=target)
    assert model.feature_names_in_.tolist() == list("abcdef")
    assert (model.predict(target) == classifier().fit(SOURCE, WORDS, X_target=TARGET).predict(TARGET)).all()
    with pytest.raises(ValueError, match="X_target: The feature names should match"):
        classifier().fit(source, WORDS, X_target=target.rename(columns={"a": "z"}))
    with pytest.raises(ValueError, match="X: The feature names should match"):
        model.predict(target[list("bacdef")])
    aligned = SubspaceAlignment(2).set_output(transform="pandas").fit_transform(source, X_target=target)
    assert aligned.columns.tolist() == ["subspacealignment0", "subspacealignment1"]
    assert (aligned.index == source.index).all()


# pipelines and searches ------------------------------------------------------------------------------------------


def test_pipelines_and_searches_carry_the_domains(routing):
    pipeline = make_pipeline(StandardScaler(), SubspaceAlignmentClassifier(d=6))
    assert pipeline.fit(X, labels(""), sample_domain=DOMAIN).score(X, labels(""), sample_domain=DOMAIN) > 0.9
    found = GridSearchCV(classifier(), {"d": [1, 2]}, cv=SHUFFLED).fit(X, labels(""), sample_domain=DOMAIN)
    assert found.best_params_ == {"d": 2}
    assert found.best_score_ > 0.9


def test_without_routing_a_search_is_refused():
    with pytest.raises(ValueError, match=r"sample_domain: .* call sklearn.set_config\(enable_metadata_routing=True\)"):
        cross_validate(classifier(), X, labels(""), params={"sample_domain": DOMAIN}, cv=SHUFFLED)
    pipeline = make_pipeline(SubspaceAlignment(2), DANNClassifier(steps=1))
    with pytest.raises(ValueError, match=r"sample_domain: .* call sklearn.set_config\(enable_metadata_routing=True\)"):
        cross_validate(pipeline, X, labels(""), params={"subspacealignment__sample_domain": DOMAIN}, cv=SHUFFLED)


def test_a_classifier_behind_the_transformer_never_sees_target_rows():
    pipeline = make_pipeline(SubspaceAlignment(2), SVC())
    said = r"sample_domain: SVC behind SubspaceAlignment would learn .* SubspaceAlignmentClassifier\(SVC\(…\)\)"
    with pytest.raises(ValueError, match=said):
        pipeline.fit(X, labels("?"), subspacealignment__sample_domain=DOMAIN)
    pipeline.fit(SOURCE, WORDS, subspacealignment__X_target=TARGET)
    same = SubspaceAlignmentClassifier(SVC(), 2).fit(SOURCE, WORDS, X_target=TARGET)
    assert (pipeline.predict(TARGET) == same.predict(TARGET)).all()


def test_a_step_that_takes_the_domains_may_stand_behind_the_transformer(routing):
    pipeline = make_pipeline(SubspaceAlignment(2), DANNClassifier(steps=5)).fit(X, labels(""), sample_domain=DOMAIN)
    assert pipeline.classes_.tolist() == ["no", "yes"]
    pipeline = make_pipeline(SubspaceAlignment(2), StandardScaler())  # a pipeline that predicts nothing
    assert pipeline.fit_transform(X, sample_domain=DOMAIN).shape == (240, 2)
