"""The diagram of the network: its node and arrows agree with the form, and no words lie on other words or lines."""

import re

import numpy as np
import pytest
from helpers.drawn import inside, overlapping
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from minidann.adapt.parts import ARRIVALS, LOSS_NAMES, PARTS
from minidann.compare.reversal_forms import FORMS
from minidann.lab.experiment import PHASES
from minidann.lab.figure_size import SIZE
from minidann.lab.network_diagram import COLOURS, LEGEND, NetworkDiagram, typed_symbol
from minidann.plots import style

NARROW, WIDE, LOW = (0.225, 0.585, 0.505, 0.305), (0.01, 0.5, 0.98, 0.4), (0.1, 0.1, 0.3, 0.15)


def drawn(form, weight=0.7, number=0.1234, place=NARROW, letters=12.0, phase=None, dpi=84):
    """A diagram in which all numbers but λ are ``number``."""
    figure = Figure(SIZE, dpi=dpi)
    FigureCanvasAgg(figure)
    diagram = NetworkDiagram(figure.add_axes(place), letters)
    diagram.set_form(form)
    moved = {f"moved {typed_symbol(part)}": number for part in PARTS}
    diagram.show(dict.fromkeys([*LOSS_NAMES, *ARRIVALS.values()], number) | moved | {"adapt_weight": weight}, phase)
    return diagram


def rectangles(diagram):
    """The nodes, and the boxes of the parts, both from left to right: as x0, y0, x1, y1."""
    patches = [patch for patch in diagram.ax.patches if isinstance(patch, Rectangle) and patch.get_fill()]
    patches.sort(key=lambda patch: patch.get_x())
    return [
        [patch.get_bbox().extents for patch in patches if same_color(patch.get_facecolor(), colour)]
        for colour in (style.REVERSAL, "white")
    ]


def arrows(diagram, colour):
    """The ends (x, y) of the arrows of this colour."""
    found = [patch for patch in diagram.ax.patches if isinstance(patch, FancyArrowPatch)]
    return [patch._posA_posB for patch in found if same_color(patch.get_edgecolor(), colour)]


def factor_in(texts):
    """The factor in the one text that has it: "backward × −1", or "…× −λ" and "= −0.7"."""
    (text,) = texts
    return float(re.split("[×=] ", text)[-1].replace("−", "-").replace(",", ""))


def arriving(diagram):
    """The multiples that arrive, by what is drawn: the factors on the way from a loss along its coloured arrows."""
    texts = [text.get_text() for text in diagram.ax.texts]
    nodes, (features, *heads) = rectangles(diagram)
    factor = factor_in([text for text in texts if text.startswith(("backward", "each"))]) if nodes else 1.0
    weights = [text for text in texts if re.match("× −?λ\n", text)]
    found = {}
    for (loss, part), head in zip((("L_d", "d"), ("L_y", "y")), sorted(heads, key=lambda box: box[1])):
        ways = sorted(arrows(diagram, COLOURS[loss]), reverse=True)
        (level,) = {y for ends in ways for _, y in ends}
        passed = [node for node in nodes if node[1] < level < node[3]]
        stations = sorted([features, head, *passed], key=lambda box: -box[0])
        # from box to box without a gap
        assert [end[0] for _, end in ways] == pytest.approx([box[2] for box in stations])
        assert [start[0] for start, _ in ways][1:] == pytest.approx([box[0] for box in stations[:-1]])
        times = factor_in(weights) if loss == "L_d" and weights else 1.0
        found[f"{loss} at theta_{part}"] = times * factor ** sum(node[0] > head[0] for node in passed)
        found[f"{loss} at theta_f"] = times * factor ** len(passed)
    return found


@pytest.mark.parametrize("weight", [0.7, 0.0, 1e5])
@pytest.mark.parametrize("form", FORMS)
def test_what_is_drawn_on_the_way_back_is_what_arrives(form, weight):
    diagram, expected = drawn(form, weight), FORMS[form].arriving(weight)
    assert arriving(diagram) == pytest.approx(expected)
    texts = {name: text.get_text() for name, text in diagram._texts.items()}
    for (part, loss), key in ARRIVALS.items():
        arrow = "↓" if expected[key] > 0 else "↑" if expected[key] < 0 else "·"
        assert texts[f"{loss} at {part}"] == f"{loss} {arrow} 0.123"
    assert LEGEND in [text.get_text() for text in diagram.ax.texts]


@pytest.mark.parametrize("form", FORMS)
def test_the_node_says_both_of_its_factors(form):
    texts = [text.get_text() for text in drawn(form).ax.texts]
    if FORMS[form].node == "nowhere":
        assert "no node:\n× 1 both ways" in texts
        assert not any(text.startswith(("forward", "backward", "R")) for text in texts)
    else:
        twice = FORMS[form].node == "twice"
        assert texts.count("R") == 1 + twice
        assert texts.count("× 1" if twice else "forward × 1") == 1 + twice
        backward = "backward × −1" if FORMS[form].weighted else "backward × −λ\n= −0.7"
        assert texts.count("× −λ" if twice else backward) == 1 + twice
        assert ("each: −λ = −0.7" in texts) == twice


@pytest.mark.parametrize("look", [(NARROW, 12, 84), (NARROW, 10, 50), (WIDE, 14, 126), (LOW, 12, 84)], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_no_words_lie_on_other_words_on_lines_or_outside(form, look):
    diagram = drawn(form, 123456.0, 1.234e-15, *look[:2], dpi=look[2])  # the longest numbers
    renderer = diagram.ax.figure.canvas.get_renderer()
    texts = [text for text in diagram.ax.texts if text.get_text()]
    words = np.array([text.get_window_extent(renderer).extents for text in texts])
    crossing = [(texts[a].get_text(), texts[b].get_text()) for a, b in overlapping(words)]
    assert crossing == []
    page = diagram.ax.get_window_extent().extents
    assert (words[:, :2] >= page[:2] - 1).all()
    assert (words[:, 2:] <= page[2:] + 1).all()
    to_pixels = diagram.ax.transData.transform
    boxes = [to_pixels(box.reshape(2, 2)).ravel() for group in rectangles(diagram) for box in group]
    assert overlapping(np.array(boxes)) == []
    for box in boxes:
        for extent, text in zip(words, texts):
            apart = (extent[2:] < box[:2]).any() or (extent[:2] > box[2:]).any()
            assert apart or inside(extent.reshape(2, 2), box).all(), text.get_text()
    for patch in diagram.ax.patches:
        if isinstance(patch, FancyArrowPatch):
            line = np.linspace(*to_pixels(patch._posA_posB), 40)
            crossed = [text.get_text() for extent, text in zip(words, texts) if inside(line, extent).any()]
            assert crossed == []


def test_letters_have_their_size_and_become_smaller_without_room():
    assert {text.get_fontsize() for text in drawn("both").ax.texts} == {12.0, 14.0}  # R is larger
    small = [text.get_fontsize() for text in drawn("both", place=LOW).ax.texts]
    assert max(small) < 12


@pytest.mark.parametrize("phase", PHASES)
def test_each_phase_lights_its_words_and_its_arrows(phase):
    diagram = drawn("features", phase=phase)
    lit = [name for name, lights in diagram._lights.items() if all(light.get_visible() for light in lights)]
    assert lit == [phase]
    coloured = {name for name in PHASES[:3] if not same_color(diagram._arrows[name][0].get_edgecolor(), "0.85")}
    assert coloured == set({PHASES[0]: PHASES[:1], PHASES[1]: PHASES[1:2]}.get(phase, PHASES[1:3]))
