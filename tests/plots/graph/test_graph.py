"""The picture of a graph shows every tensor, use and gradient, and nothing lies on anything else."""

import re
import time
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from helpers.drawn import Drawn, check_picture, node_of, one_batch, overlapping, small_graphs, text_of
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import minidann as md
from minidann.data import moons_pair
from minidann.engine.ops import Op
from minidann.engine.tensor import apply
from minidann.plots import style
from minidann.plots.graph import GraphDisplay, draw_graph
from minidann.plots.graph.nodes import short
from minidann.plots.graph.pen import KINDS
from minidann.probe import probe


@pytest.fixture(scope="module")
def batches():
    return {recipe: one_batch(recipe) for recipe in ("moons", "digits", "paper")}


@pytest.fixture(scope="module")
def moons(batches):
    losses, network = batches["moons"]
    return draw_graph(losses, network, probe(losses, network))


@pytest.mark.slow
@pytest.mark.parametrize("probed", [False, True], ids=["plain", "probed"])
@pytest.mark.parametrize("recipe", ["moons", "digits", "paper"])
def test_nothing_lies_on_anything_else(batches, recipe, probed):
    losses, network = batches[recipe]
    display = draw_graph(losses, network, probe(losses, network) if probed else None)
    check_picture(display)
    assert all(text.get_fontsize() > 7.99 for text in display.ax_.texts)
    wide, high = display.figure_.get_size_inches()
    assert wide > high
    assert plt.get_fignums() == []


@pytest.mark.parametrize("dpi", [80, 110])
def test_words_keep_apart_on_screens_where_letters_come_out_wide(batches, dpi):
    losses, network = batches["moons"]
    display = draw_graph(losses, network, probe(losses, network))
    display.figure_.set_dpi(dpi)
    check_picture(display)
    gap = 0.05 * dpi
    assert overlapping(Drawn(display).texts + [0, 0, gap, 0]) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", list(small_graphs()))
def test_small_graphs_are_drawn_too(name):
    losses, names = small_graphs()[name]
    display = draw_graph(losses, names, probe(losses, names))
    check_picture(display)
    ET.fromstring(display._repr_mimebundle_()["image/svg+xml"])


def test_every_box_says_what_it_is_and_of_which_shape(batches, moons):
    losses, network = batches["moons"]
    for name, parameter in network.parameters().items():
        assert text_of(moons.boxes_[node_of(moons, name)]) == f"{name} {'×'.join(map(str, parameter.shape))}"
    assert text_of(moons.boxes_[node_of(moons, "Tanh 2")]) == "Tanh 2 128×16"
    assert (
        text_of(moons.boxes_[node_of(moons, "CrossEntropy")])
        == f"L_y = {losses.label_loss.item():.4g} CrossEntropy scalar"
    )
    assert repr(moons) == "GraphDisplay of L_y, L_d: 10 parameters, 1 input, 12 ops"


def test_kinds_differ_in_colour_and_shape(moons):
    looks = {}
    for node, (box, *_) in zip(moons.nodes, moons.boxes_):
        corners = box.get_path().vertices
        shape = np.round((corners - corners.mean(axis=0)) / np.ptp(corners, axis=0), 1)
        looks.setdefault(node.kind, (to_hex(box.get_facecolor()) + to_hex(box.get_edgecolor()), shape.tobytes()))
    assert set(looks) == set(KINDS) - {"layer"}
    assert len({colour for colour, _ in looks.values()}) == len({shape for _, shape in looks.values()}) == len(looks)


def test_the_reversal_stands_out_with_its_factor(batches, moons):
    (i,) = [i for i, node in enumerate(moons.nodes) if node.kind == "reversal"]
    assert "× −0.32" in text_of(moons.boxes_[i])
    assert moons.boxes_[i][0].get_linewidth() == max(box[0].get_linewidth() for box in moons.boxes_)

    class Turn(Op):
        def forward(self, x):
            return x.copy()

        def backward(self, grad):
            return (-0.7 * grad,)

    display = draw_graph(apply(Turn(), md.Tensor(np.ones(3), requires_grad=True)).sum())
    assert [node.note for node in display.nodes if node.kind == "reversal"] == ["× −0.70"]


def test_gradients_stand_where_they_arrive_in_the_colour_of_their_loss(batches, moons):
    losses, network = batches["moons"]
    measured = probe(losses, network)
    for row in measured:
        texts = [artist for artist in moons.labels_[node_of(moons, row["name"])] if hasattr(artist, "get_text")]
        found = {artist.get_text().split()[0]: artist for artist in texts}
        tensor = measured.nodes[row["name"]]
        assert set(found) == {name for name in measured.names if tensor in measured.after[name]}
        for name, artist in found.items():
            before, after = short(row[f"{name} before"]), short(row[f"{name} after"])
            past = name == "L_d" and row["name"] in ("features.1 Affine", "Tanh", "features.3 Affine", "Tanh 2")
            assert artist.get_text() == (f"{name} {before} → {after}" if past else f"{name} {after}")
            assert artist.get_color() == style.loss_colours(measured.names)[name]
    weight = node_of(moons, "features.1.weight")
    after = np.linalg.norm(measured.after["L_y"][network.parameters()["features.1.weight"]])
    assert f"L_y {short(float(after))} " in text_of(moons.labels_[weight])


