"""DANNClassifier in the pipelines, splitters and scorers of skada. Optional: only where skada is installed."""

import numpy as np
import pytest
import sklearn
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from minidann.estimators import DANNClassifier

with sklearn.config_context():  # its import changes the settings of scikit-learn
    skada = pytest.importorskip("skada")
    from skada.metrics import DeepEmbeddedValidation, ImportanceWeightedScorer, PredictionEntropyScorer
    from skada.model_selection import SourceTargetShuffleSplit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
DOMAIN = np.repeat([1, -2], 60)
Y = np.where(DOMAIN > 0, X[:, 0] > 0, -1)


@pytest.fixture(autouse=True)
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def model():
    return DANNClassifier(steps=40, batch_size=16, random_state=0).set_score_request(sample_weight=True)


def test_a_pipeline_of_skada_adapts_as_the_classifier_alone():
    pipeline = skada.make_da_pipeline(StandardScaler(), model()).fit(X, Y, sample_domain=DOMAIN)
    scaled = StandardScaler().fit_transform(X)
    alone = model().fit(scaled, Y, DOMAIN)
    found = pipeline.predict(X, sample_domain=DOMAIN, allow_source=True)
    assert (found == alone.predict(scaled, DOMAIN)).all()
    assert (found == (X[:, 0] > 0)).mean() > 0.8


@pytest.mark.parametrize("scorer", [PredictionEntropyScorer, DeepEmbeddedValidation, ImportanceWeightedScorer])
def test_a_search_by_a_scorer_of_skada(scorer):
    pipeline = skada.make_da_pipeline(StandardScaler(), model())
    splits = SourceTargetShuffleSplit(n_splits=1, random_state=0)
    grid = {"dannclassifier__adapt_weight": [0.0, 0.3]}
    search = GridSearchCV(pipeline, grid, cv=splits, scoring=scorer(), error_score="raise")
    assert np.isfinite(search.fit(X, Y, sample_domain=DOMAIN).cv_results_["mean_test_score"]).all()
