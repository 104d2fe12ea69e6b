"""The pictures of games: what they draw is what was found, and no text lies on another or off the figure."""

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from minidann.games.dynamics import DYNAMICS, play
from minidann.games.games import QuadraticGame, SmallestDANN, bilinear_game
from minidann.games.saddle import verdict
from minidann.games.slices import slices
from minidann.plots import style
from minidann.plots.games import DistanceDisplay, FieldDisplay, SlicesDisplay, SpectrumDisplay, SurfaceDisplay

DAMPED = QuadraticGame(0.4, 0.3)
PATHS = {dynamics: play(DAMPED, [0.8, 0.8], 60, 0.2, dynamics, momentum=-0.2) for dynamics in DYNAMICS}
VERDICTS = {dynamics: verdict(DAMPED, [0, 0], 0.2, dynamics) for dynamics in DYNAMICS}

DISPLAYS = {
    "field": lambda: FieldDisplay.from_game(DAMPED, PATHS).plot(title="a title"),
    "field of a DANN": lambda: FieldDisplay.from_game(SmallestDANN(labels=True), centre=[1, 2]).plot(title="a title"),
    "distance": lambda: DistanceDisplay.from_paths(PATHS).plot(title="a title"),
    "distance with averages": lambda: DistanceDisplay.from_paths(PATHS, averages=True, decay=0.9).plot(title="a title"),
    "surface": lambda: SurfaceDisplay.from_game(DAMPED).plot(title="a title"),
    "surface in 3-D": lambda: SurfaceDisplay.from_game(DAMPED).plot(title="a title", in_3d=True),
    "spectrum": lambda: SpectrumDisplay.from_verdicts(VERDICTS).plot(title="a title"),
    "spectrum near by": lambda: SpectrumDisplay.from_verdicts({"simultaneous": verdict(DAMPED, [0, 0], 0.02)}).plot(
        title="a title", whole=False
    ),
    "slices": lambda: SlicesDisplay.from_slices(slices(DAMPED, [0.5, 0.2], directions=5)).plot(title="a title"),
}


def written(figure):
    """Every text on a figure that can be seen, with its box."""
    figure.draw_without_rendering()
    texts = {}
    for text in figure.findobj(mpl.text.Text):
        box = text.get_window_extent()
        if text.get_visible() and text.get_text().strip() and box.width > 0:
            texts[text] = box
    for ax in figure.axes:  # ticks beyond the view are made, but not drawn
        for axis in (ax.xaxis, ax.yaxis, *([ax.zaxis] if ax.name == "3d" else [])):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high:
                    texts.pop(tick.label1, None)
    return texts


