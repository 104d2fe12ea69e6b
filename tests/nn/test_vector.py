"""The parameter vector, and the average of the weights over training."""

import numpy as np
import pytest
from helpers.made_up import arrays_of, assert_same, make_gradients, make_parameters

import minidann as md
from minidann import nn
from minidann.engine.backend import to_numpy

RATE = 0.1

# ParameterVector ---------------------------------------------------------------------------------------------------


def test_parameters_become_views_of_one_vector_with_the_same_values(xp):
    parameters = make_parameters(xp)
    before = arrays_of(parameters)
    vector = nn.ParameterVector(parameters)
    assert vector.values.shape == (10,)
    assert_same(parameters, before, rtol=0)
    vector.values[...] = 7
    for p in parameters:
        assert (to_numpy(p.data) == 7).all()
    parameters[1].data[...] = 1
    assert to_numpy(vector.values)[vector.slices[parameters[1]]].tolist() == [1, 1, 1]


def test_a_tensor_given_twice_stands_once():
    w = md.Tensor([1.0, 2.0], requires_grad=True)
    assert nn.ParameterVector([w, w]).values.shape == (2,)


def test_gather_lays_gradients_out_as_the_values_and_load_takes_them(xp):
    parameters = make_parameters(xp)
    vector = nn.ParameterVector(parameters)
    field = vector.gather({p: p.data * 2 for p in parameters})
    np.testing.assert_array_equal(to_numpy(field), 2 * to_numpy(vector.values))
    vector.load(field)
    np.testing.assert_array_equal(to_numpy(vector.values), to_numpy(field))
    field[...] = 0
    assert to_numpy(vector.values).all()


def test_a_graph_made_before_load_is_out_of_date(xp):
    parameters = make_parameters(xp)
    vector = nn.ParameterVector(parameters)
    before = (parameters[0] * parameters[0]).sum()
    vector.load(2 * vector.values)
    with pytest.raises(ValueError, match="was updated after the forward pass that used it"):
        md.backprop(before)
    after = (parameters[0] * parameters[0]).sum()
    np.testing.assert_array_equal(to_numpy(md.backprop(after)[parameters[0]]), 2 * to_numpy(parameters[0].data))


def test_gather_takes_what_backprop_gives_and_zero_for_what_it_did_not_reach():
    used, unused = md.Tensor([2.0], requires_grad=True), md.Tensor([1.0, 1.0], requires_grad=True)
    vector = nn.ParameterVector([unused, used])
    assert vector.gather(md.backprop(used * used)).tolist() == [0, 0, 4]


def test_a_vector_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"values: got shape \(3,\), expected \(10,\)"):
        nn.ParameterVector(make_parameters()).load(np.zeros(3))


def test_no_parameters_and_mixed_dtypes_are_refused():
    for wrong in ([], {"weight": make_parameters()[0]}, make_parameters()[0], nn.Tanh(), ["weight"]):
        with pytest.raises(TypeError, match=r"parameters: got .*, expected tensors, such as network.parameters"):
            nn.ParameterVector(wrong)
    mixed = [*make_parameters(dtype=np.float32), *make_parameters()]
    with pytest.raises(ValueError, match="parameters: got dtypes float32 and float64, expected the same for all"):
        nn.ParameterVector(mixed)


def test_a_second_optimiser_takes_the_parameters_over_and_the_first_one_says_so():
    parameters = make_parameters()
    first = nn.SGD(parameters)
    second = nn.SGD(parameters)
    second.step(make_gradients(parameters, 0), RATE)
    with pytest.raises(ValueError, match="no longer lives in this vector: another optimiser took it over"):
        first.step(make_gradients(parameters, 0), RATE)


def test_replaced_data_is_refused_with_the_way_to_write_it():
    parameters = make_parameters()
    optimiser = nn.SGD(parameters)
    parameters[0].data = np.zeros((2, 3))
    with pytest.raises(ValueError, match=r"write parameter.data\[...\] = new and then parameter.mark"):
        optimiser.step(make_gradients(parameters, 0), RATE)


# WeightAverage -----------------------------------------------------------------------------------------------------


def test_an_average_is_first_the_plain_mean_and_then_exponential(xp):
    vector = nn.ParameterVector([md.Tensor(xp.zeros(1), requires_grad=True)])
    average = nn.WeightAverage(vector, decay=0.75)
    expected, seen = 0.0, []
    for step, value in enumerate([4.0, 8.0, 0.0, 2.0, 10.0, 6.0], 1):
        vector.load(xp.asarray([value]))
        average.update()
        seen.append(value)
        expected = np.mean(seen) if step <= 4 else 0.75 * expected + 0.25 * value
        assert float(average.values[0]) == pytest.approx(expected, rel=1e-14)


def test_an_average_leaves_the_weights_alone_and_owns_its_values():
    vector = nn.ParameterVector(make_parameters())
    average = nn.WeightAverage(vector, 0.9)
    before = vector.values.copy()
    average.update()
    np.testing.assert_array_equal(vector.values, before)
    np.testing.assert_allclose(average.values, before, rtol=1e-15)
    vector.values[...] = 0
    assert average.values.all()


@pytest.mark.parametrize("decay", [-0.1, 1.0, np.nan])
def test_a_decay_outside_zero_to_one_is_refused(decay):
    with pytest.raises(ValueError, match="decay: got .*, expected a finite number of at least 0 and below 1"):
        nn.WeightAverage(nn.ParameterVector(make_parameters()), decay)
