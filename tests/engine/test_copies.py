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
