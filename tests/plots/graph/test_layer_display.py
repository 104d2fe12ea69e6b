"""The graph by layers: in landscape, letters that a projector shows, boxes that open by a click."""

import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

from helpers.drawn import Drawn, inside, one_batch, overlapping, small_graphs, text_of
from matplotlib.backend_bases import MouseEvent
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.plots.graph import LayerGraphDisplay, draw_graph
from minidann.probe import probe

SCREEN = 1280, 800


@pytest.fixture(scope="module")
def batches():
    found = {}
    for recipe in ("moons", "digits"):
        losses, network = one_batch(recipe)
        found[recipe] = losses, network, probe(losses, network)
    return found


@pytest.fixture
def digits(batches):
    return LayerGraphDisplay.from_loss(*batches["digits"])


def box_named(display, name):
    (found,) = [i for i, node in enumerate(display.nodes) if node.name == name]
    return display.boxes_[found]


def check_picture(display):
    """Nothing lies on anything else, or outside; words are in their boxes, and pictures in their frames."""
    drawn = Drawn(display)
    assert overlapping(drawn.texts) == []
    assert (drawn.texts[:, :2] >= drawn.page[:2]).all()
    assert (drawn.texts[:, 2:] <= drawn.page[2:]).all()
    pictures = [(display.boxes_, display.labels_), *((p.boxes, p.labels) for _, p in display.opened_.values())]
    boxes = [drawn.extents(box[0] for box in boxes) for boxes, _ in pictures]
    assert overlapping(np.concatenate(boxes)) == []
    for (words, labels), extents in zip(pictures, boxes):
        for box, label, extent in zip(words, labels, extents):
            assert inside(drawn.extents([*box[1:], *label]).reshape(-1, 2), extent, 1).all(), text_of(box)
    for (frame, picture), extents in zip(display.opened_.values(), boxes[1:]):
        assert inside(extents.reshape(-1, 2), drawn.extents([frame])[0]).all()
        assert len(picture.boxes) == len(extents)


def pixels(display, size=SCREEN):
    """The height of the smallest letters, in pixels, if the picture fills a screen."""
    wide, high = display.figure_.get_size_inches()
    return min(text.get_fontsize() for text in display.ax_.texts) / 72 * min(size[0] / wide, size[1] / high)


@pytest.mark.parametrize("opened", [(), ("features.1.0",), ("features.2",), ("features.1.6", "domain_head.0")], ids=str)
def test_the_digits_network_fits_a_projector_with_letters_of_14_pixels(batches, opened):
    display = LayerGraphDisplay.from_loss(*batches["digits"], opened).plot()
    check_picture(display)
    assert pixels(display) >= 14
    assert list(display.opened_) == list(opened)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(small_graphs()))
def test_small_graphs_are_drawn_too(name):
    losses, names = small_graphs()[name]
    display = LayerGraphDisplay.from_loss(losses, names, probe(losses, names))
    display.opened = tuple(node.name for node in display.nodes if node.kind == "layer")
    check_picture(display.plot())
    ET.fromstring(display._repr_mimebundle_()["image/svg+xml"])


def test_it_goes_from_left_to_right_with_the_heads_in_two_rows(digits):
    extents = Drawn(digits.plot()).boxes
    place = {node.name: extent for node, extent in zip(digits.nodes, extents)}
    for node, extent in zip(digits.nodes, extents):
        assert all(extents[source][2] < extent[0] for source in node.inputs)
    features, reversal, domain = (place[name] for name in ("features.2", "GradientReversal", "domain_head.0"))
    assert features[2] < reversal[0] < reversal[2] < domain[0]
    assert place["label_head.0"][1] > reversal[3], "the label head is not in a row of its own, above"
    wide, high = digits.figure_.get_size_inches()
    assert wide > 2 * high


def test_boxes_say_names_ops_shapes_gradients_and_both_factors(batches):
    display = LayerGraphDisplay.from_loss(*batches["moons"]).plot()
    row = probe(*batches["moons"][:2], by="layer")["features.3"]
    texts = {node.name: text_of(box) for node, box in zip(display.nodes, display.boxes_)}
    labels = {node.name: text_of(label) for node, label in zip(display.nodes, display.labels_)}
    assert texts["features.3"] == "features.3 Affine Tanh Index 128×16"
    before, after = (f"{row[f'L_d {side}']:#.2g}".removeprefix("0") for side in ("before", "after"))
    assert labels["features.3"] == f"L_y {row['L_y after']:#.2g} L_d {before} → {after}".replace(" 0.", " .")
    assert texts["GradientReversal"] == "R forward × 1 backward × −0.32"
    assert texts["CrossEntropy"].startswith("L_y = ")
    assert repr(display) == "LayerGraphDisplay of L_y, L_d: 1 input, 5 layers, 1 reversal, 2 losses"


