"""A frame or an action that fails: one line on the screen and on the terminal, and the lab goes on."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from helpers.hands import Hand, make_lab
from matplotlib.backend_bases import CloseEvent

from minidann.lab import Lab

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here


@pytest.fixture(scope="module")
def made():
    return make_lab(width=4)


@pytest.fixture
def lab(made, monkeypatch):
    made.pause()
    made._failures._told.clear()
    made._said.set_text("")
    made.painter.forget()
    made.tick()
    yield made
    monkeypatch.undo()


def fails(error):
    def action(*arguments, **more):
        raise error

    return action


ERRORS = [MemoryError("Unable to allocate 3.5 GiB"), np.linalg.LinAlgError("SVD did not\nconverge"), RuntimeError()]


CASES = [
    *((where, ERRORS[0]) for where in ("view", "painter", "moving", "fixed")),
    *(pytest.param("view", error, marks=pytest.mark.slow) for error in ERRORS[1:]),
]


@pytest.mark.parametrize(("where", "error"), CASES)
def test_a_picture_that_fails_is_one_line_and_the_run_goes_on(lab, monkeypatch, capsys, where, error):
    if where == "view":
        monkeypatch.setattr(lab.view, "show", fails(error))
    elif where == "painter":
        monkeypatch.setattr(lab.painter, "paint", fails(error))
    else:
        lab.tick()
        artist = lab.view._state if where == "moving" else lab.view.axes["features"].title
        monkeypatch.setattr(artist, "draw", fails(error))
        if where == "fixed":
            lab.painter.forget()
    lab.run()
    before = lab.experiment.training.step_count
    for _ in range(2):  # the second failure of a kind is not told
        assert lab.tick()
    assert lab.running
    assert lab.experiment.training.step_count == before + 2 * lab.controls.speed
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"minidann lab: {lab._said.get_text()}"
    assert line.startswith(f"minidann lab: the picture of this frame failed ({type(error).__name__}")
    monkeypatch.undo()
    lab.painter.forget()
    lab.tick()
    assert lab.view._state.get_visible()  # nothing stays hidden
    assert capsys.readouterr().err == ""


def test_what_can_be_drawn_is_drawn(lab, monkeypatch, capsys):
    def pixels():
        return np.array(lab.figure.canvas.buffer_rgba())

    before = pixels()
    monkeypatch.setattr(lab.view._state, "draw", fails(RuntimeError("no font")))
    lab._look()
    lab.tick()
    assert (pixels() != before).any(axis=-1).mean() < 0.1  # but for the state there is all, and a line at the foot
    foot = lab._said.get_window_extent()
    assert (pixels()[-int(foot.y1) : -int(foot.y0) - 1, int(foot.x0) : int(foot.x1)] != 255).any()


def test_a_step_that_fails_pauses_the_run(lab, monkeypatch, capsys):
    monkeypatch.setattr(lab.experiment, "steps", fails(MemoryError()))
    lab.run()
    for _ in range(3):
        assert lab.tick()
    assert not lab.running
    assert capsys.readouterr().err == "minidann lab: the step failed (MemoryError)\n"
    monkeypatch.undo()
    before = lab.experiment.training.step_count
    lab.step()
    assert lab.experiment.training.step_count == before + 1


def test_a_button_that_fails_is_one_line(lab, monkeypatch, capsys):
    monkeypatch.setattr(lab.experiment, "begin", fails(MemoryError("too little")))
    Hand(lab).button("begin")
    Hand(lab).press("backspace")
    assert capsys.readouterr().err == "minidann lab: begin failed (MemoryError: too little)\n"


@pytest.mark.parametrize("stream", [None, "closed"])
def test_a_terminal_that_is_gone_is_no_matter(lab, monkeypatch, tmp_path, stream):
    with open(tmp_path / "gone", "w") as file:
        pass
    monkeypatch.setattr("sys.stderr", file if stream else None)
    monkeypatch.setattr(lab.view, "show", fails(MemoryError()))
    lab.run()
    lab.tick()
    assert "MemoryError" in lab._said.get_text()


def test_a_tick_after_the_window_is_closed_does_nothing(capsys):
    lab = Lab(plt.figure(), width=4)
    lab.run()
    lab.tick()
    steps = lab.experiment.training.step_count
    lab.figure.canvas.callbacks.process("close_event", CloseEvent("close_event", lab.figure.canvas))
    plt.close(lab.figure)
    assert not lab.tick()
    assert lab.experiment.training.step_count == steps
    assert capsys.readouterr().err == ""


def test_a_tick_after_pyplot_took_the_canvas_does_nothing():
    from matplotlib.backend_bases import FigureCanvasBase

    lab = make_lab(width=4)
    lab.run()
    FigureCanvasBase(lab.figure)
    assert not lab.tick()


@pytest.mark.parametrize(
    ("backend", "way"),
    [("agg", "minidann lab --browser"), ("pdf", "--browser"), ("inline", "%matplotlib widget")]
    + [("module://matplotlib_inline.backend_inline", "%matplotlib widget")],
)
def test_without_a_window_that_can_be_clicked_it_says_so_in_one_line(monkeypatch, backend, way):
    monkeypatch.setattr(plt, "get_backend", lambda: backend)
    before = plt.get_fignums()
    with pytest.raises(ValueError, match=f"backend is {backend}.*{way}") as said:
        Lab()
    assert "\n" not in str(said.value)
    assert plt.get_fignums() == before


def test_a_toolkit_that_opens_no_window_is_one_line(monkeypatch):
    monkeypatch.setattr(plt, "get_backend", lambda: "QtAgg")
    monkeypatch.setattr(plt, "figure", fails(RuntimeError("Invalid DISPLAY\nvariable")))
    with pytest.raises(ValueError, match=r"no window can be opened here \(Invalid DISPLAY variable\); try"):
        Lab()
