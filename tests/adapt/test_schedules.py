"""λ(p), and how the rate goes on."""

import math

import pytest

from minidann.adapt import Recipe, Training, adapt_weight_at, learning_rate_at
from minidann.adapt.schedules import RATES, constant_rate_at, cosine_rate_at
from minidann.data import moons_pair


def test_lambda_starts_at_0_grows_and_almost_reaches_1():
    values = [adapt_weight_at(p / 20) for p in range(21)]
    assert values[0] == 0
    assert all(b > a for a, b in zip(values, values[1:]))
    assert values[-1] == pytest.approx(math.tanh(5))  # 2/(1 + e^−x) − 1 = tanh(x/2)


def test_the_rate_falls_from_mu_0():
    assert learning_rate_at(0.0) == 0.01
    assert learning_rate_at(1.0) == pytest.approx(0.01 / 11**0.75)
    assert learning_rate_at(0.5, rate=2.0) == pytest.approx(2.0 / 6**0.75)


def test_the_cosine_goes_from_the_rate_by_its_half_to_0():
    assert cosine_rate_at(0.0, 0.3) == 0.3
    assert cosine_rate_at(0.5, 0.3) == pytest.approx(0.15)
    assert cosine_rate_at(1.0, 0.3) == pytest.approx(0, abs=1e-16)
    values = [cosine_rate_at(p / 20, 0.3) for p in range(21)]
    assert all(b < a for a, b in zip(values, values[1:]))
    assert values[0] - values[1] < values[10] - values[11]  # slowly at both ends
    assert values[19] - values[20] < values[10] - values[11]


def test_the_constant_rate_is_the_rate():
    assert {constant_rate_at(p, 0.3) for p in (0.0, 0.4, 1.0)} == {0.3}


@pytest.mark.parametrize(
    ("schedule", "expected"), [("constant", 0.2), ("annealed", 0.2 / 6**0.75), ("cosine", pytest.approx(0.1))]
)
def test_a_recipe_names_its_schedule_and_training_follows_it(schedule, expected):
    recipe = Recipe(steps=10, rate=0.2, schedule=schedule)
    training = Training(moons_pair(n=8, n_test=4), recipe)
    assert training.rate == 0.2
    for _ in range(5):
        training.step()
    assert training.rate == expected


def test_every_schedule_begins_with_the_rate_and_never_exceeds_it():
    assert list(RATES) == ["constant", "annealed", "cosine"]
    for rate_at in RATES.values():
        assert rate_at(0.0, 0.5) == 0.5
        assert all(0 <= rate_at(p / 10, 0.5) <= 0.5 for p in range(11))
