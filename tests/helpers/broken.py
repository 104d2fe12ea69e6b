"""Broken trainings of more kinds: ``BROKEN`` has the name of each, the findings that are right, and its builder.

A builder takes a seed and a number of steps, and returns a training after these steps with a batch.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from helpers.loops import descend, hand_loop, label_loss
from helpers.planted import reverse
from helpers.wrong_pieces import (
    Accumulates,
    Climbs,
    ClipsAway,
    Fixed,
    Frozen,
    LabelClimbs,
    NoAverage,
    Twice,
    accumulate,
    adam_accumulates,
    bce,
    drawn_anew,
    far_apart,
    half_detached,
    half_of_features,
    half_of_units,
    inverted_on_part,
    joined_statistics,
    momentum_turned,
    random_labels,
    shares_pair,
    shifted_labels,
    shuffled,
    sigmoid_labels,
    source_only,
    squashed,
    swapped_on_half,
    target_only,
    wrong_tanh,
    wrong_target_rows,
    zeros_for_target,
)

import minidann as md
from minidann.adapt import DANN, MOONS, Training
from minidann.data import moons_pair


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


def with_pair(make, seed, steps=0, **options):
    return trained(seed, steps, pair=make(seed), **options)


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
