"""Chapter 00 is the package's moons run in small: the same data, the same weights, the same accuracy."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from minidann.adapt import MOONS, Training
from minidann.data import moons_pair

CHAPTER = Path(__file__).parents[1] / "tutorials" / "00_dann_in_one_file.py"
SEEDS = (0, 1, 2)


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    """The names that a whole run of the chapter leaves, its figure saved in ``folder``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "agg")
        folder = tmp_path_factory.mktemp("chapter")
        patch.chdir(folder)
        return runpy.run_path(str(CHAPTER)) | {"folder": folder}


def vector(network):
    """All weights of a network of the chapter, in the order of the package's vector θ."""
    return np.concatenate([p.data.ravel() for layers in network.values() for layer in layers for p in layer])


def test_one_file_of_at_most_250_lines_without_the_package(chapter):
    text = CHAPTER.read_text()
    assert len(text.splitlines()) <= 250
    assert "import minidann" not in text
    assert "from minidann" not in text


def test_its_figure_is_saved_where_there_is_no_display(chapter):
    assert (chapter["folder"] / "results" / "tutorials" / "00-1.png").stat().st_size > 10_000


@pytest.mark.parametrize("seed", SEEDS)
def test_the_data_are_the_same_to_the_bit(chapter, seed):
    pair = moons_pair(seed=seed)
    mean = np.concatenate([pair.x_source, pair.x_target]).mean(axis=0)
    x_source, x_target, x_test = ((x - mean) * 4 for x in (pair.x_source, pair.x_target, pair.x_target_test))
    expected = (x_source, pair.y_source, x_target, x_test, pair.y_target_test)
    for found, wanted in zip(chapter["moons_pair"](seed), expected):
        np.testing.assert_array_equal(found, wanted, strict=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_weights_are_the_same_after_twenty_steps(chapter, seed):
    training = Training(moons_pair(seed=seed), MOONS, seed)
    for _ in range(20):
        training.step()
    averaged = chapter["train"](*chapter["moons_pair"](seed)[:3], MOONS.adapt_weight, seed, steps=20)
    np.testing.assert_allclose(vector(averaged), training.average.values, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_accuracy_is_the_same_after_the_full_run(chapter, seed):
    pair = moons_pair(seed=seed)
    *to_train_on, x_test, y_test = chapter["moons_pair"](seed)
    network = chapter["networks"]["DANN"] if seed == 0 else chapter["train"](*to_train_on, MOONS.adapt_weight, seed)
    found = (chapter["predict"](network, x_test) == y_test).mean()
    wanted = Training(pair, MOONS, seed).fit().result().accuracy(pair.x_target_test, pair.y_target_test)
    assert found == pytest.approx(wanted, abs=0.005)
