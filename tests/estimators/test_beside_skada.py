"""The estimators in pipelines and scorers of skada, where it is installed."""

import warnings

import numpy as np
import pytest
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate

from minidann.estimators import DANNClassifier, SubspaceAlignment, SubspaceAlignmentClassifier

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 5))
RIGHT = (X[:, 0] > 0).astype(int)
DOMAIN = np.repeat([1, -2], 100)
X[DOMAIN < 0] += 2
MASKED = np.where(DOMAIN < 0, -1, RIGHT)
TARGET = DOMAIN < 0

MODELS = {
    "transformer": lambda: [SubspaceAlignment(5), LogisticRegression()],
    "aligned": lambda: [SubspaceAlignmentClassifier(LogisticRegression(), 5)],
    "DANN": lambda: [DANNClassifier(steps=200, random_state=0)],
}


@pytest.fixture(scope="module")
def skada():
    before = sklearn.get_config()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of skada's own imports
        found = pytest.importorskip("skada")
        pytest.importorskip("skada.metrics")
    yield found
    sklearn.set_config(**before)  # its import switches metadata routing on


@pytest.fixture(autouse=True)
def routing():
    with sklearn.config_context(enable_metadata_routing=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of skada's own calls
        yield


@pytest.mark.parametrize("name", MODELS)
def test_a_pipeline_of_skada_trains_and_predicts_as_without_it(skada, name):
    pipeline = skada.make_da_pipeline(*MODELS[name]()).fit(X, MASKED, sample_domain=DOMAIN)
    predicted = pipeline.predict(X[TARGET])
    alone = MODELS["aligned" if name == "transformer" else name]()[0].fit(X, MASKED, DOMAIN)
    assert (predicted == alone.predict(X[TARGET])).all()
    assert set(predicted) == {0, 1}  # the mask −1 is no class
    assert (predicted == pipeline.predict(X[TARGET], sample_domain=DOMAIN[TARGET])).all()
    assert pipeline.score(X[TARGET], RIGHT[TARGET]) == (predicted == RIGHT[TARGET]).mean()


def test_the_coordinates_are_those_of_skada(skada):
    theirs = skada.SubspaceAlignmentAdapter(n_components=2).fit(X, sample_domain=DOMAIN)
    ours = SubspaceAlignment(2, standardise=False).fit(X, sample_domain=DOMAIN)
    found = theirs.transform(X, sample_domain=DOMAIN, allow_source=True)
    signs = np.sign((found * ours.transform(X, DOMAIN)).sum(0))  # a direction has no sign of its own
    np.testing.assert_allclose(found * signs, ours.transform(X, DOMAIN), atol=1e-9)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(
    "scorer",
    ["PredictionEntropyScorer", "SoftNeighborhoodDensity", "DeepEmbeddedValidation", "CircularValidation"],
)
def test_scorers_of_skada_take_them_in_its_pipeline(skada, name, scorer):
    from skada.model_selection import SourceTargetShuffleSplit

    folds = cross_validate(
        skada.make_da_pipeline(*MODELS[name]()),
        X,
        MASKED,
        params={"sample_domain": DOMAIN},
        scoring=getattr(skada.metrics, scorer)(),
        cv=SourceTargetShuffleSplit(n_splits=2, random_state=0),
        error_score="raise",
    )
    assert np.isfinite(folds["test_score"]).all()


@pytest.mark.parametrize("name", ["aligned", "DANN"])
@pytest.mark.parametrize("scorer", ["PredictionEntropyScorer", "CircularValidation"])
def test_scorers_of_skada_take_them_alone(skada, name, scorer):
    model = MODELS[name]()[0].fit(X, MASKED, DOMAIN)
    assert np.isfinite(getattr(skada.metrics, scorer)()(model, X, MASKED, sample_domain=DOMAIN))


@pytest.mark.parametrize("name", ["aligned", "DANN"])
def test_importance_weights_of_skada_weigh_the_score(skada, name):
    model = skada.make_da_pipeline(*[each.set_score_request(sample_weight=True) for each in MODELS[name]()])
    model.fit(X, MASKED, sample_domain=DOMAIN)
    assert 0.8 < skada.metrics.ImportanceWeightedScorer()(model, X, MASKED, sample_domain=DOMAIN) <= 1
