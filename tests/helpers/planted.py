"""Trainings with a classic failure planted in them, each failure in three ways, and healthy ones to set beside them.

The ways: "network" (a DANN with a mistake in it), "training" (a Training with one), "loop" (a loop written by hand,
from tensors and functions alone). ``plant(failure, way, seed)`` gives the training and a batch.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import minidann as md
from minidann.adapt import DANN, MOONS, Training
from minidann.data import moons_pair
from minidann.nn import Dense, Dropout, Layer, Normalise, Sequential, Tanh
from minidann.probe.doctor import HandWritten

FAILURES = (
    "no_reversal",
    "misplaced_reversal",
    "twice_negative",
    "domain_head_ascends",
    "zero_domain_gradient",
    "lambda_too_large",
    "constant_domain_labels",
    "scoring_with_dropout",
)
WAYS = ("network", "training", "loop")


class Reverse(md.Op):
    """A reversal node of somebody's own."""

    def __init__(self, weight):
        self.weight = weight

    def forward(self, x):
        return x

    def backward(self, grad):
        return (-self.weight * grad,)


def reverse(x, weight):
    return md.apply(Reverse(weight), x)


# 1: a network with a mistake in it -----------------------------------------------------------------------------------


class Planted(DANN):
    """A DANN whose losses are wrong in the way that ``failure`` says."""

    failure = ""

    def losses(self, x_source, y_source, x_target, adapt_weight, with_domain_loss=True, rng=None):
        found = super().losses(x_source, y_source, x_target, adapt_weight, with_domain_loss, rng)
        h, n = found.features, len(x_source)

        def domain_loss(features, domains=found.domain_labels):
            return md.binary_cross_entropy_with_logits(self.domain_head(features, rng), domains)

        if self.failure == "no_reversal":
            found.domain_loss = domain_loss(h)
        elif self.failure == "misplaced_reversal":  # below both heads
            h_reversed = reverse(h, adapt_weight)
            found.label_loss = md.cross_entropy(self.label_head(h_reversed[:n], rng), y_source)
            found.domain_loss = domain_loss(h_reversed)
        elif self.failure == "twice_negative":
            found.domain_loss = domain_loss(reverse(reverse(h, adapt_weight), adapt_weight))
        elif self.failure == "domain_head_ascends":
            logits = self.domain_head(h, rng)
            found.domain_loss = md.binary_cross_entropy_with_logits(reverse(logits, adapt_weight), found.domain_labels)
        elif self.failure == "zero_domain_gradient":  # a softmax over one unit
            logits = self.domain_head(found.reversed_features, rng)
            share = md.exp(logits - md.logsumexp(logits, axis=1, keepdims=True))
            found.domain_loss = md.mean(-(found.domain_labels * md.log(share + 1e-7)))
        elif self.failure == "constant_domain_labels":
            found.domain_loss = domain_loss(found.reversed_features, np.ones_like(found.domain_labels))
        elif self.failure == "lambda_too_large":
            found.domain_loss = domain_loss(reverse(h, 300.0))
        if self.failure in ("no_reversal", "misplaced_reversal", "twice_negative", "lambda_too_large"):
            found.domain_logits = None  # those of the base class are not in this graph
        return found


