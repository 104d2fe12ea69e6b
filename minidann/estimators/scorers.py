"""The scores of ``selection.py`` and ``importance.py`` as scorers of scikit-learn, for ``scoring=`` of a search.

Each is called as ``scorer(estimator, X, y, sample_domain)`` with a fitted estimator. Higher is better: a score of which
less is better has the sign changed, and "neg_" before its name in ``SCORERS``.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils.metadata_routing import MetadataRequest

from .. import _validate
from ..compare.divergence import Judge, distance, proxy_a_distance
from . import importance, selection
from .scored_rows import ScoredRows
from .searches import check_learner

LOSSES = ("log", "zero_one")


class DomainScorer:
    """A score of a fitted estimator on rows of both domains. A subclass defines ``_score(rows)``.

    It requests ``sample_domain`` by metadata routing, and never reads the label of a target row.
    """

    def __call__(self, estimator: Any, X: Any, y: Any = None, sample_domain: Any = None) -> float:
        """The score of a fitted ``estimator`` on the rows X (n, …). Higher is better.

        ``y`` (n,): the labels of the source rows; any value may stand in the target rows. ``sample_domain`` (n,): at
        least 0 for a source row, below 0 for a target row. Raises ValueError without ``sample_domain`` and without a
        row of a domain that the score needs, TypeError for an estimator without a method that the score needs, and
        ValueError in a search whose estimator takes no sample_domain in ``fit``.
        """
        rows = ScoredRows(estimator, X, y, sample_domain)
        check_learner(estimator)
        return float(self._score(rows))

    def _score(self, rows: ScoredRows) -> float:
        """The score on these rows."""
        raise NotImplementedError(f"{type(self).__name__}._score")

    def get_metadata_routing(self) -> MetadataRequest:
        """The request for ``sample_domain``, which a search or cross-validation reads."""
        request = MetadataRequest(owner=type(self).__name__)
        request.score.add_request(param="sample_domain", alias=True)
        return request

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in vars(self).items())})"


class SourceAccuracyScorer(DomainScorer):
    """``source_accuracy`` of the source rows.

    Weakness: the score does not know the target.
    """

    def _score(self, rows: ScoredRows) -> float:
        return selection.source_accuracy(rows.y_source, rows.of_source("predict"))


class MeanEntropyScorer(DomainScorer):
    """Minus ``mean_entropy`` of the target rows.

    Weakness: certain and wrong scores best, and so does one class for all.
    """

    def _score(self, rows: ScoredRows) -> float:
        return -selection.mean_entropy(rows.of_target("predict_proba"))


class DiversityScorer(DomainScorer):
    """``diversity`` of the target rows.

    Weakness: the score asks for equal class shares, and a guess scores best.
    """

    def _score(self, rows: ScoredRows) -> float:
        return selection.diversity(rows.of_target("predict_proba"))


class InformationScorer(DomainScorer):
    """``information`` of the target rows.

    Weakness: two exchanged classes score as well as two right ones.
    """

    def _score(self, rows: ScoredRows) -> float:
        return selection.information(rows.of_target("predict_proba"))


class ImportanceWeightedAccuracyScorer(DomainScorer):
    """``importance_weighted_accuracy`` of the source rows, with weights from the inputs (Sugiyama et al., JMLR 2007).

    ``judge``: see ``importance_weights``. Weakness: the score assumes covariate shift, and domains that overlap.
    """

    def __init__(self, judge: Any = "rbf") -> None:
        self.judge = importance.check_judge(judge)

    def _score(self, rows: ScoredRows) -> float:
        weights = importance.importance_weights(rows.x_source, rows.x_target, judge=self.judge)
        right = rows.y_source == rows.of_source("predict")
        return importance.importance_weighted_accuracy(right, weights)


class DeepEmbeddedValidationScorer(DomainScorer):
    """Minus ``deep_embedded_validation`` of the source rows, with weights from the features (You et al., ICML 2019).

    ``judge``: see ``importance_weights``. ``loss``: "log", the cross-entropy of the class probabilities, or "zero_one",
    for which the estimator needs no probabilities. The features are the result of ``transform``, or of the steps of a
    pipeline before its last. Weakness: where adaptation made the features of the domains alike, the score is the loss
    on the source.
    """

    def __init__(self, judge: Any = "linear", loss: str = "log") -> None:
        self.judge = importance.check_judge(judge)
        self.loss = _validate.one_of("loss", loss, LOSSES)

    def _score(self, rows: ScoredRows) -> float:
        weights = importance.importance_weights(*rows.features(), judge=self.judge)
        y = rows.y_source
        if self.loss == "log":
            losses = selection.log_losses(y, rows.of_source("predict_proba"), _classes(rows))
        else:
            losses = (y != rows.of_source("predict")).astype(float)
        return -importance.deep_embedded_validation(losses, weights)


class ProxyADistanceScorer(DomainScorer):
    """Minus ``compare.proxy_a_distance`` of the features of the domains (Ben-David et al. 2006).

    ``judge``: as there, or "domain head" for an estimator with ``predict_domain``. The features are the result of
    ``transform``, or of the steps of a pipeline before its last. Weakness: features that say nothing of the class, and
    features with exchanged classes, can have the distance 0.
    """

    def __init__(self, judge: Judge = "rbf") -> None:
        self.judge = judge

    def _score(self, rows: ScoredRows) -> float:
        if not isinstance(self.judge, str) or self.judge != "domain head":
            return -proxy_a_distance(*rows.features(), judge=self.judge)
        head = rows.last_step
        if not hasattr(head, "predict_domain"):
            raise TypeError(f"estimator: got {_validate.shown(head)}, expected a domain head: predict_domain")
        source, target = rows.before_last_step()
        source_judged = head.predict_domain(source, rows.source_domain) > 0.5
        return -distance(source_judged, head.predict_domain(target, rows.target_domain) > 0.5)


class SeedAgreementScorer(DomainScorer):
    """``seed_agreement`` on the target rows, of the estimator and of copies with other seeds.

    Each of the ``seeds`` copies learns from the scored rows. Its random_state, and that of each of its steps, is 0, 1,
    …. Weakness: copies that make one error agree on it. They also learn from fewer rows than the estimator did.
    """

    def __init__(self, seeds: int = 2) -> None:
        self.seeds = _validate.whole_number("seeds", seeds, least=1)

    def _score(self, rows: ScoredRows) -> float:
        states = _parameters(rows.estimator, "random_state")
        if not states:
            raise TypeError(f"estimator: got {_validate.shown(rows.estimator)}, expected one with a random_state")
        copies = [clone(rows.estimator).set_params(**dict.fromkeys(states, seed)) for seed in range(self.seeds)]
        runs = [rows.of_target("predict", rows.train(made)) for made in copies]
        return selection.seed_agreement([rows.of_target("predict"), *runs])


class ReverseValidationScorer(DomainScorer):
    """``reverse_validation``: a copy learns the way back on the scored rows, and predicts the source rows.

    ``warm_start``: the copy goes on from the weights of the estimator, as in the paper (JMLR 2016, §5.1.2). For this
    the estimator, or a step of it, needs a parameter of this name. By default, and if a class is never predicted, the
    copy starts anew. Unlike in the paper, the copy has seen the inputs of the source rows that it predicts.
    Weakness: the way back may undo the errors of the way there.
    """

    def __init__(self, warm_start: bool = False) -> None:
        self.warm_start = _validate.boolean("warm_start", warm_start)

    def _score(self, rows: ScoredRows) -> float:
        def train(x_target: Any, predicted: np.ndarray, x_source: Any) -> selection.Predict:
            trained = rows.train_back(self._copy(rows, predicted), predicted)
            return lambda x: rows.of_source("predict", trained)

        predicted = np.asarray(rows.of_target("predict"))
        source = rows.x_source
        return selection.reverse_validation(train, rows.x_target, predicted, source, source, rows.y_source)

    def _copy(self, rows: ScoredRows, predicted: np.ndarray) -> Any:
        """A copy of the estimator that has yet to learn, or one that goes on from its weights."""
        estimator = rows.estimator
        names = _parameters(estimator, "warm_start") if self.warm_start else []
        if self.warm_start and not names:
            raise TypeError(f"estimator: got {_validate.shown(estimator)}, expected one with the parameter warm_start")
        if not names or len(np.unique(predicted)) < len(_classes(rows)):
            return clone(estimator)
        return copy.deepcopy(estimator).set_params(**dict.fromkeys(names, True))


def _classes(rows: ScoredRows) -> np.ndarray:
    """The label of each column of the class probabilities. Some pipelines of skada do not say: then of the source."""
    return np.asarray(getattr(rows.estimator, "classes_", np.unique(rows.y_source)))


def _parameters(estimator: Any, name: str) -> list[str]:
    """The parameters of this name, of the estimator and of its steps."""
    return [found for found in estimator.get_params() if found.rpartition("__")[2] == name]


SCORERS: dict[str, DomainScorer] = {
    "source_accuracy": SourceAccuracyScorer(),
    "neg_mean_entropy": MeanEntropyScorer(),
    "diversity": DiversityScorer(),
    "information": InformationScorer(),
    "importance_weighted_accuracy": ImportanceWeightedAccuracyScorer(),
    "neg_deep_embedded_validation": DeepEmbeddedValidationScorer(),
    "neg_proxy_a_distance": ProxyADistanceScorer(),
    "seed_agreement": SeedAgreementScorer(),
    "reverse_validation": ReverseValidationScorer(),
}
