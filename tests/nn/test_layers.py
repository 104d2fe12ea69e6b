"""Layers: right gradients for every parameter, no mode to forget, float32 throughout, and the same on the device."""

import numpy as np
import pytest
from helpers import standin
from helpers.numeric import assert_gradient_is_right

import minidann as md
from minidann import nn
from minidann.engine.backend import as_array, to_numpy

pytestmark = pytest.mark.usefixtures("backend")


def _dense(n_in=3, n_out=2, seed=0, **given):
    return nn.Dense(n_in, n_out, np.random.default_rng(seed), **given)


def test_dense_is_x_times_weight_plus_bias(rng):
    layer = _dense()
    layer.bias.data[...] = as_array([1, 2])
    x = rng.standard_normal((4, 3)).astype(np.float32)
    expected = x @ to_numpy(layer.weight.data) + to_numpy(layer.bias.data)
    out = layer(x)
    assert out.dtype == np.float32
    np.testing.assert_allclose(to_numpy(out.data), expected, rtol=1e-6)


def test_dense_has_the_right_gradients(rng):
    layer = _dense(dtype="float64")
    x = rng.standard_normal((4, 3))

    def loss(x, weight, bias):
        layer.weight, layer.bias = weight, bias
        return layer(x).tanh().sum()

    assert_gradient_is_right(loss, x, layer.weight.data, layer.bias.data)


def test_dense_begins_with_bias_zero_in_float32_unless_asked():
    layer = _dense()
    assert layer.weight.dtype == layer.bias.dtype == np.float32
    assert not layer.bias.data.any()
    assert _dense(dtype="float64").weight.dtype == np.float64
    assert repr(layer) == "Dense(3, 2)"


def test_the_same_seed_gives_the_same_weights():
    np.testing.assert_array_equal(_dense(seed=4).weight.data, _dense(seed=4).weight.data)
    assert (_dense(seed=4).weight.data != _dense(seed=5).weight.data).any()


@pytest.mark.parametrize(
    ("sizes", "name"), [((0, 2), "n_in"), ((3, -1), "n_out"), ((2.5, 2), "n_in"), ((True, 2), "n_in")]
)
def test_a_size_that_is_no_whole_number_is_refused(sizes, name):
    with pytest.raises(ValueError, match=f"{name}: got .*, expected a whole number of at least 1"):
        _dense(*sizes)


def test_an_input_of_another_width_is_refused_with_the_shapes():
    with pytest.raises(ValueError, match=r"Affine of x \(4, 2\) and weight \(3, 2\) and bias \(2,\)"):
        _dense()(np.ones((4, 2), np.float32))


@pytest.mark.parametrize(
    ("layer", "function"),
    [(nn.Relu, md.relu), (nn.Tanh, md.tanh), (nn.Sigmoid, md.sigmoid), (nn.Softplus, md.softplus)],
)
def test_an_activation_layer_is_its_function(layer, function, rng):
    x = rng.standard_normal((4, 3))
    np.testing.assert_array_equal(layer()(x).data, function(x).data)
    assert layer().parameters() == {}
    assert repr(layer()) == f"{layer.__name__}()"
    assert_gradient_is_right(layer(), x)


# dropout -----------------------------------------------------------------------------------------------------------


def test_dropout_is_off_when_predicting():
    x = md.Tensor(np.ones((4, 3)))
    assert nn.Dropout(0.9)(x) is x
    assert nn.Dropout(0.0)(x, np.random.default_rng(0)) is x


def test_dropout_drops_its_share_and_keeps_the_mean(rng, xp):
    x = md.Tensor(xp.asarray(np.full((200, 200), 3, np.float32)))
    out = nn.Dropout(0.25)(x, rng)
    assert out.dtype == np.float32
    out = to_numpy(out.data)
    assert set(np.unique(out)) == {0, 4}  # 3 / (1 − 0.25)
    assert np.mean(out == 0) == pytest.approx(0.25, abs=0.01)
    assert out.mean() == pytest.approx(3, abs=0.04)


