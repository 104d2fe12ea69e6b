"""Layers for images."""

import numpy as np
import pytest
from helpers.numeric import assert_gradient_is_right

import minidann as md
from minidann import nn
from minidann.engine.backend import to_numpy

pytestmark = pytest.mark.usefixtures("backend")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_convolution_layer_is_the_function_with_its_parameters(rng):
    layer = nn.Convolution(2, 4, 3, rng, stride=2, padding="same")
    x = rng.standard_normal((3, 7, 7, 2)).astype("f")
    wanted = md.convolve(x, layer.weight, layer.bias, stride=2, padding="same")
    np.testing.assert_array_equal(layer(x).data, wanted.data)
    assert layer(x).shape == (3, 4, 4, 4)
    assert {name: p.shape for name, p in layer.parameters().items()} == {"weight": (3, 3, 2, 4), "bias": (4,)}
    assert layer.weight.dtype == np.float32


def test_filters_keep_the_size_of_the_signal(rng):
    """He: the variance of a filter's weights is 2 over the numbers that enter it, kh·kw·channels."""
    layer = nn.Convolution(16, 64, (5, 3), rng)
    assert to_numpy(layer.weight.data).var() == pytest.approx(2 / (5 * 3 * 16), rel=0.05)
    assert not layer.bias.data.any()


def test_pools_and_flatten_are_their_functions(rng):
    x = rng.standard_normal((2, 7, 6, 3)).astype("f")
    for layer, function in (
        (nn.MaxPool(3, 2), lambda t: md.max_pool(t, 3, 2)),
        (nn.AveragePool(2), lambda t: md.average_pool(t, 2)),
        (nn.GlobalAveragePool(), md.global_average_pool),
        (nn.Flatten(), md.flatten),
    ):
        np.testing.assert_array_equal(layer(x).data, function(x).data)
        assert layer.parameters() == {}


def test_a_small_convolutional_network_learns_to_tell_bars_apart(rng):
    """Upright bars and lying bars in noise, at any place: what a convolution is for."""
    y = rng.integers(0, 2, 200)
    x = rng.normal(scale=0.3, size=(200, 8, 8, 1)).astype("f")
    for image, label, at in zip(x, y, rng.integers(0, 8, 200)):
        if label:
            image[:, at] += 1
        else:
            image[at] += 1
    network = nn.Sequential(
        nn.Convolution(1, 6, 3, rng, padding=1), nn.Relu(), nn.MaxPool(2), nn.Flatten(), nn.Dense(96, 2, rng)
    )
    optimiser = nn.SGD(network.parameters().values())
    for _ in range(60):
        batch = rng.permutation(150)[:32]
        optimiser.step(md.backprop(md.cross_entropy(network(x[batch]), y[batch])), rate=0.05)
    assert (to_numpy(network(x[150:]).data).argmax(axis=1) == y[150:]).mean() > 0.9


def test_standardised_images_have_mean_0_and_deviation_1_each(rng):
    x = (rng.standard_normal((3, 5, 4, 2)) * [[[[9.0]]], [[[0.5]]], [[[2.0]]]] + 7).astype("f")
    y = to_numpy(nn.StandardiseImages()(x).data)
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.mean(axis=(1, 2, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=(1, 2, 3)), 1, atol=1e-4)


def test_brightness_and_contrast_leave_a_standardised_image_as_it_is(rng):
    x = rng.integers(0, 100, (2, 6, 6, 3), dtype=np.uint8)
    layer = nn.StandardiseImages()
    np.testing.assert_allclose(to_numpy(layer(x).data), to_numpy(layer(2 * x + 9).data), atol=1e-5)


def test_a_flat_image_becomes_0(rng):
    assert not to_numpy(nn.StandardiseImages()(np.full((2, 4, 4, 3), 200, np.uint8)).data).any()


def test_the_gradient_of_a_standardised_image_is_right(rng):
    assert_gradient_is_right(nn.StandardiseImages(), rng.standard_normal((2, 3, 4, 2)))
    assert_gradient_is_right(nn.StandardiseImages(), rng.standard_normal((4, 3)))
