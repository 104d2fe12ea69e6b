"""The distance between two domains, measured without a label: the error of a judge that tells the domains apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import Layout, examples
from ..engine.backend import to_numpy

JUDGES = ("linear", "rbf")
FOLDS = 5
MOST = 2000  # examples of each domain, at most, for a judge or a head: a kernel SVM of all would take minutes
Judge = str | Any  # a name, a classifier with fit and predict, or a function of examples


def proxy_a_distance(
    source: Any,
    target: Any,
    judge: Judge = "rbf",
    *,
    source_test: Any = None,
    target_test: Any = None,
    seed: int = 0,
) -> float:
    """The proxy A-distance 2(1 − 2ε) of two samples. ε is the error of a judge that tells the domains apart.

    The distance is about 0 if the judge can only guess, and 2 if the judge is never wrong. It needs no label. On
    held-out examples a guessing judge may be a little worse than chance: then the distance is a little below 0.

    A small distance says that *this* judge sees no difference. It does not say that the domains are equal, and it says
    nothing of the labels: two domains with swapped classes can have the distance 0.

    Parameters
    ----------
    source, target : arrays (n, …) and (m, …)
        Inputs or features of both domains. Images are taken as rows of numbers.
    judge : str, classifier or function
        "rbf" or "linear": an SVM with such a kernel, on columns of mean 0 and deviation 1. The linear SVM is the usual
        judge of the field. It is blind to many shifts, such as a rotation about the middle. A classifier with
        ``fit`` and ``predict``, as in scikit-learn, is copied and trained on the labels 0 (source) and 1 (target). A
        function receives examples as they came and returns one logit for each, above 0 for the target. It is not
        trained: ``network.domain_logits`` is the judge that DANN trained itself.
    source_test, target_test : arrays, optional
        Other examples, for the error ε. Without these ε comes from cross-validation with five folds.
    seed : int
        The seed that chooses the folds, and 2,000 examples of a larger domain.

    ε is the mean of the errors on both domains, and the judge learns from as many examples of one as of the other. So
    domains of different sizes can have the distance 0. Source: Ben-David et al. 2006, "Analysis of Representations for
    Domain Adaptation", and Ganin et al. 2016, Eq. 3.

    Raises ValueError or TypeError with the name of a bad argument.
    """
    seed = _validate.whole_number("seed", seed, least=0)
    named = {"source": source, "target": target, "source_test": source_test, "target_test": target_test}
    x, tests = _samples(named)
    if callable(judge) and _is_function(judge):
        return distance(*(_judged(judge, part) for part in tests or x))
    made = _judge(judge)
    rng = np.random.default_rng(seed)
    equal = _equal(_flat(x[0]), _flat(x[1]), rng)
    if tests is not None:
        _learn(made, *equal)
        return distance(*(made.predict(_flat(part)) == 1 for part in tests))
    return distance(*_cross_judged(made, *equal, seed))


def _samples(named: dict[str, Any]) -> tuple[list[np.ndarray], list[np.ndarray] | None]:
    """Source and target (n, …) as arrays of one layout, and the two test sets, None without these."""
    if (named["source_test"] is None) != (named["target_test"] is None):
        missing = "source_test" if named["source_test"] is None else "target_test"
        raise ValueError(f"{missing}: got None, expected test examples of both domains, or of none")
    found, like = [], None
    for name, value in named.items():
        if value is None:
            continue
        least = 1 if name.endswith("_test") else 2
        x, columns = examples(name, value, like)
        if len(x) < least:
            raise ValueError(f"{name}: got {len(x)} example, expected at least {least}")
        like = like or Layout(x.shape[1:], columns, name)
        found.append(np.asarray(to_numpy(x)))
    return found[:2], found[2:] or None


def _flat(x: np.ndarray) -> np.ndarray:
    """Examples (n, …) as rows of float64 numbers (n, width)."""
    return x.reshape(len(x), -1).astype(np.float64)


def _equal(source: np.ndarray, target: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """As many examples of one domain as of the other, at most MOST of each: a larger one would be guessed too often."""
    n = min(len(source), len(target), MOST)
    return source[some_of(len(source), n, rng)], target[some_of(len(target), n, rng)]


def some_of(of: int, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` random positions of ``of`` in their order."""
    return np.arange(of) if n == of else np.sort(rng.choice(of, n, replace=False))


def distance(source: np.ndarray, target: np.ndarray) -> float:
    """2(1 − 2ε) from the judgement "target" (n,) of source examples and (m,) of target examples."""
    return float(2 * (1 - (source.mean() + (1 - target.mean()))))


def _learn(judge: Any, source: np.ndarray, target: np.ndarray) -> None:
    judge.fit(np.concatenate([source, target]), np.repeat([0, 1], [len(source), len(target)]))


def _cross_judged(judge: Any, source: np.ndarray, target: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The judgement "target" of each example, by judges that have not seen it."""
    n = len(source)
    domains = np.repeat([0, 1], [n, len(target)])
    found = cross_predicted(judge, np.concatenate([source, target]), domains, domains, seed) == 1
    return found[:n], found[n:]


def cross_predicted(classifier: Any, x: np.ndarray, y: np.ndarray, domains: np.ndarray, seed: int) -> np.ndarray:
    """The predictions for all of x (n, width), each by a copy that has not seen it. Each fold has both domains."""
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(min(FOLDS, int(np.bincount(domains).min())), shuffle=True, random_state=seed % 2**32)
    found = np.empty_like(y)
    for learnt, held_out in folds.split(x, domains):
        if (y[learnt] == y[learnt[0]]).all():  # a classifier of scikit-learn refuses a single class
            found[held_out] = y[learnt[0]]
        else:
            found[held_out] = clone(classifier).fit(x[learnt], y[learnt]).predict(x[held_out])
    return found


def _is_function(judge: Any) -> bool:
    return not isinstance(judge, type) and not hasattr(judge, "fit")


def _judged(judge: Callable[[Any], Any], x: np.ndarray) -> np.ndarray:
    """Whether the function ``judge`` takes each of the examples x for one of the target, (n,)."""
    expected = f"a logit for each of {len(x)} examples"
    logits = _validate.array("judge", _validate.result_of("judge", judge, x), words=expected)
    if logits.size != len(x):
        raise ValueError(f"judge: got an array of shape {logits.shape}, expected {expected}")
    judged: np.ndarray = logits.ravel() > 0
    return judged


def _judge(judge: Judge) -> Any:
    """A new, untrained judge."""
    if not isinstance(judge, str):
        return untrained("judge", judge)
    _validate.one_of("judge", judge, JUDGES)
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC, LinearSVC

    return make_pipeline(StandardScaler(), LinearSVC(dual=False, max_iter=10_000) if judge == "linear" else SVC())


def untrained(name: str, value: Any) -> Any:
    """An untrained copy of a classifier of scikit-learn. Raises TypeError for other things."""
    from sklearn.base import clone

    expected = "a classifier with fit and predict"
    expected = f"one of {', '.join(JUDGES)}, {expected}, or a function of examples" if name == "judge" else expected
    if isinstance(value, type) or not (hasattr(value, "fit") and hasattr(value, "predict")):
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected {expected}")
    try:
        return clone(value)
    except TypeError:
        raise TypeError(f"{name}: got {_validate.shown(value)}, expected {expected}, as in scikit-learn") from None
