"""The graph behind a loss: what is in it, what things are called, and which nodes reverse a gradient."""

import numpy as np
import pytest

import minidann as md
from minidann import nn
from minidann.engine import ops
from minidann.probe.graph import layer_of, name_nodes, named_losses, named_parameters, reversals, straightened, walk


def leaf(*numbers, dtype="float32"):
    return md.Tensor(np.array(numbers, dtype), requires_grad=True)


class Mirror(md.Op):
    """A reversal of one's own, which hands on a copy."""

    def forward(self, x):
        return x.copy()

    def backward(self, grad):
        return (-0.25 * grad,)


class Turn(md.Op):
    """Reorders, and multiplies by nothing. On numbers that are all alike its forward is the identity."""

    def forward(self, x):
        return x[::-1].copy()

    def backward(self, grad):
        return (-grad[::-1],)


# walking ---------------------------------------------------------------------------------------------------------


def test_each_tensor_comes_once_leaves_first_and_after_its_inputs():
    w = leaf(1.0, 2.0)
    a = w * 3.0
    b = a + a
    loss = (b * w).sum()
    graph = walk([loss, b.sum()])
    assert len(graph) == len(set(graph)) == 7  # w, 3, a, b, b·w and two sums
    assert [tensor.op is None for tensor in graph] == [True, True] + [False] * 5
    at = {tensor: i for i, tensor in enumerate(graph)}
    assert all(at[parent] < at[tensor] for tensor in graph for parent in tensor.inputs)


def test_a_leaf_that_is_newer_than_a_result_still_comes_first():
    product = leaf(1.0, 2.0) * 3.0
    late = leaf(4.0, 5.0)
    assert [tensor.op is None for tensor in walk([product * late])] == [True, True, True, False, False]


def test_a_changed_parameter_keeps_its_place():
    w, v = leaf(1.0), leaf(2.0)
    loss = w * v
    before = walk([loss])
    w.mark_changed()
    assert walk([loss]) == before


def test_a_chain_of_thousands_is_walked():
    x = leaf(1.0)
    loss = x
    for _ in range(5000):
        loss = loss + 1.0
    assert len(walk([loss.sum()])) == 10_002


# names -----------------------------------------------------------------------------------------------------------


def test_a_node_is_called_by_its_op_behind_the_layer_whose_parameters_it_uses(rng):
    network = nn.mlp((2, 3, 1), rng, nn.Tanh)
    x = md.Tensor(np.ones((4, 2), "float32"))
    loss = network(x).tanh().mean()
    names = list(name_nodes(walk([loss]), network.parameters()).values())
    assert sorted(names[:5]) == ["0.bias", "0.weight", "2.bias", "2.weight", "input"]
    assert names[5:] == ["0 Affine", "Tanh", "2 Affine", "Tanh 2", "Mean"]
    assert names == list(dict.fromkeys(names))


def test_leaves_without_a_name_are_told_apart():
    w, v = leaf(1.0), leaf(2.0)
    names = name_nodes(walk([(w * v * 2.0 + 3.0).sum()]), {"w": w})
    assert names[w] == "w"
    assert sorted(names.values()) == ["Add", "Multiply", "Sum", "input", "input 2", "leaf", "w", "w Multiply"]


def test_the_layer_of_a_parameter_is_all_but_its_last_name():
    assert layer_of("features.1.0.weight") == "features.1.0"
    assert layer_of("weight") == "weight"


# what is asked for -----------------------------------------------------------------------------------------------


def test_losses_come_as_a_tensor_a_mapping_or_what_a_network_returned():
    loss = leaf(1.0).sum()
    assert named_losses(loss) == {"loss": loss}
    assert named_losses({"a": loss}) == {"a": loss}

    class Returned:
        def named(self):
            return {"L_y": loss}

    assert named_losses(Returned()) == {"L_y": loss}


@pytest.mark.parametrize("losses", [3.0, {}, {"a": 3.0}, [leaf(1.0)], None])
def test_what_is_no_loss_is_refused(losses):
    with pytest.raises(TypeError, match="losses: got .*expected tensors by name"):
        named_losses(losses)


def test_a_loss_must_be_a_scalar_that_needs_a_gradient():
    with pytest.raises(ValueError, match=r"losses: got 'a' of shape \(2,\), expected a scalar"):
        named_losses({"a": leaf(1.0, 2.0)})
    with pytest.raises(ValueError, match="losses: 'a' depends on no tensor with requires_grad=True"):
        named_losses({"a": md.Tensor(np.ones(()))})


