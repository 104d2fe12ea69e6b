"""Graphs to draw, and a check of where all that is drawn lies."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

import minidann as md
from minidann.adapt import RECIPES, Training
from minidann.data import DomainPair, moons_pair


def one_batch(recipe):
    """Losses and network of a recipe, a tenth of its way; the images are random ones of the right size."""
    sides = {"digits": (8, 8, 1), "paper": (28, 28, 3)}
    pair = moons_pair(n=60, n_test=8) if recipe == "moons" else images(20, sides[recipe])
    training = Training(pair, RECIPES[recipe], seed=0)
    training.step_count = training.recipe.steps // 10
    return training.losses(training.next_batch()), training.network


def images(n, shape, classes=10):
    rng = np.random.default_rng(0)
    x = {f"x_{part}": rng.random((n, *shape)) for part in ("source", "target", "source_test", "target_test")}
    return DomainPair("images", **x, **{name.replace("x", "y"): np.arange(n) % classes for name in x})


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
