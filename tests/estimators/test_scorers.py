"""Scores as scorers of scikit-learn: equal to the functions, blind to target labels, carried by searches."""

import pickle
import warnings

import numpy as np
import pytest
import sklearn
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_validate
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from minidann.compare import proxy_a_distance
from minidann.data import moons_pair
from minidann.estimators import (
    SCORERS,
    DANNClassifier,
    SubspaceAlignment,
    SubspaceAlignmentClassifier,
    importance,
    scorers,
    selection,
)

FREE = [name for name in SCORERS if name not in ("seed_agreement", "reverse_validation")]  # those that train nothing


@pytest.fixture(scope="module")
def rows():
    """X (100, 2) of both domains mixed, y with target labels masked by −1, and sample_domain with several numbers."""
    pair = moons_pair(35, n=50, n_test=2, seed=0)
    order = np.random.default_rng(0).permutation(100)
    X = np.concatenate([pair.x_source, pair.x_target])[order]
    y = np.concatenate([pair.y_source, np.full(50, -1)])[order]
    sample_domain = np.concatenate([np.repeat([0, 1], 25), np.repeat([-1, -2], 25)])[order]
    return X, y, sample_domain


@pytest.fixture(scope="module")
def fitted(rows):
    return DANNClassifier(steps=60, random_state=0).fit(rows[0], rows[1], rows[2])


def by_domain(rows):
    X, y, sample_domain = rows
    return X[sample_domain >= 0], y[sample_domain >= 0], X[sample_domain < 0]


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


# equal to the plain functions --------------------------------------------------------------------------------------


def test_each_scorer_is_its_function_on_the_rows_of_its_domain(fitted, rows):
    x_source, y_source, x_target = by_domain(rows)
    p = fitted.predict_proba(x_target)
    right = fitted.predict(x_source) == y_source
    losses = -np.log(fitted.predict_proba(x_source)[np.arange(50), y_source])
    f_source, f_target = fitted.transform(x_source), fitted.transform(x_target)
    iwa, dev = importance.importance_weighted_accuracy, importance.deep_embedded_validation
    expected = {
        "source_accuracy": right.mean(),
        "neg_mean_entropy": (p * np.log(p)).sum(axis=1).mean(),
        "diversity": -(p.mean(axis=0) * np.log(p.mean(axis=0))).sum(),
        "information": selection.information(p),
        "importance_weighted_accuracy": iwa(right, importance.importance_weights(x_source, x_target, judge="rbf")),
        "neg_deep_embedded_validation": -dev(losses, importance.importance_weights(f_source, f_target)),
        "neg_proxy_a_distance": -proxy_a_distance(f_source, f_target),
    }
    assert {name: SCORERS[name](fitted, *rows) for name in FREE} == pytest.approx(expected)


def test_the_domain_head_judges_the_distance(fitted, rows):
    x_source, _, x_target = by_domain(rows)
    wrong = (fitted.predict_domain(x_source, np.ones(50, int)) > 0.5).mean() + (
        fitted.predict_domain(x_target) <= 0.5
    ).mean()
    assert scorers.ProxyADistanceScorer("domain head")(fitted, *rows) == pytest.approx(-2 * (1 - wrong))
    scaled = make_pipeline(StandardScaler(with_mean=False, with_std=False), fitted)
    scaled[0].fit(rows[0])
    assert scorers.ProxyADistanceScorer("domain head")(scaled, *rows) == pytest.approx(-2 * (1 - wrong))


def test_agreement_is_with_copies_of_other_seeds_trained_on_the_rows(fitted, rows):
    x_target = by_domain(rows)[2]
    copies = [DANNClassifier(steps=60, random_state=seed).fit(*rows).predict(x_target) for seed in (0, 1)]
    expected = selection.seed_agreement([fitted.predict(x_target), *copies])
    assert SCORERS["seed_agreement"](fitted, *rows) == pytest.approx(expected)


def test_the_way_back_learns_from_predictions_with_the_domains_exchanged(fitted, rows):
    x_source, y_source, x_target = by_domain(rows)
    few = pickle.loads(pickle.dumps(fitted)).set_params(steps=3)  # too few to learn anew, enough to go on
    before, found = few.network_, {}
    for warm in (False, True):
        back = pickle.loads(pickle.dumps(few)).set_params(warm_start=warm)
        y = np.full(100, 1)
        y[rows[2] < 0] = fitted.predict(x_target)
        back.fit(rows[0], y, -1 - rows[2])
        found[warm] = scorers.ReverseValidationScorer(warm_start=warm)(few, *rows)
        assert found[warm] == (back.predict(x_source) == y_source).mean()
    assert found[True] > found[False]
    assert few.network_ is before


