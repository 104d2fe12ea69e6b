"""Every op on bytes, whole numbers and booleans: the values are the op's on the same numbers as float64."""

import numpy as np
import pytest
from helpers.op_cases import CASES, SHAPES, Case

import minidann as md
from minidann import nn
from minidann.engine import ops
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")

IMAGE, WEIGHT = (2, 4, 4, 2), (3, 3, 2, 3)
ON_IMAGES = [
    Case("md.convolve", lambda x, w, b: md.convolve(x, w, b, padding="same"), (IMAGE, WEIGHT, (3,))),
    Case("md.max_pool", md.max_pool, (IMAGE,)),
    Case("md.average_pool", md.average_pool, (IMAGE,)),
    Case("md.average_pool(overlapping)", lambda x: md.average_pool(x, 3, 1), (IMAGE,)),
    Case("md.global_average_pool", md.global_average_pool, (IMAGE,)),
    Case("md.flatten", md.flatten, (IMAGE,)),
    Case("md.reverse_gradient", md.reverse_gradient, ((2, 3),)),
]
ALL = [*CASES, *ON_IMAGES]
KEEPING = ("md.maximum", "md.where", "md.max(", "x.max(", "md.max_pool", "md.flatten", "md.reverse_gradient")
VALUES = {
    "uint8": [1, 3, 100, 200, 250],
    "int8": [-128, -100, -3, 2, 100, 127],
    "int64": [-5, -2, 1, 3, 4],
    "bool": [False, True],
}


def _whole(case, dtype):
    """Inputs of a whole dtype from the case's domain."""
    values = np.array(VALUES[dtype], dtype)
    if case.domain == "positive":
        values = values[values > 0]
    if case.domain == "not zero":
        values = values[values != 0]
    rng = np.random.default_rng(7)
    return [rng.choice(values, shape) for shape in case.shapes]


def _made(case, arrays):
    with np.errstate(all="ignore"):
        return case.function(*map(md.Tensor, arrays))


def test_the_cases_hold_every_op():
    found = set()
    for case in ALL:
        waiting = [case.function(*(md.Tensor(array, requires_grad=True) for array in case.arrays()))]
        while waiting:
            tensor = waiting.pop()
            found.add(type(tensor.op).__name__)
            waiting += [parent for parent in tensor.inputs if parent.op is not None]
    assert found == set(ops.__all__) - {"Op"}


@pytest.mark.parametrize("dtype", VALUES)
@pytest.mark.parametrize("case", ALL, ids=str)
def test_whole_numbers_give_the_values_of_floats(case, dtype):
    arrays = _whole(case, dtype)
    out = _made(case, arrays)
    np.testing.assert_array_equal(out.data, _made(case, [array.astype(np.float64) for array in arrays]).data)
    keeps = case in SHAPES or case.name.startswith(KEEPING)
    assert out.dtype == (dtype if keeps else "float64")


@pytest.mark.parametrize("dtype", VALUES)
@pytest.mark.parametrize("case", [case for case in ALL if len(case.shapes) > 1], ids=str)
def test_whole_numbers_beside_float32_become_float32(case, dtype):
    whole = _whole(case, dtype)
    for at in range(len(whole)):
        mixed = [array if i == at else array.astype(np.float32) for i, array in enumerate(whole)]
        out = _made(case, mixed)
        assert out.dtype == np.float32
        expected = _made(case, [array.astype(np.float32) for array in whole])
        np.testing.assert_array_equal(out.data, expected.data)


@pytest.mark.parametrize("case", [case for case in ALL if len(case.shapes) > 1], ids=str)
def test_float64_beside_float32_gives_float64(case):
    arrays = case.arrays()
    for at in range(len(arrays)):
        mixed = [array if i == at else array.astype(np.float32) for i, array in enumerate(arrays)]
        assert _made(case, mixed).dtype == np.float64


@pytest.mark.parametrize("case", ALL, ids=str)
def test_float16_gives_the_values_of_floats(case):
    arrays = case.arrays(np.float16)
    leaves = [md.Tensor(array, requires_grad=True) for array in arrays]
    out = case.function(*leaves)
    exact = [md.Tensor(array.astype(np.float64), requires_grad=True) for array in arrays]
    expected = case.function(*exact)
    assert out.dtype == np.float16
    np.testing.assert_allclose(to_numpy(out.data), to_numpy(expected.data), rtol=0.01, atol=0.01)
    found, wanted = md.backprop(out.sum()), md.backprop(expected.sum())
    for leaf, other in zip(leaves, exact):
        assert found[leaf].dtype == np.float16
        np.testing.assert_allclose(to_numpy(found[leaf]), to_numpy(wanted[other]), rtol=0.02, atol=0.02)


