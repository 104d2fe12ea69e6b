"""The cards over the window: opened, chosen from and closed by mouse and keys."""

import numpy as np
import pytest
from helpers.hands import make_lab

from minidann.lab.card import MOST


@pytest.fixture(autouse=True)
def closed(lab):
    lab.card.close()


def texts(card):
    return [artist.get_text() for artist in card.artists() if hasattr(artist, "get_text")]


def middle(card, i):
    """The place of the i-th line on the window."""
    box = [artist for artist in card.artists() if hasattr(artist, "get_text")][1 + i].get_window_extent()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def test_a_card_is_in_the_window_and_its_lines_do_not_overlap(lab):
    lab.card.show("a title", ["one line", "a long line " * 20, "", "the last"])
    box = lab.card.artists()[0].get_window_extent()
    assert 0 < box.x0 < box.x1 < lab.figure.bbox.x1
    assert 0 < box.y0 < box.y1 < lab.figure.bbox.y1
    assert texts(lab.card)[:2] == ["a title", "one line"]
    shown = [artist.get_window_extent() for artist in lab.card.artists() if hasattr(artist, "get_text")]
    shown = [place for place, text in zip(shown, texts(lab.card)) if text]
    for above, below in zip(shown, shown[1:]):
        assert below.y1 <= above.y0 + 1
    assert all(box.x0 < place.x0 and place.x1 < box.x1 and box.y0 < place.y0 and place.y1 < box.y1 for place in shown)


@pytest.mark.parametrize("place", [(0.0, 0.0), (1.0, 1.0)])
def test_a_card_at_the_edge_stays_in_the_window(lab, place):
    lab.card.show("keys", ["one", "two"], place=place)
    box = lab.card.artists()[0].get_window_extent()
    assert box.x0 >= 0
    assert box.y0 >= 0
    assert box.x1 <= lab.figure.bbox.x1
    assert box.y1 <= lab.figure.bbox.y1


def test_a_long_card_shows_its_first_lines(lab):
    lab.card.show("much", [f"line {i}" for i in range(100)])
    assert len(lab.card.lines) == 100
    assert texts(lab.card)[MOST - 1] == f"line {MOST - 2}"
    assert texts(lab.card)[MOST] == "… and so on: 100 lines in all"
    assert len(texts(lab.card)) == MOST + 2


def test_a_dollar_is_a_dollar(lab):
    lab.card.show("code", ["a = '$x$'"], code=True)
    lab.tick()
    assert not any(artist.get_parse_math() for artist in lab.card.artists() if hasattr(artist, "get_parse_math"))


def test_escape_or_a_click_outside_closes(lab, hand):
    for close in (lambda: hand.press("escape"), lambda: hand.click((2, 2))):
        lab.card.show("a title", ["a line"])
        hand.click(middle(lab.card, 0))  # inside
        assert lab.card.open
        close()
        assert not lab.card.open
        assert lab.card.artists() == []


def test_other_keys_go_on_to_the_lab(lab, hand):
    lab.card.show("a title", ["a line"])
    hand.press("enter")
    assert lab.experiment.training.step_count == 1
    assert lab.card.open


def test_a_menu_is_chosen_from_by_mouse(lab, hand):
    chosen = []
    lab.card.show("a menu", ["zero", "one", "two"], chosen.append)
    hand.mouse("motion_notify_event", middle(lab.card, 1))
    assert lab.card.at == 1
    hand.click(middle(lab.card, 2))
    assert chosen == [2]
    assert not lab.card.open


def test_a_menu_is_chosen_from_by_keys(lab, hand):
    chosen = []
    lab.card.show("a menu", ["zero", "one", "two"], chosen.append)
    for key in ("down", "down", "down", "up", "enter"):
        hand.press(key)
    assert chosen == [2]
    assert not lab.card.open
    assert lab.experiment.training.step_count == 0  # the menu took Enter


def test_an_open_card_has_the_mouse_for_itself(lab, hand):
    lab.card.show("a title", ["a line"])
    hand.button("step")  # which is outside the card
    assert not lab.card.open
    assert lab.experiment.training.step_count == 0
    hand.button("step")
    assert lab.experiment.training.step_count == 1


def test_the_click_that_opens_a_card_does_not_close_it(lab, hand):
    hand.mouse("button_release_event", (2, 2))
    lab.show_keys()
    hand.mouse("button_release_event", (2, 2))
    assert lab.card.open


def test_a_new_card_takes_the_place_of_the_old_one(lab):
    lab.card.show("one", ["a", "b"])
    lab.card.show("two", ["c"])
    assert texts(lab.card)[:2] == ["two", "c"]


def test_it_is_painted_over_all_the_same_in_each_frame_and_leaves_nothing_behind():
    lab = make_lab(width=4)
    lab.view.show = lambda *arguments: None  # the plane of the features moves on

    def pixels():
        lab._look()
        lab.tick()
        return np.array(lab.figure.canvas.buffer_rgba())

    before = pixels()
    lab.card.show("a menu", ["zero", "one"], print)
    first = pixels()
    assert (first != before).any(axis=-1).mean() > 0.01
    np.testing.assert_array_equal(pixels(), first)  # the second is the picture of the first
    lab.card.key("down")
    assert (pixels() != first).any()
    lab.card.show("another", ["line"])
    assert (pixels() != first).any()
    lab.card.close()
    np.testing.assert_array_equal(pixels(), before)