def test_the_way_back_starts_anew_if_a_class_is_never_predicted(rows):
    X, y, sample_domain = rows
    far = np.concatenate([X, X[:10] + 20]), np.append(y, np.full(10, 2)), np.append(sample_domain, np.zeros(10, int))
    model = DANNClassifier(steps=60, random_state=0).fit(*far)
    assert set(model.predict(by_domain(rows)[2])) == {0, 1}
    anew = SCORERS["reverse_validation"](model, *far)
    assert scorers.ReverseValidationScorer(warm_start=True)(model, *far) == anew


# target labels and domains -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [None, "", float("nan"), 2**70, object()])
def test_labels_of_target_rows_are_never_read(fitted, rows, mask):
    X, y, sample_domain = rows
    masked = [mask if domain < 0 else int(label) for label, domain in zip(y, sample_domain)]
    for name in ("source_accuracy", "neg_deep_embedded_validation"):
        assert SCORERS[name](fitted, X, masked, list(sample_domain)) == SCORERS[name](fitted, *rows)


def test_scores_of_the_target_need_no_labels_at_all(fitted, rows):
    assert SCORERS["information"](fitted, rows[0], None, rows[2]) == SCORERS["information"](fitted, *rows)
    with pytest.raises(ValueError, match="y: got None, expected"):
        SCORERS["source_accuracy"](fitted, rows[0], None, rows[2])


@pytest.mark.parametrize("name", SCORERS)
def test_no_scorer_guesses_the_domains(fitted, rows, name):
    with pytest.raises(ValueError, match=r"^sample_domain: got None.*enable_metadata_routing=True"):
        SCORERS[name](fitted, rows[0], rows[1])


@pytest.mark.parametrize(
    "name", [name for name in SCORERS if name not in ("neg_mean_entropy", "diversity", "information")]
)
def test_a_score_of_the_source_needs_a_source_row(fitted, rows, name):
    with pytest.raises(ValueError, match="sample_domain: got no source row"):
        SCORERS[name](fitted, rows[0], rows[1], np.full(100, -1))


@pytest.mark.parametrize("name", [name for name in SCORERS if name != "source_accuracy"])
def test_a_score_of_the_target_needs_a_target_row(fitted, rows, name):
    with pytest.raises(ValueError, match="sample_domain: got no target row"):
        SCORERS[name](fitted, rows[0], np.abs(rows[1]), np.full(100, 1))


def test_a_single_target_row_can_be_scored(fitted, rows):
    keep = (rows[2] >= 0) | (np.arange(100) == np.flatnonzero(rows[2] < 0)[0])
    one = [part[keep] for part in rows]
    found = {name: SCORERS[name](fitted, *one) for name in SCORERS if name != "neg_proxy_a_distance"}
    assert np.isfinite(list(found.values())).all()
    with pytest.raises(ValueError, match="target: got 1 example"):
        SCORERS["neg_proxy_a_distance"](fitted, *one)


def test_float32_rows_and_dataframes_have_the_same_scores(fitted, rows):
    pd = pytest.importorskip("pandas")
    X, y, sample_domain = rows
    frame = pd.DataFrame(X.astype(np.float32), columns=["a", "b"], index=np.arange(100)[::-1])
    named = DANNClassifier(steps=60, random_state=0).fit(frame, y, sample_domain)
    for name in FREE:
        found = SCORERS[name](named, frame, pd.Series(y, index=frame.index), pd.Series(sample_domain, frame.index))
        assert found == pytest.approx(SCORERS[name](fitted, *rows), abs=1e-4)


