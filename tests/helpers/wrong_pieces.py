"""The wrong pieces of broken trainings: losses, domain labels, ways to the domain head, updates, pairs."""

from __future__ import annotations

import numpy as np
from helpers.loops import RATE
from helpers.planted import reverse

import minidann as md
from minidann.adapt import Training
from minidann.data import DomainPair, moons_pair
from minidann.nn import Adam

bce = md.binary_cross_entropy_with_logits


def source_only(logits, domains, n):
    return bce(logits[:n], domains[:n])


def target_only(logits, domains, n):
    return bce(logits[n:], domains[n:])


def squashed(logits, domains, n):
    return bce(md.sigmoid(logits), domains)


def swapped_on_half(n, m, network=None):
    domains = np.repeat([[0.0], [1.0]], [n, m], axis=0)
    domains[: n // 2], domains[n : n + m // 2] = 1, 0
    return domains


def shuffled(n, m, network):
    return network.rng.permutation(np.repeat([[0.0], [1.0]], [n, m], axis=0))


def inverted_on_part(n, m, network=None):
    domains = np.repeat([[0.0], [1.0]], [n, m], axis=0)
    domains[n : n + m // 3] = 0
    return domains


def half_detached(h, n, weight):
    h = reverse(h, weight)
    return md.concatenate([h[: n // 2].detach(), h[n // 2 :]])


def half_of_features(h, n, weight):
    half = h.shape[1] // 2
    return md.concatenate([reverse(h[:, :half], weight), h[:, half:]], axis=1)


def accumulate(network, gradients):
    for part in network.parts().values():
        for name, tensor in part.items():
            key = id(part), name
            network.velocity[key] = network.velocity.get(key, 0.0) + gradients[tensor]
            tensor.data -= RATE * network.velocity[key]


def momentum_turned(network, gradients):
    for part in network.parts().values():
        for name, tensor in part.items():
            key = id(part), name
            network.velocity[key] = -0.9 * network.velocity.get(key, 0.0) + gradients[tensor]
            tensor.data -= RATE * network.velocity[key]


class Accumulates(Training):
    def update(self, gradients):
        self.sum = {p: getattr(self, "sum", {}).get(p, 0.0) + gradients[p] for p in self.parameters}
        super().update(self.sum)


class Climbs(Training):
    def update(self, gradients):
        super().update({p: -gradients[p] for p in self.parameters})


class ClipsAway(Training):
    def update(self, gradients):
        norm = np.sqrt(sum(float((gradients[p] ** 2).sum()) for p in self.parameters))
        self.optimiser.velocity[...] = 0
        super().update({p: gradients[p] * (1e-12 / norm) for p in self.parameters})


class Fixed(Training):
    @property
    def adapt_weight(self):
        return 1.0


class Twice(Training):
    @property
    def domain_weight(self):
        return self.adapt_weight


class NoAverage(Training):
    def update(self, gradients):
        self.optimiser.step(gradients, self.rate)
        self.step_count += 1


class Frozen(Training):
    def update(self, gradients):
        head = set(self.network.label_head.parameters().values())
        super().update({p: 0 * gradients[p] if p in head else gradients[p] for p in self.parameters})


def shares_pair(seed):
    """Moons with class shares of 90/10 in the source and 10/90 in the target."""
    pair, rng = moons_pair(seed=seed), np.random.default_rng(seed)

    def drawn(y, shares):
        return np.concatenate([rng.choice(np.flatnonzero(y == c), int(300 * share)) for c, share in enumerate(shares)])

    source, target = drawn(pair.y_source, (0.9, 0.1)), drawn(pair.oracle, (0.1, 0.9))
    return made_of(pair, pair.x_source[source], pair.y_source[source], pair.x_target[target])


def random_labels(seed):
    """Moons whose source labels say nothing."""
    pair = moons_pair(seed=seed)
    return made_of(pair, pair.x_source, np.random.default_rng(seed).permutation(pair.y_source), pair.x_target)


def made_of(pair, x_source, y_source, x_target):
    tests = {f"{c}_{d}_test": getattr(pair, f"{c}_{d}_test") for c in "xy" for d in ("source", "target")}
    return DomainPair("changed", x_source=x_source, y_source=y_source, x_target=x_target, **tests)


def far_apart(seed):
    """Moons whose target lies far away: every head tells the domains apart."""
    pair = moons_pair(seed=seed)
    return made_of(pair, pair.x_source, pair.y_source, pair.x_target + np.float32(3))


class WrongTanh(md.Op):
    """tanh with 1 − y in the place of 1 − y² in its derivative."""

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, grad):
        return (grad * (1 - self.y),)


def wrong_tanh(network, x):
    h = md.apply(WrongTanh(), md.affine(4 * np.asarray(x), network.f["w"], network.f["b"]))
    return md.tanh(md.affine(h, network.f["w2"], network.f["b2"]))


def half_of_units(h, n, weight):
    h, half = reverse(h, weight), h.shape[1] // 2
    return md.concatenate([h[:, :half].detach(), h[:, half:]], axis=1)


def adam_accumulates(network, gradients):
    leaves = [tensor for part in network.parts().values() for tensor in part.values()]
    if not hasattr(network, "optimiser"):
        network.optimiser, network.sum = Adam(leaves), {tensor: 0.0 for tensor in leaves}
    network.sum = {tensor: network.sum[tensor] + gradients[tensor] for tensor in leaves}
    network.optimiser.step(network.sum, 0.003)


def joined_statistics(network, x):
    h = network.features(x)
    centred = h - md.mean(h, axis=0)
    return centred / md.sqrt(md.mean(centred * centred, axis=0) + 1e-3)


def drawn_anew(logits, domains, n):
    """Domain labels in another order each time, by chance that no copy can repeat."""
    return bce(logits, np.random.default_rng().permutation(domains))


def zeros_for_target(logits, y, n):
    return md.cross_entropy(logits, np.concatenate([y, np.zeros(len(logits) - n, int)]))


class LabelClimbs(Training):
    def update(self, gradients):
        head = set(self.network.label_head.parameters().values())
        super().update({p: -gradients[p] if p in head else gradients[p] for p in self.parameters})


def wrong_target_rows(logits, y, n):
    return md.cross_entropy(logits, np.concatenate([y, np.resize(y, len(logits) - n)]))


def sigmoid_labels(logits, y, n):
    return md.cross_entropy(md.softmax(logits[:n]), y)


def shifted_labels(logits, y, n):
    return md.cross_entropy(logits[:n], np.roll(y, 1))
