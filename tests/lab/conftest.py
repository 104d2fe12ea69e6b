"""A lab for the tests of a module, brought back to its beginning before each."""

import pytest
from hands import Hand, make_lab


@pytest.fixture(scope="module")
def one():
    """A lab that the tests of a module share."""
    return make_lab()


@pytest.fixture
def lab(one):
    one.pause()
    one.clear()
    one.defaults()
    one.begin()
    if one.controls.averaged:
        one.controls.widgets["ticks"].set_active(1)
    one.controls.widgets["speed"].set_val(3)
    one.tick()
    return one


@pytest.fixture
def hand(lab):
    return Hand(lab)
