"""A DataWarning for doubtful pairs, once; none for honest ones; no test set that training has seen."""

import warnings

import numpy as np
import pytest

from minidann.data import DataWarning, DomainPair, blobs_pair, digits_pair, moons_pair
from minidann.data.hand_drawn import Dab, drawn_pair

N = 60
LABELS = np.arange(N) % 2


def arrays(seed=0, shape=(3,)):
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=(N, *shape)) for name in ("x_source", "x_target", "x_source_test", "x_target_test")}


def pair_of(x, y=LABELS):
    return DomainPair("p", **x, y_source=y, y_source_test=y, y_target_test=y)


def of_target(x, change):
    return x | {name: change(x[name]) for name in ("x_target", "x_target_test")}


def of_all(x, change):
    return {name: change(value) for name, value in x.items()}


def scaled(x, factor, column=1):
    factors = np.ones(x.shape[1])
    factors[column] = factor
    return x * factors


def constant(x, column=1):
    x = x.copy()
    x[:, column] = 3
    return x


def images(seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.random((N, 6, 6, 1)) for name in arrays()}


DOUBTFUL = {
    "0 to 1 beside 0 to 255": (of_target(images(), lambda x: 255 * x), "scales differ, .* to 1 beside .* to 255"),
    "0 to 255 beside 0 to 1": ({**of_all(images(), lambda x: 255 * x), **{"x_target": images()["x_target"]}}, "scales"),
    "percent beside shares": (of_target(arrays(), lambda x: scaled(x, 100)), "column 1: the scales differ"),
    "metres beside kilometres": (of_target(arrays(), lambda x: x / 1000), "columns 0, 1, 2: the scales differ"),
    "another zero": (of_target(arrays(), lambda x: x + 273), "columns 0, 1, 2: lie far apart"),
    "one large column": (of_all(arrays(), lambda x: scaled(x, 1e5)), "column 1 has a range 1e\\+05 times another's"),
    "one small column": (of_all(arrays(), lambda x: scaled(x, 1e-5)), "has a range"),
    "seconds since 1970": (
        of_all(arrays(), lambda x: x + [0, 1.7e9, 0]),
        "1 is constant in float32, which",
    ),
    "hours since 1970": (of_all(arrays(), lambda x: 1e3 * x + [0, 1.7e9, 0]), "varies less than float32 can hold"),
    "a constant target": (of_target(arrays(), np.zeros_like), "x_target: all 60 examples are equal"),
    "a wide table with one large column": (
        of_all(arrays(shape=(80,)), lambda x: scaled(x, 1e5)),
        "column 1 has a range",
    ),
    "a wide table in other units": (of_target(arrays(shape=(80,)), lambda x: 255 * x), "the scales differ"),
    "a wide table with one other unit": (
        of_target(arrays(shape=(80,)), lambda x: scaled(x, 1e4)),
        "column 1: the scales",
    ),
    "a test set in other units": (
        images() | {"x_target_test": 255 * images(1)["x_target"]},
        "x_target and x_target_test",
    ),
    "a source test in other units": (
        arrays() | {"x_source_test": 100 * arrays(1)["x_source"]},
        "x_source and x_source_test: columns 0, 1, 2: the scales differ",
    ),
    "few examples in other units": (
        {name: x[:6] for name, x in of_target(images(), lambda x: 255 * x).items()},
        "x_source and x_target: the scales differ",
    ),
    "a constant column": (of_all(arrays(), constant), "x_source: column 1 is constant"),
    "a constant column of one domain": (of_target(arrays(), constant), "x_target: column 1 is constant"),
    "black images": (of_all(images(), lambda x: (1.02 * x).astype(np.uint8)), "x_source: the bytes are at most 1"),
}


@pytest.mark.parametrize("kind", DOUBTFUL)
def test_a_doubtful_pair_warns_once(kind):
    x, message = DOUBTFUL[kind]
    with pytest.warns(DataWarning, match=message) as caught:
        pair_of(x, LABELS[: len(x["x_source"])])
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)
    assert caught[0].filename == __file__  # the line of the caller


def test_a_constant_domain_warns():
    x = arrays()
    with pytest.warns(DataWarning, match="x_source: all 60 examples are equal"):
        pair_of(x | {"x_source": np.ones((N, 3))})
    with pytest.warns(DataWarning, match="x_target: all 60 examples are equal"):
        pair_of(x | {"x_target": np.ones((N, 3))})
    with pytest.warns(DataWarning, match="x_source: all 60 examples are equal"):
        pair_of({name: i.astype(np.uint8) for name, i in images().items() if name != "x_target_test"} | TEST_OF_BLACK)


TEST_OF_BLACK = {"x_target_test": np.ones((N, 6, 6, 1), np.uint8)}