@pytest.mark.parametrize(
    ("function", "shape"),
    [
        (lambda x: md.average_pool(x, 32), (1, 32, 32, 1)),
        (md.global_average_pool, (1, 64, 64, 1)),
        (lambda x: md.batch_normalise(x, np.ones(1, np.float16), np.zeros(1, np.float16)), (2000, 1)),
        (lambda x: md.cross_entropy(x, np.zeros(1000, int)), (1000, 2)),
        (lambda x: md.binary_cross_entropy_with_logits(x, np.zeros(1000)), (1000,)),
        (md.mean, (5000,)),
    ],
)
def test_a_mean_of_float16_does_not_overflow_in_its_sum(function, shape):
    x = np.random.default_rng(0).integers(0, 256, shape)
    out = function(md.Tensor(x.astype(np.float16)))
    assert out.dtype == np.float16
    expected = function(md.Tensor(x.astype(np.float64))).data
    np.testing.assert_allclose(to_numpy(out.data), to_numpy(expected), rtol=0.01, atol=0.01)


@pytest.mark.parametrize(("number", "dtype"), [(np.int64(100_000), np.float32), (np.uint8(200), np.float16)])
def test_whole_numbers_beside_float16_keep_their_values(number, dtype):
    whole, half = np.full(2, number), np.ones(2, np.float16)
    for out in (md.multiply(whole, half), md.Tensor(half) * whole, md.Tensor(whole) * md.Tensor(half)):
        assert out.dtype == dtype
        assert to_numpy(out.data).tolist() == whole.tolist()


@pytest.mark.parametrize("dtype", VALUES)
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (lambda rng: nn.Dense(3, 2, rng), (4, 3)),
        (lambda rng: nn.Convolution(2, 3, 3, rng), IMAGE),
        (lambda rng: nn.BatchNormalisation(2), IMAGE),
        (lambda rng: nn.Normalise(np.array([1.5, 2.5])), IMAGE),
        (lambda rng: nn.Relu(), (4, 3)),
        (lambda rng: nn.Tanh(), (4, 3)),
        (lambda rng: nn.Sigmoid(), (4, 3)),
        (lambda rng: nn.Softplus(), (4, 3)),
        (lambda rng: nn.Dropout(0.5), (4, 3)),
        (lambda rng: nn.MaxPool(2), IMAGE),
        (lambda rng: nn.AveragePool(2), IMAGE),
        (lambda rng: nn.GlobalAveragePool(), IMAGE),
        (lambda rng: nn.Flatten(), IMAGE),
    ],
    ids=lambda value: "" if callable(value) else str(value),
)
@pytest.mark.parametrize("training", [True, False])
def test_a_layer_takes_whole_numbers(layer, shape, dtype, training):
    x = np.random.default_rng(7).choice(np.array(VALUES[dtype], dtype), shape)

    def after(x):
        made = layer(np.random.default_rng(0))
        y = made(md.Tensor(x), np.random.default_rng(1) if training else None)
        return [y.data, *made.statistics().values()]

    float_dtype = np.float64 if layer(np.random.default_rng(0)).parameters() == {} else np.float32
    for found, expected in zip(after(x), after(x.astype(float_dtype))):
        np.testing.assert_allclose(to_numpy(found), to_numpy(expected), rtol=1e-6)


def test_the_running_mean_of_bytes_is_the_mean():
    layer = nn.BatchNormalisation(1)
    layer(np.array([[200], [100], [250]], np.uint8), np.random.default_rng(0))
    np.testing.assert_allclose(layer.mean, [550 / 3], rtol=1e-6)


def test_the_graph_holds_the_floats_that_the_op_saw():
    w = md.Tensor(np.full(2, 0.5, np.float32), requires_grad=True)
    y = w * md.Tensor(np.array([200, 100], np.uint8))
    assert y.inputs[0] is w
    assert y.inputs[1].dtype == np.float32
    np.testing.assert_array_equal(md.backprop(y.sum())[w], [200, 100])


def test_an_op_of_your_own_may_keep_whole_numbers():
    class Take(md.Op):
        keeps_whole_numbers = True

        def forward(self, positions):
            return positions[positions]

    assert md.apply(Take(), md.Tensor(np.array([1, 0]))).dtype.kind == "i"
