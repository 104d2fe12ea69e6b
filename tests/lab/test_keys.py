"""The lab's keys in a window with a manager: no key of matplotlib's acts, and a list shows all keys."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.hands import Hand

from minidann.cli import main
from minidann.lab import Lab
from minidann.lab.keys import KEYS

NAMES = [name for key in KEYS.values() for name in key.names]
OTHERS = sorted({name for keymap in plt.rcParams.find_all("^keymap") for name in plt.rcParams[keymap]} - set(NAMES))


@pytest.fixture(scope="module")
def opened():
    lab = Lab(plt.figure())
    yield lab
    plt.close(lab.figure)


@pytest.fixture
def over(opened, monkeypatch):
    """A hand with the mouse over the curves, which is where matplotlib's keys act."""
    monkeypatch.setattr(opened.painter, "paint", lambda seldom=True: False)
    hand, ax = Hand(opened), opened.view.axes["curves"]
    place = ax.transAxes.transform((0.5, 0.5))
    press = hand.press
    hand.press = lambda key: press(key, place)
    return hand


def state(lab):
    axes = lab.figure.axes
    scales = [(ax.get_xscale(), ax.get_yscale()) for ax in axes]
    grids = [line.get_visible() for ax in axes for axis in (ax.xaxis, ax.yaxis) for line in axis.get_gridlines()]
    return scales, grids, [(*ax.get_xlim(), *ax.get_ylim()) for ax in axes]


@pytest.mark.parametrize("key", OTHERS)
def test_no_key_of_matplotlibs_does_anything(opened, over, key):
    before = state(opened)
    over.press(key)
    assert plt.fignum_exists(opened.figure.number)
    assert state(opened) == before


def test_no_wheel_and_no_other_mouse_button_is_matplotlibs(opened):
    connected = opened.figure.canvas.callbacks.callbacks.values()
    names = {reference().__name__ for by_id in connected for reference in by_id.values()}
    assert not names & {"key_press_handler", "button_press_handler", "scroll_handler"}


def test_f_is_full_screen(opened, over, monkeypatch):
    calls = []
    monkeypatch.setattr(opened.figure.canvas.manager, "full_screen_toggle", lambda: calls.append(1))
    over.press("f")
    assert calls == [1]


@pytest.mark.parametrize("key", ["h", "?"])
def test_a_key_shows_all_keys_and_hides_them(opened, over, key):
    assert not opened.card.open
    over.press(key)
    assert opened.card.title == "keys"
    for one, line in zip(KEYS.values(), opened.card.lines, strict=True):
        assert line.startswith(f"{one.shown} ")
        assert line.endswith(one.action)
    over.press(key)
    assert not opened.card.open


def test_the_list_is_painted_over_all_and_leaves_nothing_behind(opened):
    def pixels():
        opened.tick()
        return np.array(opened.figure.canvas.buffer_rgba())

    before = pixels()
    opened.show_keys()
    assert (pixels() != before).any(axis=-1).mean() > 0.01
    opened.show_keys()
    np.testing.assert_array_equal(pixels(), before)


def test_without_a_window_f_does_nothing(lab, hand):
    hand.press("f")


def test_the_help_says_every_key(capsys):
    with pytest.raises(SystemExit):
        main(["lab", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for key in KEYS.values():
        assert f"{key.shown}: {key.action}" in text
