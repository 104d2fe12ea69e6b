"""The gradient check: it passes every op of the engine, finds every slip put in, and is not fooled by kinks."""

import math

import numpy as np
import pytest
from helpers import standin
from helpers.op_cases import CASES
from hypothesis import given
from hypothesis import strategies as st

import minidann as md
from minidann.engine.backend import to_numpy
from minidann.nn import Dense, Dropout
from minidann.probe.check.gradient_check import gradient_check

every_case = pytest.mark.parametrize("case", CASES, ids=str)


class Own(md.Op):
    """An op from two plain functions: forward of the arrays, backward of the gradient and the arrays."""

    def __init__(self, forward, backward):
        self.rules = forward, backward

    def forward(self, *arrays):
        self.arrays = arrays
        return self.rules[0](*arrays)

    def backward(self, grad):
        back = self.rules[1](grad, *self.arrays)
        return back if isinstance(back, tuple) else (back,)


def own(forward, backward):
    return lambda *tensors: md.apply(Own(forward, backward), *tensors)


def spoilt(function, spoil):
    """``function``, whose first input gets the gradient that ``spoil`` makes of the right one."""
    node = own(lambda x: x, lambda grad, x: spoil(grad))
    return lambda first, *rest: function(node(first), *rest)


def at_last(grad):
    """Wrong at the last entry only."""
    wrong = np.array(grad)
    wrong.flat[-1] *= 1.001
    return wrong


# right ops pass, wrong ones do not ------------------------------------------------------------------------------------


@every_case
def test_every_op_passes(case):
    check = gradient_check(case.function, case.arrays())
    assert check, check
    assert check.ok
    assert len(check.entries) == sum(array.size for array in case.arrays())
    assert {row["verdict"] for row in check.entries} <= {"right"}


@pytest.mark.slow
@every_case
def test_no_slip_in_any_op_passes(case):
    arrays = case.arrays()
    slopes = [row["numerical"] for row in gradient_check(case.function, arrays).entries[: arrays[0].size]]
    for spoil in (lambda g: 2 * g, lambda g: -g, lambda g: 0 * g, lambda g: 1.0001 * g, at_last):
        check = gradient_check(spoilt(case.function, spoil), arrays)
        felt = slopes[-1:] if spoil is at_last else slopes  # a slip where the gradient is 0 changes nothing
        assert bool(check) == (np.abs(felt) < 1e-9).all(), check


def test_wrong_at_one_index_names_that_index():
    square = own(lambda x: x**2, lambda g, x: 2 * x * g * np.where(np.arange(x.size).reshape(x.shape) == 4, 0.9, 1))
    x = np.array([[0.3, -1.2, 0.7], [1.1, 0.6, -0.4]])
    check = gradient_check(square, [x])
    assert not check
    assert [row["index"] for row in check.entries if row["verdict"] == "wrong"] == [(1, 1)]
    assert check.rows[0]["entry"] == "input 0[1, 1]"
    assert check.rows[0]["swept"] == pytest.approx(0.9 * check.rows[0]["numerical"])
    assert "1 of 6 entries are at fault" in str(check)
    assert "the worst is input 0[1, 1]" in str(check)


def test_a_transposed_gradient_is_seen_unless_the_point_is_symmetrical(rng):
    wrong = own(lambda a, b: a @ b, lambda g, a, b: (g @ b.T, (a.T @ g).T))  # square, so the shapes fit
    a, b = rng.standard_normal((2, 3, 3))
    check = gradient_check(lambda a, b: wrong(a, b), [a, b])
    assert [(given["name"], given["fault"] > 0) for given in check.inputs] == [("a", False), ("b", True)]


def test_a_forgotten_sum_over_the_batch_is_seen(rng):
    wrong = own(lambda x, b: x + b, lambda g, x, b: (g, g[0]))
    check = gradient_check(lambda x, bias: wrong(x, bias), [rng.standard_normal((4, 3)), rng.standard_normal(3)])
    assert not check
    assert [given["fault"] for given in check.inputs] == [0, 3]
    assert "bias[" in str(check)