class AlwaysDropout(Layer):
    """Dropout that does not care whether it trains."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def __call__(self, x, rng=None):
        return Dropout(0.5)(x, self.rng)


# 2: a training with a mistake in it ----------------------------------------------------------------------------------


class NoReversal(Training):
    @property
    def adapt_weight(self):
        return 0.0  # λ is never handed on


class Misplaced(Training):
    def losses(self, batch):
        found = super().losses(batch)
        h = reverse(found.features, 1.0)  # below both heads
        found.label_logits = self.network.label_head(h[: len(batch.y_source)], None)
        found.label_loss = md.cross_entropy(found.label_logits, batch.y_source)
        found.domain_logits = self.network.domain_head(h, None)
        found.domain_loss = md.binary_cross_entropy_with_logits(found.domain_logits, found.domain_labels)
        return found


class TwiceNegative(Training):
    def gradients(self, losses):
        return md.backprop(losses.label_loss - losses.domain_loss, of=self.parameters)


class HeadAscends(Training):
    def update(self, gradients):
        head = set(self.network.domain_head.parameters().values())
        super().update({p: -gradients[p] if p in head else gradients[p] for p in self.parameters})


class ConstantLabels(Training):
    def losses(self, batch):
        found = super().losses(batch)
        found.domain_loss = md.binary_cross_entropy_with_logits(found.domain_logits, np.zeros_like(found.domain_labels))
        return found


class ScoredInTraining(Training):
    """Its result keeps dropout on."""

    def result(self):
        network, rng = super().result(), self.rngs["dropout"]
        network.label_logits = lambda x, domain="target": network.label_head(network.features(x, rng), rng).data
        return network


TRAININGS = {
    "no_reversal": NoReversal,
    "misplaced_reversal": Misplaced,
    "twice_negative": TwiceNegative,
    "domain_head_ascends": HeadAscends,
    "constant_domain_labels": ConstantLabels,
    "scoring_with_dropout": ScoredInTraining,
}


# 3: a loop written by hand -------------------------------------------------------------------------------------------


class ByHand:
    """Tensors in three dictionaries, two losses, one update: no layer, no optimiser, no recipe."""

    def __init__(self, seed, failure="", width=16):
        rng = np.random.default_rng(seed)

        def weights(n_in, n_out, scale=1.0):
            draw = scale * rng.standard_normal((n_in, n_out)) / np.sqrt(n_in)
            return md.Tensor(draw.astype(np.float32), requires_grad=True)

        def bias(n):
            return md.Tensor(np.zeros(n, np.float32), requires_grad=True)

        saturated = 1e6 if failure == "zero_domain_gradient" else 1.0
        self.failure, self.rng = failure, rng
        self.f = {"w": weights(2, width), "b": bias(width), "w2": weights(width, width), "b2": bias(width)}
        self.y = {"w": weights(width, 2), "b": bias(2)}
        self.d = {"w": weights(width, 24, saturated), "b": bias(24), "w2": weights(24, 1), "b2": bias(1)}
        self.velocity = {}

    def parts(self):
        return {"features": self.f, "label_head": self.y, "domain_head": self.d}

    def features(self, x):
        h = md.tanh(md.affine(4 * np.asarray(x), self.f["w"], self.f["b"]))
        return md.tanh(md.affine(h, self.f["w2"], self.f["b2"]))

    def domain_logits(self, h):
        return md.affine(md.tanh(md.affine(h, self.d["w"], self.d["b"])), self.d["w2"], self.d["b2"])


def by_hand_losses(network, batch, adapt_weight):
    x_source, y_source, x_target = batch
    n = len(x_source)
    h = network.features(np.concatenate([x_source, x_target]))
    domains = np.repeat([[0.0], [1.0]], [n, len(x_target)], axis=0)
    if network.failure == "constant_domain_labels":
        domains[:] = 1
    if network.failure == "lambda_too_large":
        adapt_weight *= 300
    inside = {"misplaced_reversal", "no_reversal", "domain_head_ascends"} & {network.failure}
    seen = h if inside else reverse(h, adapt_weight)
    if network.failure == "misplaced_reversal":  # in the middle of the features
        first = reverse(
            md.tanh(md.affine(4 * np.concatenate([x_source, x_target]), network.f["w"], network.f["b"])), 1.0
        )
        seen = h = md.tanh(md.affine(first, network.f["w2"], network.f["b2"]))
    label = md.cross_entropy(md.affine(h[:n], network.y["w"], network.y["b"]), y_source)
    return label, md.binary_cross_entropy_with_logits(network.domain_logits(seen), domains)


def by_hand_update(network, batch, adapt_weight):
    label, domain = by_hand_losses(network, batch, adapt_weight)
    subtracted = network.failure in ("twice_negative", "domain_head_ascends")
    g = md.backprop(label - domain * adapt_weight if subtracted else label + domain)
    for part in network.parts().values():
        for name, tensor in part.items():
            key = id(part), name
            network.velocity[key] = 0.9 * network.velocity.get(key, 0.0) + g[tensor]
            tensor.data -= 0.04 * network.velocity[key]


def by_hand_scores(network, x):
    h = network.features(x)
    if network.failure == "scoring_with_dropout":
        h = Dropout(0.3)(h, network.rng)
    return md.affine(h, network.y["w"], network.y["b"]).data


# all of them ---------------------------------------------------------------------------------------------------------


def healthy(way, seed, steps=0):
    """A training without a mistake, after some steps."""
    return _built("", way, seed, steps)


def plant(failure, way, seed, steps=0):
    """A training with ``failure`` in it, after some steps, and a batch."""
    return _built(failure, way, seed, steps)


def _built(failure, way, seed, steps):
    pair = moons_pair(seed=seed)
    recipe = replace(MOONS, steps=400)
    if way == "loop":
        network = ByHand(seed, failure)
        training = HandWritten(network, by_hand_losses, by_hand_update, by_hand_scores, adapt_weight=0.7)
        deal = Training(pair, recipe, seed)  # for its batches only
        for _ in range(steps):
            training.step(deal.next_batch())
        return training, deal.next_batch()
    training = _training(failure, way, pair, recipe, seed)
    for _ in range(steps):
        training.step()
    return training, training.next_batch()


def _training(failure, way, pair, recipe, seed):
    if way == "training":
        if failure == "lambda_too_large":
            recipe = replace(recipe, adapt_weight=300.0)
        network = _network(seed, _Saturated()) if failure == "zero_domain_gradient" else None
        if failure == "scoring_with_dropout":
            network = _network(seed, below=Dropout(0.3))
        return TRAININGS.get(failure, Training)(pair, recipe, seed, network=network)
    network = _network(seed, below=AlwaysDropout(seed) if failure == "scoring_with_dropout" else None)
    network.failure = failure
    return Training(pair, recipe, seed, network=network)


class _Saturated(Layer):
    """What comes in is so large that every unit above it is at its end."""

    def __call__(self, x, rng=None):
        return x * 1e6


def _network(seed, in_head=None, below=None):
    rng = np.random.default_rng(seed)
    layers = [Normalise(np.zeros(2), 0.25), Dense(2, 16, rng), Tanh(), Dense(16, 16, rng), Tanh()]
    head = [Dense(16, 24, rng), *([in_head] if in_head else []), Tanh(), Dense(24, 1, rng)]
    features = Sequential(*layers, *([below] if below else []))
    return Planted(features, Sequential(Dense(16, 2, rng)), Sequential(*head))
