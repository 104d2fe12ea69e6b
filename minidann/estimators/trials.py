"""One trial of a setting: a network trained on nine tenths of each domain, and its outputs without target labels."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..adapt.predictor import class_probabilities
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..data.pairs import DomainPair
from ..data.split import hold_out
from .selection import reverse_validation

HELD_OUT = 0.1  # the share of each domain that validates: JMLR 2016, §5.1.2
MOST = 2000  # training examples of each domain, at most, that a score looks at


class Trial:
    """A network trained with one setting from one seed, and its outputs on both domains.

    A tenth of the training examples of each domain is held out, by ``seed``. No target label is in reach.

    Parameters
    ----------
    pair : DomainPair
        The two domains. Their test sets are not used.
    recipe : Recipe
        The setting.
    seed : int
        The seed of the held-out examples and of the training.
    reverse_steps : int, optional
        The steps of the reverse training, by default those of the recipe.

    Attributes
    ----------
    pair : DomainPair
        Nine tenths to train on, and the held-out tenth in the place of the test sets.
    network : DANN
        The trained network.

    Raises FloatingPointError if the training diverges.
    """

    def __init__(self, pair: DomainPair, recipe: Recipe, seed: int, reverse_steps: int | None = None) -> None:
        self.pair, self.recipe, self.seed = part_held_out(pair, seed), recipe, seed
        self.reverse_steps = recipe.steps if reverse_steps is None else reverse_steps
        self.network = Training(self.pair, recipe, seed).fit().result()

    @property
    def y_held(self) -> np.ndarray:
        """The labels of the held-out source examples, (t,)."""
        return self.pair.y_source_test

    @cached_property
    def x_source(self) -> np.ndarray:
        """At most 2,000 training examples of the source, as rows (n, width)."""
        return _rows(self.pair.x_source[:MOST])

    @cached_property
    def x_target(self) -> np.ndarray:
        """At most 2,000 training examples of the target, as rows (m, width)."""
        return _rows(self.pair.x_target[:MOST])

    @cached_property
    def features(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """The features of these source and target examples, and of the held-out source and target examples."""
        pair, transform = self.pair, self.network.transform
        source, target = transform(pair.x_source[:MOST], "source"), transform(pair.x_target[:MOST])
        return source, target, transform(pair.x_source_test, "source"), transform(pair.x_target_test)

    @cached_property
    def p_held(self) -> np.ndarray:
        """The class probabilities of the held-out source examples, (t, classes)."""
        return probabilities(self.network, self.pair.x_source_test, "source")

    @cached_property
    def p_target(self) -> np.ndarray:
        """The class probabilities of target examples, trained on and held out, (m, classes)."""
        x = np.concatenate([self.pair.x_target_test, self.pair.x_target])
        return probabilities(self.network, x[:MOST])

    @cached_property
    def correct(self) -> np.ndarray:
        """Whether each held-out source example is predicted right, (t,)."""
        right: np.ndarray = self.p_held.argmax(axis=1) == self.y_held
        return right

    @cached_property
    def losses(self) -> np.ndarray:
        """The cross-entropy of each held-out source example, (t,)."""
        own = self.p_held[np.arange(len(self.y_held)), self.y_held]
        losses: np.ndarray = -np.log(np.maximum(own, np.finfo(np.float64).tiny))
        return losses

    @cached_property
    def reverse_accuracy(self) -> float:
        """Reverse validation, JMLR 2016, §5.1.2: a second training, from the target back to the source.

        The reverse network starts from this network. It learns from the target with the labels that this network
        predicts, and adapts to the source without labels. Its accuracy on the held-out source is the score.
        """
        pair, recipe = self.pair, replace(self.recipe, steps=self.reverse_steps)

        def train(x_target: np.ndarray, predicted: np.ndarray, x_source: np.ndarray) -> Any:
            back = copy.copy(pair)
            back.x_source, back.y_source, back.x_target = x_target, predicted, x_source
            return Training(back, recipe, self.seed, domains_swapped(self.network)).fit().result().predict

        predicted = self.network.predict(pair.x_target)
        return reverse_validation(
            train, pair.x_target, predicted, pair.x_source, pair.x_source_test, pair.y_source_test
        )


def part_held_out(pair: DomainPair, seed: int) -> DomainPair:
    """``pair`` without any target label, and with a tenth of its training examples in the place of its test sets.

    The tenth of the source has the classes in their shares. ``seed`` chooses the examples.
    """
    parts = hold_out(pair.x_source, pair.y_source, pair.x_target, None, None, None, HELD_OUT, seed)
    learnt = copy.copy(pair.without_target_labels())
    learnt.x_source, learnt.y_source = parts["x_source"], parts["y_source"]
    learnt.x_source_test, learnt.y_source_test = parts["x_source_test"], parts["y_source_test"]
    learnt.x_target, learnt.x_target_test = parts["x_target"], parts["x_target_test"]
    return learnt


def domains_swapped(network: DANN) -> DANN:
    """A copy of ``network`` for which the source is the target, and the target the source.

    Each domain keeps its statistics of batch normalisation. The domain head changes its sign.
    """
    own = _validate.instance("network", network, DANN).copy()
    beside = None if own.source_features is own.features else own.features
    for parameter in list(own.domain_head.parameters().values())[-2:]:  # weight and bias of the last layer
        parameter.data = -parameter.data
    return type(own)(own.source_features, own.label_head, own.domain_head, beside)


def probabilities(network: DANN, x: Any, domain: str = "target") -> np.ndarray:
    """The class probabilities of x (n, …), (n, classes) float64: the softmax of the label logits."""
    return class_probabilities(network.label_logits(x, domain))


def _rows(x: np.ndarray) -> np.ndarray:
    return x.reshape(len(x), -1)
