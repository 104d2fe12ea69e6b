"""First weights: their variance, their bounds, their repeatability."""

import numpy as np
import pytest

from minidann import nn

VARIANCES = {
    nn.he_normal: lambda n_in, n_out: 2 / n_in,
    nn.he_uniform: lambda n_in, n_out: 2 / n_in,
    nn.glorot_normal: lambda n_in, n_out: 2 / (n_in + n_out),
    nn.glorot_uniform: lambda n_in, n_out: 2 / (n_in + n_out),
    nn.lecun_normal: lambda n_in, n_out: 1 / n_in,
}
every_rule = pytest.mark.parametrize("rule", VARIANCES, ids=lambda rule: rule.__name__)


@every_rule
@pytest.mark.parametrize("shape", [(200, 300), (300, 100)])
def test_the_variance_is_that_of_the_paper_and_the_mean_zero(rule, shape, rng):
    weights = rule(rng, *shape)
    assert weights.shape == shape
    expected = VARIANCES[rule](*shape)
    assert weights.var() == pytest.approx(expected, rel=0.03)
    assert abs(weights.mean()) < 4 * np.sqrt(expected / weights.size)


@every_rule
def test_the_same_seed_gives_the_same_weights(rule):
    one, two = (rule(np.random.default_rng(7), 3, 4) for _ in range(2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(("rule", "bound"), [(nn.he_uniform, np.sqrt(6 / 50)), (nn.glorot_uniform, np.sqrt(6 / 150))])
def test_a_uniform_rule_fills_its_interval_and_stays_inside(rule, bound, rng):
    weights = rule(rng, 50, 100)
    assert abs(weights).max() <= bound
    assert abs(weights).max() > 0.99 * bound


def test_he_keeps_the_size_of_a_signal_through_twenty_relu_layers(rng):
    signal = rng.standard_normal((200, 256))
    start = np.mean(signal**2)
    for _ in range(20):
        signal = np.maximum(signal @ nn.he_normal(rng, 256, 256), 0)
    assert 0.2 < np.mean(signal**2) / start < 5
