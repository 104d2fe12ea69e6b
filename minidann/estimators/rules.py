"""The rules that choose a setting without target labels: each one gives a trial a score, and higher is better."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..compare.divergence import proxy_a_distance
from .importance import deep_embedded_validation, importance_weighted_accuracy, importance_weights
from .selection import diversity, information, mean_entropy
from .trials import Trial


class Rule(NamedTuple):
    """One way to score a trial. ``score(trial)``: higher is better. ``meaning``: the score in words."""

    meaning: str
    score: Callable[[Trial], float]


def _source(trial: Trial) -> float:
    return float(trial.correct.mean())


def _weighted(trial: Trial) -> float:
    at = trial.pair.x_source_test
    weights = importance_weights(trial.x_source, trial.x_target, at.reshape(len(at), -1), judge="rbf")
    return importance_weighted_accuracy(trial.correct, weights)


def _dev(trial: Trial) -> float:
    source, target, held, _ = trial.features
    return -deep_embedded_validation(trial.losses, importance_weights(source, target, held))


def _distance(judge: str) -> Callable[[Trial], float]:
    def score(trial: Trial) -> float:
        source, target, held, held_target = trial.features
        return -proxy_a_distance(source, target, judge, source_test=held, target_test=held_target)

    return score


def _distance_of_head(trial: Trial) -> float:
    """The distance that the network's own domain head sees between the held-out examples, times −1."""
    pair, network = trial.pair, trial.network
    source = network.domain_logits(pair.x_source_test, "source") > 0
    target = network.domain_logits(pair.x_target_test) > 0
    return float(-2 * (target.mean() - source.mean()))


#: The rules by name, for one trial each.
RULES: dict[str, Rule] = {
    "source_accuracy": Rule("accuracy on held-out source", _source),
    "importance_weighted_accuracy": Rule("source accuracy, weighted by the inputs (Sugiyama et al. 2007)", _weighted),
    "neg_deep_embedded_validation": Rule("− source loss, weighted by the features (You et al. 2019)", _dev),
    "neg_mean_entropy": Rule("− mean entropy of the target predictions", lambda t: -mean_entropy(t.p_target)),
    "diversity": Rule("entropy of the mean target prediction", lambda t: diversity(t.p_target)),
    "information": Rule("diversity − mean entropy of the target predictions", lambda t: information(t.p_target)),
    "neg_proxy_a_distance_linear": Rule("− proxy A-distance of the features, a linear judge", _distance("linear")),
    "neg_proxy_a_distance": Rule("− proxy A-distance of the features, an RBF judge", _distance("rbf")),
    "neg_proxy_a_distance_head": Rule("− proxy A-distance by the domain head itself", _distance_of_head),
    "reverse_validation": Rule("accuracy of the way back (JMLR 2016, §5.1.2)", lambda t: t.reverse_accuracy),
}

AGREEMENT = (
    "seed_agreement"  # the rule that needs the trials of all seeds of a setting: ``choosing.py`` adds its scores
)
NAMES = (*RULES, AGREEMENT)
