"""The three numbers of the bound on the target error."""

from dataclasses import replace

import pytest
from helpers.hidden_labels import moons_without_target_labels

from minidann.adapt import MOONS, Training
from minidann.compare import Bound, bound, proxy_a_distance
from minidann.data import DomainPair, moons_pair

QUICK = replace(MOONS, steps=60, adapt_weight=0.1)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(35, n=120, n_test=100)


@pytest.fixture(scope="module")
def network(pair):
    return Training(pair, QUICK).fit().result()


def test_the_numbers_of_the_bound(network, pair):
    found = bound(network, pair)
    assert found.source_error == 1 - network.accuracy(pair.x_source_test, pair.y_source_test, "source")
    assert found.target_error == 1 - network.accuracy(pair.x_target_test, pair.y_target_test)
    features = [network.transform(x) for x in (pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test)]
    alone = proxy_a_distance(*features[:2], source_test=features[2], target_test=features[3])
    assert found.divergence == alone
    assert found.total == found.source_error + max(0, alone) / 2 + found.joint_error
    assert "source error" in str(found)
    assert f"{found.target_error:.3f}" in str(found)


def test_the_joint_error_is_large_where_no_head_can_be_right_on_both():
    """At 180° the target has the same points as the source, with swapped classes: each head is wrong on half."""
    joint = {}
    for angle in (0, 180):
        pair = moons_pair(angle, n=120, n_test=200)
        found = bound(Training(pair, QUICK).fit().result(), pair)
        joint[angle] = found.joint_error
        assert found.divergence < 0.5
    assert joint[0] < 0.3
    assert joint[180] > 0.8


def test_the_domain_head_is_a_judge(network, pair):
    logits = network.domain_logits(pair.x_source_test, "source"), network.domain_logits(pair.x_target_test)
    error = ((logits[0] > 0).mean() + (logits[1] <= 0).mean()) / 2
    assert bound(network, pair, "domain head").divergence == pytest.approx(2 * (1 - 2 * error))
    by_inputs = proxy_a_distance(pair.x_source_test, pair.x_target_test, network.domain_logits)
    assert by_inputs == pytest.approx(2 * (1 - 2 * error))


def test_without_target_labels_two_numbers_stay_and_no_sum(network, pair):
    known, blind = bound(network, pair), bound(network, pair.without_target_labels())
    assert (blind.source_error, blind.divergence) == (known.source_error, known.divergence)
    assert blind.joint_error is blind.target_error is blind.total is None
    assert "unknown without target labels" in str(blind)


def test_the_oracle_is_not_read(network):
    assert bound(network, moons_without_target_labels(n=20, n_test=20)).joint_error is not None


def test_few_test_examples_and_folds_of_one_class_have_a_joint_error(network, pair):
    few = DomainPair(
        "few",
        **{name: getattr(pair, name) for name in ("x_source", "y_source", "x_target")},
        **{f"x_{part}_test": getattr(pair, f"x_{part}_test")[:2] for part in ("source", "target")},
        y_source_test=[0, 1],
        y_target_test=[1, 1],
    )
    assert 0 <= bound(network, few).joint_error <= 2


def test_a_sum_of_fewer_than_zero_has_no_meaning():
    assert Bound(0.25, -0.1, 0.5, 0.5).total == 0.75


def test_bad_arguments_of_the_bound_are_named(network, pair):
    for wrong, message in (
        ({"network": 3}, "network: got 3, expected a trained network"),
        ({"pair": 3}, "pair: got 3"),
        ({"head": 3}, "head: got 3, expected a classifier"),
    ):
        with pytest.raises(TypeError, match=message):
            bound(**({"network": network, "pair": pair} | wrong))
    with pytest.raises(ValueError, match="judge: got 'head', expected one of linear, rbf, domain head"):
        bound(network, pair, "head")