def test_outputs_are_not_weighed_alike_so_that_a_constant_sum_hides_nothing(rng):
    # over each row a softmax adds up to 1: summed with ones, its gradient is 0, right or wrong
    def softmax(x):
        e = np.exp(x - x.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    wrong = own(softmax, lambda g, x: 0.5 * softmax(x) * (g - (g * softmax(x)).sum(axis=1, keepdims=True)))
    x = rng.standard_normal((2, 3))
    assert not gradient_check(wrong, x)
    fooled = gradient_check(lambda x: wrong(x).sum(), x)
    assert fooled
    assert "every entry is 0" in str(fooled)


# one wrong factor everywhere, and what it is like ---------------------------------------------------------------------


@given(st.floats(0.01, 10))
def test_below_a_reversal_the_factor_is_minus_lambda(weight):
    x = np.array([[0.3, -1.2], [0.5, 2.0]])

    def reversed_square(x):
        return md.reverse_gradient(x, weight) ** 2

    assert gradient_check(reversed_square, x, factor=-weight)
    check = gradient_check(reversed_square, x)
    assert not check
    assert check.inputs[0]["found"] == pytest.approx(-weight)
    assert not gradient_check(reversed_square, x, factor=-1.001 * weight)


@pytest.mark.parametrize(
    ("node", "factor", "words"),
    [
        (
            lambda x: md.reverse_gradient(x, 0.7),
            1.0,
            "everywhere -0.7 times the numerical value: a reversal with λ = 0.7",
        ),
        (
            lambda x: x,
            -0.7,
            "everywhere +1 times the numerical value: there is no reversal on the path; it should give -0.7",
        ),
        (lambda x: md.reverse_gradient(md.reverse_gradient(x, 0.7), 0.7), -0.7, "reversed twice?"),
        (lambda x: x.detach(), 1.0, "everywhere 0 times the numerical value: no gradient arrives"),
        (lambda x: md.reverse_gradient(x, 0.0), -0.7, "everywhere 0 times the numerical value: no gradient arrives"),
        (
            own(lambda x: x, lambda g, x: 2 * g),
            1.0,
            "everywhere +2 times the numerical value: is it counted twice, or not divided by 2?",
        ),
        (own(lambda x: x, lambda g, x: 12 * g), 1.0, "is it counted 12 times, or not divided by 12?"),
        (own(lambda x: x, lambda g, x: g / 4), 1.0, "is it divided by 4 once too often?"),
        (own(lambda x: x, lambda g, x: 0.7 * g), -0.7, "a factor or a sign is wrong"),
        (own(lambda x: x, lambda g, x: 0.3 * g), 1.0, "a factor is wrong"),
    ],
)
def test_a_constant_factor_is_told_and_explained(node, factor, words, rng):
    check = gradient_check(lambda x: node(x) ** 2, rng.standard_normal((2, 3)), factor=factor)
    assert not check
    assert words in str(check)


def test_no_factor_is_told_where_there_is_none(rng):
    check = gradient_check(own(lambda x: x**2, lambda g, x: 2 * g), rng.standard_normal(5))
    assert not check
    assert check.inputs[0]["found"] is None
    assert "everywhere" not in str(check)


def test_each_input_may_have_a_factor_of_its_own(rng):
    w, head = rng.standard_normal((3, 2)), rng.standard_normal((2, 1))
    x = rng.standard_normal((4, 3))

    def domain_loss(w, head):
        return md.binary_cross_entropy_with_logits(md.reverse_gradient((x @ w).tanh(), 0.3) @ head, [0, 0, 1, 1])

    assert gradient_check(domain_loss, [w, head], factor=[-0.3, 1])
    check = gradient_check(domain_loss, [w, head], factor=-0.3)
    assert [given["fault"] > 0 for given in check.inputs] == [False, True]
    with pytest.raises(ValueError, match="factor: got 3 numbers, expected one, or one for each of 2 inputs"):
        gradient_check(domain_loss, [w, head], factor=[1, 2, 3])
    with pytest.raises(ValueError, match="factor: got nan"):
        gradient_check(domain_loss, [w, head], factor=math.nan)


# kinks ----------------------------------------------------------------------------------------------------------------


def relu_with(slope_at_0):
    return own(lambda x: np.maximum(x, 0), lambda g, x: g * np.where(x == 0, slope_at_0, x > 0))


@given(st.floats(-2, 3), st.sampled_from([1.0, -0.7]))
def test_on_a_kink_all_between_the_slopes_passes_and_nothing_else(slope, factor):
    check = gradient_check(relu_with(factor * slope), np.array([0.0]), factor=factor)
    assert bool(check) == (-1e-5 <= slope <= 1 + 1e-5)
    (row,) = check.entries
    assert (row["left"], row["right"]) == pytest.approx((0, 1), abs=1e-6)
    assert row["verdict"] == ("kink" if check else "wrong")
    assert "on a kink" in str(check)
    assert check or "outside both" in str(check)


@pytest.mark.parametrize(
    ("function", "x", "kinks"),
    [
        (md.relu, [0.0, 1.0, -1.0], [0]),
        (md.abs, [0.5, 0.0], [1]),
        (lambda x: md.clip(x, -1, 1), [-1.0, 0.3, 1.0, 2.0], [0, 2]),
        (md.max, [2.0, 1.0, 2.0, 2.0], [0, 2, 3]),
        (lambda x: md.maximum(x, 1.0) ** 2, [1.0, 3.0, 0.0], [0]),
        (lambda x: md.max_pool(x.reshape(1, 2, 2, 1), 2), [0.5, 0.5, 0.1, 0.2], [0, 1]),
    ],
)
def test_kinks_of_the_engine_are_reported_and_are_no_faults(function, x, kinks):
    check = gradient_check(function, np.array(x))
    assert check, check
    assert [row["index"][0] for row in check.entries if row["verdict"] == "kink"] == kinks
    assert "no fault" in str(check)


def test_a_kink_under_many_outputs_is_judged_output_by_output():
    # at w = 0 relu(x·w) bends up to the right for one example, to the left for the other; swept is 0 for both, though
    # with some weights 0 lies between neither pair of slopes of the sum
    x = np.array([[1.0], [-1.0], [2.0], [-3.0]])
    for seed in range(8):
        check = gradient_check(lambda w: md.relu(x @ w), np.zeros((1, 1)), seed=seed)
        assert check, check
        assert check.entries[0]["verdict"] == "kink"


@given(st.floats(-8.5, -3), st.sampled_from([-1, 1]))
def test_a_kink_near_by_is_not_blamed_and_hides_nothing(exponent, side):
    x = np.array([side * 10.0**exponent])
    assert [row["verdict"] for row in gradient_check(md.relu, x).entries] == ["right"]
    half = own(lambda x: np.maximum(x, 0), lambda g, x: 0.5 * g)  # what a central difference across the kink may say
    assert [row["verdict"] for row in gradient_check(half, x).entries] == ["wrong"]


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (lambda x: x**2, 0.0),
        (lambda x: 1 + x**3, 0.0),  # an inflection: both sides alike, and both too steep
        (lambda x: x**4 - x**2, 1e-4),
        (lambda x: md.sigmoid(1e5 * x), 1e-6),
        (lambda x: md.tanh(x) - x, 0.0),
        (md.log, 1e-12),
        (md.sqrt, 1e-9),
        (lambda x: 1 / x, 1e-5),
        (lambda x: x**2 + 1e9, 1e-3),
        (lambda x: x * x, 1e6),
        (lambda x: md.maximum(x, 0.9999 * x), -1e-6),
    ],
)
def test_steep_curved_and_flat_functions_are_neither_wrong_nor_kinks(function, x):
    check = gradient_check(function, np.array(x))
    assert [row["verdict"] for row in check.entries] == ["right"], check


