"""The picture of a graph shows every tensor, use and gradient, and nothing lies on anything else."""

import re
import time
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from test_samples import image_pair

import minidann as md
from minidann.adapt import RECIPES, Training
from minidann.data import moons_pair
from minidann.engine.ops import Op
from minidann.engine.tensor import apply
from minidann.plots.graph import KINDS, LOSSES, GraphDisplay, draw, factor, short
from minidann.probe import probe


def one_batch(recipe):
    """Losses and network of a recipe, a tenth of its way; the images are random ones of the right size."""
    rng = np.random.default_rng(0)
    sides = {"digits": {"side": 8, "channels": 1}, "paper": {"side": 28, "channels": 3}}
    pair = moons_pair(n=60, n_test=8) if recipe == "moons" else image_pair(rng, classes=10, n=20, **sides[recipe])
    training = Training(pair, RECIPES[recipe], seed=0)
    training.step_count = training.recipe.steps // 10
    return training.losses(training.draw()), training.network


@pytest.fixture(scope="module")
def batches():
    return {recipe: one_batch(recipe) for recipe in ("moons", "digits", "paper")}


@pytest.fixture(scope="module")
def moons(batches):
    losses, network = batches["moons"]
    return draw(losses, network, probe(losses, network))


def node_of(display, name):
    (found,) = [i for i, node in enumerate(display.nodes) if node.name == name]
    return found


def text_of(artists):
    return " ".join(artist.get_text() for artist in artists if hasattr(artist, "get_text"))


class Drawn:
    """What a renderer made of a display: extents in pixels as arrays of x0, y0, x1, y1."""

    def __init__(self, display):
        canvas = FigureCanvasAgg(display.figure_)
        canvas.draw()
        self.renderer, self.page = canvas.get_renderer(), display.figure_.bbox.extents
        self.texts = self.extents(display.ax_.texts)
        self.boxes = self.extents(box[0] for box in display.boxes_)
        self.words = [self.extents(box[1:]) for box in display.boxes_]
        self.labels = [self.extents(label[1:]) for label in display.labels_]

    def extents(self, artists):
        return np.array([artist.get_window_extent(self.renderer).extents for artist in artists]).reshape(-1, 4)

    def path(self, patch):
        """The points along a line, one each pixel or so."""
        (corners,) = patch.get_path().to_polygons(patch.get_transform(), closed_only=False)
        pieces = [np.linspace(a, b, 2 + int(np.abs(b - a).max())) for a, b in zip(corners, corners[1:])]
        return np.concatenate(pieces)


def overlapping(extents):
    low, high = extents[:, None, :2], extents[:, None, 2:]
    both = (low < extents[None, :, 2:] - 0.5).all(axis=2) & (extents[None, :, :2] < high - 0.5).all(axis=2)
    return [(int(i), int(j)) for i, j in zip(*np.nonzero(np.triu(both, 1)))]


def inside(points, extent, margin=0.0):
    return ((points > extent[:2] - margin) & (points < extent[2:] + margin)).all(axis=1)


def check_picture(display):
    drawn = Drawn(display)
    assert overlapping(drawn.texts) == []
    assert overlapping(drawn.boxes) == []
    assert (drawn.texts[:, :2] >= drawn.page[:2]).all()
    assert (drawn.texts[:, 2:] <= drawn.page[2:]).all()
    for box, words in zip(drawn.boxes, drawn.words):
        assert inside(words.reshape(-1, 2), box).all(), "words stick out of their box"
    for i, label in enumerate(drawn.labels):
        for box in drawn.boxes:
            assert overlapping(np.concatenate([[box], label])) == [], f"a box on the gradient of {display.nodes[i]}"
    for i, node in enumerate(display.nodes):
        assert len(display.edges_[i]) == 2 * len(node.inputs)
        for source, line, head in zip(node.inputs, display.edges_[i][::2], display.edges_[i][1::2]):
            check_edge(drawn, drawn.path(line), drawn.path(head), source, i)


def check_edge(drawn, line, head, source, consumer):
    """It begins at the lower side of its source, ends on top of its consumer, and meets no other box or gradient."""
    below, top = drawn.boxes[source], drawn.boxes[consumer]
    assert abs(line[0, 1] - below[1]) < 4
    assert below[0] < line[0, 0] < below[2]
    tip = head[head[:, 1].argmin()]
    assert abs(tip[1] - top[3]) < 4
    assert top[0] < tip[0] < top[2]
    for i, box in enumerate(drawn.boxes):
        if i not in (source, consumer):
            assert not inside(line, box).any(), "an edge through another box"
        for extent in drawn.labels[i] if i != source else ():
            assert not inside(line, extent).any(), "an edge through the gradient of another node"