def test_labels_that_are_an_index_warn():
    with pytest.warns(DataWarning, match="y_source: 60 classes in 60 examples; is it a number to predict, or an index"):
        pair_of(arrays(), np.arange(N))


def test_the_category_is_a_user_warning():
    assert issubclass(DataWarning, UserWarning)


def rebuilt(pair):
    names = [f"{a}_{part}" for part in ("source", "target", "source_test", "target_test") for a in "xy"]
    return DomainPair(
        pair.name, **{name: getattr(pair, name) for name in names if name != "y_target"}, y_target=pair.oracle
    )


@pytest.mark.parametrize(
    "make",
    [
        moons_pair,
        lambda: moons_pair(180),
        lambda: moons_pair(noise=0.0),
        lambda: moons_pair(n=4, n_test=2),
        blobs_pair,
        *(lambda name=name: digits_pair(name, copies=1) for name in ("turned", "photo", "blended", "printed")),
    ],
)
def test_the_pairs_of_the_package_do_not_warn_even_when_built_anew(make):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rebuilt(make())


def test_generators_without_noise_may_repeat_their_points():
    dabs = [Dab(x, 0.0, domain, label) for label, x in enumerate((0.0, 1.0)) for domain in ("source", "target")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn_pair(dabs, noise=0.0)
        moons_pair(noise=0.0, n=50, n_test=50)


def test_few_honest_examples_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(200):
            rng = np.random.default_rng(seed)
            x = {name: rng.normal(size=(3, 2)) + 5 for name in arrays()}
            DomainPair("few", **x, y_source=[0, 1, 0], y_source_test=[0, 1, 0])


def test_flattened_images_do_not_warn():
    pair = digits_pair("photo", copies=1)
    names = ("x_source", "x_target", "x_source_test", "x_target_test")
    x = {name: getattr(pair, name).reshape(len(getattr(pair, name)), -1) for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DomainPair("flat", **x, y_source=pair.y_source, y_source_test=pair.y_source_test)
        as_bytes = {name: (255 * value.clip(0, 1)).astype(np.uint8) for name, value in x.items()}
        DomainPair("flat", **as_bytes, y_source=pair.y_source, y_source_test=pair.y_source_test)


def test_honest_discrete_data_does_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(20):
            rng = np.random.default_rng(seed)
            x = {name: rng.integers(0, 3, (200, 2)) for name in arrays()}
            DomainPair("d", **x, y_source=np.arange(200) % 2, y_source_test=np.arange(200) % 2)
            x = {name: rng.integers(0, 10, (200, 3)) for name in arrays()}
            DomainPair("d", **x, y_source=np.arange(200) % 2, y_source_test=np.arange(200) % 2)


@pytest.mark.parametrize(
    "test",
    [
        lambda x: x,
        lambda x: x.copy(),
        lambda x: x[::-1],
        lambda x: x[:10],
        lambda x: np.concatenate([x, x]),
        lambda x: x.astype(np.float32),
    ],
)
def test_a_test_set_that_is_the_training_target_is_refused(test):
    x = arrays()
    x["x_target_test"] = test(x["x_target"])
    with pytest.raises(ValueError, match=r"x_target_test: got \d+ examples that are all in x_target, expected others"):
        DomainPair("p", **x, y_source=LABELS, y_source_test=LABELS)
    discrete = {name: value.round().clip(-1, 1) for name, value in arrays(shape=(1,)).items()}
    discrete["x_target_test"] = discrete["x_target"][::-1]
    with pytest.raises(ValueError, match="x_target_test: got 60 examples that are all in x_target"):
        DomainPair("p", **discrete, y_source=LABELS, y_source_test=LABELS)


def test_a_test_set_that_shares_examples_with_the_training_target_warns():
    x = arrays()
    x["x_target_test"] = np.concatenate([x["x_target"][:20], x["x_target_test"][20:]])
    with pytest.warns(DataWarning, match="x_target_test: 20 of 60 examples are in x_target too"):
        pair_of(x)


@pytest.mark.parametrize(
    ("part", "other", "why"),
    [
        ("x_source_test", "x_source", "training sees these"),
        ("x_target_test", "x_source", "training sees their labels"),
        ("x_target", "x_source", "there is no shift between these"),
    ],
)
def test_the_source_in_the_place_of_another_part_warns(part, other, why):
    x = arrays()
    x[part] = x[other].copy()
    with pytest.warns(DataWarning, match=f"^{part}: 60 of 60 examples are in {other} too, and {why}$"):
        pair_of(x)


def test_a_value_that_both_domains_repeat_does_not_warn():
    rng = np.random.default_rng(0)
    shares = {"x_source": 0.2, "x_source_test": 0.2, "x_target": 0.9, "x_target_test": 0.9}
    pair_of({name: x * (rng.random((N, 1)) > shares[name]) for name, x in arrays().items()})