def test_a_jump_has_no_slope():
    check = gradient_check(lambda x: md.where(x.data > 0, x + 1, x), np.array([0.0, 0.5]))
    assert [row["verdict"] for row in check.entries] == ["jump", "right"]
    assert not check
    assert "x[0]: on a jump" in str(check)


def test_what_rounds_inside_is_not_settled():
    coarse = own(lambda x: x.astype(np.float32).astype(np.float64) * 3.0, lambda g, x: 3.001 * g)
    check = gradient_check(coarse, np.array([1.1]))
    assert [row["verdict"] for row in check.entries] == ["unsettled"]
    assert "does something inside round?" in str(check)


# what is not finite ---------------------------------------------------------------------------------------------------


def test_not_finite_beside_the_point_or_swept_is_a_fault_with_its_place():
    check = gradient_check(md.sqrt, np.array([4.0, 0.0]))
    assert [row["verdict"] for row in check.entries] == ["right", "not finite"]
    assert "x[1]: swept" in str(check)
    nan = own(lambda x: x, lambda g, x: np.where(x == 2, np.nan, g))
    assert gradient_check(nan, np.array([1.0, 2.0])).rows[0]["entry"] == "input 0[1]"


def test_not_finite_from_the_start_is_refused():
    with pytest.raises(ValueError, match=r"inputs: x holds nan at \[1\], expected finite"):
        gradient_check(md.exp, np.array([1.0, np.nan]))
    with pytest.raises(ValueError, match=r"function: its result holds -inf at \[0, 1\]"):
        gradient_check(md.log, np.array([[1.0, 0.0]]))


