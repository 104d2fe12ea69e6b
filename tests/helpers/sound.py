"""Sound trainings of many kinds: ``SOUND`` has the name of each and its builder, as in broken.py."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from helpers.broken import dann, see, set_domain, trained
from helpers.loops import RATE, descend, domains_of, hand_loop
from helpers.planted import ByHand, reverse
from helpers.wrong_pieces import bce, joined_statistics

import minidann as md
from minidann.adapt import DANN, JOURNAL, RECIPES, Training
from minidann.data import digits_pair, moons_pair
from minidann.nn import Adam, Dense, Dropout, Layer, Normalise, Sequential, Tanh


def adam(network, gradients):
    if not hasattr(network, "optimiser"):
        network.optimiser = Adam([tensor for part in network.parts().values() for tensor in part.values()])
    network.optimiser.step(gradients, 0.003)


def clipped(network, gradients):
    norm = np.sqrt(sum(float((g**2).sum()) for g in map(gradients.get, leaves(network))))
    descend(network, {t: gradients[t] * min(1.0, 0.25 / norm) for t in leaves(network)})


def decayed(network, gradients):
    descend(network, {t: gradients[t] + 1e-3 * t.data for t in leaves(network)})


def plain(network, gradients):
    for tensor in leaves(network):
        tensor.data -= RATE * gradients[tensor]


def leaves(network):
    return [tensor for part in network.parts().values() for tensor in part.values()]


def smoothed(logits, y, n):
    log_p = md.log_softmax(logits[:n])
    return 0.9 * md.cross_entropy(logits[:n], y) - 0.1 * md.mean(log_p)


def class_weighted(logits, y, n):
    weight = np.array([0.7, 1.3])[y]
    log_p = md.log_softmax(logits[:n])
    return -md.mean(log_p[np.arange(n), y] * weight)


def relu_features(network, x):
    h = md.relu(md.affine(4 * np.asarray(x), network.f["w"], network.f["b"]))
    return md.relu(md.affine(h, network.f["w2"], network.f["b2"]))


def own_constants(network, x):
    """Features with the mean and deviation of their own domain taken away. Both are constants for the sweep."""
    h = network.features(x)
    halves = [h[: len(x) // 2], h[len(x) // 2 :]]
    return md.concatenate([(half - half.data.mean(axis=0)) / (half.data.std(axis=0) + 1e-3) for half in halves])


def dropped(network, x):
    return Dropout(0.3)(network.features(x), network.rng)


def exchanged(n, m, network):
    return 1 - domains_of(n, m, network)


def two_means(logits, domains, n):
    return bce(logits[:n], domains[:n]) + bce(logits[n:], domains[n:])


def half_precision(network, x):
    """The forward pass in numbers of half precision; the weights stay as they are."""
    h = network.features(x)
    return md.apply(Rounded(), h)


class Rounded(md.Op):
    def forward(self, x):
        return x.astype(np.float16).astype(x.dtype)

    def backward(self, grad):
        return (grad.astype(np.float16).astype(grad.dtype),)


class Turns(Training):
    """Players that take turns from step to step."""

    def update(self, gradients):
        domain = set(self.network.domain_head.parameters().values())
        waits = {p: (p in domain) == bool(self.step_count % 2) for p in self.parameters}
        super().update({p: 0 * gradients[p] if waits[p] else gradients[p] for p in self.parameters})


class OwnSchedule(Training):
    """λ by a schedule of its own: straight from 0."""

    @property
    def adapt_weight(self):
        return self.recipe.adapt_weight * self.progress


class Both(Training):
    """Convention 2: the node at 1, and λ times L_d in the loss."""

    @property
    def adapt_weight(self):
        return 1.0

    @property
    def domain_weight(self):
        return super().adapt_weight


class TwoLogits(Layer):
    """A domain head of two logits, read as their difference: a softmax over both."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, x, rng=None):
        z = self.inner(x, rng)
        return z[:, 1:] - z[:, :1]


