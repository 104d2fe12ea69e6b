"""A loop written by hand, in pieces: each broken or sound loop of the tests exchanges one piece of it."""

from __future__ import annotations

import numpy as np
from helpers.planted import ByHand, reverse

import minidann as md
from minidann.adapt import MOONS, Training
from minidann.data import moons_pair
from minidann.probe.doctor import HandWritten

RATE = 0.04


def features(network, x):
    return network.features(x)


def seen(h, n, weight):
    """The features as the domain head sees them."""
    return reverse(h, weight)


def domains_of(n, m, network):
    return np.repeat([[0.0], [1.0]], [n, m], axis=0)


def domain_loss(logits, domains, n):
    return md.binary_cross_entropy_with_logits(logits, domains)


def label_loss(logits, y, n):
    """``logits``: of all rows, source first."""
    return md.cross_entropy(logits[:n], y)


def total(label, domain, weight):
    return label + domain


def descend(network, gradients):
    """SGD with momentum 0.9."""
    for part in network.parts().values():
        for name, tensor in part.items():
            key = id(part), name
            network.velocity[key] = 0.9 * network.velocity.get(key, 0.0) + gradients[tensor]
            tensor.data -= RATE * network.velocity[key]


PIECES = {
    "features": features,
    "seen": seen,
    "domains_of": domains_of,
    "domain_loss": domain_loss,
    "label_loss": label_loss,
    "total": total,
    "descend": descend,
}


def hand_loop(
    seed, steps=0, *, adapt_weight=0.7, pair=None, recipe=MOONS, source=None, network=None, scored=True, **pieces
):
    """A loop after some steps, and a batch.

    ``source``: the number of source rows in a batch, if not all of them. ``scored``: whether it hands over its scores.
    """
    use = PIECES | pieces

    def losses(network, batch, weight):
        x_source, y, x_target = batch
        n = len(x_source)
        h = use["features"](network, np.concatenate([x_source, x_target]))
        logits = md.affine(h, network.y["w"], network.y["b"])
        label = use["label_loss"](logits, y, n)
        domains = use["domains_of"](n, len(x_target), network)
        return label, use["domain_loss"](network.domain_logits(use["seen"](h, n, weight)), domains, n)

    def update(network, batch, weight):
        label, domain = losses(network, batch, weight)
        use["descend"](network, md.backprop(use["total"](label, domain, weight)))

    def scores(network, x):
        return md.affine(use["features"](network, x), network.y["w"], network.y["b"]).data

    network = ByHand(seed) if network is None else network
    loop = HandWritten(network, losses, update, scores if scored else None, adapt_weight=adapt_weight)
    deal = Training(moons_pair(seed=seed) if pair is None else pair, recipe, seed)  # for its batches only

    def next_batch():
        x_source, y, x_target = deal.next_batch()
        return x_source[:source], y[:source], x_target

    for _ in range(steps):
        loop.step(next_batch())
    return loop, next_batch()
