"""detect_anomaly: the first NaN or infinity names its op, what came in, and the line of the user's own code."""

import inspect
import linecache
from pathlib import Path

import numpy as np
import pytest

import minidann as md
from minidann import nn

HERE = Path(__file__).name


@pytest.fixture(autouse=True)
def _no_warnings_of_numpy():
    with np.errstate(all="ignore"):
        yield


def _leaf(*values):
    return md.Tensor(np.array(values), requires_grad=True)


def _line_of(error, text):
    """The message ends in this file's name, the right line number and its text."""
    lines, first = inspect.getsourcelines(inspect.getmodule(_line_of))
    number = next(i for i, line in enumerate(lines, 1) if text in line)
    assert f"{HERE}:{number}: " in str(error.value)
    assert text in str(error.value)


def test_a_nan_forward_names_the_op_its_input_and_the_line():
    x = md.Tensor(np.array([-1.0, 1.0], np.float32), requires_grad=True)
    with (
        pytest.raises(FloatingPointError, match=r"forward of Log made a NaN from float32\[2\], at ") as error,
        md.detect_anomaly(),
    ):
        x.log()  # the line to be named
    _line_of(error, "x.log()  # the line to be named")
    assert "already" not in str(error.value)


def test_an_infinity_forward_is_called_one():
    with pytest.raises(FloatingPointError, match="forward of Exp made an infinity"), md.detect_anomaly():
        md.exp([1e4])


def test_an_op_that_needs_no_gradient_is_checked_too():
    with pytest.raises(FloatingPointError, match="forward of Divide made an infinity"), md.detect_anomaly():
        md.Tensor([1.0]) / 0.0


def test_an_input_that_was_nan_already_is_said_to_be():
    with (
        pytest.raises(FloatingPointError, match=r"Multiply made a NaN from float64\[2\] which already held a NaN"),
        md.detect_anomaly(),
    ):
        md.Tensor([np.nan, 1.0]) * 2
    with pytest.raises(FloatingPointError, match="which already held an infinity"), md.detect_anomaly():
        md.Tensor([np.inf, 1.0]) * 2


def test_an_infinity_backward_names_the_op_and_the_line_that_called_it():
    x = _leaf(0.0, 1.0)
    with md.detect_anomaly():
        y = md.sqrt(x)  # called here
        loss = y.sum()
        with pytest.raises(
            FloatingPointError, match=r"backward of Sqrt made an infinity for input 0 \(float64\[2\]\)"
        ) as error:
            md.backprop(loss)
    _line_of(error, "y = md.sqrt(x)  # called here")
    assert "from a gradient with finite values" in str(error.value)


def test_a_nan_backward_is_found_at_the_op_where_it_begins():
    x = _leaf(0.0)
    with md.detect_anomaly():
        loss = (md.sqrt(x * 1) * 0.0).sum()  # g of the root is 0/0
        with pytest.raises(FloatingPointError, match="backward of Sqrt made a NaN"):
            md.backprop(loss)


def test_a_bad_seed_is_told_from_a_bad_op():
    x = _leaf(1.0)
    with md.detect_anomaly(), pytest.raises(FloatingPointError, match="from a gradient with a NaN"):
        md.backprop(x * 2, upstream=[np.nan])


def test_a_sweep_alone_inside_says_what_it_lacks():
    x = _leaf(0.0)
    loss = md.sqrt(x)
    with md.detect_anomaly(), pytest.raises(FloatingPointError, match="run the forward pass inside detect_anomaly"):
        md.backprop(loss)


def test_a_gradient_nobody_asked_for_may_be_infinite():
    x = _leaf(1.0)
    with md.detect_anomaly():
        assert md.backprop(x * (md.sqrt(md.Tensor([0.0])) + 1))[x].tolist() == [1.0]


def test_the_line_is_the_users_also_through_a_layer():
    layer = nn.Dense(1, 1, np.random.default_rng(0))
    layer.weight.data[...] = np.inf
    with pytest.raises(FloatingPointError, match="forward of Affine made an infinity") as error, md.detect_anomaly():
        layer(np.ones((1, 1), np.float32))  # the user's layer call
    _line_of(error, "layer(np.ones((1, 1), np.float32))  # the user's layer call")


def test_code_whose_path_begins_like_the_packages_is_the_users():
    name = str(Path(md.__file__).parent) + "_lesson.py"
    source = "md.log([-1.0])\n"
    linecache.cache[name] = (len(source), None, [source], name)
    try:
        with pytest.raises(FloatingPointError) as error, md.detect_anomaly():
            exec(compile(source, name, "exec"), {"md": md})
    finally:
        del linecache.cache[name]
    assert f"{name}:1: md.log([-1.0])" in str(error.value)


def test_it_is_off_before_and_after():
    assert np.isnan(md.log([-1.0]).data).all()
    with md.detect_anomaly():
        md.exp([1.0])
    assert np.isnan(md.log([-1.0]).data).all()
    x = _leaf(0.0)
    assert md.backprop(md.sqrt(x))[x].tolist() == [np.inf]


def test_a_healthy_graph_gives_the_same_answers_inside():
    def gradient():
        w = _leaf(0.5, -0.5)
        return md.backprop(md.binary_cross_entropy_with_logits(w.tanh() * 3, [0, 1]))[w]

    outside = gradient()
    with md.detect_anomaly():
        np.testing.assert_array_equal(gradient(), outside)


def test_whole_numbers_and_the_device_pass(xp):
    with md.detect_anomaly():
        md.Tensor(xp.asarray([1, 2])) * 2
        with pytest.raises(FloatingPointError, match="forward of Log made a NaN"):
            md.log(xp.asarray([-1.0]))


@pytest.mark.parametrize(
    "product",
    [
        lambda b: (b * md.Tensor(np.full(4, 3e38, "f"))).sum(),  # four copies of b
        lambda b: (b * np.array([3e38], "f") + b * np.array([3e38], "f")).sum(),  # two uses of b
        lambda b: (b * md.Tensor(np.array([1e39]))).sum(),  # finite in float64, not in b's float32
    ],
    ids=["copies", "uses", "cast"],
)
def test_a_gradient_that_overflows_between_two_rules_is_reported(product):
    b = md.Tensor(np.zeros(1, "f"), requires_grad=True)
    with np.errstate(over="ignore"), md.detect_anomaly(), pytest.raises(FloatingPointError, match="became an infinity"):
        md.backprop(product(b))
