"""Optimisers against loops written out by hand; exact continuation."""

import numpy as np
import pytest
from helpers.made_up import arrays_of, assert_same, make_gradients, make_parameters

import minidann as md
from minidann import nn
from minidann.engine.backend import to_numpy

RATE = 0.1

# SGD ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_sgd_is_its_formula(momentum, decay, xp):
    parameters = make_parameters(xp)
    theta = arrays_of(parameters)
    velocity = [np.zeros_like(t) for t in theta]
    factors = [1.0, 10.0, 1.0]
    optimiser = nn.SGD(parameters, momentum, decay, factors={parameters[1]: 10})
    for step in range(5):
        gradients = make_gradients(parameters, step, xp)
        optimiser.step(gradients, RATE / (1 + step))
        for i, p in enumerate(parameters):
            velocity[i] = momentum * velocity[i] + to_numpy(gradients[p]) + decay * theta[i]
            theta[i] = theta[i] - RATE / (1 + step) * factors[i] * velocity[i]
    assert_same(parameters, theta)


def test_a_part_moves_as_it_would_with_the_rest_and_the_rest_stays(xp):
    whole, part = (nn.SGD(make_parameters(xp), 0.9, 0.01) for _ in range(2))
    stretch = part.vector.slices[part.vector.tensors[1]]
    for step in range(3):
        gradients = make_gradients(whole.vector.tensors, step, xp)
        field = whole.vector.gather(gradients)
        whole.update(field, RATE)
        part.update(field, RATE, stretch)
    before = nn.SGD(make_parameters(xp)).vector.values
    for optimiser, expected in ((whole, part), (part, whole)):
        np.testing.assert_array_equal(
            to_numpy(optimiser.vector.values[stretch]), to_numpy(expected.vector.values[stretch])
        )
    for i in (0, 2):
        still = part.vector.slices[part.vector.tensors[i]]
        np.testing.assert_array_equal(to_numpy(part.vector.values[still]), to_numpy(before[still]))
        assert not to_numpy(part.velocity[still]).any()
        assert not np.array_equal(to_numpy(whole.vector.values[still]), to_numpy(before[still]))


@pytest.mark.parametrize("step", [2, -1])
def test_a_part_with_a_step_is_refused(step, xp):
    optimiser = nn.SGD(make_parameters(xp))
    before = optimiser.vector.values.copy()
    with pytest.raises(ValueError, match=r"^part: got slice\(0, 9, .*, expected a slice without a step"):
        optimiser.update(before, RATE, slice(0, 9, step))
    np.testing.assert_array_equal(to_numpy(optimiser.vector.values), to_numpy(before))


def test_factors_can_be_set_anew(xp):
    parameters = make_parameters(xp)
    optimiser = nn.SGD(parameters, 0.0, factors={parameters[0]: 7.0})
    optimiser.set_factors({parameters[1]: 0.0})
    before = arrays_of(parameters)
    gradients = make_gradients(parameters, 0, xp)
    optimiser.step(gradients, RATE)
    moved = [b - RATE * factor * to_numpy(gradients[p]) for b, p, factor in zip(before, parameters, (1, 0, 1))]
    assert_same(parameters, moved)


def test_adam_is_its_formula(xp):
    parameters = make_parameters(xp)
    theta = arrays_of(parameters)
    m, v = ([np.zeros_like(t) for t in theta] for _ in range(2))
    optimiser = nn.Adam(parameters, beta1=0.8, beta2=0.99, epsilon=1e-6, factors={parameters[0]: 0.5})
    factors = [0.5, 1.0, 1.0]
    for step in range(1, 6):
        gradients = make_gradients(parameters, step, xp)
        optimiser.step(gradients, RATE)
        for i, p in enumerate(parameters):
            g = to_numpy(gradients[p])
            m[i] = 0.8 * m[i] + 0.2 * g
            v[i] = 0.99 * v[i] + 0.01 * g**2
            m_hat, v_hat = m[i] / (1 - 0.8**step), v[i] / (1 - 0.99**step)
            theta[i] = theta[i] - RATE * factors[i] * m_hat / (np.sqrt(v_hat) + 1e-6)
    assert_same(parameters, theta)


def test_the_first_step_of_adam_is_the_rate_in_the_direction_of_the_sign():
    w = md.Tensor(np.array([1.0, 1.0, 1.0]), requires_grad=True)
    nn.Adam([w]).step({w: np.array([1e-3, -5.0, 0.0])}, RATE)
    np.testing.assert_allclose(w.data, [0.9, 1.1, 1.0], rtol=1e-4)


both = pytest.mark.parametrize("kind", [nn.SGD, nn.Adam])


@both
def test_float32_weights_stay_float32(kind):
    parameters = make_parameters(dtype=np.float32)
    optimiser = kind(parameters)
    for rate in (0.1, np.float64(0.1), np.float32(0.1)):
        optimiser.step(make_gradients(parameters, 0), rate)
    assert optimiser.vector.values.dtype == np.float32
    assert all(array.dtype == np.float32 for name, array in optimiser.state().items() if name != "steps")


