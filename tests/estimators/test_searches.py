"""sample_domain on its way through pipelines and searches, and one error where the y of target rows would be read."""

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from minidann.estimators import DANNClassifier, SubspaceAlignmentClassifier

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
DOMAIN = np.repeat([2, -1], 30)
Y = np.where(DOMAIN > 0, X[:, 0] > 0, -1)
GRID = {"adapt_weight": [0.0, 0.3]}
MODEL = DANNClassifier(steps=20, batch_size=16, random_state=0)
PIPELINE = make_pipeline(StandardScaler(), MODEL)


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def test_a_grid_search_scores_source_rows_only(routing):
    found = GridSearchCV(MODEL, GRID, cv=3, error_score="raise").fit(X, Y, sample_domain=DOMAIN)
    again = cross_validate(found.best_estimator_, X, Y, cv=3, params={"sample_domain": DOMAIN}, error_score="raise")
    assert found.best_score_ == pytest.approx(again["test_score"].mean())
    assert found.best_score_ > 0.6
    assert found.score(X, Y, sample_domain=DOMAIN) == found.best_estimator_.score(X[:30], Y[:30])
    assert found.best_estimator_.classes_.tolist() == [0, 1]


def test_a_pipeline_carries_the_domains(routing):
    fitted = PIPELINE.fit(X, Y, sample_domain=DOMAIN)
    assert fitted.classes_.tolist() == [0, 1]
    assert fitted.score(X, Y, sample_domain=DOMAIN) > 0.8
    search, said = GridSearchCV(PIPELINE, {"dannclassifier__adapt_weight": [0.3]}, cv=2), ""
    try:
        search.fit(X, Y, sample_domain=DOMAIN)
    except ValueError as error:
        said = str(error)
    # scikit-learn 1.6 does not give the domains to the score of a pipeline
    assert "scorer <class 'sklearn.pipeline.Pipeline'>.score would" in said if said else search.best_score_ > 0.6


def test_a_pipeline_needs_no_routing():
    fitted = PIPELINE.fit(X, Y, dannclassifier__sample_domain=DOMAIN)
    assert fitted.classes_.tolist() == [0, 1]


CALLS = {
    "search": lambda model, **more: GridSearchCV(model, GRID, cv=2, **more).fit(X, Y, sample_domain=DOMAIN),
    "validate": lambda model, **more: cross_validate(model, X, Y, cv=2, params={"sample_domain": DOMAIN}, **more),
}
SAID = r"sample_domain: .* call sklearn.set_config\(enable_metadata_routing=True\) first"


@pytest.mark.parametrize("scoring", [None, "accuracy", ["accuracy", "f1_macro"], lambda model, x, y: 0.0], ids=repr)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_routing_a_search_ends_in_one_error_that_says_what_to_do(call, scoring):
    more = {"scoring": scoring} | ({"refit": False} if call is CALLS["search"] else {})
    with pytest.raises(ValueError, match=SAID):
        call(MODEL, **more)


def test_also_in_a_pipeline_in_predictions_and_in_calibration():
    search = GridSearchCV(PIPELINE, {"dannclassifier__adapt_weight": [0.3]}, cv=2)
    with pytest.raises(ValueError, match=SAID):
        search.fit(X, Y, dannclassifier__sample_domain=DOMAIN)
    with pytest.raises(ValueError, match=SAID):
        cross_validate(SubspaceAlignmentClassifier(), X, Y, params={"sample_domain": DOMAIN})
    with pytest.raises(ValueError, match=SAID):
        cross_val_predict(MODEL, X, Y, cv=2, params={"sample_domain": DOMAIN})
    with pytest.raises(ValueError, match=SAID):
        CalibratedClassifierCV(MODEL, cv=2).fit(X, Y, sample_domain=DOMAIN)


@pytest.mark.parametrize("scoring", ["accuracy", ["accuracy", "f1_macro"], make_scorer(accuracy_score)], ids=repr)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_with_routing_a_scorer_that_is_not_given_the_domains_is_refused(routing, call, scoring):
    more = {"scoring": scoring} | ({"refit": False} if call is CALLS["search"] else {})
    with pytest.raises(ValueError, match="sample_domain: the scorer make_scorer"):
        call(MODEL, **more)


def test_a_scorer_may_say_that_it_needs_no_domains(routing):
    scorer = make_scorer(lambda y, predicted: float(len(predicted))).set_score_request(sample_domain=False)
    assert CALLS["validate"](MODEL, scoring=scorer)["test_score"].tolist() == [30, 30]
    assert CALLS["validate"](MODEL, scoring=lambda model, x, y: 5.0)["test_score"].tolist() == [5, 5]


def test_calibration_would_learn_from_target_rows(routing):
    with pytest.raises(ValueError, match=r"sample_domain: sklearn.calibration would learn from the y of target rows"):
        CalibratedClassifierCV(MODEL, cv=2).fit(X, Y, sample_domain=DOMAIN)


def test_the_target_as_an_array_of_its_own_may_be_searched():
    found = GridSearchCV(MODEL, GRID, cv=2).fit(X[:30], Y[:30], X_target=X[30:])
    assert found.best_score_ > 0.6


@pytest.mark.parametrize("model", [MODEL, SubspaceAlignmentClassifier(d=2)])
def test_a_pipeline_may_not_leave_the_target_untransformed(model):
    last = f"{type(model).__name__.lower()}__X_target"
    with pytest.raises(ValueError, match="X_target: StandardScaler has changed X and not X_target; .* sample_domain"):
        make_pipeline(StandardScaler(), model).fit(X[:30], Y[:30], **{last: X[30:]})
    assert make_pipeline("passthrough", model).fit(X[:30], Y[:30], **{last: X[30:]}).score(X, X[:, 0] > 0) > 0.5
    with sklearn.config_context(enable_metadata_routing=True):
        asking = clone(model).set_fit_request(X_target=True)
        pipeline = Pipeline([("scaler", StandardScaler()), ("model", asking)], transform_input=["X_target"])
        assert pipeline.fit(X[:30], Y[:30], X_target=X[30:]).score(X, X[:, 0] > 0) > 0.5


@pytest.mark.parametrize("model", [MODEL, SubspaceAlignmentClassifier(d=2)])
def test_features_for_another_classifier_need_the_target_apart(model):
    name = type(model).__name__
    pipeline = make_pipeline(model, LogisticRegression())
    with pytest.raises(ValueError, match=f"LogisticRegression behind {name} would learn from the y of target rows"):
        pipeline.fit(X, Y, **{f"{name.lower()}__sample_domain": DOMAIN})
    pipeline.fit(X[:30], Y[:30], **{f"{name.lower()}__X_target": X[30:]})
    assert pipeline.score(X[30:], X[30:, 0] > 0) > 0.5
    with sklearn.config_context(enable_metadata_routing=True):
        nested = make_pipeline(StandardScaler(), BaggingClassifier(model, 2, random_state=0))
        assert (nested.fit(X, Y, sample_domain=DOMAIN).predict(X[:30]) == Y[:30]).mean() > 0.6