# functions ------------------------------------------------------------------------------------------------------------


def test_a_random_function_is_refused(rng):
    message = "function: gave two different values for the same inputs; fix its random numbers"
    layer = Dropout(0.5)
    with pytest.raises(ValueError, match=message):
        gradient_check(lambda x: layer(x, rng), np.ones((4, 5)))
    assert gradient_check(lambda x: layer(x, np.random.default_rng(0)), np.ones((4, 5)))
    calls = []
    with pytest.raises(ValueError, match=message):  # one that becomes different only later
        gradient_check(lambda x: calls.append(1) or x * (2.0 if len(calls) < 5 else 3.0), np.ones(3))
    calls.clear()
    with pytest.raises(ValueError, match=message):  # a NaN is another value too
        gradient_check(lambda x: calls.append(1) or x * (2.0 if len(calls) < 2 else np.nan), np.ones(3))


def test_odd_results():
    assert gradient_check(lambda x: x, np.ones((2, 3)))  # the very tensor that came in
    assert gradient_check(lambda x: x.reshape(-1), np.ones((2, 3)))  # a view of it
    with pytest.raises(TypeError, match="function: gave a float, expected a tensor"):
        gradient_check(lambda x: 1.0, np.ones(2))
    with pytest.raises(TypeError, match="function: gave float32 for float64 inputs"):
        gradient_check(own(lambda x: x.astype(np.float32), lambda g, x: g), np.ones(2))


def test_nothing_depends_on_the_inputs():
    check = gradient_check(lambda x: md.Tensor(np.ones(3)), np.ones(2))
    assert check
    assert "every entry is 0" in str(check)


def test_errors_of_the_function_come_through():
    with pytest.raises(ValueError, match="MatMul of a "):
        gradient_check(lambda a, b: a @ b, [np.ones((2, 3)), np.ones((2, 3))])


# inputs ---------------------------------------------------------------------------------------------------------------


def test_shapes_without_axes_and_without_elements():
    check = gradient_check(lambda a, b: a * b.sum(), [np.array(2.0), np.zeros((0, 3))])
    assert check
    assert [given["checked"] for given in check.inputs] == [1, 0]
    assert check.entries[0]["entry"] == "a"
    assert gradient_check(lambda x: x**2, 3.0)


def test_arrays_are_copied_and_may_be_of_any_number_type():
    x = np.array([1, 2, 3])
    assert gradient_check(lambda x: x**2, x)
    assert gradient_check(lambda x: x**2, x.astype(np.float32))
    assert gradient_check(lambda x: x**2, [1, 2, 3]).inputs[0]["shape"] == (3,)
    frozen = np.ones(2)
    frozen.flags.writeable = False
    assert gradient_check(lambda x: x**2, frozen)
    assert x.tolist() == [1, 2, 3]
    with pytest.raises(TypeError, match="inputs: x has dtype"):
        gradient_check(lambda x: x, np.array(["a"]))
    with pytest.raises(ValueError, match="inputs: got none"):
        gradient_check(lambda: md.Tensor(1.0), [])


def _dense(rng):
    return Dense(3, 2, rng, dtype="float64")


def test_names_come_from_the_function_or_the_mapping(rng):
    layer, x = _dense(rng), rng.standard_normal((4, 3))
    named = gradient_check(lambda *_: layer(x), layer.parameters())
    assert [given["name"] for given in named.inputs] == ["weight", "bias"]
    assert gradient_check(lambda *_: layer(x), layer.parameters().values()).inputs[1]["name"] == "input 1"
    assert gradient_check(layer, x).inputs[0]["name"] == "x"
    assert [given["name"] for given in gradient_check(md.add, (x, x)).inputs] == ["a", "b"]


