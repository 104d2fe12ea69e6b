"""Colours that meet in one picture can be told apart by every colour vision. Each colour has one meaning."""

import inspect
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from minidann.plots import style
from minidann.probe import tables

# Linear RGB as seen by a person without one kind of cone: Machado, Oliveira & Fernandes (2009), severity 1
VISIONS = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]])
WHITE = XYZ.sum(axis=1)
LEAST = 15.0  # the distance in CIELAB. Okabe & Ito's own green and grey are 15.7 apart, orange and yellow 17.0

POINTS = {"class 0": style.CLASSES[0], "class 1": style.CLASSES[1], "source": style.SOURCE, "target": style.TARGET}
LOSSES = {"L_y": style.LABEL_LOSS, "L_d": style.DOMAIN_LOSS, "λ": style.LAMBDA, "chance": style.CHANCE}
RUNS = {"source only": style.SOURCE_ONLY, "DANN": style.DANN, "λ": style.LAMBDA, "chance": style.CHANCE}
VERDICTS = {"right": style.RIGHT, "wrong": style.WRONG}
OTHERS = {f"other run {i}": colour for i, colour in enumerate(style.OTHERS)}
PICTURES = {
    "a film": POINTS | LOSSES,
    "the lab": POINTS | LOSSES | VERDICTS | {"reversal": style.REVERSAL, "present phase": style.PRESENT},
    "moons and digits": POINTS | RUNS,
    "runs of one's own": RUNS | OTHERS,
    "gradients": LOSSES | {"reversal": style.REVERSAL} | RUNS,
    "forms": {name: LOSSES[name] for name in ("L_y", "L_d")} | VERDICTS | {"target": style.TARGET},
    "many losses": LOSSES | {f"loss {i}": colour for i, colour in enumerate(style.OTHER_LOSSES)},
}


def linear(colour):
    coded = np.array(to_rgb(colour))
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)


def cielab(rgb):
    ratios = XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast_with_white(colour):
    return 1.05 / (XYZ[1] @ linear(colour) + 0.05)


def nearest(colours, vision):
    seen = {name: cielab(np.array(VISIONS[vision]) @ linear(colour)) for name, colour in colours.items()}
    return min((float(np.linalg.norm(seen[a] - seen[b])), a, b) for a, b in combinations(seen, 2))


def test_the_measure_knows_red_from_green_and_deuteranopia_does_not():
    pair = {"red": "#C8563C", "green": "#808000"}
    assert nearest(pair, "all cones")[0] > 45
    assert nearest(pair, "deuteranopia")[0] < LEAST
    assert nearest({"black": "black", "white": "white"}, "tritanopia")[0] == pytest.approx(100, abs=0.5)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("picture", PICTURES)
def test_colours_that_meet_are_told_apart(picture, vision):
    assert nearest(PICTURES[picture], vision) > (LEAST,)


@pytest.mark.parametrize(
    "pair",
    [
        style.CLASSES,
        (style.SOURCE, style.TARGET),
        (style.LABEL_LOSS, style.DOMAIN_LOSS),
        (style.SOURCE_ONLY, style.DANN),
        (style.REVERSAL, "white"),
    ],
)
def test_the_two_of_a_pair_differ_in_greys(pair):
    one, other = (cielab(linear(colour))[0] for colour in pair)
    assert abs(one - other) > 7


@pytest.mark.parametrize(
    "colour", [style.LABEL_LOSS, style.DOMAIN_LOSS, style.RIGHT, style.WRONG, style.LAMBDA, style.CHANCE]
)
def test_words_in_these_colours_are_read_on_white(colour):
    assert contrast_with_white(colour) > 4.5  # the least of WCAG 2, level AA


def test_no_colour_has_two_meanings():
    single = POINTS | LOSSES | RUNS | VERDICTS | OTHERS | {"reversal": style.REVERSAL, "present": style.PRESENT}
    assert len(set(single.values())) == len(single)
    assert not set(style.MANY_CLASSES[1:]) & set(single.values())
    assert style.MANY_CLASSES[0] == style.CLASSES[0]


def test_a_loss_has_its_colour_wherever_it_stands():
    assert style.loss_colours(["L_d", "L_e", "L_y"]) == {
        "L_d": style.DOMAIN_LOSS,
        "L_e": style.OTHER_LOSSES[0],
        "L_y": style.LABEL_LOSS,
    }
    names = ["L_y", "L_d", "a", "b", "c"]
    assert len(set(style.loss_colours(names).values())) == 5


def test_a_chapter_has_no_colours_of_its_own():
    root = Path(__file__).parents[2]
    texts = {path.name: path.read_text("utf-8") for path in root.glob("tutorials/*.py")}
    written = {name: re.findall(r"#[0-9a-fA-F]{6}", text) for name, text in texts.items()}
    assert set(written["00_dann_in_one_file.py"]) == set(style.CLASSES)  # it stands without the package
    assert not [name for name, colours in written.items() if colours and not name.startswith("00")]


def test_a_table_marks_the_reversal_in_its_colour():
    assert f"background: {style.REVERSAL}" in inspect.getsource(tables)
