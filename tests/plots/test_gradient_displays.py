"""The pictures of gradients: what they draw is what a probe found, and no text lies on another."""

from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from helpers.image_pair import image_pair

mpl.use("Agg")

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import minidann as md
from minidann.adapt import MOONS, RECIPES, Training
from minidann.data import moons_pair
from minidann.plots import style
from minidann.plots.gradients import GradientHistoryDisplay, GradientsDisplay
from minidann.probe import probe
from minidann.probe.recorder import GradientRecorder, recorded

SHORT = replace(MOONS, steps=40, batch_size=16)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=60, n_test=20)


@pytest.fixture(scope="module")
def moons(pair):
    """A training in its middle."""
    training = Training(pair, SHORT)
    for _ in range(20):
        training.step()
    return training


@pytest.fixture(scope="module")
def digits():
    """The whole digits network, on noise."""
    pair = image_pair(np.random.default_rng(0), classes=10, n=20, name="noise", side=8)
    training = Training(pair, replace(RECIPES["digits"], batch_size=8, steps=9))
    for _ in range(3):
        training.step()
    return training


@pytest.fixture(scope="module")
def history(pair):
    return Training(pair, SHORT).fit(recorder=GradientRecorder(5)).history


def found_in(training, by="layer"):
    return probe(training.losses(training.next_batch()), training.network, by)


def by_hand(weights=(0.7,), size=1.0, third=False):
    """A small graph with reversals in a row; without weights none."""
    rng = np.random.default_rng(0)
    shapes = {"features.0.weight": (2, 4), "label_head.0.weight": (4, 2), "domain_head.0.weight": (4, 1)}
    parameters = {name: md.Tensor(rng.standard_normal(shape), requires_grad=True) for name, shape in shapes.items()}
    w, label, domain = parameters.values()
    features = above = (rng.standard_normal((6, 2)) @ w).tanh()
    for weight in weights:
        above = md.reverse_gradient(above, weight)
    losses = {"L_y": md.cross_entropy(features[:3] @ label, [0, 1, 0]), "L_d": (above @ domain).mean() * size}
    if third:
        losses["L_e"] = (md.reverse_gradient(features, 0.25) ** 2).mean()
    return probe(losses, parameters, "node")


CASES = {
    **{f"moons by {by}": (lambda moons, digits, by=by: found_in(moons, by)) for by in ("node", "layer", "part")},
    **{f"digits by {by}": (lambda moons, digits, by=by: found_in(digits, by)) for by in ("node", "layer", "parameter")},
    "λ = 0": lambda moons, digits: by_hand((0.0,)),
    "a small λ": lambda moons, digits: by_hand((1e-5,)),
    "no reversal": lambda moons, digits: by_hand(()),
    "two in a row": lambda moons, digits: by_hand((0.7, 0.5)),
    "three losses": lambda moons, digits: by_hand((0.7,), third=True),
    "a small loss": lambda moons, digits: by_hand((0.7,), size=1e-4),
    "a large loss": lambda moons, digits: by_hand((3.0,), size=12345.0),
    "a lone loss": lambda moons, digits: probe(moons.losses(moons.next_batch()).label_loss, moons.network, "layer"),
}


def written(figure):
    """Every text on a figure that can be seen, with the box it takes, its frame included."""
    figure.draw_without_rendering()
    ticks = [(axis, tick) for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for tick in axis.get_major_ticks()]
    beyond = {tick.label1 for axis, tick in ticks if not _within(tick.get_loc(), *axis.get_view_interval())}
    texts = [t for t in figure.findobj(mpl.text.Text) if t.get_visible() and t.get_text().strip() and t not in beyond]
    return {t: (t.get_bbox_patch() or t).get_window_extent() for t in texts}


def _within(place, one, other):
    return min(one, other) <= place <= max(one, other)


def overlap(a, b, least=1.0):
    """Whether two boxes share more than ``least`` pixels in both directions."""
    return min(a.x1, b.x1) - max(a.x0, b.x0) > least and min(a.y1, b.y1) - max(a.y0, b.y0) > least


def bars(ax):
    return [patch for patch in ax.patches if isinstance(patch, Rectangle) and patch.get_height() < 0.5]


def texts_of(display):
    return [text.get_text() for text in display.ax_.texts]


