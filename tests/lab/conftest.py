"""A lab for all tests, brought back to its beginning before each."""

from pathlib import Path

import pytest
from helpers.hands import Hand, make_lab

from minidann.lab import Settings
from minidann.lab.window import SAVED


@pytest.fixture(scope="session")
def one():
    """A lab that all tests share: to make one takes half a second."""
    return make_lab()


def restore(lab, second=()):
    """Bring ``lab`` back to its beginning, with one run, or with another of the form ``second`` beside it."""
    lab.pause()
    if len(lab.experiments) > 1 and not second:
        lab.two_forms()
    for experiment in lab.experiments:
        experiment.dabs.clear()
    lab.controls.rest()
    for experiment, form in zip(lab.experiments, (Settings().form, *second)):
        experiment.set(**vars(Settings()) | {"form": form})
    lab.controls.show(lab.experiment.settings)
    if second:
        lab.controls.show_second(*second)
    lab.card.close()
    if not lab.controls.shown:
        lab.toggle_controls()
    lab.controls.open_tab("training")
    lab.say("")
    lab.lesson.choose("")
    lab._before.clear()
    lab._failures._told.clear()
    lab.save_to = lab.load_from = Path(SAVED)
    lab.begin()
    lab.tick()


@pytest.fixture
def lab(one, monkeypatch):
    """Nothing of it is painted, as that takes long: what is shown is asked of the artists."""
    monkeypatch.setattr(one.painter, "paint", lambda seldom=True: False)
    restore(one)
    return one


@pytest.fixture
def two(one, monkeypatch):
    """The same lab with two forms side by side. The scene of two stays from test to test: to make one is slow."""
    monkeypatch.setattr(one.painter, "paint", lambda seldom=True: False)
    restore(one, ["no-reversal"] if one.experiments[1:] else [])
    if not one.experiments[1:]:
        Hand(one).press("2")
        one.tick()
    return one


@pytest.fixture
def hand(one):
    return Hand(one)
