"""``SubspaceAlignmentClassifier``: a classifier on the aligned coordinates of two domains."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import (
    BaseEstimator,
    ClassifierMixin,
    ClassNamePrefixFeaturesOutMixin,
    MetaEstimatorMixin,
    TransformerMixin,
    clone,
    is_classifier,
)
from sklearn.svm import LinearSVC
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .. import _validate
from . import domains
from .failed_fit import unchanged_if_it_fails
from .inputs import checked
from .pipelines import check_passed_target, check_pipeline
from .searches import check_search
from .subspace_alignment import SubspaceAlignment


def default_classifier() -> LinearSVC:
    """The linear SVM of the paper. The primal problem needs no random numbers: a run repeats."""
    return LinearSVC(dual=False, max_iter=10_000)


def checked_classifier(estimator: Any) -> Any:
    """``estimator``, or the default for None. Raises TypeError for a class, a regressor, and all else that is none."""
    if estimator is None:
        return default_classifier()
    can_fit = all(hasattr(estimator, method) for method in ("fit", "predict", "get_params"))
    of_sklearn = hasattr(estimator, "__sklearn_tags__")  # classifiers of other packages may have no tags
    if isinstance(estimator, type) or not can_fit or (of_sklearn and not is_classifier(estimator)):
        got = _validate.shown(estimator)
        raise TypeError(f"estimator: got {got}, expected a classifier of scikit-learn, such as LogisticRegression()")
    return estimator


def classifier_has(method: str) -> Callable[[Any], bool]:
    """A function that says whether the classifier of a SubspaceAlignmentClassifier has ``method``."""

    def has(model: Any) -> bool:
        classifier = getattr(model, "estimator_", model.estimator)
        return hasattr(default_classifier() if classifier is None else classifier, method)

    return has


class SubspaceAlignmentClassifier(
    MetaEstimatorMixin, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator
):
    """A classifier behind Subspace Alignment (Fernando et al., ICCV 2013).

        model = SubspaceAlignmentClassifier().fit(x_source, y_source, X_target=x_target)
        y = model.predict(x_target)

    The classifier learns from the aligned source rows with their labels. It sees no target row. Target rows are aligned
    as ``SubspaceAlignment`` says, and predicted.

    ``sample_domain`` (n,) says the domain of each row: a whole number of at least 0 for a source row, below 0 for a
    target row. Without it, all rows are source rows in ``fit``, and target rows everywhere else: new data is target
    data. The labels of target rows are never read. Without any target row, the source takes its place.

    Parameters
    ----------
    estimator : classifier, optional
        Any classifier of scikit-learn. None: a linear SVM, which has no ``predict_proba``.
    d : int, optional
        The number of directions. None: all, as many as the columns, or one less than the rows of the smaller domain.
        A search may choose d, with a scorer of ``SCORERS``.
    standardise : bool
        Whether the columns of each domain get the deviation 1, as in the paper. The mean is always removed.

    Attributes
    ----------
    alignment_ : SubspaceAlignment
        The alignment. Its ``d_`` is the number of directions.
    estimator_ : classifier
        The classifier, fitted on aligned source rows.
    classes_ : array (k,)
        The labels of the source.
    n_features_in_, feature_names_in_
        Number and names of the columns in ``fit``. The names exist for a DataFrame only.
    """

    # sample_domain is requested without a call of set_…_request: with metadata routing, a pipeline or search passes it
    __metadata_request__fit = {"sample_domain": True}
    __metadata_request__predict = {"sample_domain": True}
    __metadata_request__predict_proba = {"sample_domain": True}
    __metadata_request__decision_function = {"sample_domain": True}
    __metadata_request__transform = {"sample_domain": True}
    __metadata_request__score = {"sample_domain": True}

    def __init__(self, estimator: Any = None, d: int | None = None, *, standardise: bool = True) -> None:
        self.estimator = estimator
        self.d = d
        self.standardise = standardise

    def fit(self, X: Any, y: Any, sample_domain: Any = None, *, X_target: Any = None) -> SubspaceAlignmentClassifier:
        """Align the domains in X (n, width), and train the classifier on the source rows with their labels in y (n,).

        ``sample_domain`` (n,): at least 0 for a source row, below 0 for a target row. Or the target comes as
        ``X_target`` (m, width), and all rows of X are source. Raises ValueError for both at once, for a domain of one
        row, for a d that is too large, and for NaN or infinity.
        """
        check_search(sample_domain)
        check_pipeline(self, sample_domain)  # as a transformer, before another predictor
        check_passed_target(self, X_target)
        with unchanged_if_it_fails(self):
            x = checked(self, X, reset=True)
            x_target = None if X_target is None else checked(self, X_target, "X_target")
            found = domains.split(x, y, sample_domain, x_target)
            classes = np.unique(found.y_source)
            classifier = checked_classifier(self.estimator)
            alignment = SubspaceAlignment(self.d, standardise=self.standardise)
            alignment._align(found)
            if len(classes) < 2:
                got = f"1 class in the source rows, {classes.item()!r}"
                raise ValueError(f"y: got {got}, expected at least two classes")
            self.classes_ = classes
            aligned = alignment._mapped(found.x_source, np.full(len(found.x_source), True))
            self.estimator_ = clone(classifier).fit(aligned, found.y_source)
            self.alignment_, self._n_features_out = alignment, alignment.d_
        return self

    def predict(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The label of each row, (n,)."""
        return self._of_classifier("predict", X, sample_domain)

    @available_if(classifier_has("predict_proba"))
    def predict_proba(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The probability of each label in ``classes_``, (n, k). Only if the classifier has it."""
        return self._of_classifier("predict_proba", X, sample_domain)

    @available_if(classifier_has("decision_function"))
    def decision_function(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The confidence in each label, (n, k), or (n,) for two labels. Only if the classifier has it."""
        return self._of_classifier("decision_function", X, sample_domain)

    def transform(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The aligned coordinates of each row, (n, d), which the classifier gets."""
        return self._aligned(X, sample_domain, without="target")

    def fit_transform(self, X: Any, y: Any = None, sample_domain: Any = None, *, X_target: Any = None) -> np.ndarray:
        """``fit``, then the coordinates of all rows of X, (n, d). Without ``sample_domain`` all rows are source."""
        self.fit(X, y, sample_domain, X_target=X_target)
        return self._aligned(X, sample_domain, without="source")

    def score(self, X: Any, y: Any, sample_domain: Any = None, sample_weight: Any = None) -> float:
        """The accuracy. With ``sample_domain`` only source rows are scored: the labels of target rows are not read.

        ``sample_weight`` (n,): the weight of each row.
        """
        return domains.accuracy(y, self.predict(X, sample_domain), sample_domain, sample_weight)

    def _aligned(self, X: Any, sample_domain: Any, without: str) -> np.ndarray:
        """The coordinates (n, d) of all rows of X. ``without``: the domain of all rows if ``sample_domain`` is None."""
        check_is_fitted(self, "estimator_")
        x = checked(self, X)
        return self.alignment_._mapped(x, domains.source_rows(sample_domain, len(x), without))

    def _of_classifier(self, method: str, X: Any, sample_domain: Any) -> np.ndarray:
        """The result of a method of ``estimator_`` for the aligned rows of X."""
        aligned = self._aligned(X, sample_domain, without="target")
        found: np.ndarray = getattr(self.estimator_, method)(aligned)
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
