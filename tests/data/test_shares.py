"""A label shift of digits, and a target that lacks a class."""

import numpy as np
import pytest

from minidann import cli
from minidann.data import digits_pair
from minidann.data.shares import class_shares, drawn_by_class, shares_title

HALF = (1, 1, 1, 1, 1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("name", ["turned", "printed"])
def test_the_classes_of_the_target_have_their_shares_and_the_source_stays(name):
    plain = digits_pair(name, copies=1)
    pair = digits_pair(name, copies=1, target_shares=(3, 1, 1, 1, 1, 1, 1, 1, 0, 0))
    for part in ("x_source", "y_source", "x_source_test", "y_source_test"):
        np.testing.assert_array_equal(getattr(plain, part), getattr(pair, part))
    assert np.bincount(pair.oracle).tolist() == [360] + [120] * 7
    counts = np.bincount(pair.y_target_test, minlength=10)
    assert counts.sum() == 597
    np.testing.assert_allclose(counts, 597 * np.array([0.3] + [0.1] * 7 + [0] * 2), atol=1)
    assert pair.n_classes == 10
    assert pair.name == plain.name + ", target classes in % 30 10 10 10 10 10 10 10 0 0"


def test_a_missing_class_is_missing_for_training_and_for_scoring():
    pair = digits_pair("photo", copies=1, target_shares=HALF)
    assert set(pair.oracle) == set(pair.y_target_test) == set(range(5))
    assert pair.name.endswith(", target without 5, 6, 7, 8, 9")
    assert pair.target_as_source().n_classes == 10


def test_training_and_test_share_no_scan(monkeypatch):
    monkeypatch.setattr("minidann.data.digits.warp", lambda images, *how: images)  # so that digits can be known again
    pair = digits_pair("turned", copies=1, target_shares=(9, *HALF[1:]))
    train, test = ({image.tobytes() for image in x} for x in (pair.x_target, pair.x_target_test))
    assert not train & test


def test_a_seed_repeats_the_shares():
    one, two, other = (digits_pair(seed=seed, copies=1, target_shares=HALF) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.x_target, two.x_target)
    assert not np.array_equal(one.x_target, other.x_target)


def test_each_example_of_a_class_comes_equally_often_or_once_more():
    labels = np.array([0] * 3 + [1] * 50)
    shares = np.array([0.21, 0.79])
    drawn = drawn_by_class(labels, shares, 101, np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=53)
    assert counts.sum() == 101
    assert counts[:3].sum() == 21
    assert np.ptp(counts[:3]) == 0
    assert np.ptp(counts[3:]) == 1
    assert not (np.diff(labels[drawn]) >= 0).all()  # in random order


def test_words():
    assert shares_title(class_shares("s", [2] * 10)) == ", target classes equal"
    assert shares_title(class_shares("s", [1e308] * 9 + [0])) == ", target without 9"


@pytest.mark.parametrize(
    "wrong", [(1,) * 9, (0,) * 10, (1,) * 9 + (-1,), (1,) * 9 + (float("nan"),), "half", 3, [[1] * 10]]
)
def test_wrong_shares_are_named(wrong):
    with pytest.raises(ValueError, match="target_shares: got .*, expected 10 numbers of at least 0"):
        digits_pair(copies=1, target_shares=wrong)


@pytest.mark.parametrize(
    "command", [["choose", "photo"], ["data", "show", "photo"], ["inspect", "digits", "--pair", "photo"]]
)
def test_a_command_makes_the_pair_with_the_shares(command, monkeypatch, tmp_path):
    asked = []

    def make(name, *_, target_shares, **__):
        asked.append((name, target_shares))
        raise ValueError("made")

    for module in ("choose", "data", "runs"):
        monkeypatch.setattr(f"minidann.commands.{module}.digits_pair", make)
    with pytest.raises(SystemExit):
        cli.main([*command, "--target-shares", ",".join(map(str, HALF)), "--out", str(tmp_path)])
    assert asked == [("photo", HALF)]
