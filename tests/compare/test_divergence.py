"""The proxy A-distance with each judge."""

import numpy as np
import pytest

from minidann.compare import proxy_a_distance
from minidann.data import moons_pair


def cloud(n, seed, middle=0.0):
    return np.random.default_rng(seed).standard_normal((n, 2)) + middle


@pytest.fixture(scope="module")
def pair():
    return moons_pair(35, n=120, n_test=100)


@pytest.mark.parametrize("judge", ["linear", "rbf"])
def test_equal_domains_have_the_distance_0_and_far_ones_2(judge):
    assert abs(proxy_a_distance(cloud(400, 0), cloud(400, 1), judge)) < 0.25
    assert proxy_a_distance(cloud(50, 0), cloud(50, 1, middle=20), judge) == 2


def test_a_linear_judge_is_blind_to_a_rotation_about_the_middle(pair):
    assert proxy_a_distance(pair.x_source, pair.x_target, "rbf") > 0.6
    assert proxy_a_distance(pair.x_source, pair.x_target, "linear") < 0.4


@pytest.mark.parametrize("judge", ["linear", "rbf"])
def test_a_larger_domain_is_no_difference(judge):
    for sizes in ((400, 40), (40, 400)):
        assert abs(proxy_a_distance(cloud(sizes[0], 0), cloud(sizes[1], 1), judge)) < 0.7
    source_test, target_test = cloud(2000, 2), cloud(30, 3)
    found = proxy_a_distance(cloud(400, 0), cloud(40, 1), judge, source_test=source_test, target_test=target_test)
    assert abs(found) < 0.7  # a judge that always says "source" is no good judge


class Threshold:
    """A judge that learns nothing: "target" above 0."""

    def get_params(self, deep=True):
        return {}

    def fit(self, x, y):
        self.learnt_ = x, y
        return self

    def predict(self, x):
        return (x[:, 0] > 0).astype(int)


def test_the_formula_by_hand():
    source, target = np.array([[-1.0], [-1], [-1], [1]]), np.array([[1.0], [1], [-1], [1]])  # a quarter wrong in each
    assert proxy_a_distance(source, target, Threshold()) == pytest.approx(2 * (1 - 2 * 0.25))
    assert proxy_a_distance(source, target, lambda x: x / 9) == pytest.approx(1)  # a logit, and no probability
    assert proxy_a_distance(source, target, lambda x: -x[:, 0]) == pytest.approx(-1)
    tests = {"source_test": source[:2], "target_test": target[2:]}  # none and a half wrong
    for judge in (Threshold(), lambda x: x):
        assert proxy_a_distance(source, target, judge, **tests) == pytest.approx(2 * (1 - 2 * 0.25))


def test_a_judge_of_the_caller_is_not_changed_and_learns_from_the_first_sets_alone():
    judge, seen = Threshold(), []

    class Kept(Threshold):
        def fit(self, x, y):
            seen.append((x, y))
            return self

    proxy_a_distance(cloud(6, 0), cloud(4, 1), judge)
    proxy_a_distance(cloud(6, 0), cloud(4, 1), judge, source_test=cloud(3, 2), target_test=cloud(3, 3))
    assert not hasattr(judge, "learnt_")
    source, target = cloud(6, 0), cloud(4, 1)
    proxy_a_distance(source, target, Kept(), source_test=cloud(3, 2), target_test=cloud(3, 3))
    ((x, y),) = seen
    assert y.tolist() == [0] * 4 + [1] * 4
    assert {tuple(row) for row in x} <= {tuple(row) for row in np.concatenate([source, target])}


def test_images_frames_and_seeds():
    images = np.random.default_rng(0).integers(0, 255, (20, 3, 3, 1)).astype(np.uint8)
    flat = images.reshape(20, -1)
    assert proxy_a_distance(images, images // 2) == proxy_a_distance(flat, flat // 2)
    one, two, other = (proxy_a_distance(cloud(60, 0), cloud(60, 1, 0.5), seed=seed) for seed in (3, 3, 4))
    assert one == two
    assert one != other
    pandas = pytest.importorskip("pandas")
    source = pandas.DataFrame(cloud(60, 0), columns=["a", "b"])
    target = pandas.DataFrame(cloud(60, 1, 0.5)[:, ::-1], columns=["b", "a"])
    assert proxy_a_distance(source, target, seed=3) == one


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"judge": "svm"}, ValueError, "judge: got 'svm', expected one of linear, rbf"),
        ({"judge": Threshold}, TypeError, "judge: got <class .*, expected one of linear, rbf, a classifier"),
        ({"judge": 3}, TypeError, "judge: got 3"),
        ({"judge": lambda x: x[:3]}, ValueError, "judge: got an array of shape .3, 2., expected a logit for each of 9"),
        ({"judge": lambda x: x @ np.ones(5)}, ValueError, "judge: its call failed"),
        ({"source": cloud(1, 0)}, ValueError, "source: got 1 example, expected at least 2"),
        (
            {"target": np.zeros((9, 3))},
            ValueError,
            r"target: got examples of shape \(3,\), expected \(2,\) as in source",
        ),
        ({"target": [[np.nan, 0]] * 9}, ValueError, "target: "),
        ({"source_test": cloud(3, 0)}, ValueError, "target_test: got None, expected test examples of both"),
        ({"seed": -1}, ValueError, "seed: got -1"),
    ],
)
def test_bad_arguments_are_named(wrong, error, message):
    with pytest.raises(error, match=message):
        proxy_a_distance(**({"source": cloud(9, 0), "target": cloud(9, 1)} | wrong))
