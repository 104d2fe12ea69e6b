"""Copies and pickles of tensors: leaves go anywhere, also into another process; a graph stays behind."""

import copy
import pickle
import subprocess
import sys

import numpy as np
import pytest

import minidann as md
from minidann import nn

TRAIN_THERE = """
import pickle, sys
import numpy as np
import minidann as md
from minidann import nn

network, x = pickle.load(sys.stdin.buffer)
loss = (network(x) ** 2).mean()
optimiser = nn.SGD(network.parameters().values())
optimiser.step(md.backprop(loss), 0.1)
assert (network(x) ** 2).mean().item() < loss.item()
sys.stdout.buffer.write(pickle.dumps(network))
"""

COPIES = pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, *(lambda x, p=p: pickle.loads(pickle.dumps(x, p)) for p in range(6))],
    ids=["copy", "deepcopy", *(f"pickle {p}" for p in range(6))],
)


def test_a_network_pickled_into_another_process_can_be_trained_there_and_here_again(rng):
    for _ in range(1000):
        md.Tensor(0.0)  # this process has counted further than a young one
    network, x = nn.mlp((2, 4, 1), rng), rng.standard_normal((8, 2)).astype(np.float32)
    sent = pickle.dumps((network, x))
    answer = subprocess.run([sys.executable, "-c", TRAIN_THERE], input=sent, capture_output=True)
    assert answer.returncode == 0, answer.stderr.decode()
    returned = pickle.loads(answer.stdout)
    assert not np.array_equal(returned[0].weight.data, network[0].weight.data)
    loss = (returned(x) ** 2).mean()
    nn.Adam(returned.parameters().values()).step(md.backprop(loss), 0.01)
    assert (returned(x) ** 2).mean().item() < loss.item()


@COPIES
def test_a_copy_of_a_leaf_is_a_leaf_with_the_same_numbers(copied):
    w = md.Tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    w.data -= 0.5
    twin = copied(w)
    assert (twin.data.tolist(), twin.grad.tolist(), twin.requires_grad) == ([0.5, 1.5], [2, 4], True)
    assert (twin.op, twin.inputs, twin.version) == (None, (), 0)
    assert twin.order > w.order
    assert md.backprop((twin * w).sum())[twin].tolist() == [0.5, 1.5]


@COPIES
def test_a_copy_of_a_tensor_with_a_deep_graph_is_its_numbers_alone(copied):
    y = md.Tensor([1.0], requires_grad=True)
    for _ in range(10_000):
        y = y + 1.0
    twin = copied(y)
    assert (twin.data.tolist(), twin.op, twin.inputs, twin.requires_grad) == ([10_001], None, (), False)
    with pytest.raises(ValueError, match="depends on no tensor with requires_grad=True .*or is a copy"):
        md.backprop(twin)


@COPIES
def test_a_network_that_keeps_its_features_can_be_copied_and_trained(copied, rng):
    network = nn.mlp((2, 4, 1), rng)
    network.last = network(np.ones((3, 2), np.float32))
    twin = copied(network)
    np.testing.assert_array_equal(twin.last.data, network.last.data)
    loss = (twin(np.ones((3, 2), np.float32)) ** 2).mean()
    nn.SGD(twin.parameters().values()).step(md.backprop(loss), 0.1)


def test_a_copy_stays_on_its_backend():
    w = md.Tensor([1.0])
    with md.use_backend("standin"):
        assert type(copy.deepcopy(w).data) is np.ndarray


def test_a_tensor_copied_twice_in_one_object_is_one_tensor():
    w = md.Tensor([1.0], requires_grad=True)
    one, other = pickle.loads(pickle.dumps([w, w]))
    assert one is other


@pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_a_copied_optimiser_goes_on_with_the_same_bits(kind, copied, rng):
    x = rng.standard_normal((8, 2)).astype(np.float32)

    def step(network, optimiser):
        optimiser.step(md.backprop((network(x) ** 2).mean()), 0.1)

    network = nn.mlp((2, 4, 1), rng)
    optimiser = kind(network.parameters().values())
    step(network, optimiser)
    twin, its_optimiser = copied((network, optimiser))
    for _ in range(3):
        step(network, optimiser)
        step(twin, its_optimiser)
    for own, other in zip(network.parameters().values(), twin.parameters().values()):
        np.testing.assert_array_equal(own.data, other.data)
        assert own is not other


def test_a_deep_graph_has_a_short_repr_and_can_be_deleted():
    y = md.Tensor([1.0], requires_grad=True)
    for _ in range(10_000):
        y = y + 1.0
    assert repr(y) == "Tensor([10001.], float64, made by Add)"
    del y


@pytest.mark.parametrize("join", [md.concatenate, md.stack])
def test_sixteen_thousand_inputs_are_swept_with_their_gradients(join):
    parts = [md.Tensor([float(i)], requires_grad=True) for i in range(16_000)]
    g = md.backprop((join(parts).reshape(-1) * np.arange(16_000.0)).sum())
    assert [g[part][0] for part in parts] == list(range(16_000))
