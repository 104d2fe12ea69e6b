"""The tensors of a graph by layers: each in one of them, each layer after its inputs, with the gradients of a probe."""

import numpy as np
import pytest
from helpers.drawn import one_batch, small_graphs

import minidann as md
from minidann.plots.graph.layers import layers_of
from minidann.plots.graph.nodes import read
from minidann.probe import probe
from minidann.probe.graph import named_losses


def grouped(losses, names, probed=None):
    losses = named_losses(losses)
    nodes = read(losses, names or {}, probed)
    layers = layers_of(nodes)
    assert sorted(i for layer in layers for i in layer.members) == list(range(len(nodes)))
    home = {i: k for k, layer in enumerate(layers) for i in layer.members}
    for k, layer in enumerate(layers):
        used = {j for i in layer.members for j in nodes[i].inputs if nodes[j].kind != "parameter" or not layer.ops}
        outside = {home[j] for j in used} - {k}
        assert layer.node.inputs == tuple(sorted(outside))
        assert all(source < k for source in layer.node.inputs), "a layer before one of its inputs"
    return layers


@pytest.mark.parametrize("recipe", ["moons", "digits", "paper"])
def test_layers_of_a_network_have_its_names_and_the_norms_of_a_probe(recipe):
    losses, network = one_batch(recipe)
    probed = probe(losses, network, by="layer")
    layers = [layer.node for layer in grouped(losses, network.parameters(), probed)]
    found = {node.name: node for node in layers if node.kind == "layer"}
    assert sorted(found) == sorted(row["name"] for row in probed)
    for name, node in found.items():
        for loss, norms in node.gradients.items():
            sides = (f"{loss} before", f"{loss} after")[-len(norms) :]
            assert norms == pytest.approx([probed[name][side] for side in sides])
            assert len(norms) == 1 + (loss == "L_d" and name.startswith("features"))
        assert set(node.gradients) == {loss for loss in probed.names if probed[name][f"{loss} after"]}
    kinds = [node.kind for node in layers if node.kind != "layer"]
    assert kinds == ["input", "reversal", "loss", "loss"]
    (reversal,) = [node for node in layers if node.kind == "reversal"]
    assert layers[reversal.inputs[0]].name == [name for name in found if name.startswith("features")][-1]


def test_ops_without_parameters_belong_to_the_layer_before_them():
    losses, network = one_batch("digits")
    layers = {layer.node.name: layer for layer in grouped(losses, network.parameters())}
    assert layers["features.1.0"].ops == ("Convolution", "MaxPool")
    assert layers["features.1.6"].ops == ("BatchNormalise", "Relu", "Reshape")
    assert layers["features.2"].ops == ("Affine", "Tanh", "Concatenate", "Index")
    assert layers["features.2"].node.shape == (128, 64)  # what most of the next layers see
    assert layers["2 inputs"].node.shape == (64, 8, 8, 1)


@pytest.mark.parametrize("name", list(small_graphs()))
def test_small_graphs_have_layers_too(name):
    losses, names = small_graphs()[name]
    layers = grouped(losses, names)
    assert sum(layer.node.kind == "loss" for layer in layers) == len(named_losses(losses))


def test_a_layer_that_is_used_again_behind_another_one_has_a_second_box():
    x = md.Tensor(np.ones((2, 2)))
    w, v = (md.Tensor(np.eye(2), requires_grad=True) for _ in range(2))
    h = ((((x @ w) @ v).tanh() @ w) @ v).sum()
    assert [layer.node.name for layer in grouped(h, {"w.weight": w, "v.weight": v})] == [
        "input",
        "w",
        "v",
        "w (use 2)",
        "v (use 2)",
        "Sum",
    ]


def test_an_op_joins_the_later_of_two_layers_and_a_constant_no_box():
    x, w, v = md.Tensor(np.ones((2, 2))), *(md.Tensor(np.eye(2), requires_grad=True) for _ in range(2))
    first = x @ w
    loss = (2.0 * (first + first @ v)).mean()  # the sum needs both, and the second needs the first
    layers = {layer.node.name: layer for layer in grouped(loss, {"w.weight": w, "v.weight": v})}
    assert list(layers) == ["input", "w", "v", "Mean"]
    assert layers["v"].ops == ("MatMul", "Add", "Multiply")
