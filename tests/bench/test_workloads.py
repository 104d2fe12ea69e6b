"""The networks of the bench are those that the package trains, and the floor has their products."""

from dataclasses import replace

import numpy as np
import pytest

from minidann.adapt.build import build_dann
from minidann.adapt.recipes import DIGITS, PAPER
from minidann.bench.floor import products
from minidann.bench.own import OwnSide, network_of
from minidann.bench.workloads import WORKLOADS, draw_weights, examples, made_up_pair

RECIPES = {
    "digits": replace(DIGITS, batch_normalise="none"),
    "mnist": PAPER,
    "gtsrb": replace(PAPER, trunk="gtsrb", label_hidden=(512,), domain_hidden=(1024, 1024)),
}


def shapes_of(network):
    return [parameter.shape for parameter in network.parameters().values()]


@pytest.mark.parametrize("name", RECIPES)
def test_a_network_has_the_shapes_of_its_recipe(name, rng):
    workload = WORKLOADS[name]
    expected = shapes_of(build_dann(workload.shape, workload.classes, RECIPES[name], rng))
    assert shapes_of(network_of(workload)) == expected
    assert [array.shape for array in draw_weights(workload)] == expected


def test_the_svhn_network_has_the_heads_of_the_paper():
    weights = WORKLOADS["svhn"].weights()
    assert [weight.shape for weight in weights[3:]] == [
        *[(6272, 3072), (3072, 2048), (2048, 10)],
        *[(6272, 1024), (1024, 1024), (1024, 1)],
    ]


def test_a_step_changes_all_weights_and_begins_with_the_given_ones():
    workload = replace(WORKLOADS["digits"], batch=4)
    weights = draw_weights(workload)
    side = OwnSide(workload, weights, made_up_pair(workload))
    label_loss, domain_loss, gradients = side.losses_and_gradients(
        examples(workload, 4), np.arange(4), examples(workload, 4, seed=5)
    )
    assert label_loss > 0
    assert domain_loss > 0
    before = [parameter.data.copy() for parameter in side.training.parameters]
    assert all((one == other).all() for one, other in zip(before, weights, strict=True))
    side.step()
    assert all((one != p.data).any() for one, p in zip(before, side.training.parameters, strict=True))
    assert [gradient.shape for gradient in gradients] == [array.shape for array in weights]


def test_the_floor_has_three_products_a_layer_and_two_for_the_first(monkeypatch):
    made = []
    monkeypatch.setattr(np, "matmul", lambda a, b, out: made.append((a.shape, b.shape, out.shape)))
    products(replace(WORKLOADS["mnist"], batch=2))()
    assert len(made) == 3 * 7 - 1
    rows = 4 * 24 * 24  # of both domains
    assert made[:2] == [((rows, 75), (75, 32), (rows, 32)), ((75, rows), (rows, 32), (75, 32))]
    rows = 4 * 8 * 8
    assert made[2:5] == [
        ((rows, 800), (800, 48), (rows, 48)),
        ((800, rows), (rows, 48), (800, 48)),
        ((rows, 48), (48, 800), (rows, 800)),
    ]
    assert made[5][0] == (2, 768)  # the label head sees the source alone
