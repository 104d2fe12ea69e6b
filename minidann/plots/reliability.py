"""Reliability of probabilities: how often a prediction is right, beside the confidence that it claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from . import style
from .arguments import several_axes
from .domain_rows import column_labels, label_positions
from .estimator_rows import estimator_rows

BINS = 15  # as in Guo et al. (2017)
NORMAL_95 = 1.96  # standard deviations on each side of the mean that hold 95 % of a normal distribution


@dataclass(frozen=True)
class Reliability:
    """The predictions of one domain, in bins of equal width by their confidence from 0 to 1.

    The confidence is the probability of the predicted class. ``shares`` (bins,): the share of all examples in each bin.
    The other arrays are of the examples with a label: ``counts`` (bins,), and by bin the mean ``confidence`` and the
    ``accuracy``, nan in an empty bin. ``claimed``: the mean confidence of the examples with a label, or of all
    examples if none has a label.
    """

    shares: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    claimed: float

    @property
    def right(self) -> float:
        """The share of right predictions among the examples with a label; nan without any label."""
        return self._mean(self.accuracy)

    @property
    def error(self) -> float:
        """The expected calibration error: Σ over bins of (count / n) · |accuracy − confidence|; nan without any label.

        Naeini et al. (2015); Guo et al. (2017), Eq. 3. It is an estimate: it depends on the bins, and it is above 0
        also for perfect probabilities, because each bin has few examples.
        """
        return self._mean(np.abs(self.accuracy - self.confidence))

    def _mean(self, by_bin: np.ndarray) -> float:
        total = int(self.counts.sum())
        return float((self.counts * np.nan_to_num(by_bin)).sum() / total) if total else float("nan")


class ReliabilityDisplay:
    """How often predictions are right, beside the confidence that they claim, for source and target.

    Above: in each bin of confidence, the share of right predictions. On the diagonal a prediction is as often right as
    it claims; below the diagonal it claims too much. The bars are 95 % intervals (Wilson 1927), the markers grow with
    the number of examples. Below: the share of all examples in each bin, which needs no labels.

    A network that is calibrated on the source is often too sure of itself on the target. Without target labels nobody
    sees this: the confidence on the target is then a claim that nothing supports.

    ``domains``: a Reliability for each of "source" and "target" that has examples. ``n_classes``: the number of
    classes; no confidence is below 1 / n_classes. After ``plot``: ``axes_`` (2,), ``figure_``.
    """

    def __init__(self, domains: Mapping[str, Reliability], n_classes: int) -> None:
        self.domains, self.n_classes = domains, n_classes

    @classmethod
    def from_predictions(
        cls, y: Any, probabilities: Any, sample_domain: Any = None, *, classes: Any = None, bins: int = BINS
    ) -> ReliabilityDisplay:
        """The reliability of ``probabilities`` (n, classes), a row of sum 1 for each example.

        ``y`` (n,): the labels, or None. A label of a target row may be missing, -1 or "": such a row is in the lower
        picture alone. ``sample_domain`` (n,): at least 0 for source rows, below 0 for target rows; None: all rows are
        target. ``classes`` (classes,): the label of each column; by default 0, 1, …. Raises ValueError for
        probabilities outside 0…1, for rows of another sum, and for source labels that ``classes`` lacks.
        """
        from ..estimators.domains import source_rows

        _validate.whole_number("bins", bins, least=1, below=1001)
        found = _check_probabilities(probabilities)
        is_source = source_rows(sample_domain, len(found))
        known = column_labels(classes, found.shape[1])
        return cls._of_rows(found, label_positions(y, is_source, known)[0], is_source, bins)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        sample_domain: Any = None,
        *,
        X_target: Any = None,
        y_target: Any = None,
        bins: int = BINS,
    ) -> ReliabilityDisplay:
        """The reliability of ``predict_proba`` of a fitted classifier, of a pipeline or a search.

        ``sample_domain`` (n,): at least 0 for source rows, below 0 for target rows; None: all rows are target. Or the
        target comes as ``X_target``, and X is the source. ``y`` (n,), ``y_target`` (m,): labels, or None; those of
        target rows may be missing, -1 or "". Show rows that ``fit`` has not seen: on training rows a classifier is more
        often right.
        """
        _validate.whole_number("bins", bins, least=1, below=1001)
        rows = estimator_rows(estimator, X, y, sample_domain, X_target, y_target, "predict_proba")
        return cls._of_rows(_check_probabilities(rows.result("predict_proba")), rows.labels, rows.is_source, bins)

    @classmethod
    def _of_rows(
        cls, probabilities: np.ndarray, labels: np.ndarray, is_source: np.ndarray, bins: int
    ) -> ReliabilityDisplay:
        domains = {}
        for name, rows in (("source", is_source), ("target", ~is_source)):
            if rows.any():
                domains[name] = _reliability(probabilities[rows], labels[rows], bins)
        return cls(domains, probabilities.shape[1])

    def plot(self, axes: Any = None, title: str = "") -> ReliabilityDisplay:
        """Draw on two ``axes`` from the top, or on a new figure if None."""
        from matplotlib.figure import Figure

        if axes is None:
            shape: dict[str, Any] = {"sharex": True, "height_ratios": (3, 1)}
            axes = Figure(figsize=(5.6, 6.6), layout="constrained").subplots(2, **shape)
        _validate.text("title", title)
        self.axes_ = several_axes("axes", axes, 2)
        above, below = self.axes_
        self.figure_ = above.figure
        above.plot([0, 1], [0, 1], color=style.CHANCE, lw=1, ls="--", label="right as often as claimed")
        for name, domain in self.domains.items():
            source = name == "source"
            colour, marker = (style.SOURCE, "o") if source else (style.TARGET, "^")
            self._plot_curve(above, domain, colour, marker, _words(name, domain))
            edges = np.linspace(0, 1, len(domain.shares) + 1)
            look: dict[str, Any] = {"fill": True, "alpha": 0.4} if source else {"lw": 1.8}
            below.stairs(domain.shares, edges, color=colour, **look)
        if not any(domain.counts.any() for domain in self.domains.values()):
            above.text(0.7, 0.25, "no labels", transform=above.transAxes, ha="center", color="0.35")
        lowest = 1 / self.n_classes
        margin = 0.04 * (1 - lowest)  # in which markers at the ends are whole
        above.set(
            title=title, xlim=(lowest - margin, 1 + margin), ylim=(-0.03, 1.03), ylabel="share of right predictions"
        )
        below.set(xlim=above.get_xlim(), ylim=(0, None), ylabel="share of\nexamples")
        below.set_xlabel("confidence: the probability of the predicted class")
        style.legend_below(below, handles=above.get_legend_handles_labels()[0], ncol=1)
        return self

    @staticmethod
    def _plot_curve(ax: Any, domain: Reliability, colour: str, marker: str, label: str) -> None:
        """The accuracy over the confidence of the bins with labels, with intervals; an entry in the legend always."""
        filled = domain.counts > 0
        x, y, n = domain.confidence[filled], domain.accuracy[filled], domain.counts[filled]
        low, high = _interval(y, n)
        ax.vlines(x, low, high, color=colour, lw=1, alpha=0.7)
        ax.plot(x, y, color=colour, lw=1.4, marker=marker, ms=5, label=label)
        ax.scatter(x, y, s=16 + 180 * n / max(1, n.sum()), color=colour, marker=marker, lw=0, alpha=0.6)


def _reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int) -> Reliability:
    """The bins of probabilities (n, classes) with labels (n,), positions or UNKNOWN. A bin has its upper end."""
    confidence, labelled = probabilities.max(axis=1), labels != style.UNKNOWN
    at = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    right = probabilities.argmax(axis=1) == labels

    def per_bin(weights: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights, bins)

    counts = per_bin(labelled.astype(float))
    whole = np.where(counts > 0, counts, np.nan)
    return Reliability(
        np.bincount(at, minlength=bins) / len(at),
        counts.astype(int),
        per_bin(confidence * labelled) / whole,
        per_bin((right & labelled).astype(float)) / whole,
        float(confidence[labelled].mean() if labelled.any() else confidence.mean()),
    )


def _interval(share: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ends of the 95 % interval of Wilson (1927) for a ``share`` of ``n`` examples: never of width 0."""
    z2 = NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return middle - half, middle + half


def _words(name: str, domain: Reliability) -> str:
    """The numbers of a domain for the legend."""
    if not domain.counts.any():
        return f"{name}: labels unknown, {domain.claimed:.1%} claimed"
    return f"{name}: {domain.right:.1%} right, {domain.claimed:.1%} claimed, calibration error {domain.error:.3f}"


def _check_probabilities(probabilities: Any) -> np.ndarray:
    """``probabilities`` as a float64 array (n, classes). Raises ValueError unless each row is a distribution."""
    found = _validate.array("probabilities", probabilities, 2, "probabilities (n, classes)")
    if not len(found) or found.shape[1] < 2:
        raise ValueError(f"probabilities: got shape {found.shape}, expected (n, classes), of two classes or more")
    if found.min() < 0 or found.max() > 1 + 1e-6:
        raise ValueError(f"probabilities: got values from {found.min():g} to {found.max():g}, expected 0 to 1")
    sums = found.sum(axis=1)
    wrong = int((np.abs(sums - 1) > 1e-3).sum())
    if wrong:
        odd = sums[np.abs(sums - 1) > 1e-3][0]
        raise ValueError(f"probabilities: got {wrong} rows whose sum is not 1, such as {odd:g}, expected rows of sum 1")
    return found
