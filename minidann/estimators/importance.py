"""Validation on weighted source examples: an example counts as often as the target has its like."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate

JUDGES = ("linear", "rbf")  # the domain classifiers by name
FOLDS = 5  # of the cross-validation that weighs rows by classifiers that have not seen them
LEAST = 1e-12  # the least probability of "source", because a weight divides by it


def importance_weights(x_source: Any, x_target: Any, at: Any = None, judge: Any = "linear") -> np.ndarray:
    """The density ratio target / source at each row of ``at`` (t, …), estimated by a domain classifier: weights (t,).

    With n source and m target examples, the weight is (n / m) · P(target | x) / P(source | x) (Bickel et al., JMLR
    2009).

    Parameters
    ----------
    x_source, x_target : arrays (n, …) and (m, …)
        Inputs, or features, of the two domains. The domain classifier learns from these.
    at : array (t, …), optional
        The source examples to weigh, which the domain classifier has not seen. By default ``x_source``: each of its
        rows is then weighed by a classifier that learnt from the other four fifths.
    judge : {"linear", "rbf"} or classifier
        Logistic regression on standardised columns, the same on an RBF kernel's, or a classifier of scikit-learn with
        ``predict_proba``.

    Weakness: the weights are as good as the classifier. A linear one sees a shift of the means, and no rotation about
    the mean: its weights are then near 1. Where the domains hardly overlap, a few examples carry all the weight.

    Raises ValueError for arrays without an example, of different widths, or with NaN.
    """
    x_source, x_target = _rows("x_source", x_source), _rows("x_target", x_target)
    rows = None if at is None else _rows("at", at)
    for name, x in (("x_target", x_target), ("at", rows)):
        if x is not None and x.shape[1] != x_source.shape[1]:
            raise ValueError(f"{name}: got {x.shape[1]} columns, expected {x_source.shape[1]}, as x_source has")
    n, m = len(x_source), len(x_target)
    classifier = _domain_classifier(judge, n + m)
    p = _probability_of_target(classifier, np.concatenate([x_source, x_target]), np.repeat([0, 1], [n, m]), rows)
    p = p[:n] if rows is None else p
    weights: np.ndarray = (n / m) * p / np.maximum(1 - p, LEAST)
    return weights


def importance_weighted_accuracy(correct: Any, weights: Any) -> float:
    """The weighted share of right predictions on the source: Σ w c / Σ w (Sugiyama et al., JMLR 2007). Best is 1.

    ``correct`` (n,): whether the prediction for a held-out source example is right. ``weights`` (n,): see
    ``importance_weights``. The paper divides by n. The sum of the weights keeps the score between 0 and 1.

    Weakness: the score assumes covariate shift. Where the same x has another label in the target, it is wrong. It says
    nothing of target examples that have no source example near them.

    Raises ValueError for different lengths, weights below 0, and weights that are all 0.
    """
    correct, weights = _weighted("correct", correct, weights)
    if correct.min() < 0 or correct.max() > 1:
        raise ValueError(
            f"correct: got {correct.min():g} to {correct.max():g}, expected True or False for each example"
        )
    return float(correct @ weights / weights.sum())


def deep_embedded_validation(losses: Any, weights: Any) -> float:
    """An estimate of the mean loss on the target from weighted source losses (You et al., ICML 2019). Lower is better.

    ``losses`` (n,): the losses of held-out source examples. ``weights`` (n,): their ``importance_weights`` on features
    of the network. The estimate is mean(w L) + η mean(w) − η. The control variate η = −Cov(w L, w) / Var(w) lowers its
    variance: the mean of the true weights is 1. η is 0 if all weights are equal.

    Weakness: the score assumes covariate shift in the features. DANN makes the features of the domains alike, even if
    classes are exchanged. All weights are then near 1, and the score is the loss on the source. With unequal weights
    the estimate may fall below 0.

    Raises ValueError for different lengths, weights below 0, and weights that are all 0.
    """
    losses, weights = _weighted("losses", losses, weights)
    weighted = weights * losses
    eta = 0.0
    if np.ptp(weights) > 0:
        deviation = weights - weights.mean()
        eta = -float((weighted - weighted.mean()) @ deviation) / float(deviation @ deviation)
    return float(weighted.mean() + eta * (weights.mean() - 1))


def _rows(name: str, x: Any) -> np.ndarray:
    """``x`` (n, …) as float64 rows (n, width). Raises ValueError for another shape."""
    found = _validate.array(name, x, words="examples (n, …)")
    if found.ndim < 2 or not found.size:
        raise ValueError(f"{name}: got shape {found.shape}, expected at least one example, (n, …)")
    return found.reshape(len(found), -1)


def _probability_of_target(classifier: Any, x: np.ndarray, domains: np.ndarray, at: np.ndarray | None) -> np.ndarray:
    """P(target | x) at each row of ``at``, by a classifier of x (n, width) and domains (n,).

    None: at each row of x, by a copy that learnt from the other folds, or from all where a domain has a single row.
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = min(FOLDS, int(np.bincount(domains).min()))
    if at is None and folds > 1:
        splits = StratifiedKFold(folds, shuffle=True, random_state=0)
        # scikit-learn 1.6 with metadata routing fails without params
        p = cross_val_predict(classifier, x, domains, cv=splits, method="predict_proba", params={})
    else:
        p = classifier.fit(x, domains).predict_proba(x if at is None else at)
    return np.asarray(p, np.float64)[:, 1]


def check_judge(judge: Any) -> Any:
    """``judge`` if it is a name in JUDGES or a classifier with ``predict_proba``. Raises ValueError otherwise."""
    is_classifier = hasattr(judge, "predict_proba") and not isinstance(judge, type)
    if not is_classifier and not (isinstance(judge, str) and judge in JUDGES):
        expected = f"{', '.join(JUDGES)}, or a classifier with predict_proba"
        raise ValueError(f"judge: got {_validate.shown(judge)}, expected {expected}")
    return judge


def _domain_classifier(judge: Any, count: int) -> Any:
    """A domain classifier that has learnt nothing yet. ``count``: the number of examples that it will learn from."""
    from sklearn.base import clone
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if not isinstance(check_judge(judge), str):
        return clone(judge)
    kernel = [Nystroem(n_components=min(100, max(1, count // 2)), random_state=0)] * (judge == "rbf")
    return make_pipeline(StandardScaler(), *kernel, LogisticRegression(max_iter=1000))


def _weighted(name: str, values: Any, weights: Any) -> tuple[np.ndarray, np.ndarray]:
    """``values`` and ``weights`` as float64 arrays (n,). Raises ValueError otherwise."""
    found = _validate.array(name, values, 1, "one number for each example, (n,)")
    weights = _validate.array("weights", weights, 1, "one weight for each example, (n,)")
    if not len(found):
        raise ValueError(f"{name}: got no example, expected at least one")
    if len(weights) != len(found):
        raise ValueError(f"weights: got {len(weights)} weights, expected {len(found)}, one for each example")
    if weights.min() < 0 or not weights.any():
        got = "only 0" if not weights.any() else f"{weights.min():g}"
        raise ValueError(f"weights: got {got}, expected weights of at least 0, not all 0")
    return found, weights
