"""The bound of Ben-David et al. 2010 on the target error, as three numbers of a trained network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.predictor import Predictor
from ..data.pairs import DomainPair
from .divergence import JUDGES, MOST, Judge, cross_predicted, distance, proxy_a_distance, some_of, untrained


@dataclass(frozen=True)
class Bound:
    """The numbers of the bound of Ben-David et al. 2010 (Theorem 2), measured on test examples.

        target error ≤ source error + ½ divergence + joint error

    Each number on the right is an estimate, and their sum is no guarantee.

    - ``source_error``: the share of wrong answers on the source.
    - ``divergence``: the proxy A-distance of the features. The theorem has the largest distance that any pair of heads
      can see. One trained judge finds less: the estimate is too small rather than too large.
    - ``joint_error``: the error on the source plus the error on the target of one head for both domains, trained on the
      labels of both. The theorem has the best head of all. A trained head is worse: the estimate is too large rather
      than too small. None without target labels: no method can measure it then.
    - ``target_error``: the share of wrong answers on the target. None without target labels.

    The terms for the finite number of examples are left out. Source error and divergence are the terms that DANN makes
    small. The joint error is the term that DANN cannot see, and can make large.
    """

    source_error: float
    divergence: float
    joint_error: float | None
    target_error: float | None

    @property
    def total(self) -> float | None:
        """The right-hand side: source error + ½ divergence + joint error. A divergence below 0 counts as 0."""
        if self.joint_error is None:
            return None
        return self.source_error + max(0.0, self.divergence) / 2 + self.joint_error

    def __str__(self) -> str:
        half = max(0.0, self.divergence) / 2
        lines = [
            ("source error", f"{self.source_error:.3f}", ""),
            ("+ half the divergence", f"{half:.3f}", f"proxy A-distance of the features: {self.divergence:.2f}"),
            ("+ joint error", _shown(self.joint_error), "one head for both domains, with the labels of both"),
            ("= sum", _shown(self.total), "an estimate of the bound, no guarantee"),
            ("target error", _shown(self.target_error), ""),
        ]
        if self.joint_error is None:
            lines[2] = ("+ joint error", "–", "unknown without target labels")
        return "\n".join(f"{name:<22}{value:>7}   {note}".rstrip() for name, value, note in lines)


def bound(network: Predictor, pair: DomainPair, judge: Judge = "rbf", head: Any = None, seed: int = 0) -> Bound:
    """The numbers of the bound of Ben-David et al. 2010 for the features and the label head of ``network``.

    ``network``: a trained network, such as ``Training(pair, recipe).fit().result()``. ``judge``: as in
    ``proxy_a_distance``, or "domain head", the judge inside the network. It learns on the features of the training
    examples, and its error is that on the test examples. ``head``: a classifier for the joint error, by default a
    logistic regression on the features. Like the label head of most recipes it is linear. Its errors come from
    cross-validation on the test examples of both domains, so that ``pair.oracle`` is not read. ``seed``: as in
    ``proxy_a_distance``.

    Source: Ben-David, Blitzer, Crammer, Kulesza, Pereira, Vaughan 2010, "A theory of learning from different domains",
    Theorem 2. Raises TypeError or ValueError with the name of a bad argument.
    """
    _validate.instance("network", network, Predictor, "a trained network")
    _validate.instance("pair", pair, DomainPair)
    seed = _validate.whole_number("seed", seed, least=0)
    if isinstance(judge, str):
        _validate.one_of("judge", judge, (*JUDGES, "domain head"))
    made_head = _head() if head is None else untrained("head", head)
    source_test = network.transform(pair.x_source_test, "source")
    target_test = network.transform(pair.x_target_test)
    if isinstance(judge, str) and judge == "domain head":
        divergence = distance(
            network.domain_logits(pair.x_source_test, "source") > 0, network.domain_logits(pair.x_target_test) > 0
        )
    else:
        source, target = network.transform(pair.x_source, "source"), network.transform(pair.x_target)
        divergence = proxy_a_distance(
            source, target, judge, source_test=source_test, target_test=target_test, seed=seed
        )
    joint = target_error = None
    if pair.y_target_test is not None:
        labelled = source_test, pair.y_source_test, target_test, pair.y_target_test
        joint = _joint_error(made_head, *labelled, seed)
        target_error = 1 - network.accuracy(pair.x_target_test, pair.y_target_test)
    source_error = 1 - network.accuracy(pair.x_source_test, pair.y_source_test, "source")
    return Bound(source_error, divergence, joint, target_error)


def _joint_error(
    head: Any, source: np.ndarray, y_source: np.ndarray, target: np.ndarray, y_target: np.ndarray, seed: int
) -> float:
    """The error on the source plus the error on the target of one head, by cross-validation. Both weigh the same."""
    rng = np.random.default_rng(seed)
    n = min(len(source), len(target), MOST)
    if n < 2:
        raise ValueError("pair: got one test example of a domain, expected at least 2 for cross-validation")
    chosen = [some_of(len(x), n, rng) for x in (source, target)]
    x = np.concatenate([source[chosen[0]], target[chosen[1]]])
    y = np.concatenate([y_source[chosen[0]], y_target[chosen[1]]])
    wrong = cross_predicted(head, x, y, np.repeat([0, 1], n), seed) != y
    return float(wrong[:n].mean() + wrong[n:].mean())


def _head() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000))


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