def test_dropout_draws_anew_each_time_and_alike_from_the_same_seed(rng):
    x, layer = np.ones((10, 10)), nn.Dropout(0.5)
    first, second = layer(x, rng).data, layer(x, rng).data
    assert (first != second).any()
    np.testing.assert_array_equal(layer(x, np.random.default_rng(0)).data, first)


def test_dropout_passes_the_gradient_where_it_passed_the_signal(rng):
    x = rng.standard_normal((5, 4))
    assert_gradient_is_right(lambda x: nn.Dropout(0.4)(x, np.random.default_rng(1)) * 2, x)


def test_dropout_of_the_device_drops_the_same_elements_as_that_of_the_host(xp):
    x = np.arange(1.0, 21.0)
    out = nn.Dropout(0.5)(xp.asarray(x), np.random.default_rng(3))
    np.testing.assert_array_equal(to_numpy(out.data), nn.Dropout(0.5)(x, np.random.default_rng(3)).data)


@pytest.mark.parametrize("rate", [-0.1, 1, 1.5, np.nan, "half", True])
def test_a_rate_outside_zero_to_one_is_refused(rate):
    with pytest.raises(ValueError, match="rate: got .*, expected a finite number of at least 0 and below 1"):
        nn.Dropout(rate)


# normalise and sequential ------------------------------------------------------------------------------------------


def test_normalise_subtracts_the_mean_and_divides_by_the_deviation(rng):
    layer = nn.Normalise(np.array([1.0, -1.0]), 2.0)
    np.testing.assert_array_equal(layer(np.array([[3.0, 1.0]])).data, [[1, 1]])
    assert layer.parameters() == {}
    assert_gradient_is_right(layer, rng.standard_normal((3, 2)))


@pytest.mark.parametrize("mean", [np.zeros(2), [0.5, 0.5], np.zeros(2, np.float32)], ids=["float64", "list", "float32"])
def test_normalise_keeps_float32_whatever_the_mean_came_as(mean):
    assert nn.Normalise(mean)(np.ones((3, 2), np.float32)).dtype == np.float32


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, bool])
def test_normalise_makes_float32_of_bytes_and_whole_numbers(dtype, rng, xp):
    x = rng.integers(0, 2, (5, 4, 3)).astype(dtype) * dtype(200 if dtype is not bool else 1)
    layer = nn.Normalise(np.array([100.0, 0, 3]), 255)
    out = layer(xp.asarray(x))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(to_numpy(out.data), layer(x.astype(np.float32)).data)
    assert out.data.min() < 0  # bytes less a mean do not wrap round


def test_layers_that_keep_no_statistics_say_so(rng):
    for layer in (nn.Dense(2, 2, rng), nn.Normalise(np.zeros(2)), nn.Sequential(nn.Relu(), nn.Dropout(0.5))):
        assert layer.statistics() == {}


def test_sequential_runs_its_layers_in_order_and_names_their_parameters(rng):
    first, last = _dense(3, 4, seed=1), _dense(4, 2, seed=2)
    network = nn.Sequential(first, nn.Tanh(), last)
    x = rng.standard_normal((5, 3)).astype(np.float32)
    np.testing.assert_array_equal(network(x).data, last(first(x).tanh()).data)
    assert list(network.parameters()) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert network.parameters()["2.weight"] is last.weight
    assert (network[0], len(network), list(network)) == (first, 3, list(network.layers))
    assert repr(network) == "Sequential(Dense(3, 4), Tanh(), Dense(4, 2))"


def test_sequential_hands_the_generator_down():
    network = nn.Sequential(nn.Relu(), nn.Sequential(nn.Dropout(0.5)))
    x = np.ones((20, 20))
    assert not (network(x).data == 0).any()
    assert (network(x, np.random.default_rng(0)).data == 0).any()