# along a network -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_nothing_lies_on_anything_else_or_off_the_figure(case, moons, digits):
    display = GradientsDisplay.from_probe(CASES[case](moons, digits)).plot(title=case)
    boxes, figure = written(display.figure_), display.figure_.bbox
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        assert not overlap(a, b), (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert box.x0 >= figure.x0, text
        assert box.y0 >= figure.y0, text
        assert box.x1 <= figure.x1, text
        assert box.y1 <= figure.y1, text
        for bar in bars(display.ax_):
            assert not overlap(box, bar.get_window_extent(), 2.0), text


@pytest.mark.parametrize("case", CASES)
def test_every_norm_of_the_probe_is_a_bar_of_its_length_on_its_side_with_its_number(case, moons, digits):
    found = CASES[case](moons, digits)
    display = GradientsDisplay.from_probe(found).plot()
    drawn = sorted(bar.get_width() for bar in bars(display.ax_))
    expected, numbers = [], []
    for line in display.lines:
        for loss, arrival in line.arrivals.items() if line.factor is None else ():
            row = found[line.text]
            assert (arrival.before, arrival.after) == (row[f"{loss} before"], row[f"{loss} after"])
            expected.append((-1 if arrival.turned else 1) * arrival.after**0.5)
            numbers.append(f"{arrival.after:.3g}")
            if arrival.below:
                expected.append(arrival.before**0.5)
                numbers.append(f"{arrival.before:.3g}")
    np.testing.assert_allclose(drawn, sorted(expected))
    seen = [number for text in texts_of(display) for number in text.split(" → ")]
    assert all(seen.count(number) >= numbers.count(number) for number in numbers)


def test_from_above_the_heads_then_the_reversal_then_the_features(moons):
    display = GradientsDisplay.from_probe(found_in(moons))
    assert [line.text for line in display.lines] == [
        "here only ∂L_y",
        "label_head.0",
        "here only ∂L_d",
        "domain_head.2",
        "domain_head.0",
        "GradientReversal",
        "features.3",
        "features.1",
    ]
    by_node = GradientsDisplay.from_probe(found_in(moons, "node"))
    names = [line.text for line in by_node.lines]
    assert names.index("domain_head.0 Affine") < names.index("GradientReversal") < names.index("Tanh 2")
    assert not {"CrossEntropy", "BinaryCrossEntropy"} & set(names)


def test_only_below_the_reversal_there_are_two_sides(moons):
    for line in GradientsDisplay.from_probe(found_in(moons)).lines:
        for loss, arrival in line.arrivals.items():
            below = line.text.startswith("features") and loss == "L_d"
            assert (arrival.below, arrival.turned) == (below, below)
            assert (arrival.before > arrival.after) == below
        assert bool(line.cosines) == line.text.startswith("features")


def test_the_factor_stands_on_the_reversal_with_its_sign(moons):
    display = GradientsDisplay.from_probe(found_in(moons)).plot()
    weight = f"{moons.adapt_weight:.3g}"
    assert f"∂L_d × −{weight}" in texts_of(display)
    assert "−" in texts_of(display)
    assert "GradientReversal" in [label.get_text() for label in display.ax_.get_yticklabels()]


def test_cosines_stand_before_and_after(moons):
    found = found_in(moons)
    texts = texts_of(GradientsDisplay.from_probe(found).plot())
    row = found["features.3"]
    assert f"{row['cosine before']:+.3f} → {row['cosine after']:+.3f}".replace("-", "−") in texts
    assert "cosine with ∂L_y\nbefore → after" in texts


def test_lambda_0_says_0_and_stops_the_arrow():
    display = GradientsDisplay.from_probe(by_hand((0.0,))).plot()
    texts = texts_of(display)
    assert "∂L_d × 0" in texts
    assert texts.count("0") >= 3  # on the arrow, and what arrives at two nodes of the features
    below = [line for line in display.lines if any(a.below for a in line.arrivals.values())]
    assert [line.text for line in below] == ["Tanh", "features.0 MatMul"]
    assert all(line.arrivals["L_d"].after == 0 < line.arrivals["L_d"].before for line in below)
    assert _arrowheads(display) == [style.LABEL_LOSS]
    assert _arrowheads(GradientsDisplay.from_probe(by_hand((0.1,))).plot()) == [style.LABEL_LOSS, style.DOMAIN_LOSS]


def _arrowheads(display):
    return [line.get_color() for line in display.ax_.lines if line.get_marker() == "v"]


def test_without_a_reversal_the_picture_says_so():
    display = GradientsDisplay.from_probe(by_hand(())).plot()
    assert "no reversal in this graph: every gradient arrives unchanged" in texts_of(display)
    assert all(bar.get_width() >= 0 for bar in bars(display.ax_))
    assert not any("sign turned" in text for text in texts_of(display))
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["∂L_y as it arrives", "∂L_d as it arrives"]


def test_turned_twice_it_arrives_on_its_own_side():
    display = GradientsDisplay.from_probe(by_hand((0.7, 0.5))).plot()
    arrival = next(line for line in display.lines if line.text == "Tanh").arrivals["L_d"]
    assert arrival.below
    assert not arrival.turned
    assert [line.factor for line in display.lines if line.factor is not None] == [-0.5, -0.7]


def test_a_head_without_rows_still_has_a_beginning_for_its_arrow():
    x = md.Tensor(np.ones((2, 3)), requires_grad=True)
    display = GradientsDisplay.from_probe(probe({"L_d": (md.reverse_gradient(x, 0.5) ** 2).mean()}, {"x": x}, "layer"))
    assert [line.text for line in display.lines] == ["here only ∂L_d", "x GradientReversal", "x"]
    display.plot().figure_.draw_without_rendering()


def test_gradients_that_are_no_numbers_are_written_and_not_drawn():
    x = md.Tensor(np.array([1.0, np.nan]), requires_grad=True)
    display = GradientsDisplay.from_probe(probe((md.reverse_gradient(x, 0.5) ** 2).sum(), {"x": x}, "layer")).plot()
    display.figure_.draw_without_rendering()
    assert "nan → nan" in texts_of(display)
    assert all(bar.get_width() == 0 for bar in bars(display.ax_))


def test_nothing_but_zeros_is_drawn_too():
    x = md.Tensor(np.zeros(3), requires_grad=True)
    display = GradientsDisplay.from_probe(probe((x * x).sum(), {"x": x}, "layer")).plot()
    display.figure_.draw_without_rendering()
    assert [bar.get_width() for bar in bars(display.ax_)] == [0]


def test_axes_of_ones_own_are_drawn_on_in_letters_that_fit(digits):
    ax = Figure(figsize=(12, 6), layout="constrained").add_subplot()
    display = GradientsDisplay.from_probe(found_in(digits, "node")).plot(ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    boxes = written(ax.figure)
    assert not any(overlap(a, b) for a, b in combinations(boxes.values(), 2))
    assert GradientsDisplay.from_probe(found_in(digits)).plot().figure_ is not ax.figure


# over a training -------------------------------------------------------------------------------------------------


def test_a_history_is_drawn_as_it_was_recorded(history):
    display = GradientHistoryDisplay.from_history(history).plot(title="a run")
    rows = recorded(history)
    norms, cosine, weight = display.axes_
    columns = ["features L_y", "features L_d before", "features L_d after", "domain_head L_d"]
    assert len(norms.lines) == len(columns)
    for line, column in zip(norms.lines, columns):
        np.testing.assert_array_equal(line.get_xdata(), [row["step"] for row in rows])
        np.testing.assert_array_equal(line.get_ydata(), [row[column] for row in rows])
    np.testing.assert_array_equal(cosine.lines[0].get_ydata(), [row["features cosine before"] for row in rows])
    np.testing.assert_array_equal(cosine.lines[1].get_ydata(), [row["features cosine after"] for row in rows[1:]])
    np.testing.assert_array_equal(weight.lines[0].get_ydata(), [row["adapt_weight"] for row in rows])
    assert norms.get_title() == "a run"
    assert norms.get_yscale() == "log"
    boxes = written(display.figure_)
    assert not any(overlap(a, b) for a, b in combinations(boxes.values(), 2))
    assert all(box.x1 <= display.figure_.bbox.x1 for box in boxes.values())


def test_a_history_by_layer_is_drawn_next_to_the_reversal_or_where_it_is_asked_for(pair):
    history = Training(pair, SHORT).fit(recorder=GradientRecorder(10, by="layer")).history
    display = GradientHistoryDisplay.from_history(history)
    assert (display.at, display.above) == ("features.3", "domain_head.0")
    assert GradientHistoryDisplay.from_history(history, at="features.1").at == "features.1"
    with pytest.raises(ValueError, match=r"at: got 'features', expected one of features.1, features.3"):
        GradientHistoryDisplay.from_history(history, at="features")


def test_a_window_smooths(history):
    smooth = GradientHistoryDisplay.from_history(history, window=3).plot().axes_[0].lines[0].get_ydata()
    values = [row["features L_y"] for row in recorded(history)]
    np.testing.assert_allclose(smooth, [np.mean(values[i : i + 3]) for i in range(len(values) - 2)])


@pytest.mark.parametrize("changed", [{"domain_weight": 0.0}, {"adapt_weight": 0.0}, {"steps": 1}])
def test_a_history_is_drawn_as_far_as_it_goes(pair, changed):
    history = Training(pair, replace(SHORT, **changed)).fit(recorder=GradientRecorder(5)).history
    display = GradientHistoryDisplay.from_history(history).plot()
    display.figure_.draw_without_rendering()
    texts = [text.get_text() for text in display.axes_[1].texts]
    assert texts == ["there is no L_d here"] * ("domain_weight" in changed)
    assert len(display.axes_[0].lines) == (1 if "domain_weight" in changed else 4)


def test_a_history_is_drawn_on_axes_of_ones_own(history):
    axes = Figure().subplots(3)
    display = GradientHistoryDisplay.from_history(history).plot(axes)
    assert list(display.axes_) == list(axes)
    assert display.figure_ is axes[0].figure


def test_a_history_without_recorded_rows_is_refused(pair):
    for history in ([], Training(pair, SHORT).fit().history):
        with pytest.raises(ValueError, match="history: got no recorded rows, expected a history of fit"):
            GradientHistoryDisplay.from_history(history)
