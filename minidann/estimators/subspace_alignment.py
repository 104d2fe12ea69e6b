"""``SubspaceAlignment``: the coordinates in which two domains lie alike, as a transformer of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .. import _validate
from ..compare.subspace_alignment import aligned_directions, principal_directions
from . import domains
from .inputs import checked, scales
from .pipelines import check_passed_target, check_pipeline
from .searches import check_search


class SubspaceAlignment(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Subspace Alignment (Fernando et al., ICCV 2013) as a transformer of scikit-learn.

        alignment = SubspaceAlignment(d=2).fit(x_source, X_target=x_target)
        z_target = alignment.transform(x_target)

    Each domain is moved to mean 0 and deviation 1 by its own numbers, and described by its first d principal directions
    P (width, d). Source rows become x P_s M, with M = P_sᵀ P_t. Target rows become x P_t.

    ``sample_domain`` (n,) says the domain of each row: a whole number of at least 0 for a source row, below 0 for a
    target row. Without it, all rows are source rows in ``fit`` and ``fit_transform``, and target rows in ``transform``:
    new data is target data. Without any target row, the source takes its place.

    A classifier behind this transformer in a pipeline would also learn from the marked target rows and their y: that is
    an error. ``SubspaceAlignmentClassifier(classifier)`` shows source rows only to its classifier. Or give the pipeline
    the source rows, and the target as ``subspacealignment__X_target``.

    Weakness: with all directions, only means and deviations are aligned. And if the shares of the classes differ
    between the domains, equal means are wrong. On many shifts a smaller d, chosen by cross-validation on the aligned
    source, was no better than all directions: tests/benchmarks/alignment.py.

    Parameters
    ----------
    d : int, optional
        The number of directions. None: all, as many as the columns, or one less than the rows of the smaller domain.
    standardise : bool
        Whether the columns of each domain get the deviation 1, as in the paper. The mean is always removed.

    Attributes
    ----------
    d_ : int
        The number of directions.
    source_map_, target_map_ : arrays (width, d)
        P_s M and P_t.
    source_mean_, source_scale_, target_mean_, target_scale_ : arrays (width,)
        Mean and deviation of each domain; the deviation is 1 with ``standardise=False``.
    n_features_in_, feature_names_in_
        Number and names of the columns in ``fit``. The names exist for a DataFrame only.
    """

    # sample_domain is requested without a call of set_…_request: with metadata routing, a pipeline or search passes it
    __metadata_request__fit = {"sample_domain": True}
    __metadata_request__transform = {"sample_domain": True}

    def __init__(self, d: int | None = None, *, standardise: bool = True) -> None:
        self.d = d
        self.standardise = standardise

    def fit(self, X: Any, y: Any = None, sample_domain: Any = None, *, X_target: Any = None) -> SubspaceAlignment:
        """Learn the directions of both domains from X (n, width). ``y`` is not read.

        ``sample_domain`` (n,): at least 0 for a source row, below 0 for a target row. Or the target comes as
        ``X_target`` (m, width), and all rows of X are source. Raises
        ValueError for both at once, for a domain of one row, for a d that is too large, and for NaN or infinity.
        """
        check_search(sample_domain)
        check_passed_target(self, X_target)
        check_pipeline(self, sample_domain)
        x = checked(self, X, reset=True)
        x_target = None if X_target is None else checked(self, X_target, "X_target")
        self._align(domains.split(x, np.zeros(len(x), int), sample_domain, x_target))
        return self

    def transform(self, X: Any, sample_domain: Any = None) -> np.ndarray:
        """The aligned coordinates of each row of X, (n, d). Without ``sample_domain`` all rows are target rows.

        Raises NotFittedError before ``fit``, and ValueError for other columns than in ``fit``.
        """
        check_is_fitted(self, "target_map_")
        x = checked(self, X)
        return self._mapped(x, domains.source_rows(sample_domain, len(x)))

    def fit_transform(self, X: Any, y: Any = None, sample_domain: Any = None, *, X_target: Any = None) -> np.ndarray:
        """``fit``, then the coordinates of all rows of X, (n, d). Without ``sample_domain`` all rows are source."""
        self.fit(X, y, sample_domain, X_target=X_target)
        x = checked(self, X)
        return self._mapped(x, domains.source_rows(sample_domain, len(x), without="source"))

    def _align(self, found: domains.Domains) -> None:
        """The maps of both domains."""
        x_source, x_target = found.x_source, found.x_source if found.x_target is None else found.x_target
        for name, x in (("source", x_source), ("target", x_target)):
            if len(x) < 2:
                raise ValueError(f"X: got 1 sample of the {name}, expected at least 2: one row has no directions")
        standardise = _validate.boolean("standardise", self.standardise)
        self.source_mean_, self.source_scale_ = own_scales(x_source, standardise)
        self.target_mean_, self.target_scale_ = own_scales(x_target, standardise)
        z_source = (x_source - self.source_mean_) / self.source_scale_
        z_target = (x_target - self.target_mean_) / self.target_scale_
        self.d_ = self._number_of_directions(x_source, x_target)
        p_source, p_target = principal_directions(z_source)[0], principal_directions(z_target)[0]
        self.source_map_ = aligned_directions(p_source, p_target, self.d_)
        self.target_map_ = p_target[:, : self.d_]
        self._n_features_out = self.d_

    def _number_of_directions(self, x_source: np.ndarray, x_target: np.ndarray) -> int:
        """``d``, or all directions. Raises ValueError if there are less than d."""
        width = x_source.shape[1]
        most = min(len(x_source) - 1, len(x_target) - 1, width)
        if self.d is None:
            return most
        d = _validate.whole_number("d", self.d, least=1)
        if d > most:
            bound = f"the smaller of the {width} columns and one less than the rows of a domain"
            raise ValueError(f"d: got {d}, expected at most {most}: {bound}")
        return d

    def _mapped(self, x: np.ndarray, is_source: np.ndarray) -> np.ndarray:
        """The coordinates (n, d) of checked rows, in the dtype of x."""
        found = np.empty((len(x), self.d_), x.dtype)
        for rows, mean, scale, directions in (
            (is_source, self.source_mean_, self.source_scale_, self.source_map_),
            (~is_source, self.target_mean_, self.target_scale_, self.target_map_),
        ):
            found[rows] = ((x[rows] - mean) / scale) @ directions
        return found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def own_scales(x: np.ndarray, standardise: bool) -> tuple[np.ndarray, np.ndarray]:
    """Mean and deviation of each column of x (n, width); the deviation is 1 unless ``standardise``."""
    mean, deviation = scales(x, is_image=False)
    return mean, deviation if standardise else np.ones(len(mean))