@pytest.mark.parametrize("probed", [False, True], ids=["plain", "probed"])
@pytest.mark.parametrize("recipe", ["moons", "digits", "paper"])
def test_nothing_lies_on_anything_else(batches, recipe, probed):
    losses, network = batches[recipe]
    display = draw(losses, network, probe(losses, network) if probed else None)
    check_picture(display)
    assert all(text.get_fontsize() > 7.99 for text in display.ax_.texts)
    wide, high = display.figure_.get_size_inches()
    assert wide > high
    assert plt.get_fignums() == []


def small_graphs():
    a, b = md.Tensor(np.ones(3), requires_grad=True), md.Tensor(np.full((3, 2), 0.5), requires_grad=True)
    shared = (a @ b).tanh()
    twice = skipped = a + a
    for _ in range(3):
        skipped = skipped + (skipped * b.sum()).tanh().exp()
    return {
        "a single op": (a.sum(), {"a": a}),
        "a tensor used twice": ((twice * twice).sum(), {"a": a}),
        "a leaf that is the loss": ({"w": md.Tensor(2.0, requires_grad=True)}, None),
        "losses of losses": ({"one": shared.sum(), "all": 0.5 * shared.sum() + shared.exp().mean()}, {"a": a, "b": b}),
        "edges round boxes": (skipped.sum(), {"a": a, "b": b}),
        "apart": ({"one": a.sum(), "other": b.sum()}, None),
        "seven losses": ({f"L_{i}": (i * shared).sum() for i in range(1, 8)}, {"a": a, "b": b}),
        "names that mean something": ({"$L_y$ <&> %%": shared.sum()}, {'w_$x$ <"&>': a, "end": b}),
    }


@pytest.mark.parametrize("name", list(small_graphs()))
def test_small_graphs_are_drawn_too(name):
    losses, names = small_graphs()[name]
    display = draw(losses, names, probe(losses, names))
    check_picture(display)
    ET.fromstring(display._repr_mimebundle_()["image/svg+xml"])


def test_every_box_says_what_it_is_and_of_which_shape(batches, moons):
    losses, network = batches["moons"]
    for name, parameter in network.parameters().items():
        assert text_of(moons.boxes_[node_of(moons, name)]) == f"{name} {'×'.join(map(str, parameter.shape))}"
    assert text_of(moons.boxes_[node_of(moons, "Tanh 2")]) == "Tanh 2 128×16"
    assert (
        text_of(moons.boxes_[node_of(moons, "CrossEntropy")]) == f"L_y = {losses.label.item():.4g} CrossEntropy scalar"
    )
    assert repr(moons) == "GraphDisplay of L_y, L_d: 10 parameters, 1 input, 12 ops"


def test_kinds_differ_in_colour_and_shape(moons):
    looks = {}
    for node, (box, *_) in zip(moons.nodes, moons.boxes_):
        corners = box.get_path().vertices
        shape = np.round((corners - corners.mean(axis=0)) / np.ptp(corners, axis=0), 1)
        looks.setdefault(node.kind, (to_hex(box.get_facecolor()) + to_hex(box.get_edgecolor()), shape.tobytes()))
    assert set(looks) == set(KINDS)
    assert len({colour for colour, _ in looks.values()}) == len({shape for _, shape in looks.values()}) == len(KINDS)


def test_the_reversal_stands_out_with_its_factor(batches, moons):
    (i,) = [i for i, node in enumerate(moons.nodes) if node.kind == "reversal"]
    assert "× −0.32" in text_of(moons.boxes_[i])
    assert moons.boxes_[i][0].get_linewidth() == max(box[0].get_linewidth() for box in moons.boxes_)

    class Turn(Op):
        def forward(self, x):
            return x.copy()

        def backward(self, grad):
            return (-0.7 * grad,)

    display = draw(apply(Turn(), md.Tensor(np.ones(3), requires_grad=True)).sum())
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
            assert artist.get_color() == LOSSES[measured.names.index(name)]
    weight = node_of(moons, "features.1.weight")
    after = np.linalg.norm(measured.after["L_y"][network.parameters()["features.1.weight"]])
    assert f"L_y {short(float(after))} " in text_of(moons.labels_[weight])