@both
def test_a_factor_of_zero_holds_a_parameter_still(kind):
    parameters = make_parameters()
    before = arrays_of(parameters)
    optimiser = kind(parameters, factors={parameters[1]: 0})
    optimiser.step(make_gradients(parameters, 0), RATE)
    np.testing.assert_array_equal(parameters[1].data, before[1])
    assert (parameters[0].data != before[0]).all()


@both
def test_an_update_leaves_the_gradients_as_they_are(kind):
    parameters = make_parameters()
    optimiser = kind(parameters)
    gradients = make_gradients(parameters, 0)
    field = optimiser.vector.gather(gradients)
    before = field.copy()
    optimiser.update(field, RATE)
    optimiser.step(gradients, RATE)
    np.testing.assert_array_equal(field, before)
    for p, gradient in make_gradients(parameters, 0).items():
        np.testing.assert_array_equal(gradients[p], gradient)


@both
def test_step_is_update_of_the_gathered_field(kind):
    one, two = make_parameters(), make_parameters()
    first, second = kind(one), kind(two)
    first.step(make_gradients(one, 0), RATE)
    second.update(second.vector.gather(make_gradients(two, 0)), RATE)
    assert_same(one, arrays_of(two), rtol=0)


@both
def test_a_restored_optimiser_goes_on_to_the_bit(kind, xp):
    parameters = make_parameters(xp, np.float32)
    optimiser = kind(parameters)
    for step in range(3):
        optimiser.step(make_gradients(parameters, step, xp), RATE)
    state, theta = optimiser.state(), optimiser.vector.values.copy()
    for step in range(3, 6):
        optimiser.step(make_gradients(parameters, step, xp), RATE)

    again = make_parameters(xp, np.float32)
    resumed = kind(again)
    resumed.vector.load(theta)
    resumed.restore(state)
    for step in range(3, 6):
        resumed.step(make_gradients(again, step, xp), RATE)
    np.testing.assert_array_equal(to_numpy(resumed.vector.values), to_numpy(optimiser.vector.values))
    for name, array in resumed.state().items():
        np.testing.assert_array_equal(to_numpy(array), to_numpy(optimiser.state()[name]))


@both
def test_a_state_is_a_copy_and_not_a_window(kind):
    parameters = make_parameters()
    optimiser = kind(parameters)
    optimiser.step(make_gradients(parameters, 0), RATE)
    state = optimiser.state()
    before = {name: np.array(array) for name, array in state.items()}
    optimiser.step(make_gradients(parameters, 1), RATE)
    for name, array in state.items():
        np.testing.assert_array_equal(array, before[name])


@both
def test_a_factor_for_a_stranger_is_refused(kind):
    with pytest.raises(ValueError, match="factors: got a Tensor.*, expected only tensors among the parameters"):
        kind(make_parameters(), factors={md.Tensor([1.0]): 2.0})


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        (nn.SGD, {"momentum": 1.0}, "momentum"),
        (nn.SGD, {"momentum": -0.1}, "momentum"),
        (nn.SGD, {"weight_decay": -1}, "weight_decay"),
        (nn.Adam, {"beta1": 1}, "beta1"),
        (nn.Adam, {"beta2": np.nan}, "beta2"),
        (nn.Adam, {"epsilon": -1e-8}, "epsilon"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(kind, given, name):
    with pytest.raises(ValueError, match=f"{name}: got .*, expected a finite number of at least 0"):
        kind(make_parameters(), **given)


def test_a_negative_factor_is_refused():
    parameters = make_parameters()
    with pytest.raises(ValueError, match="factors: got -1, expected a finite number of at least 0"):
        nn.SGD(parameters, factors={parameters[0]: -1})


@pytest.mark.parametrize("optimiser", [nn.SGD, nn.Adam])
@pytest.mark.parametrize("rate", [float("nan"), -0.1, "fast"])
def test_a_rate_that_would_spoil_the_weights_is_refused_before_they_change(optimiser, rate):
    parameters = make_parameters()
    before = arrays_of(parameters)
    with pytest.raises(ValueError, match="rate: got"):
        optimiser(parameters).step(make_gradients(parameters, 0), rate)
    assert_same(parameters, before)


@pytest.mark.parametrize("optimiser", [nn.SGD, nn.Adam])
def test_float16_weights_are_updated_as_float64_ones(optimiser):
    gradients = [[0.5, 0.0, -1e-3], [0.25, 0.0, 1e-3]]
    results = []
    for dtype in (np.float16, np.float64):
        w = md.Tensor(np.ones(3, dtype), requires_grad=True)
        made = optimiser([w])
        for gradient in gradients:
            made.step({w: np.array(gradient, dtype)}, 0.125)
        assert w.dtype == dtype
        results.append(w.data.astype(np.float64))
    np.testing.assert_allclose(*results, rtol=2e-3)


def test_float16_factors_and_a_small_rate_of_adam_do_not_make_0():
    weight = md.Tensor(np.zeros(3, np.float16), requires_grad=True)
    optimiser = nn.Adam([weight], factors={weight: 2.0**14})
    optimiser.step({weight: np.ones(3, np.float16)}, 2.0**-26)  # 2^-26 is 0 in float16, 2^14 · 2^-26 is not
    np.testing.assert_allclose(weight.data, -(2.0**-12), rtol=1e-3)