def test_names_come_from_a_network_or_a_mapping(rng):
    network = nn.Dense(2, 1, rng)
    assert named_parameters(network) == network.parameters()
    assert named_parameters(network.parameters()) == network.parameters()
    assert named_parameters(None) == {}
    for names in (3, {"w": 3}, [network.weight]):
        with pytest.raises(TypeError, match="network: got .*expected a network or tensors by name"):
            named_parameters(names)


# reversals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weight", [0.0, 0.1, 0.7, 1.0, 2.5])
def test_the_node_is_found_with_its_factor(weight, dtype):
    node = md.reverse_gradient(leaf(1.0, -2.0, 3.0, dtype=dtype), weight)
    assert reversals(walk([node.sum()])) == {node: float(-np.dtype(dtype).type(weight))}


@pytest.mark.parametrize("numbers", [(5.0,), (0.0, 0.0), (1.0, 1.0, 1.0)])
def test_a_reversal_of_ones_own_is_known_by_what_it_does(numbers):
    node = md.apply(Mirror(), leaf(*numbers))
    assert reversals(walk([(node * 2.0).sum()])) == {node: -0.25}


def _no_reversals():
    positive, image = leaf(1.0, 2.0, 3.0), leaf(*range(1, 9)).reshape(1, 2, 2, 2)
    ones = np.ones(3, "float32")
    return {
        "relu on positive numbers": positive.relu(),
        "abs of positive numbers": positive.abs(),
        "reshape to the same shape": positive.reshape(3),
        "times 1": positive * 1.0,
        "zeros times 0": leaf(0.0, 0.0) * 0.0,
        "dropout that drops nothing": nn.Dropout(1e-9)(positive, np.random.default_rng(0)),
        "a mask of ones": positive * ones,
        "plus 0": positive + 0.0,
        "max pool of 1×1": md.max_pool(image, 1),
        "mean pool of 1×1": md.average_pool(image, 1),
        "clip inside": positive.clip(0, 10),
        "clip at its edge": leaf(1.0, 1.0).clip(0, 1),
        "the whole of it": positive[:],
        "transposed row of one": leaf(4.0).reshape(1, 1).T,
        "sum over one": leaf(4.0).sum(axis=0, keepdims=True),
        "max over one": leaf(4.0).max(axis=0, keepdims=True),
        "tanh of 0": leaf(0.0, 0.0).tanh(),
        "joined alone": md.concatenate([positive]),
        "turned end for end, of numbers alike": md.apply(Turn(), leaf(1.0, 1.0)),
        "negated": -positive,
        "times −1": positive * -1.0,
    }


@pytest.mark.parametrize("name", _no_reversals())
def test_what_changes_nothing_but_reverses_nothing_is_not_accused(name):
    assert reversals(walk([_no_reversals()[name].sum()])) == {}


@pytest.mark.parametrize("function", [md.relu, md.abs, md.negate])
def test_an_op_whose_input_is_all_zeros_is_not_accused(function):
    assert reversals(walk([function(leaf(0.0, 0.0)).sum()])) == {}


def test_every_reversal_is_found_in_a_row_and_side_by_side():
    x = leaf(1.0, 2.0)
    inner = md.reverse_gradient(x, 0.5)
    outer = md.reverse_gradient(inner, 2.0)
    beside = md.reverse_gradient(x, 0.25)
    assert reversals(walk([(outer * beside).sum()])) == {inner: -0.5, outer: -2.0, beside: -0.25}


def test_a_look_for_reversals_calls_no_op_that_is_not_the_identity():
    class Watched(ops.Tanh):
        calls = 0

        def backward(self, grad):
            Watched.calls += 1
            return super().backward(grad)

    reversals(walk([md.apply(Watched(), leaf(1.0)).sum()]))
    assert Watched.calls == 0


def test_straightened_nodes_pass_a_gradient_on_and_get_their_ops_back():
    x = leaf(1.0, 2.0)
    node = md.reverse_gradient(x, 0.5)
    loss, op = (node * 3.0).sum(), node.op
    with straightened([node]):
        np.testing.assert_array_equal(md.backprop(loss)[x], [3, 3])
    assert node.op is op
    with pytest.raises(RuntimeError, match="half way"), straightened([node]):
        raise RuntimeError("half way")
    assert node.op is op
    np.testing.assert_array_equal(md.backprop(loss)[x], [-1.5, -1.5])