def test_an_opened_layer_shows_its_ops_and_its_neighbours(digits):
    digits.toggle("features.2").plot()
    ((_, picture),) = digits.opened_.values()
    texts = [text_of(box) for box in picture.boxes]
    assert texts[:2] == ["features.1.6"] * 2
    assert texts[2:8] == [
        "weight 128×64",
        "bias 64",
        "Affine 64×64",
        "Tanh 64×64",
        "Affine 2 64×64",
        "Tanh 2 64×64",
    ]
    assert texts[8:] == ["Concatenate 128×64", "Index 64×64", "Gradient Reversal", "label_head.0"] or texts[8:] == [
        "Concatenate 128×64",
        "Gradient Reversal",
        "Index 64×64",
        "label_head.0",
    ]
    assert [len(edges) // 2 for edges in picture.edges[:4]] == [0] * 4
    assert digits.toggle("features.2").plot().opened_ == {}


def test_a_click_opens_a_layer_and_a_click_on_it_or_its_frame_closes_it(digits):
    figure = Figure(figsize=(12.8, 8), dpi=100)
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0, 0, 1, 1))
    digits.plot(ax)

    def click(patch):
        canvas = figure.canvas
        canvas.draw()
        place = patch.get_window_extent().extents.reshape(2, 2).mean(axis=0)
        canvas.callbacks.process("button_press_event", MouseEvent("button_press_event", canvas, *place, 1))

    click(box_named(digits, "features.1.4")[0])
    assert digits.opened == ("features.1.4",)
    check_picture(digits)
    assert min(text.get_fontsize() for text in ax.texts) * 100 / 72 >= 14  # the picture before was less high
    click(box_named(digits, "label_head.0")[0])
    assert list(digits.opened_) == ["features.1.4", "label_head.0"]
    click(digits.opened_["features.1.4"][0])
    assert digits.opened == ("label_head.0",)
    click(box_named(digits, "label_head.0")[0])
    for name in ("GradientReversal", "2 inputs", "CrossEntropy"):
        click(box_named(digits, name)[0])
    assert digits.opened == ()
    figure.canvas.widgetlock(digits)  # as the zoom tool does
    click(box_named(digits, "label_head.0")[0])
    assert digits.opened == ()
    assert any(text.get_text().startswith("a click") for text in ax.texts)


@pytest.mark.slow
def test_frames_show_a_layer_at_a_time_and_no_opened_ones(batches, tmp_path):
    display = LayerGraphDisplay.from_loss(*batches["moons"], ["features.1"])
    paths = display.save_frames(tmp_path)
    assert len(paths) == 1 + 2 * 8
    captions = [figure.axes[0].texts[0].get_text() for figure in display.frames()]
    assert captions[1] == "forward 1 of 8: features.1"
    assert captions[-1] == "backward 8 of 8: features.1"
    assert display.opened == ("features.1",)


def test_a_notebook_gets_the_same_picture_each_time_and_a_flowchart(batches):
    display = LayerGraphDisplay.from_loss(*batches["moons"])
    bundle = display._repr_mimebundle_()
    assert bundle == display._repr_mimebundle_()
    first, *lines = bundle["text/vnd.mermaid"].splitlines()
    assert first == "flowchart LR"
    assert sum(":::layer" in line for line in lines) == 5
    assert "    n2 --> n3" in lines
    assert not any("-->|" in line for line in lines), "a gradient of parameters on an arrow"


def test_other_names_and_kinds_are_refused(batches):
    losses, network, _ = batches["moons"]
    with pytest.raises(ValueError, match="by: got 'part', expected one of op, layer"):
        draw_graph(losses, network, by="part")
    with pytest.raises(ValueError, match="opened: got .'features.1'., expected no names"):
        draw_graph(losses, network, opened=["features.1"])
    with pytest.raises(ValueError, match=r"opened: got 'features', expected one of features\.1, features\.3"):
        draw_graph(losses, network, by="layer", opened=["features"])
    with pytest.raises(TypeError, match="opened: got 'features.1', expected names of layers"):
        draw_graph(losses, network, by="layer", opened="features.1")
    with pytest.raises(ValueError, match="name: got 'R', expected one of"):
        LayerGraphDisplay.from_loss(losses, network).toggle("R")
    assert isinstance(draw_graph(losses, network, by="layer"), LayerGraphDisplay)
