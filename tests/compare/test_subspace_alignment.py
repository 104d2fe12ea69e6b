"""Subspace Alignment."""

import numpy as np
import pytest
from helpers.frames import Frame, Series
from helpers.turned_blobs import blobs

from minidann.adapt import MOONS, build_dann
from minidann.compare import methods
from minidann.compare.subspace_alignment import (
    DIMENSIONS,
    AlignedSVM,
    choose_d,
    choose_d_by_oracle,
    principal_directions,
    stable_dimensions,
)
from minidann.data import moons_pair


def test_principal_directions_are_orthonormal_and_sorted():
    directions, variances = principal_directions(blobs(0)[0])
    np.testing.assert_allclose(directions.T @ directions, np.eye(6), atol=1e-12)
    assert (np.diff(variances) <= 0).all()


def test_fewer_rows_than_columns_have_the_same_directions_as_the_whole_covariance():
    x = np.random.default_rng(0).normal(size=(9, 30)) * np.linspace(3, 1, 30)
    directions, variances = principal_directions(x)
    whole, columns = np.linalg.eigh(np.cov(x.T))
    assert directions.shape == (30, 9)
    np.testing.assert_allclose(variances[:8], whole[::-1][:8])
    np.testing.assert_allclose(np.abs(directions[:, :8].T @ columns[:, ::-1][:, :8]), np.eye(8), atol=1e-9)
    assert stable_dimensions(x, blobs(0, width=30)[0], gamma=1e9)[-1] == 8  # the other sample has 200 rows


def test_it_mends_a_turned_and_shifted_domain():
    (x_source, y_source), (x_target, y_target) = blobs(0), blobs(1, turn=1.4, shift=3.0)
    sa = AlignedSVM(2).fit(x_source, y_source, x_target)
    assert (sa.predict(x_target) == y_target).mean() > 0.99
    assert (sa.predict_source(x_source) == y_source).mean() > 0.99
    plain = AlignedSVM(2).fit(x_source, y_source, x_source)  # knows nothing of the target
    assert (plain.predict(x_target - 3.0) == y_target).mean() < 0.8


def test_the_target_is_not_multiplied_by_m():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1, turn=1.2)
    sa = AlignedSVM(3).fit(x_source, y_source, x_target)
    p_source, p_target = (principal_directions(x)[0][:, :3] for x in (x_source, x_target))
    np.testing.assert_allclose(sa.target_map_, p_target)
    np.testing.assert_allclose(sa.source_map_, p_source @ (p_source.T @ p_target))


def test_d_is_chosen_without_a_target_label_and_within_the_bound():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    d = choose_d(x_source, y_source, x_target)
    assert d == 2  # one direction is the spread that says nothing of the class; a third is noise
    assert d in stable_dimensions(x_source, x_target)
    assert choose_d(x_source, y_source, x_target, dimensions=[1, 5]) == 5


def test_the_bound_shuts_out_directions_that_sampling_could_swap():
    x_source, x_target = blobs(0)[0], blobs(1)[0]
    assert stable_dimensions(x_source, x_target, gamma=1e9) == [1, 2, 3, 4, 5, 6]
    assert stable_dimensions(x_source, x_target, gamma=4e3) == [1, 2]
    assert stable_dimensions(x_source, x_target, gamma=1e-9) == [1]


def test_of_equally_good_d_the_smallest_is_chosen():
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    x_source, x_target = (rng.normal(scale=[0.1, 0.2, 0.1], size=(200, 3)) + np.outer(2.0 * y, [1, 0, 0]) for _ in "st")
    assert stable_dimensions(x_source, x_target) == [1, 2, 3]
    assert choose_d(x_source, y, x_target) == 1
    assert choose_d_by_oracle(x_source, y, x_target, x_target, y) == 1