# other estimators --------------------------------------------------------------------------------------------------


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that keeps the domains that it was asked about, and always predicts the class 1."""

    __metadata_request__predict = {"sample_domain": True}

    def fit(self, X, y):
        self.classes_, self.asked_ = np.array([0, 1]), []
        return self

    def predict(self, X, sample_domain=None):
        self.asked_ += list(sample_domain)
        return np.ones(len(X), int)


def test_an_estimator_gets_the_domains_of_its_rows(rows):
    model = Recorder().fit(rows[0], rows[1])
    SCORERS["source_accuracy"](model, *rows)
    assert sorted(set(model.asked_)) == [0, 1]


def test_one_predicted_class_has_the_share_of_this_class_on_the_way_back(rows):
    model = Recorder().fit(rows[0], rows[1])
    assert SCORERS["reverse_validation"](model, *rows) == (by_domain(rows)[1] == 1).mean()


@pytest.mark.parametrize("scaled", [False, True])
def test_a_plain_classifier_of_scikit_learn_is_scored(rows, scaled):
    x_source, y_source, x_target = by_domain(rows)
    model = make_pipeline(StandardScaler(), LogisticRegression()) if scaled else LogisticRegression()
    model.fit(x_source, y_source)
    assert SCORERS["information"](model, *rows) == selection.information(model.predict_proba(x_target))
    features = model[0].transform if scaled else np.asarray
    weights = importance.importance_weights(features(x_source), features(x_target))
    losses = selection.log_losses(y_source, model.predict_proba(x_source), [0, 1])
    expected = -importance.deep_embedded_validation(losses, weights)
    assert SCORERS["neg_deep_embedded_validation"](model, *rows) == pytest.approx(expected)
    back = model.__sklearn_clone__().fit(x_target, model.predict(x_target)).predict(x_source)
    assert SCORERS["reverse_validation"](model, *rows) == (back == y_source).mean()


def test_a_classifier_without_probabilities_is_scored_by_its_errors(rows):
    x_source, y_source, x_target = by_domain(rows)
    model = LinearSVC(dual=False).fit(x_source, y_source)
    expected = importance.deep_embedded_validation(
        model.predict(x_source) != y_source, importance.importance_weights(x_source, x_target)
    )
    assert scorers.DeepEmbeddedValidationScorer(loss="zero_one")(model, *rows) == pytest.approx(-expected)
    for name in ("information", "neg_deep_embedded_validation"):
        with pytest.raises(TypeError, match="estimator: got LinearSVC.*no predict_proba"):
            SCORERS[name](model, *rows)
    with pytest.raises(TypeError, match="predict_domain"):
        scorers.ProxyADistanceScorer("domain head")(model, *rows)
    with pytest.raises(TypeError, match="expected one with the parameter warm_start"):
        scorers.ReverseValidationScorer(warm_start=True)(model, *rows)


def test_the_seeds_of_all_steps_are_changed(rows):
    x_source, y_source, _ = by_domain(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # five steps have not converged
        model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=5, random_state=3)).fit(x_source, y_source)
        assert 0 < SCORERS["seed_agreement"](model, *rows) <= 1
    with pytest.raises(TypeError, match="expected one with a random_state"):
        SCORERS["seed_agreement"](Recorder().fit(x_source, y_source), *rows)


# searches ----------------------------------------------------------------------------------------------------------


def small(**settings):
    return DANNClassifier(steps=20, random_state=0, **settings)


def test_cross_validation_carries_all_scores(rows, routing):
    X, y, sample_domain = rows
    folds = StratifiedKFold(2, shuffle=True, random_state=0)
    found = cross_validate(
        small(), X, y, params={"sample_domain": sample_domain}, scoring=SCORERS, cv=folds, error_score="raise"
    )
    for fold, (learnt, held_out) in enumerate(folds.split(X, y)):
        model = small().fit(X[learnt], y[learnt], sample_domain[learnt])
        for name in FREE:
            expected = SCORERS[name](model, X[held_out], y[held_out], sample_domain[held_out])
            assert found[f"test_{name}"][fold] == pytest.approx(expected)
    assert np.isfinite(np.concatenate([found[f"test_{name}"] for name in SCORERS])).all()


def test_a_search_over_a_pipeline_chooses_by_a_score_without_target_labels(rows, routing):
    X, y, sample_domain = rows
    text = np.where(y < 0, "", np.where(y == 1, "upper", "lower"))
    grid = {"dannclassifier__adapt_weight": [0.0, 1.0]}
    search = GridSearchCV(
        make_pipeline(StandardScaler(), small()),
        grid,
        scoring={name: SCORERS[name] for name in ("information", "source_accuracy")},
        refit="information",
        cv=2,
        error_score="raise",
    ).fit(X, text, sample_domain=sample_domain)
    means = search.cv_results_["mean_test_information"]
    assert means[0] != means[1]
    assert search.best_index_ == means.argmax()
    assert set(search.classes_) == {"lower", "upper"}


def test_a_fitted_search_is_scored_as_its_best_estimator(rows, routing):
    X, y, sample_domain = rows
    X = X + 3.0 * (sample_domain < 0)[:, None]
    model = SubspaceAlignmentClassifier(LogisticRegression())
    search = GridSearchCV(model, {"d": [1, 2]}, scoring=SCORERS["information"], cv=2)
    search.fit(X, y, sample_domain=sample_domain)
    score = SCORERS["source_accuracy"](search, X, y, sample_domain)
    assert score == search.best_estimator_.score(X, y, sample_domain)
    as_target = search.predict(X[sample_domain >= 0]) == y[sample_domain >= 0]
    assert score > as_target.mean()


def test_subspace_alignment_is_scored_on_its_coordinates(rows, routing):
    X, y, sample_domain = rows
    x_source, _, x_target = by_domain(rows)
    model = SubspaceAlignmentClassifier(LogisticRegression(), d=2)
    folds = cross_validate(
        model, X, y, params={"sample_domain": sample_domain}, scoring=SCORERS, cv=2, error_score="raise"
    )
    assert np.isfinite(np.concatenate([folds[f"test_{name}"] for name in SCORERS])).all()
    model.fit(*rows)
    align = model.alignment_.transform
    distance = proxy_a_distance(align(x_source, np.zeros(50, int)), align(x_target))
    assert distance != proxy_a_distance(x_source, x_target)
    assert SCORERS["neg_proxy_a_distance"](model, *rows) == -distance
    scaled = make_pipeline(StandardScaler(), model).fit(X, y, sample_domain=sample_domain)
    assert SCORERS["neg_proxy_a_distance"](scaled, *rows) == pytest.approx(-distance)
    assert SCORERS["source_accuracy"](model, *rows) == model.score(*rows)


@pytest.mark.parametrize("scaled", [False, True])
def test_a_search_that_trains_a_plain_classifier_on_masked_rows_is_refused(rows, routing, scaled):
    X, y, sample_domain = rows
    model = make_pipeline(StandardScaler(), LogisticRegression()) if scaled else LogisticRegression()
    with pytest.raises(ValueError, match="estimator: got LogisticRegression, whose fit takes no sample_domain"):
        cross_validate(
            model, X, y, params={"sample_domain": sample_domain}, scoring=SCORERS["information"], error_score="raise"
        )


def test_without_routing_a_scorer_passes_the_domains_through_a_pipeline_and_changes_no_setting(rows):
    X, y, sample_domain = rows
    model = make_pipeline(SubspaceAlignment(2), small())  # both steps need the domains
    steps = ("subspacealignment", "dannclassifier")
    model.fit(X, y, **{f"{step}__sample_domain": sample_domain for step in steps})
    assert not sklearn.get_config()["enable_metadata_routing"]
    found = [SCORERS[name](model, X, y, sample_domain) for name in ("source_accuracy", "reverse_validation")]
    aligned = model[0].transform(X, sample_domain)
    assert found[0] == model[1].score(aligned, y, sample_domain)
    assert not sklearn.get_config()["enable_metadata_routing"]


@pytest.mark.parametrize("name", SCORERS)
def test_a_scorer_travels_to_another_process(name):
    assert repr(pickle.loads(pickle.dumps(SCORERS[name]))) == repr(SCORERS[name])


@pytest.mark.slow
def test_two_workers_find_the_scores_of_one(rows, routing):
    X, y, sample_domain = rows
    chosen = {name: SCORERS[name] for name in ("information", "reverse_validation")}
    found = [
        GridSearchCV(small(), {"adapt_weight": [0.0, 1.0]}, scoring=chosen, refit="information", cv=2, n_jobs=jobs)
        .fit(X, y, sample_domain=sample_domain)
        .cv_results_
        for jobs in (1, 2)
    ]
    for name in chosen:
        assert found[0][f"mean_test_{name}"] == pytest.approx(found[1][f"mean_test_{name}"])


def test_scores_of_pipelines_of_skada(rows, routing):
    """Optional. Losses in a column give the same deep embedded validation there. The entropy there is also a mean over
    the classes.
    """
    with sklearn.config_context():  # its import changes the settings of scikit-learn
        skada = pytest.importorskip("skada")
    from sklearn.model_selection import train_test_split

    X, y, sample_domain = rows
    model = skada.make_da_pipeline(StandardScaler(), LogisticRegression()).fit(X, y, sample_domain=sample_domain)
    theirs = skada.metrics.PredictionEntropyScorer()(model, X, y, sample_domain=sample_domain)
    assert SCORERS["neg_mean_entropy"](model, X, y, sample_domain) == pytest.approx(2 * theirs)
    by_row = skada.metrics.DeepEmbeddedValidation()._no_reduc_log_loss
    dev = skada.metrics.DeepEmbeddedValidation(loss_func=lambda *pair: by_row(*pair)[:, None], random_state=0)
    x_source, y_source, x_target = by_domain(rows)
    learnt, held_out, _, y_held_out = train_test_split(
        x_source, y_source, test_size=0.33, random_state=np.random.RandomState(0)
    )
    scaled = model[:1].transform
    weights = importance.importance_weights(
        scaled(learnt), scaled(x_target), scaled(held_out), judge=LogisticRegression()
    )
    p = model.predict_proba(held_out, sample_domain=np.ones(len(held_out)), allow_source=True)
    ours = importance.deep_embedded_validation(selection.log_losses(y_held_out, p, [0, 1]), weights)
    assert dev(model, X, y, sample_domain=sample_domain) == pytest.approx(-ours)