@pytest.mark.parametrize("name", DISPLAYS)
def test_no_text_lies_on_another_or_off_the_figure(name):
    figure = DISPLAYS[name]().figure_
    boxes = written(figure)
    assert len(boxes) > 5
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        shared = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(shared) <= 1, (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert figure.bbox.x0 <= box.x0, text
        assert figure.bbox.y0 <= box.y0, text
        assert box.x1 <= figure.bbox.x1, text
        assert box.y1 <= figure.bbox.y1, text


@pytest.mark.parametrize("name", DISPLAYS)
def test_the_legend_hides_nothing(name):
    ax = DISPLAYS[name]().ax_
    ax.figure.draw_without_rendering()
    assert ax.get_legend().get_window_extent().y1 < ax.get_window_extent().y0


@pytest.mark.parametrize("name", DISPLAYS)
def test_a_figure_is_made_without_pyplot_and_can_be_saved(name, tmp_path):
    before = plt.get_fignums()
    display = DISPLAYS[name]()
    assert plt.get_fignums() == before
    assert isinstance(display.figure_, Figure)
    assert display.ax_.get_title() == "a title"
    display.figure_.savefig(tmp_path / "figure.png", dpi=30)


@pytest.mark.parametrize("kind", ["field", "distance", "surface", "spectrum", "slices"])
def test_axes_of_ones_own_are_drawn_on(kind):
    ax = Figure().add_subplot()
    display = {
        "field": FieldDisplay.from_game(DAMPED),
        "distance": DistanceDisplay.from_paths(PATHS),
        "surface": SurfaceDisplay.from_game(DAMPED),
        "spectrum": SpectrumDisplay.from_verdicts(VERDICTS),
        "slices": SlicesDisplay.from_slices(slices(DAMPED, [0, 0], directions=2)),
    }[kind].plot(ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure


def labelled(ax):
    return {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}


def test_the_field_shows_each_path_from_start_to_end_and_which_way_a_step_goes():
    ax = DISPLAYS["field"]().ax_
    lines = labelled(ax)
    for name, path in PATHS.items():
        np.testing.assert_array_equal(lines[name].get_xydata(), path.points)
    np.testing.assert_array_equal(lines["saddle"].get_xydata(), [[0, 0]])
    (arrows,) = [c for c in ax.collections if hasattr(c, "U")]
    for (x, y), u, v in zip(arrows.get_offsets(), arrows.U, arrows.V):
        step = -DAMPED.field([x, y])
        np.testing.assert_allclose([u, v], step / (np.linalg.norm(step) or 1), atol=1e-12)


def test_the_centre_is_called_what_it_is():
    dann = SmallestDANN(labels=True)
    assert "centre" in labelled(FieldDisplay.from_game(dann, centre=[1, 2]).plot().ax_)
    assert "stationary point" in labelled(FieldDisplay.from_game(_unknown(), centre=[0, 0]).plot().ax_)


def _unknown():
    game = bilinear_game()
    game.saddle = None
    return game


def test_distances_are_drawn_on_a_logarithmic_scale_and_averages_thin():
    ax = DISPLAYS["distance with averages"]().ax_
    assert ax.get_yscale() == "log"
    lines = labelled(ax)
    for name, path in PATHS.items():
        np.testing.assert_array_equal(lines[name].get_ydata(), path.distances)
        averaged = lines[f"{name}, averaged"]
        np.testing.assert_array_equal(averaged.get_ydata(), path.average_distances(0.9))
        assert averaged.get_linewidth() < lines[name].get_linewidth()
    assert len({(to_hex(lines[name].get_color()), lines[name].get_linestyle()) for name in PATHS}) == len(PATHS)


@pytest.mark.parametrize("in_3d", [False, True])
def test_the_surface_says_what_e_does_along_each_player(in_3d):
    def said(game):
        return set(labelled(SurfaceDisplay.from_game(game).plot(in_3d=in_3d).ax_)) - {"saddle"}

    assert said(DAMPED) == {"along θf: a minimum there", "along θd: a maximum there"}
    assert said(bilinear_game()) == {"along θf: level", "along θd: level"}
    assert said(QuadraticGame(-0.4, 0.3)) == {"along θf: a maximum there", "along θd: a maximum there"}


def test_the_slices_on_a_surface_go_through_the_saddle_at_their_height():
    lines = labelled(SurfaceDisplay.from_game(DAMPED, span=1.0).plot(in_3d=True).ax_)
    f, d, heights = lines["along θf: a minimum there"].get_data_3d()
    np.testing.assert_allclose(d, 0)
    np.testing.assert_allclose(heights, 0.2 * np.asarray(f) ** 2, atol=1e-12)
    f, d, heights = lines["along θd: a maximum there"].get_data_3d()
    np.testing.assert_allclose(heights, -0.15 * np.asarray(d) ** 2, atol=1e-12)


def test_the_spectrum_shows_each_mu_and_the_circle_where_steps_converge():
    ax = DISPLAYS["spectrum"]().ax_
    (circle,) = ax.patches
    assert (circle.center, circle.radius) == ((1, 0), 1)
    for cloud in ax.collections:
        mu = cloud.get_offsets() @ [1, 1j]
        found = VERDICTS[cloud.get_label()]
        np.testing.assert_allclose(np.sort_complex(mu), np.sort_complex(1 - found.step_eigenvalues))
        assert found.converges == (np.abs(1 - mu) < 1).all()
    simultaneous = next(c for c in ax.collections if c.get_label() == "simultaneous")
    expected = np.sort_complex(VERDICTS["simultaneous"].eigenvalues)
    np.testing.assert_allclose(np.sort_complex(simultaneous.get_offsets() @ [1, 1j]), expected)


def test_slices_are_dotted_where_e_does_not_do_as_a_saddle_has_it():
    found = slices(QuadraticGame(0.5, -0.3), [0.0, 0.0], directions=3)
    ax = SlicesDisplay.from_slices(found).plot().ax_
    drawn = [line for line in ax.lines if len(line.get_xdata()) == len(found.offsets)]
    assert [line.get_linestyle() for line in drawn] == ["-"] * 3 + [":"] * 3
    np.testing.assert_array_equal([line.get_ydata() for line in drawn], [*found.minimiser, *found.maximiser])
    assert {"along (θf, θy): rises along 3 of 3", "along θd: falls along 0 of 3"} <= set(labelled(ax))


def test_colours_are_the_houses():
    ax = DISPLAYS["distance"]().ax_
    assert {line.get_color() for line in labelled(ax).values()} <= set(style.OTHERS)


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="game: got one of 3 parameters, expected two"):
        FieldDisplay.from_game(SmallestDANN(bias=True))
    with pytest.raises(ValueError, match="centre: got None"):
        SurfaceDisplay.from_game(SmallestDANN(labels=True))
    with pytest.raises(ValueError, match="span: got 0"):
        FieldDisplay.from_game(DAMPED, span=0)
    with pytest.raises(ValueError, match="paths: got none"):
        DistanceDisplay.from_paths({})
    with pytest.raises(ValueError, match="saddle: got None"):
        DistanceDisplay.from_paths({"a field": play(DAMPED.field, [1, 1], 5, 0.1)})
    with pytest.raises(ValueError, match="verdicts: got none"):
        SpectrumDisplay.from_verdicts({})
