"""A lab for the tests of a module, brought back to its beginning before each."""

import pytest
from helpers.hands import Hand, make_lab

from minidann.lab import Settings


@pytest.fixture(scope="module")
def one():
    """A lab that the tests of a module share."""
    return make_lab()


@pytest.fixture
def lab(one, monkeypatch):
    """Nothing of it is painted, as that takes long: what is shown is asked of the artists."""
    monkeypatch.setattr(one.painter, "paint", lambda seldom=True: False)
    one.pause()
    if one.experiments[1:]:
        one.two_forms()
    one.experiment.dabs.clear()
    one.controls.rest()
    one.experiment.set(**vars(Settings()))
    one.controls.show(one.experiment.settings)
    one.card.close()
    if not one.controls.shown:
        one.toggle_controls()
    one.controls.open_tab("training")
    one.say("")
    one.lesson.choose("")
    one._before.clear()
    one.begin()
    one.tick()
    return one


@pytest.fixture
def hand(lab):
    return Hand(lab)
