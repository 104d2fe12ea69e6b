"""Scores that rank settings without a target label: plain functions on arrays, each with its paper and its weakness.

No score sees the accuracy on the target. Each one replaces this accuracy by a quantity that can be computed, and each
one misleads where its assumption fails. The functions that weigh source examples are in ``importance.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import as_numpy
from ..data.labels import class_labels, kind_of

Predict = Callable[[Any], Any]  # inputs (n, …) → labels (n,)


def source_accuracy(y: Any, predicted: Any) -> float:
    """The share of source examples with the right label. Higher is better.

    ``y`` (n,): the labels of held-out source examples. ``predicted`` (n,): the predictions for these.

    Weakness: the score does not know the target. Adaptation costs some accuracy on the source, so this score often
    prefers no adaptation at all.

    Raises ValueError for other shapes, and for labels of two kinds, such as numbers and text.
    """
    y = _labels("y", y)
    predicted = _labels("predicted", predicted, len(y))
    if kind_of(y) != kind_of(predicted):
        raise ValueError(f"predicted: got {kind_of(predicted)}, expected {kind_of(y)}, as in y")
    return float((y == predicted).mean())


def mean_entropy(probabilities: Any) -> float:
    """The mean entropy of the predictions, in nats: 0 if each prediction is certain, ln k if each is a guess.

    Lower is better: a good boundary runs where the target has few examples (Grandvalet & Bengio, NIPS 2004; as a score
    Morerio et al., ICLR 2018). ``probabilities`` (m, k): class probabilities of target examples.

    Weakness: a network that is certain and wrong scores best. So does a network that gives all examples one class.

    Raises ValueError unless each row has numbers from 0 to 1 with the sum 1.
    """
    return float(_entropy(_probabilities(probabilities)).mean())


def diversity(probabilities: Any) -> float:
    """The entropy of the mean prediction, in nats: 0 if all examples get one class, ln k for equal class shares.

    Higher is better. ``probabilities`` (m, k): class probabilities of target examples.

    Weakness: the score asks for equal class shares. It is wrong where the shares of the target are not equal, and it is
    highest for a network that guesses.

    Raises ValueError unless each row has numbers from 0 to 1 with the sum 1.
    """
    return float(_entropy(_probabilities(probabilities).mean(axis=0)))


def information(probabilities: Any) -> float:
    """``diversity`` minus ``mean_entropy``, in nats: certain predictions of many classes. Higher is better.

    This is the mutual information of an example and its predicted class, from 0 to ln k (Bridle et al., NIPS 1991; for
    adaptation Shi & Sha, ICML 2012). ``probabilities`` (m, k): class probabilities of target examples.

    Weakness: two classes that are exchanged score as well as two classes that are right. And the score asks for equal
    class shares: where the target's are not equal, it prefers a network that makes them equal.

    Raises ValueError unless each row has numbers from 0 to 1 with the sum 1.
    """
    return diversity(probabilities) - mean_entropy(probabilities)


def seed_agreement(predictions: Any) -> float:
    """The share of target examples on which two runs agree, as a mean over all pairs of runs. Higher is better.

    ``predictions`` (seeds, m): the labels that each run gives to the same m examples. Runs that differ in their seed
    alone disagree about as often as they err, if their errors have nothing in common (Jiang et al., ICLR 2022).

    Weakness: runs that make the same error agree on it. A setting that never adapts is the same error each time.

    Raises ValueError for fewer than two runs, and for runs of different lengths.
    """
    runs = list(predictions) if isinstance(predictions, (list, tuple)) or np.ndim(predictions) == 2 else []
    if len(runs) < 2:
        got = _validate.shown(predictions)
        raise ValueError(f"predictions: got {got}, expected labels (seeds, m) of at least two seeds")
    first = _labels("predictions", runs[0])
    runs = [_labels("predictions", run, len(first), "the first run") for run in runs]
    if len({kind_of(run) for run in runs}) > 1:
        raise ValueError("predictions: got numbers and text, expected labels of one kind")
    pairs = [(a == b).mean() for i, a in enumerate(runs) for b in runs[:i]]
    return float(np.mean(pairs))


def log_losses(y: Any, probabilities: Any, classes: Any) -> np.ndarray:
    """The cross-entropy of each example in nats, (n,): −ln of the probability of its label.

    ``y`` (n,): labels. ``probabilities`` (n, k). ``classes`` (k,): the label of each column. A probability of 0, also
    that of a label outside ``classes``, counts as the least step of its dtype, so that each loss is finite. Raises
    ValueError for other shapes.
    """
    p = _probabilities(probabilities)
    labels, columns = _labels("y", y, len(p), "probabilities"), _labels("classes", classes)
    if len(columns) != p.shape[1]:
        raise ValueError(f"classes: got {len(columns)} labels, expected {p.shape[1]}, one for each column")
    right: np.ndarray = (p * (labels[:, None] == columns)).sum(axis=1)
    is_float32 = getattr(probabilities, "dtype", None) == np.float32
    least = np.finfo(np.float32 if is_float32 else np.float64).eps
    return -np.log(np.clip(right, least, 1.0))


def reverse_validation(
    train: Callable[[Any, Any, Any], Predict], x_target: Any, predicted: Any, x_source: Any, x_test: Any, y_test: Any
) -> float:
    """The accuracy of the way back, from the target to the source (JMLR 2016, §5.1.2). Higher is better.

    A reverse classifier learns from the target and its *predicted* labels, and adapts to the source without labels. Its
    accuracy on held-out source examples is the score. The paper starts its network from the weights of the network that
    made the predictions.

    Parameters
    ----------
    train : function
        ``train(x_target, predicted, x_source)`` returns a function from inputs (n, …) to labels (n,).
    x_target, predicted : arrays (m, …) and (m,)
        The target for training, and the predictions for it.
    x_source : array (n, …)
        The source for training. Its labels are not needed.
    x_test, y_test : arrays (t, …) and (t,)
        Held-out source examples, and their labels.

    If all predictions are one class, there is nothing to learn: ``train`` is not called, and the score is the share of
    this class in ``y_test``.

    Weakness: the way back may undo the errors of the way there: two exchanged classes come back exchanged again. And
    without adaptation both ways use one boundary, so the score often prefers the smallest λ.

    Raises ValueError for other shapes.
    """
    _validate.function("train", train, "x_target", "predicted", "x_source")
    _count("x_source", x_source)
    predicted = _labels("predicted", predicted, _count("x_target", x_target), "x_target")
    y_test = _labels("y_test", y_test, _count("x_test", x_test), "x_test")
    if kind_of(predicted) != kind_of(y_test):
        raise ValueError(f"y_test: got {kind_of(y_test)}, expected {kind_of(predicted)}, as in predicted")
    if len(np.unique(predicted)) == 1:
        return float((y_test == predicted[0]).mean())
    predict = _validate.function("train", _validate.result_of("train", train, x_target, predicted, x_source), "x")
    return source_accuracy(y_test, _validate.result_of("train", predict, x_test))


def _count(name: str, x: Any) -> int:
    """The number of examples in ``x``, an array, a DataFrame or a list. Raises ValueError for none."""
    is_array = hasattr(x, "shape") or isinstance(x, (list, tuple))
    count = (x.shape[0] if x.shape else 0) if hasattr(x, "shape") else len(x) if is_array else 0
    if not count:
        raise ValueError(f"{name}: got {_validate.shown(x)}, expected at least one example, (n, …)")
    return int(count)


def _labels(name: str, y: Any, count: int | None = None, of: str = "y") -> np.ndarray:
    """``y`` as labels (n,), n ≥ 1, and as many as ``count`` of the argument ``of``. Raises ValueError otherwise."""
    found = y if isinstance(y, (list, tuple)) else as_numpy(name, y)
    n = len(found) if isinstance(found, (list, tuple)) or found.ndim else 0
    if not n:
        raise ValueError(f"{name}: got {_validate.shown(y)}, expected at least one label")
    if count is not None and n != count:
        raise ValueError(f"{name}: got {n} labels, expected {count}, one for each of {of}")
    return class_labels(name, found, n)


def _probabilities(value: Any) -> np.ndarray:
    """Class probabilities (m, k) as float64. Raises ValueError otherwise."""
    expected = "class probabilities (m, k), each row with the sum 1"
    found = _validate.array("probabilities", value, 2, expected)
    if not found.size:
        raise ValueError(f"probabilities: got shape {found.shape}, expected {expected}")
    sums = found.sum(axis=1)
    if found.min() < 0 or abs(sums - 1).max() > 1e-3:  # float32 of 1,000 classes is far nearer
        got = f"a row with the sum {sums[abs(sums - 1).argmax()]:g}" if found.min() >= 0 else f"{found.min():g}"
        raise ValueError(f"probabilities: got {got}, expected {expected}")
    return found


def _entropy(p: np.ndarray) -> np.ndarray:
    """The entropy of each row of ``p`` (…, k), in nats: 0 · ln 0 is 0."""
    entropy: np.ndarray = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1)
    return np.maximum(entropy, 0.0)  # no −0.0, and none below 0 from a sum just above 1
