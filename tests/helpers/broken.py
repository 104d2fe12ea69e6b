"""Broken trainings of more kinds: ``BROKEN`` has the name of each, the findings that are right, and its builder.

A builder takes a seed and a number of steps, and returns a training after these steps with a batch.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
from helpers.loops import RATE, descend, hand_loop, label_loss
from helpers.planted import reverse

import minidann as md
from minidann.adapt import DANN, MOONS, Training
from minidann.data import DomainPair, moons_pair
from minidann.nn import Adam

bce = md.binary_cross_entropy_with_logits


def trained(seed, steps=0, *, kind=Training, network=None, pair=None, **changes):
    """A Training of class ``kind`` whose network has the class ``network``, after some steps, and a batch."""
    pair = moons_pair(seed=seed) if pair is None else pair
    training = kind(pair, replace(MOONS, steps=2000, **changes), seed)
    if network is not None:
        training.network.__class__ = network
    for _ in range(steps):
        training.step()
    return training, training.next_batch()


def dann(change):
    """A class of DANN. ``change(found, network, n, adapt_weight, y)`` spoils its losses."""

    class Spoilt(DANN):
        def losses(self, x_source, y_source, x_target, adapt_weight, with_domain_loss=True, rng=None):
            found = super().losses(x_source, y_source, x_target, adapt_weight, with_domain_loss, rng)
            change(found, self, len(x_source), adapt_weight, y_source)
            return found

    return Spoilt


def set_domain(function):
    """A change of the domain loss alone: ``function(logits, labels, n)``."""

    def change(found, network, n, weight, y):
        found.domain_loss = function(found.domain_logits, found.domain_labels, n)

    return change


def see(function):
    """A change of the way to the domain head: ``function(features, n, λ)``."""

    def change(found, network, n, weight, y):
        found.domain_logits = network.domain_head(function(found.features, n, weight))
        found.domain_loss = bce(found.domain_logits, found.domain_labels)

    return change


def of_label(function):
    """A change of the label loss alone: ``function(logits of all rows, y, n)``."""

    def change(found, network, n, weight, y):
        found.label_loss = function(network.label_head(found.features, None), y, n)

    return change


# the pieces that are wrong -------------------------------------------------------------------------------------------


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


def with_pair(make, seed, steps=0, **options):
    return trained(seed, steps, pair=make(seed), **options)


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


BROKEN = {
    "source half only, loop": ({"rows_left_out"}, partial(hand_loop, domain_loss=source_only)),
    "source half only, network": ({"rows_left_out"}, partial(trained, network=dann(set_domain(source_only)))),
    "target half only, loop": ({"rows_left_out"}, partial(hand_loop, domain_loss=target_only)),
    "target half only, network": ({"rows_left_out"}, partial(trained, network=dann(set_domain(target_only)))),
    "λ fixed at 1, loop": ({"lambda_not_followed"}, partial(hand_loop, seen=lambda h, n, weight: reverse(h, 1.0))),
    "λ fixed at 1, training": ({"lambda_not_followed"}, partial(trained, kind=Fixed)),
    "λ fixed at 1, network": (
        {"lambda_not_followed"},
        partial(trained, network=dann(see(lambda h, n, weight: reverse(h, 1.0)))),
    ),
    "λ squared, loop": (
        {"lambda_not_followed"},
        partial(hand_loop, seen=lambda h, n, weight: reverse(h, weight**2)),
    ),
    "λ twice, loop": ({"lambda_not_followed"}, partial(hand_loop, total=lambda label, domain, w: label + w * domain)),
    "λ twice, training": ({"lambda_not_followed"}, partial(trained, kind=Twice)),
    "λ is 0, training": ({"lambda_zero"}, partial(trained, adapt_weight=0.0)),
    "λ is 0, loop": ({"lambda_zero", "no_reversal"}, partial(hand_loop, adapt_weight=0.0)),
    "the domain head has won, training": ({"domain_head_wins"}, partial(with_pair, far_apart, adapt_weight=0.01)),
    "random class labels, training": ({"labels_not_learnt"}, partial(with_pair, random_labels)),
    "dead label head, training": ({"labels_not_learnt", "not_updated"}, partial(trained, kind=Frozen)),
    "squashed domain logits, loop": ({"squashed_logits"}, partial(hand_loop, domain_loss=squashed)),
    "squashed domain logits, network": ({"squashed_logits"}, partial(trained, network=dann(set_domain(squashed)))),
    "softmax before the label loss, loop": ({"squashed_logits"}, partial(hand_loop, label_loss=sigmoid_labels)),
    "softmax before the label loss, network": (
        {"squashed_logits"},
        partial(trained, network=dann(of_label(sigmoid_labels))),
    ),
    "domain labels swapped on half, loop": ({"mixed_domain_labels"}, partial(hand_loop, domains_of=swapped_on_half)),
    "domain labels shuffled, loop": ({"mixed_domain_labels"}, partial(hand_loop, domains_of=shuffled)),
    "domain labels inverted on part, loop": ({"mixed_domain_labels"}, partial(hand_loop, domains_of=inverted_on_part)),
    "domain labels swapped on half, network": (
        {"mixed_domain_labels"},
        partial(
            trained,
            network=dann(set_domain(lambda logits, d, n: bce(logits, swapped_on_half(n, len(logits) - n)))),
        ),
    ),
    "label loss counts target rows, loop": ({"wrong_label_rows"}, partial(hand_loop, label_loss=wrong_target_rows)),
    "label loss counts target rows, network": (
        {"wrong_label_rows"},
        partial(trained, network=dann(of_label(wrong_target_rows))),
    ),
    "label loss on target rows only, loop": (
        {"wrong_label_rows", "rows_left_out"},
        partial(hand_loop, label_loss=lambda logits, y, n: md.cross_entropy(logits[n:], y)),
    ),
    "labels moved against their rows, loop": ({"wrong_label_rows"}, partial(hand_loop, label_loss=shifted_labels)),
    "half of the rows detached, loop": ({"partly_detached"}, partial(hand_loop, seen=half_detached)),
    "half of the rows detached, network": ({"partly_detached"}, partial(trained, network=dann(see(half_detached)))),
    "half of the label rows detached, loop": (
        {"partly_detached"},
        partial(
            hand_loop,
            label_loss=lambda logits, y, n: label_loss(
                md.concatenate([logits[: n // 2].detach(), logits[n // 2 :]]), y, n
            ),
        ),
    ),
    "half of the features reversed, loop": ({"misplaced_reversal"}, partial(hand_loop, seen=half_of_features)),
    "half of the features reversed, network": (
        {"misplaced_reversal"},
        partial(trained, network=dann(see(half_of_features))),
    ),
    "gradients never reset, loop": ({"gradients_accumulate"}, partial(hand_loop, descend=accumulate)),
    "gradients never reset, training": ({"gradients_accumulate"}, partial(trained, kind=Accumulates)),
    "the update climbs, loop": (
        {"update_climbs"},
        partial(hand_loop, descend=lambda network, g: descend(network, {t: -g[t] for t in g})),
    ),
    "the update climbs, training": ({"update_climbs"}, partial(trained, kind=Climbs)),
    "momentum with the other sign, loop": ({"momentum_turned"}, partial(hand_loop, descend=momentum_turned)),
    "gradients clipped to nothing, training": ({"not_updated"}, partial(trained, kind=ClipsAway)),
    "a wrong rule of tanh, loop": ({"wrong_derivative"}, partial(hand_loop, features=wrong_tanh)),
    "half of the units detached, loop": ({"partly_detached"}, partial(hand_loop, seen=half_of_units)),
    "Adam on gradients never reset, loop": ({"gradients_accumulate"}, partial(hand_loop, descend=adam_accumulates)),
    "source half only below joined statistics, loop": (
        {"rows_left_out"},
        partial(hand_loop, features=joined_statistics, domain_loss=source_only, scored=False),
    ),
    "target rows counted below joined statistics, loop": (
        {"wrong_label_rows"},
        partial(hand_loop, features=joined_statistics, label_loss=wrong_target_rows, scored=False),
    ),
    "domain labels drawn anew, network": (
        {"mixed_domain_labels"},
        partial(trained, network=dann(set_domain(drawn_anew))),
    ),
    "target rows counted as class 0, loop": ({"wrong_label_rows"}, partial(hand_loop, label_loss=zeros_for_target)),
    "the label head climbs, training": ({"update_climbs"}, partial(trained, kind=LabelClimbs)),
    "class shares 90/10 and 10/90, training": ({"class_shares_differ"}, partial(with_pair, shares_pair)),
    "averages never updated, training": ({"stale_scores"}, partial(trained, kind=NoAverage)),
}

#: the steps before which a failure cannot be known
LEAST = {"random class labels, training": 1500, "the domain head has won, training": 1000}
