"""Subspace Alignment (Fernando et al. 2013), the method beside DANN in the paper.

Each domain is centred and described by its first d principal directions P (columns). The directions of the source are
aligned with those of the target: M = P_sᵀ P_t. A linear SVM learns on (X_s − μ_s) P_s M and predicts on (X_t − μ_t)
P_t. The target is not multiplied by M.

The choice of d makes the difference between an honest row and an oracle. Both are here, under these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import Columns, Layout, check_rows, examples
from ..data.labels import class_labels

# the candidates of d: 1, and the paper's range 2 to 60 with larger strides at its end, because each costs a few SVMs
DIMENSIONS = (*range(1, 17), 20, 24, 28, 32, 40, 50, 60)
DELTA, GAMMA = (
    0.1,
    1e5,
)  # the settings of the paper: its bound holds with probability 1 − δ for a deviation of at most γ


class AlignedSVM:
    """SA with d directions and a linear SVM.

    Fit it on features: x_source (n, width), y_source (n,), x_target (m, width). The labels may be whole numbers,
    booleans or text. Predictions are such labels. The columns of DataFrames are matched by name.
    After ``fit``, ``classes_`` (k,) has the sorted labels of the source.
    """

    def __init__(self, d: int) -> None:
        self.d = _validate.whole_number("d", d, least=1)

    def fit(self, x_source: np.ndarray, y_source: np.ndarray, x_target: np.ndarray) -> AlignedSVM:
        """Learn the directions of both domains, and the SVM on the aligned source. Returns this object."""
        check_rows("x_source", x_source, "y_source", y_source)
        x_source, columns = _named_features("x_source", x_source)
        self._layout = Layout(x_source.shape[1:], columns, "x_source")
        x_target = _features("x_target", x_target, self._layout)
        for name, x in (("x_source", x_source), ("x_target", x_target)):
            if len(x) < 2:
                raise ValueError(f"{name}: got {len(x)} example, expected at least 2, because one has no directions")
        self.classes_, positions = _classes(y_source, len(x_source))
        if self.d > x_source.shape[1]:
            raise ValueError(f"d: got {self.d}, expected at most the width of the features, {x_source.shape[1]}")
        self.source_mean_, self.target_mean_ = x_source.mean(axis=0), x_target.mean(axis=0)
        p_source, p_target = principal_directions(x_source)[0], principal_directions(x_target)[0]
        self.target_map_ = p_target[:, : self.d]  # (width, d)
        self.source_map_ = aligned_directions(p_source, p_target, self.d)
        self.classifier_ = linear_svm().fit((x_source - self.source_mean_) @ self.source_map_, positions)
        return self

    def predict(self, x_target: np.ndarray) -> np.ndarray:
        """The labels of target features (n, width)."""
        x_target = _features("x_target", x_target, self._fitted())
        return self.classes_[self.classifier_.predict((x_target - self.target_mean_) @ self.target_map_)]

    def predict_source(self, x_source: np.ndarray) -> np.ndarray:
        """The labels of source features (n, width), aligned as in training."""
        x_source = _features("x_source", x_source, self._fitted())
        return self.classes_[self.classifier_.predict((x_source - self.source_mean_) @ self.source_map_)]

    def _fitted(self) -> Layout:
        """The layout of the features in ``fit``. Raises ValueError before ``fit``."""
        if not hasattr(self, "classifier_"):
            raise ValueError("fit: AlignedSVM predicts only after fit(x_source, y_source, x_target)")
        return self._layout


def _named_features(name: str, x: Any, like: Layout | None = None) -> tuple[np.ndarray, Columns | None]:
    """``x`` as float64 features (n, width) with n ≥ 1, and the names of its columns. Raises ValueError otherwise."""
    found, columns = examples(name, x, like)
    if found.ndim != 2:
        raise ValueError(f"{name}: got shape {found.shape}, expected features (n, width)")
    return np.asarray(found, np.float64), columns


def _features(name: str, x: Any, like: Layout) -> np.ndarray:
    return _named_features(name, x, like)[0]


def _classes(y_source: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The classes of the labels ``y_source`` (n,), at least two, and the position of each label among these."""
    found = class_labels("y_source", y_source, n)
    classes, positions = np.unique(found, return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y_source: got one class, {found[0]}, expected labels ({n},) of at least two classes")
    return classes, positions


def choose_d(
    x_source: np.ndarray,
    y_source: np.ndarray,
    x_target: np.ndarray,
    folds: int = 5,
    dimensions: Sequence[int] | None = None,
) -> int:
    """Choose d without a target label: the best in cross-validation on the aligned *source*, among the stable d.

    Stable (Fernando et al. 2013, §3.3): in both domains the gap between the d-th eigenvalue of the covariance and the
    next is wide. With probability 1 − δ the aligned space is then within γ of the space from endless data: gap ≥ (1 +
    √(ln(2/δ)/2)) · 16 d^{3/2} B / (γ √n), with B the largest squared norm and n the smaller sample. Of equally good d
    the smallest is chosen. ``dimensions``: other candidates than the stable ones.
    """
    from sklearn.model_selection import StratifiedKFold

    dimensions = stable_dimensions(x_source, x_target) if dimensions is None else dimensions
    rarest = int(np.unique(y_source, return_counts=True)[1].min())
    if rarest < 2:  # a fold cannot hold out one example of this class and train on another
        return dimensions[0]
    splits = list(StratifiedKFold(min(folds, rarest)).split(x_source, y_source))
    p_source, p_target = principal_directions(x_source)[0], principal_directions(x_target)[0]
    scores = {}
    for d in dimensions:
        aligned = (x_source - x_source.mean(axis=0)) @ aligned_directions(p_source, p_target, d)
        fitted = [(linear_svm().fit(aligned[train], y_source[train]), held_out) for train, held_out in splits]
        scores[d] = np.mean([(model.predict(aligned[rows]) == y_source[rows]).mean() for model, rows in fitted])
    return max(scores, key=lambda d: (scores[d], -d))


def choose_d_by_oracle(
    x_source: np.ndarray, y_source: np.ndarray, x_target: np.ndarray, x_test: np.ndarray, y_test: np.ndarray
) -> int:
    """Choose d as the DANN paper did for this baseline: the best on the *test labels* of the target.

    This is an upper bound, and no method.
    """
    width = np.shape(x_source)[1]
    accuracy = {
        d: (AlignedSVM(d).fit(x_source, y_source, x_target).predict(x_test) == y_test).mean()
        for d in DIMENSIONS
        if d <= width
    }
    return max(accuracy, key=lambda d: (accuracy[d], -d))


def stable_dimensions(
    x_source: np.ndarray, x_target: np.ndarray, delta: float = DELTA, gamma: float = GAMMA
) -> list[int]:
    """The d in DIMENSIONS that the bound of ``choose_d`` allows; [1] if it allows none."""
    n = min(len(x_source), len(x_target))
    spectra = [principal_directions(x)[1] for x in (x_source, x_target)]
    largest = max(float((np.asarray(x, np.float64) ** 2).sum(axis=1).max()) for x in (x_source, x_target))
    factor = (1 + np.sqrt(np.log(2 / delta) / 2)) * 16 * largest / (gamma * np.sqrt(n))
    spectra = [np.pad(spectrum, (0, max(map(len, spectra)) - len(spectrum))) for spectrum in spectra]
    gaps = np.minimum(*[spectrum - np.append(spectrum[1:], 0.0) for spectrum in spectra])
    allowed = [d for d, gap in enumerate(gaps, start=1) if gap > 0 and gap >= factor * d**1.5]
    return [d for d in allowed if d in DIMENSIONS] or [1]


def aligned_directions(p_source: np.ndarray, p_target: np.ndarray, d: int) -> np.ndarray:
    """P_s M = P_s P_sᵀ P_t, (width, d): the first d directions of the source, aligned with the target."""
    return p_source[:, :d] @ (p_source[:, :d].T @ p_target[:, :d])


def principal_directions(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The principal directions of x (n, width) as columns (width, r), and their variances (r,), largest first.

    r is the smaller of n and width. The largest entry of each column is positive: a run then repeats.
    """
    x = np.asarray(x, np.float64)
    n, width = x.shape
    if n < width:  # at most n directions have a variance, and the matrix (width, width) may be large
        _, deviations, rows = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
        columns, variances = rows.T, deviations**2 / (n - 1)
    else:
        variances, columns = np.linalg.eigh(np.cov(x.T).reshape(width, width))
        variances, columns = variances[::-1], columns[:, ::-1]
    return columns * np.sign(columns[np.abs(columns).argmax(axis=0), np.arange(len(variances))]), variances


def linear_svm() -> Any:
    from sklearn.svm import LinearSVC

    # the primal problem needs no random numbers: a run repeats; 43 classes need more than 1,000 iterations
    return LinearSVC(dual=False, max_iter=10_000)
