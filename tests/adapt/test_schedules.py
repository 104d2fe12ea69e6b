"""λ(p) and μ(p)."""

import math

import pytest

from minidann.adapt import adapt_weight_at, learning_rate_at


def test_lambda_starts_at_0_grows_and_almost_reaches_1():
    values = [adapt_weight_at(p / 20) for p in range(21)]
    assert values[0] == 0
    assert all(b > a for a, b in zip(values, values[1:]))
    assert values[-1] == pytest.approx(math.tanh(5))  # 2/(1 + e^−x) − 1 = tanh(x/2)


def test_the_rate_falls_from_mu_0():
    assert learning_rate_at(0.0) == 0.01
    assert learning_rate_at(1.0) == pytest.approx(0.01 / 11**0.75)
    assert learning_rate_at(0.5, rate=2.0) == pytest.approx(2.0 / 6**0.75)