def made(seed, steps=0, domain=None, below=(), **options):
    """A Training of a network made here."""
    rng = np.random.default_rng(seed)
    features = Sequential(
        Normalise(np.zeros(2), 0.25), Dense(2, 16, rng), Tanh(), Dense(16, 16, rng), Tanh(), *[b() for b in below]
    )
    network = DANN(features, Sequential(Dense(16, 2, rng)), domain(rng))
    training = Training(moons_pair(seed=seed), replace(RECIPES["moons"], steps=2000, **options), seed, network=network)
    for _ in range(steps):
        training.step()
    return training, training.next_batch()


def two_logits(rng):
    return TwoLogits(Sequential(Dense(16, 24, rng), Tanh(), Dense(24, 2, rng)))


def deep_head(rng):
    inner = [layer for _ in range(2) for layer in (Dense(24, 24, rng), Tanh())]
    return Sequential(Dense(16, 24, rng), Tanh(), *inner, Dense(24, 1, rng))


def digits(seed, steps=0, **changes):
    training = Training(digits_pair("turned", seed), replace(RECIPES["digits"], steps=600, **changes), seed)
    for _ in range(steps):
        training.step()
    return training, training.next_batch()


def journal(seed, steps=0):
    training = Training(moons_pair(seed=seed), replace(JOURNAL, steps=4000), seed)
    for _ in range(steps):
        training.step()
    return training, training.next_batch()


SOUND = {
    "Adam, loop": partial(hand_loop, descend=adam),
    "plain descent, loop": partial(hand_loop, descend=plain),
    "gradients clipped, loop": partial(hand_loop, descend=clipped),
    "weight decay, loop": partial(hand_loop, descend=decayed),
    "relu, loop": partial(hand_loop, features=relu_features),
    "unequal halves, loop": partial(hand_loop, source=40),
    "label smoothing, loop": partial(hand_loop, label_loss=smoothed),
    "class weights, loop": partial(hand_loop, label_loss=class_weighted),
    "own statistics as constants, loop": partial(hand_loop, features=own_constants, scored=False),
    "joined statistics, loop": partial(hand_loop, features=joined_statistics, scored=False),
    "dropout, loop": partial(hand_loop, features=dropped, scored=False),
    "half precision, loop": partial(hand_loop, features=half_precision),
    "domain labels exchanged, loop": partial(hand_loop, domains_of=exchanged),
    "sum of two means, loop": partial(hand_loop, domain_loss=two_means),
    "convention 2, loop": partial(
        hand_loop, seen=lambda h, n, w: reverse(h, 1.0), total=lambda label, domain, w: label + w * domain
    ),
    "wide, loop": lambda seed, steps=0: hand_loop(seed, steps, network=ByHand(seed, width=48)),
    "λ still 0 at the start, training": lambda seed, steps=0: trained(seed, 0),
    "λ still 0 at the start, loop": lambda seed, steps=0: hand_loop(seed, 0, adapt_weight=0.0),
    "batches of 8, training": partial(trained, batch_size=8),
    "batches of 256, training": partial(trained, batch_size=256),
    "convention 2, recipe": partial(trained, domain_weight=0.7, adapt_weight=1.0),
    "convention 2, training": partial(trained, kind=Both),
    "a schedule of its own, training": partial(trained, kind=OwnSchedule),
    "CDAN, training": partial(trained, conditioned=True),
    "relu, training": partial(trained, activation="relu", init="he_normal", rate=0.02),
    "sigmoid, training": partial(trained, activation="sigmoid"),
    "three domain steps, training": partial(trained, domain_steps=3),
    "turns, training": partial(trained, kind=Turns),
    "no average, training": partial(trained, average_decay=0.0),
    "two logits, network": partial(made, domain=two_logits),
    "a deep head, network": partial(made, domain=deep_head),
    "dropout, network": partial(made, domain=two_logits, below=(partial(Dropout, 0.3),)),
    "domain labels exchanged, network": partial(
        trained, network=dann(set_domain(lambda logits, d, n: bce(logits, 1 - d)))
    ),
    "sum of two means, network": partial(trained, network=dann(set_domain(two_means)), adapt_weight=0.35),
    "a node of its own, network": partial(trained, network=dann(see(lambda h, n, w: reverse(h, w)))),
    "journal": journal,
    "digits, own statistics": digits,
    "digits, joined statistics": partial(digits, batch_normalise="joined"),
}
