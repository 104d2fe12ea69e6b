"""What holds for every op: its rule is the derivative, float32 stays float32, and it runs on the device."""

import numpy as np
import pytest
from helpers import standin
from helpers.numeric import assert_gradient_is_right, swept
from helpers.op_cases import CASES

import minidann as md

pytestmark = pytest.mark.usefixtures("backend")

every_case = pytest.mark.parametrize("case", CASES, ids=str)


@every_case
def test_backward_is_the_derivative(case):
    assert_gradient_is_right(case.function, *case.arrays())


@every_case
def test_float32_stays_float32_forward_and_backward(case):
    arrays = case.arrays(np.float32)
    inputs = [md.Tensor(array, requires_grad=True) for array in arrays]
    out = case.function(*inputs)
    assert type(out.data) is type(inputs[0].data)
    assert out.dtype == np.float32
    gradients = md.backprop(out, upstream=np.ones(out.shape))
    for tensor in inputs:
        assert type(gradients[tensor]) is type(tensor.data)
        assert gradients[tensor].dtype == np.float32
        assert gradients[tensor].shape == tensor.shape


@every_case
def test_the_device_gives_the_same_numbers_as_the_host(case):
    arrays = case.arrays()
    shape = case.function(*map(md.Tensor, arrays)).shape
    seed = np.random.default_rng(5).standard_normal(shape)
    out, gradients = swept(case.function, *arrays, seed=seed)
    to_device, to_host = standin.library.asarray, standin.library.asnumpy
    moved = [to_device(array) for array in arrays]
    device_out, device_gradients = swept(case.function, *moved, seed=to_device(seed))
    assert type(device_out) is standin.DeviceArray
    np.testing.assert_array_equal(to_host(device_out), out)
    for device_gradient, gradient in zip(device_gradients, gradients):
        np.testing.assert_array_equal(to_host(device_gradient), gradient)


@every_case
def test_without_gradient_nothing_is_remembered(case):
    out = case.function(*map(md.Tensor, case.arrays()))
    assert out.op is None
    assert out.inputs == ()
    assert not out.requires_grad


@every_case
def test_one_input_may_need_a_gradient_while_the_others_do_not(case):
    arrays = case.arrays()
    seed = np.random.default_rng(5).standard_normal(case.function(*map(md.Tensor, arrays)).shape)
    _, gradients = swept(case.function, *arrays, seed=seed)
    for i, gradient in enumerate(gradients):
        inputs = [md.Tensor(array, requires_grad=(i == j)) for j, array in enumerate(arrays)]
        alone = md.backprop(case.function(*inputs), upstream=seed)
        np.testing.assert_array_equal(alone[inputs[i]], gradient)


class _Half(md.Op):
    def forward(self, x):
        return x / 2


def test_an_op_without_a_rule_says_which_rule_is_missing():
    x = md.Tensor([1.0], requires_grad=True)
    with pytest.raises(NotImplementedError, match="_Half has no backward rule"):
        md.backprop(md.apply(_Half(), x))
    with pytest.raises(NotImplementedError, match="Op has no forward rule"):
        md.apply(md.Op(), x)


def test_an_op_of_your_own_joins_the_graph():
    class Cube(md.Op):
        def forward(self, x):
            self.x = x
            return x**3

        def backward(self, grad):
            return (3 * self.x**2 * grad,)

    assert_gradient_is_right(lambda x: md.apply(Cube(), x) + x, np.array([[1.0, -2.0]]))


def test_a_gradient_of_the_wrong_shape_is_refused_with_both_shapes():
    class Wrong(md.Op):
        def forward(self, x):
            return x

        def backward(self, grad):
            return (np.ones(2),)

    x = md.Tensor([1.0, 2.0, 3.0], requires_grad=True)
    with pytest.raises(ValueError, match=r"Wrong.backward returned shape \(2,\) for an input of shape \(3,\)"):
        md.backprop(md.apply(Wrong(), x).sum())


class _Product(md.Op):
    """a · b with a backward rule that a test sets."""

    def forward(self, a, b):
        return a * b


def test_none_for_an_input_that_needs_a_gradient_is_refused():
    op = _Product()
    op.backward = lambda grad: (None, grad)
    a, b = (md.Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    with pytest.raises(TypeError, match="_Product.backward returned None"):
        md.backprop(md.apply(op, a, b).sum())


def test_a_gradient_too_few_is_refused():
    op = _Product()
    op.backward = lambda grad: (grad,)
    a, b = (md.Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    with pytest.raises(TypeError, match="_Product.backward returned 1 gradients, expected a tuple of 2"):
        md.backprop(md.apply(op, a, b).sum())


def test_a_forgotten_comma_is_named():
    op = _Product()
    op.backward = lambda grad: grad
    a, b = (md.Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    with pytest.raises(TypeError, match="returned a (nd|Device)[aA]rray, expected a tuple of 2.*comma"):
        md.backprop(md.apply(op, a, b).sum())


def test_an_instance_serves_one_node():
    """It keeps what its backward needs; a second use would overwrite that, and the first gradient would be wrong."""
    op = _Product()
    a, b = (md.Tensor([1.0, 2.0], requires_grad=True) for _ in range(2))
    product = md.apply(op, a, b)
    with pytest.raises(ValueError, match="op: this _Product already serves a node"):
        md.apply(op, product, b)


def test_a_slip_in_ones_own_forward_keeps_its_own_message_and_traceback():
    class Slip(md.Op):
        def forward(self, x):
            return int("no number") + x

    with pytest.raises(ValueError, match=r"Slip of x \(1,\): invalid literal") as caught:
        md.apply(Slip(), md.Tensor([1.0]))
    assert caught.value.__cause__ is not None