def test_at_weight_one_and_at_weight_nought_before_and_after_are_told_apart(batches):
    _, network = batches["moons"]
    pair = moons_pair(n=60, n_test=8)
    for weight in (1.0, 0.0):
        losses = network.losses(pair.x_source[:8], pair.y_source[:8], pair.x_target[:8], adapt_weight=weight)
        display = draw_graph(losses, network, probe(losses, network))
        before, after = re.search(r"L_d (\S+) → (\S+)", text_of(display.labels_[node_of(display, "Tanh")])).groups()
        assert after == (before if weight else "0")
        assert "→" not in text_of(display.labels_[node_of(display, "domain_head.0 Affine")])


@pytest.mark.parametrize(("value", "shown"), [(np.nan, "nan"), (np.inf, "inf"), (1e30, "2.4e+31")])
def test_gradients_that_are_no_numbers_are_drawn_too(value, shown):
    weight = md.Tensor(np.full((2, 2), value, dtype="float32"), requires_grad=True)
    h = md.Tensor(np.ones((3, 2), dtype="float32")) @ weight
    with np.errstate(all="ignore"):
        losses = {"L_y": (h * h).sum(), "L_d": md.reverse_gradient(h, adapt_weight=0.5).sum()}
        measured = probe(losses)
    display = draw_graph(losses, {"w": weight}, measured)
    check_picture(display)
    assert f"L_y {shown} " in text_of(display.labels_[node_of(display, "w")])
    ET.fromstring(display._repr_mimebundle_()["image/svg+xml"])


def test_without_a_probe_there_are_no_gradients(batches):
    losses, network = batches["moons"]
    assert draw_graph(losses, network).labels_ == [[]] * 23


def test_a_probe_of_other_losses_is_refused(batches):
    (losses, network), (others, _) = batches["moons"], batches["paper"]
    with pytest.raises(ValueError, match=r"probe: got one of other losses \(L_y, L_d\), expected probe\(losses, …\)"):
        draw_graph(losses, network, probe(others))
    with pytest.raises(ValueError, match=r"probe: got one of other losses \(loss\)"):
        draw_graph(losses, network, probe(losses.label_loss))
    with pytest.raises(TypeError, match="probe: got True, expected a result of minidann.probe.probe"):
        draw_graph(losses, network, True)
    with pytest.raises(TypeError, match="losses: got 3"):
        draw_graph(3)


def test_it_is_drawn_on_axes_that_are_given_and_fits_them(batches):
    losses, network = batches["moons"]
    ax = Figure(figsize=(8, 8)).subplots(1, 2)[1]
    display = GraphDisplay.from_loss(losses, network, probe(losses, network)).plot(ax)
    assert display.ax_ is ax
    drawn = Drawn(display)
    low, high = ax.get_window_extent().extents.reshape(2, 2)
    assert (drawn.boxes.reshape(-1, 2, 2)[:, 0] >= low).all()
    assert (drawn.boxes.reshape(-1, 2, 2)[:, 1] <= high).all()
    assert np.ptp(drawn.boxes[:, [0, 2]]) > 0.8 * (high - low)[0]
    # letters of few pixels are not to scale exactly, but nearly
    assert max(words[-1, 2] - words[0, 0] - (box[2] - box[0]) for words, box in zip(drawn.words, drawn.boxes)) < 4


def test_a_notebook_gets_a_picture_that_stands_alone_and_text(moons):
    bundle = moons._repr_mimebundle_()
    assert list(bundle) == ["image/svg+xml", "text/vnd.mermaid", "text/plain"]
    svg = bundle["image/svg+xml"]
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    links = [value for element in root.iter() for key, value in element.items() if key.endswith("href")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not [element for element in root.iter() if element.tag.endswith(("}image", "}text", "}script"))]
    assert svg == moons._repr_mimebundle_()["image/svg+xml"]
    assert list(moons._repr_mimebundle_(include={"text/plain"})) == ["text/plain"]
    assert list(moons._repr_mimebundle_(exclude=["image/svg+xml"])) == ["text/vnd.mermaid", "text/plain"]


def drawn_chain(pairs):
    """A chain of 2 · ``pairs`` ops, drawn, and the processor time of drawing it."""
    h, weight = md.Tensor(np.ones((2, 2)), requires_grad=True), md.Tensor(np.eye(2), requires_grad=True)
    for _ in range(pairs):
        h = (h @ weight).tanh()
    begin = time.process_time()
    display = draw_graph(h.sum())
    display.figure_.draw_without_rendering()
    return display, time.process_time() - begin


@pytest.mark.slow
def test_a_graph_of_300_ops_is_drawn_at_a_cost_that_grows_with_its_size():
    short = min(drawn_chain(50)[1] for _ in range(2))
    display, long = drawn_chain(150)
    assert long < 20 * short  # 3 times as many ops: linear is 3, quadratic 9
    assert display.figure_.get_size_inches().max() <= 150  # beyond which no file holds it
    assert len(display.boxes_) == 303