def steady(variances, n):
    """2·n points about 0 with these variances along the axes, exactly, and no covariance."""
    x = np.zeros((2 * len(variances) * n, len(variances)))
    for axis, variance in enumerate(variances):
        here = slice(2 * axis * n, 2 * (axis + 1) * n)
        x[here, axis] = np.sqrt(variance * (len(x) - 1) / (2 * n)) * np.repeat([-1, 1], n)
    return x


def bound(d, smaller, largest, gamma, delta=0.1):
    """The least gap of eigenvalues for d directions (Fernando et al. 2013, §3.3)."""
    return (1 + np.sqrt(np.log(2 / delta) / 2)) * 16 * d**1.5 * largest / (gamma * np.sqrt(smaller))


def test_the_bound_takes_the_smaller_sample_the_narrower_gap_and_the_largest_norm():
    wide, narrow = steady([9.0, 4.0, 1.0], 10), steady([9.0, 7.0, 2.0], 40)  # gaps 5, 3, 1 and 2, 5, 2
    largest = max((x**2).sum(axis=1).max() for x in (wide, narrow))
    for d, gap in ((2, 3.0), (3, 1.0)):
        just = bound(d, len(wide), largest, 1.0) / gap  # the γ at which the bound for d equals the gap
        for x_source, x_target in ((wide, narrow), (narrow, wide)):
            assert d in stable_dimensions(x_source, x_target, gamma=1.001 * just)
            assert d not in stable_dimensions(x_source, x_target, gamma=0.999 * just)


def test_the_oracle_is_at_least_as_good_as_any_d():
    (x_source, y_source), (x_target, _), (x_test, y_test) = blobs(0), blobs(1, turn=1.2), blobs(2, turn=1.2)
    scores = {
        d: (AlignedSVM(d).fit(x_source, y_source, x_target).predict(x_test) == y_test).mean() for d in range(1, 7)
    }
    assert scores[choose_d_by_oracle(x_source, y_source, x_target, x_test, y_test)] == max(scores.values())


@pytest.mark.parametrize("d", [0, 7, 2.5])
def test_an_impossible_d_is_refused(d):
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    with pytest.raises(ValueError, match=f"d: got {d}"):
        AlignedSVM(d).fit(x_source, y_source, x_target)


def test_a_class_with_one_example_is_no_reason_to_stop():
    (x_source, _), (x_target, _) = blobs(0), blobs(1)
    lonely = np.arange(len(x_source)) == 7
    assert choose_d(x_source, lonely.astype(int), x_target) == 1


def test_of_many_stable_d_some_are_tried():
    rng = np.random.default_rng(0)
    scales = np.linspace(70, 1, 70)
    x_source, x_target = (rng.normal(size=(2000, 70)) * scales for _ in range(2))
    assert stable_dimensions(x_source, x_target, gamma=1e12) == list(DIMENSIONS)
    assert DIMENSIONS[:16] == tuple(range(1, 17))
    assert DIMENSIONS[-1] == 60


def test_the_oracle_tries_no_d_beyond_the_width_or_the_list(monkeypatch):
    tried = []

    class Recorded(AlignedSVM):
        def __init__(self, d):
            tried.append(d)
            super().__init__(d)

    monkeypatch.setattr("minidann.compare.subspace_alignment.AlignedSVM", Recorded)
    (x_source, y_source), (x_target, y_target) = blobs(0, width=18, n=60), blobs(1, width=18, n=60)
    choose_d_by_oracle(x_source, y_source, x_target, x_target, y_target)
    assert tried == list(range(1, 17))


@pytest.mark.parametrize("oracle", [False, True])
def test_it_is_fitted_on_some_examples_of_a_large_domain_and_scored_on_all(monkeypatch, oracle):
    pair, fitted = moons_pair(n=90, n_test=40), []
    real = AlignedSVM.fit

    def recorded(self, x_source, y_source, x_target):
        fitted.append((len(x_source), len(y_source), len(x_target)))
        return real(self, x_source, y_source, x_target)

    monkeypatch.setattr(AlignedSVM, "fit", recorded)
    monkeypatch.setattr(methods, "SA_EXAMPLES", 50)
    network = build_dann((2,), 2, MOONS, np.random.default_rng(0))
    one, two = (methods.align(pair, network, oracle) for _ in range(2))
    assert set(fitted) == {(50, 50, 50)}
    assert one == two  # the same examples every time
    monkeypatch.setattr(methods, "SA_EXAMPLES", 90)
    fitted.clear()
    methods.align(pair, network, oracle)
    assert set(fitted) == {(90, 90, 90)}