def test_a_layer_of_your_own_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Layer defines no __call__"):
        nn.Layer()(np.ones(2))
    assert nn.Layer().parameters() == {}


def test_a_layer_of_your_own_joins_in():
    class Scale(nn.Layer):
        def __init__(self):
            self.factor = md.Tensor(2.0, requires_grad=True)

        def __call__(self, x, rng=None):
            return x * self.factor

    network = nn.Sequential(Scale(), nn.Relu())
    g = md.backprop(network([1.0, 3.0]).sum())
    assert g[network.parameters()["0.factor"]] == 4


@pytest.mark.parametrize("layer", [nn.Dense, lambda n_in, n_out, rng: nn.Convolution(n_in, n_out, 3, rng)])
def test_a_seed_in_the_place_of_a_generator_is_named(layer):
    with pytest.raises(TypeError, match="rng: got 0, expected a random generator, such as np.random.default_rng"):
        layer(2, 2, 0)


# layers made of layers, and calls without a generator --------------------------------------------------------------


class TwoRoads(nn.Layer):
    """Layers as attributes, in a list and in a dict."""

    def __init__(self, rng):
        self.first = nn.Dense(2, 3, rng)
        self.roads = [nn.Dense(3, 3, rng), nn.Sequential(nn.Dense(3, 3, rng), nn.BatchNormalisation(3))]
        self.last = {"road": nn.Dense(3, 1, rng)}
        self.offset = md.Tensor(np.zeros(1, np.float32), requires_grad=True)
        self.constant = md.Tensor(np.ones(1, np.float32))

    def __call__(self, x, rng="unsaid"):
        h = self.first(x, rng)
        return self.last["road"](sum(road(h, rng) for road in self.roads), rng) + self.offset * self.constant


def test_a_layer_made_of_layers_has_all_their_parameters_and_statistics(rng):
    layer = TwoRoads(rng)
    assert list(layer.parameters()) == [
        "first.weight",
        "first.bias",
        "roads.0.weight",
        "roads.0.bias",
        "roads.1.0.weight",
        "roads.1.0.bias",
        "roads.1.1.scale",
        "roads.1.1.shift",
        "last.road.weight",
        "last.road.bias",
        "offset",
    ]
    assert list(layer.statistics()) == ["roads.1.1.mean", "roads.1.1.variance", "roads.1.1.batches"]


def test_a_layer_made_of_layers_is_trained_whole(rng):
    layer = TwoRoads(rng)
    optimiser = nn.SGD(layer.parameters().values())
    before = {name: tensor.data.copy() for name, tensor in layer.parameters().items()}
    loss = (layer(rng.standard_normal((8, 2)).astype(np.float32), rng) ** 2).sum()
    optimiser.step(md.backprop(loss), 0.1)
    silent = ("roads.1.0.bias",)  # the batch's mean takes it away again
    assert [n for n, t in layer.parameters().items() if n not in silent and (t.data == before[n]).all()] == []


def test_a_layer_made_of_layers_moves_whole(rng):
    layer = TwoRoads(rng).to("standin")
    arrays = [*(tensor.data for tensor in layer.parameters().values()), layer.statistics()["roads.1.1.mean"]]
    assert {type(array) for array in arrays} == {standin.DeviceArray}


@pytest.mark.parametrize("make", [lambda: nn.Dropout(0.5), lambda: nn.BatchNormalisation(2)])
def test_a_call_that_says_nothing_of_training_warns_where_a_gradient_comes_back(make):
    layer = make()
    x = md.Tensor(np.ones((4, 2), np.float32), requires_grad=True)
    with pytest.warns(
        UserWarning, match=r"was called without a random generator, and so predicts. Call layer\(x, rng\)"
    ):
        nn.Sequential(layer)(x)
    layer(x, None)  # following the advice, either way, is silent
    layer(x, np.random.default_rng(0))
    layer(x.data)
    with md.no_grad():
        layer(x)