def test_tensors_are_moved_in_place_and_put_back_to_the_bit(rng):
    layer, x = _dense(rng), rng.standard_normal((4, 3))
    arrays = [p.data for p in layer.parameters().values()]
    before = [array.copy() for array in arrays]
    older = layer(x).sum()
    assert gradient_check(lambda *_: layer(x).tanh(), layer.parameters(), factor=1)
    for parameter, array, values in zip(layer.parameters().values(), arrays, before):
        assert parameter.data is array
        np.testing.assert_array_equal(array, values)
    np.testing.assert_allclose(md.backprop(older)[layer.bias], [4.0, 4.0])  # a graph made before is still good


@pytest.mark.parametrize("fails_at", [3, 4, 5, 9])
def test_tensors_are_put_back_when_the_function_fails(rng, fails_at):
    layer, x = _dense(rng), rng.standard_normal((4, 3))
    before = {name: p.data.copy() for name, p in layer.parameters().items()}
    version = layer.weight.version
    calls = []

    def failing(*_):
        calls.append(1)
        if len(calls) == fails_at:
            raise RuntimeError("in the middle")
        return layer(x)

    with pytest.raises(RuntimeError, match="in the middle"):
        gradient_check(failing, layer.parameters())
    for name, p in layer.parameters().items():
        np.testing.assert_array_equal(p.data, before[name])
    assert layer.weight.version == version  # put back to the bit, it makes no graph stale


def test_float32_tensors_are_refused_by_name(rng):
    layer = Dense(3, 2, rng)
    with pytest.raises(TypeError, match="inputs: weight is a tensor of float32, expected float64"):
        gradient_check(lambda *_: layer(np.ones((1, 3))), layer.parameters())
    with pytest.raises(ValueError, match="inputs: x requires no gradient"):
        gradient_check(lambda x: x, md.Tensor(np.ones(2)))


def test_samples(rng):
    x = rng.standard_normal((20, 10))
    check = gradient_check(md.tanh, x, samples=7)
    assert len(check.entries) == check.inputs[0]["checked"] == 7
    assert check.inputs[0]["size"] == 200
    assert "7 of 200 entries" in str(check)
    indices = [row["index"] for row in check.entries]
    assert len(set(indices)) == 7
    assert [row["index"] for row in gradient_check(md.tanh, x, samples=7).entries] == indices
    assert [row["index"] for row in gradient_check(md.tanh, x, samples=7, seed=1).entries] != indices
    assert len(gradient_check(md.tanh, x[:2, :2], samples=7).entries) == 4
    with pytest.raises(ValueError, match="samples: got 0"):
        gradient_check(md.tanh, x, samples=0)


def test_arrays_on_the_device(rng):
    x = standin.library.asarray(rng.standard_normal((2, 3)))
    seen = []
    assert gradient_check(lambda x: seen.append(type(x.data)) or x.tanh(), x)
    assert set(seen) == {standin.DeviceArray}
    assert not gradient_check(lambda x: md.reverse_gradient(x, 0.5).tanh(), x)
    weight = md.Tensor(x, requires_grad=True)
    before = to_numpy(x).copy()
    assert gradient_check(lambda weight: weight.sum() ** 2, weight)
    np.testing.assert_array_equal(to_numpy(weight.data), before)


# how it reads ---------------------------------------------------------------------------------------------------------


def test_rows_are_the_worst_of_each_input_first(rng):
    a, b = rng.standard_normal((2, 10))
    check = gradient_check(lambda a, b: own(lambda x: x**2, lambda g, x: g * (2 * x + np.arange(10)))(a) * b, [a, b])
    assert [row["input"] for row in check.rows] == ["a"] * 5 + ["b"] * 5
    sizes = [abs(row["difference"]) for row in check.rows[:5]]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == max(abs(row["difference"]) for row in check.entries)
    assert check[0]["verdict"] == "wrong"
    for row in check.entries:
        assert row["difference"] == pytest.approx(row["swept"] - row["expected"])


def test_printed_and_in_a_notebook():
    right = gradient_check(lambda x: x**2, np.array([1.0, 2.0]))
    assert str(right) == "yes: the swept gradient is the numerical one (2 of 2 entries of x looked at)"
    wrong = gradient_check(lambda x: md.reverse_gradient(x, 0.7) ** 2, np.array([1.0, 2.0]), factor=0.7)
    assert str(wrong).startswith("no: the swept gradient is not +0.7 times the numerical one")
    assert "expected" in wrong.shown()[0]
    assert "<table>" in wrong._repr_html_()
    assert "<p>no: " in wrong._repr_html_()
    assert repr(wrong) == str(wrong)