def test_the_examples_that_stand_for_a_domain_are_distinct():
    rng = np.random.default_rng(0)
    some = methods.some_examples(methods.SA_EXAMPLES + 500, rng)
    assert len(set(some)) == methods.SA_EXAMPLES
    assert some.max() >= methods.SA_EXAMPLES  # from all of it
    assert methods.some_examples(7, rng).tolist() == list(range(7))


def test_it_takes_labels_and_features_of_any_kind():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    plain = AlignedSVM(2).fit(x_source, y_source, x_target)
    words = np.array(["no", "yes"])[y_source]
    named = AlignedSVM(2).fit(x_source.tolist(), words.tolist(), x_target.astype("f4").tolist())
    assert set(named.predict(x_target)) == {"no", "yes"}
    assert (named.predict(x_target.tolist()) == np.array(["no", "yes"])[plain.predict(x_target)]).mean() > 0.99


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x_source": np.full((200, 6), np.nan)}, "x_source: got 1200 NaN"),
        ({"x_target": np.ones((1, 6))}, "x_target: got 1 example, expected at least 2"),
        ({"x_target": np.ones((5, 4))}, r"x_target: got examples of shape \(4,\), expected \(6,\) as in x_source"),
        ({"y_source": np.zeros(200)}, "y_source: got one class"),
        ({"y_source": np.arange(200) / 3}, "y_source: got numbers such as .* for labels"),
        ({"y_source": [0, 1]}, r"y_source: got shape \(2,\)"),
        ({"x_source": None}, "x_source: got None"),
        ({"x_source": np.ones((200, 2, 3))}, r"x_source: got shape \(200, 2, 3\), expected features"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(change, message):
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    with pytest.raises(ValueError, match=message):
        AlignedSVM(2).fit(**{"x_source": x_source, "y_source": y_source, "x_target": x_target} | change)


def test_it_predicts_only_after_fit():
    with pytest.raises(ValueError, match="fit: AlignedSVM predicts only after fit"):
        AlignedSVM(2).predict(np.ones((3, 6)))


def test_bytes_are_labels_too():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    sa = AlignedSVM(2).fit(x_source, np.array([b"no", b"yes"])[y_source], x_target)
    assert set(sa.predict(x_target)) == {b"no", b"yes"}


def frame(x, names):
    return Frame(dict(zip(names, x.T)))


def test_columns_go_by_their_names():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    order = [2, 0, 1, 5, 4, 3]
    plain = AlignedSVM(2).fit(x_source, y_source, x_target)
    source, target = frame(x_source[:, order], "cabfed"), frame(x_target[:, order], "cabfed")
    named = AlignedSVM(2).fit(frame(x_source, "abcdef"), y_source, target)
    assert (named.predict(target) == plain.predict(x_target)).all()
    assert (named.predict_source(source) == plain.predict_source(x_source)).all()
    with pytest.raises(ValueError, match="x_target: got columns with 'z' and without 'a', expected the names of x_so"):
        named.predict(frame(x_target, "zbcdef"))


def test_labels_whose_index_has_another_order_are_refused():
    (x_source, y_source), (x_target, _) = blobs(0), blobs(1)
    labels = Series(y_source[::-1], range(len(y_source))[::-1])
    with pytest.raises(ValueError, match="y_source: got the rows of x_source in another order, by its index"):
        AlignedSVM(2).fit(frame(x_source, "abcdef"), labels, x_target)