def test_at_weight_one_and_at_weight_nought_before_and_after_are_told_apart(batches):
    _, network = batches["moons"]
    pair = moons_pair(n=60, n_test=8)
    for weight in (1.0, 0.0):
        losses = network.losses(pair.x_source[:8], pair.y_source[:8], pair.x_target[:8], adapt_weight=weight)
        display = draw(losses, network, probe(losses, network))
        before, after = re.search(r"L_d (\S+) → (\S+)", text_of(display.labels_[node_of(display, "Tanh")])).groups()
        assert after == (before if weight else "0")
        assert "→" not in text_of(display.labels_[node_of(display, "domain_head.0 Affine")])


def test_without_a_probe_there_are_no_gradients(batches):
    losses, network = batches["moons"]
    assert draw(losses, network).labels_ == [[]] * 23


def test_a_probe_of_other_losses_is_refused(batches):
    (losses, network), (others, _) = batches["moons"], batches["paper"]
    with pytest.raises(ValueError, match=r"probe: got one of other losses \(L_y, L_d\), expected probe\(losses, …\)"):
        draw(losses, network, probe(others))
    with pytest.raises(ValueError, match=r"probe: got one of other losses \(loss\)"):
        draw(losses, network, probe(losses.label))
    with pytest.raises(TypeError, match="probe: got True, expected what"):
        draw(losses, network, True)
    with pytest.raises(TypeError, match="losses: got 3"):
        draw(3)


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


def test_mermaid_has_each_node_and_use_once(moons):
    first, *lines = moons.mermaid().splitlines()
    assert first == "flowchart TB"
    nodes = [line for line in lines if ":::" in line]
    uses = [re.fullmatch(r'    n(\d+) -->(?:\|"[^"]+"\|)? n(\d+)', line) for line in lines if "-->" in line]
    assert len(nodes) == len(moons.nodes)
    assert [tuple(map(int, use.groups())) for use in uses] == [
        (source, i) for i, node in enumerate(moons.nodes) for source in node.inputs
    ]
    (reversal,) = [line for line in nodes if line.endswith(":::reversal")]
    assert re.fullmatch(r'    n\d+\{\{"GradientReversal<br/>× −0\.32<br/>128×16"\}\}:::reversal', reversal)
    assert any(re.match(r"    classDef reversal fill:#\w{6},stroke:#\w{6}", line) for line in lines)
    # what arrives by two arrows together stands in the box, for neither arrow carries it alone
    (fork,) = [line for line in nodes if "Tanh 2" in line]
    assert "L_d" in fork
    assert not any(line.startswith(f"    n{node_of(moons, 'Tanh 2')} -->|") for line in lines)


def test_mermaid_escapes_what_means_something_in_a_label():
    losses, names = small_graphs()["names that mean something"]
    text = GraphDisplay.from_loss(losses, names).mermaid()
    assert '["w_$x$ #60;#34;#38;#62;<br/>3"]' in text
    for line in text.splitlines():
        for label in re.findall(r'"([^"]*)"', line):
            assert not re.search(r"[<>&`]", label.replace("<br/>", ""))


def test_numbers_are_short():
    values = [0.0, 1.0, 0.0913, 0.1, 1.234, 45.67, 99.7, 340.2, 12345.0, 2.54e-7, 3.2e15, np.inf, np.nan]
    expected = "0 1 .091 .10 1.2 46 100 340 1.2e+4 2.5e-7 3.2e+15 inf nan"
    assert [short(float(value)) for value in values] == expected.split()
    assert [factor(value) for value in (-0.7, -1.0, -12.0, -0.0)] == ["−0.70", "−1.00", "−12.00", "0"]
    assert factor(-0.00123) == "−0.0012"


def test_a_graph_of_300_ops_is_drawn_within_seconds():
    h, weight = md.Tensor(np.ones((2, 2)), requires_grad=True), md.Tensor(np.eye(2), requires_grad=True)
    for _ in range(150):
        h = (h @ weight).tanh()
    begin = time.perf_counter()
    display = draw(h.sum())
    display.figure_.draw_without_rendering()
    assert time.perf_counter() - begin < 5
    assert display.figure_.get_size_inches().max() <= 150  # beyond which no file holds it
    assert len(display.boxes_) == 303
