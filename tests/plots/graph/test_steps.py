"""A graph is shown step by step, in the order in which it is computed and swept."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt

import minidann as md
from minidann.plots.graph import GraphDisplay, draw_graph
from minidann.plots.graph.steps import moments
from minidann.probe import probe


@pytest.fixture
def graph():
    """Losses, names and the tensors: a weight that is used twice, and a reversal that only L_d is behind."""
    x, w = md.Tensor(np.ones((2, 2))), md.Tensor(np.eye(2), requires_grad=True)
    h = (x @ w).tanh() @ w
    losses = {"L_y": h.exp().sum(), "L_d": md.reverse_gradient(h, adapt_weight=0.5).mean()}
    return losses, {"w": w}


def test_backward_goes_as_the_sweep_does(graph, monkeypatch):
    losses, names = graph
    total = losses["L_y"] + losses["L_d"]
    display = GraphDisplay.from_loss(total, names)
    swept = []
    for kind in {type(tensor.op) for tensor in probe(total).nodes.values() if tensor.op}:

        def spy(self, grad, rule=kind.backward):
            swept.append(type(self).__name__)
            return rule(self, grad)

        monkeypatch.setattr(kind, "backward", spy)
    md.backprop(total)
    shown = [m.current for m in moments(display.nodes) if m.direction == "backward"]
    assert [display.nodes[i].name.split()[int("w " in display.nodes[i].name)] for i in shown] == swept


def test_forward_comes_first_and_each_node_has_its_turn(graph):
    nodes = GraphDisplay.from_loss(*graph).nodes
    given, *steps = moments(nodes)
    leaves = {i for i, node in enumerate(nodes) if not node.inputs}
    assert given == ("given", None, leaves)
    assert [m.direction for m in steps] == ["forward"] * 7 + ["backward"] * 7
    for forward in steps[:7]:
        assert set(nodes[forward.current].inputs) <= forward.done - {forward.current}
    assert steps[6].done == steps[13].done == set(range(len(nodes)))


def test_the_gradient_of_a_leaf_is_complete_after_its_last_use(graph):
    nodes = GraphDisplay.from_loss(*graph).nodes
    (weight,) = [i for i, node in enumerate(nodes) if node.name == "w"]
    uses = [i for i, node in enumerate(nodes) if weight in node.inputs]
    first = next(m for m in moments(nodes) if m.direction == "backward" and weight in m.done)
    assert first.current == min(uses)  # the oldest use is the last to be swept


def test_frames_show_what_has_had_its_turn_and_hide_gradients_until_they_have_come(graph):
    losses, names = graph
    display = draw_graph(losses, names, probe(losses, names))
    untouched = display.caption_.get_text()
    drawn = {}
    original = GraphDisplay.plot

    def remember(self, ax=None):
        drawn["display"] = original(self, ax)
        return self

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GraphDisplay, "plot", remember)
        pending = display.frames()
        for moment in moments(display.nodes):
            figure, shown = next(pending), drawn["display"]
            assert figure is shown.figure_ is not display.figure_
            assert shown.caption_.get_text().startswith(moment.direction)
            for i, (box, edges, label) in enumerate(zip(shown.boxes_, shown.edges_, shown.labels_)):
                assert {artist.get_alpha() == 1 for artist in (*box, *edges)} == {i in moment.done}
                assert all(a.get_visible() == (moment.direction == "backward" and i in moment.done) for a in label)
            fills = [box[0].get_facecolor() for box in shown.boxes_]
            if moment.current is not None:
                assert fills.count(fills[moment.current]) == 1, "the current node does not stand out"
        assert next(pending, None) is None
    assert display.caption_.get_text() == untouched
    assert plt.get_fignums() == []


def test_frames_are_written_whole_one_after_another(graph, tmp_path):
    display = GraphDisplay.from_loss(*graph)
    paths = display.save_frames(tmp_path / "new" / "frames")
    assert [path.name for path in paths] == [f"frame-{i:03d}.png" for i in range(15)]
    assert sorted((tmp_path / "new" / "frames").iterdir()) == paths  # and nothing half-written beside them
    pictures = [plt.imread(path) for path in paths]
    assert len({picture.shape for picture in pictures}) == 1
    assert all((a != b).any() for a, b in zip(pictures, pictures[1:]))


def test_a_folder_that_cannot_be_is_refused(graph, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="folder: got .*, expected a folder that can be written to"):
        GraphDisplay.from_loss(*graph).save_frames(tmp_path / "file")
