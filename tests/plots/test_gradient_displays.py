"""The pictures of gradients: what they draw is what a probe found, and no text lies on another."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import minidann as md
from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import DomainPair, moons_pair
from minidann.plots import style
from minidann.plots.gradients import GradientHistoryDisplay, GradientsDisplay
from minidann.probe import probe
from minidann.probe.recorder import GradientRecorder, recorded

SHORT = replace(MOONS, steps=40, batch_size=16)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=60, n_test=20)


@pytest.fixture(scope="module")
def moons(pair):
    """A training in its middle."""
    training = Training(pair, SHORT)
    for _ in range(20):
        training.step()
    return training


@pytest.fixture(scope="module")
def digits():
    """The whole digits network, on noise."""
    rng = np.random.default_rng(0)
    names = ("source", "target", "source_test", "target_test")
    x = {f"x_{name}": rng.random((20, 8, 8, 1)) for name in names}
    pair = DomainPair("noise", **x, **{f"y_{name}": np.arange(20) % 10 for name in names})
    training = Training(pair, replace(RECIPES["digits"], batch_size=8, steps=9))
    for _ in range(3):
        training.step()
    return training


@pytest.fixture(scope="module")
def history(pair):
    return Training(pair, SHORT).fit(recorder=GradientRecorder(5)).history


def found_in(training, by="layer", recipe=None):
    if recipe is not None:
        training = Training(
            DomainPair("p", training.x_source, training.y_source, training.x_target, *[training.x_source] * 0), recipe
        )
    return probe(training.losses(training.draw()), training.network, by)
