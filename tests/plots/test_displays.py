"""Each Display draws what it was given; the figures have no empty panel."""

from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from minidann.adapt import JOURNAL, MOONS, Training
from minidann.compare import compare
from minidann.data import DataWarning, DomainPair, moons_pair
from minidann.plots import (
    BoundaryDisplay,
    DuelDisplay,
    FeaturesDisplay,
    HiddenUnitsDisplay,
    LossesDisplay,
    journal_figure,
    moons_figure,
    style,
)
from minidann.plots.curves import running_mean


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=60, n_test=80)


@pytest.fixture(scope="module")
def comparison(pair):
    return compare(pair, replace(MOONS, steps=60))


def test_a_boundary_agrees_with_the_networks_predictions(pair, comparison):
    network = comparison.networks["dann"]
    display = BoundaryDisplay.from_network(network, pair)
    grid = np.stack(np.meshgrid(display.xs, display.ys), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(display.values.ravel() > 0, network.predict(grid) == 1)
    domain = BoundaryDisplay.from_network(network, pair, head="domain")
    np.testing.assert_allclose(domain.values.ravel(), network.domain_logits(grid))


@pytest.mark.parametrize("make", [BoundaryDisplay, FeaturesDisplay])
def test_a_display_draws_on_the_axes_it_is_given_or_on_its_own(pair, comparison, make):
    _, ax = plt.subplots()
    assert make.from_network(comparison.networks["dann"], pair).plot(ax).ax_ is ax
    own = make.from_network(comparison.networks["dann"], pair).plot()
    assert own.figure_ is not ax.figure
    assert len(own.ax_.collections) > 0
    plt.close("all")


def test_histories_are_drawn_with_the_lines_of_chance(comparison):
    histories = {"DANN": comparison.histories["dann"]}
    losses, duel = LossesDisplay.from_histories(histories).plot(), DuelDisplay.from_histories(histories).plot()
    labels = [line.get_label() for line in losses.ax_.lines]
    assert "chance for the domain head: ln 2" in labels
    chance = losses.ax_.lines[labels.index("chance for the domain head: ln 2")]
    assert chance.get_ydata()[0] == pytest.approx(np.log(2))
    assert any("λ" in line.get_label() for line in duel.ax_.lines)
    plt.close("all")


def test_one_run_has_a_colour_for_each_loss_and_several_have_one_each(comparison):
    history = comparison.histories["dann"]
    alone = LossesDisplay.from_histories({"DANN": history}).plot().ax_.lines
    assert [line.get_color() for line in alone[:2]] == [style.DOMAIN_LOSS, style.LABEL_LOSS]
    both = LossesDisplay.from_histories({"DANN": history, "source only": history}).plot().ax_.lines
    assert [line.get_color() for line in both[:4]] == [style.DANN] * 2 + [style.SOURCE_ONLY] * 2
    plt.close("all")


def test_a_running_mean_is_the_mean_of_its_window():
    history = [{"step": i, "a": float(i * i)} for i in range(5)]
    steps, values = running_mean(history, "a", 3)
    np.testing.assert_allclose(steps, [1, 2, 3])
    np.testing.assert_allclose(values, [5 / 3, 14 / 3, 29 / 3])


def test_a_hidden_unit_is_half_on_along_its_line(pair):
    comparison = compare(pair, replace(JOURNAL, steps=20))
    network = comparison.networks["dann"]
    display = HiddenUnitsDisplay.from_network(network, pair)
    on_line = -display.bias[0] * display.weight[:, 0] / (display.weight[:, 0] ** 2).sum()
    assert network.transform(on_line[None].astype("f"))[0, 0] == pytest.approx(0.5, abs=1e-4)
    figure = journal_figure(pair, comparison)
    assert all(ax.has_data() for ax in figure.axes)
    assert len(figure.axes) == 8


def test_the_line_of_each_hidden_unit_is_drawn_where_its_input_is_0():
    weight, bias = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([-1.0, 3.0])
    display = HiddenUnitsDisplay(weight, bias, np.zeros((1, 2))).plot()
    for i, line in enumerate(display.ax_.lines):
        for point in (line.get_xy1(), line.get_xy2()):
            assert np.array(point) @ weight[:, i] + bias[i] == pytest.approx(0, abs=1e-9)
    assert len(display.ax_.lines) == 2
    plt.close("all")


def test_features_say_how_much_of_their_variance_is_seen(pair, comparison):
    network = comparison.networks["dann"]
    display = FeaturesDisplay.from_network(network, pair, points=50)
    parts = network.transform(pair.x_source_test[:50], "source"), network.transform(pair.x_target_test[:50])
    features = np.concatenate(parts).astype(np.float64)
    squares = np.linalg.svd(features - features.mean(axis=0), compute_uv=False) ** 2
    assert display.explained == pytest.approx(squares[:2].sum() / squares.sum(), rel=1e-4)
    seen = np.concatenate([display.source, display.target])
    assert seen.var(axis=0).sum() == pytest.approx(squares[:2].sum() / 100, rel=1e-4)


def test_hidden_units_need_a_single_layer(pair, comparison):
    with pytest.raises(ValueError, match="network: got features Sequential"):
        HiddenUnitsDisplay.from_network(comparison.networks["dann"], pair)


def test_the_moons_figure_has_six_panels_and_none_empty(pair, comparison):
    figure = moons_figure(pair, comparison)
    assert len(figure.axes) == 6
    assert all(ax.has_data() and ax.get_title() for ax in figure.axes)


def test_a_figure_of_ones_own_is_drawn_on(pair, comparison):
    figure = plt.figure()
    assert moons_figure(pair, comparison, figure) is figure
    assert len(figure.axes) == 6
    plt.close("all")


def test_a_run_has_its_own_colour_and_none_is_left_out(comparison):
    history = comparison.histories["dann"]
    names = ["third", "DANN", "source only", "fourth"]
    lines = DuelDisplay.from_histories(dict.fromkeys(names, history)).plot().ax_.lines
    colours = {name: line.get_color() for name in names for line in lines if line.get_label().endswith(f"y, {name}")}
    assert (colours["DANN"], colours["source only"]) == (style.DANN, style.SOURCE_ONLY)
    assert len(set(colours.values())) == 4
    plt.close("all")


def test_a_run_without_a_domain_head_is_drawn_as_far_as_it_goes(pair):
    histories = {
        "DANN": compare(pair, replace(MOONS, steps=20, domain_weight=0.0), methods=("dann",)).histories["dann"]
    }
    assert LossesDisplay.from_histories(histories).plot().ax_.has_data()
    assert DuelDisplay.from_histories({"DANN": []}).plot().ax_.get_title() == ""
    plt.close("all")


@pytest.fixture(scope="module")
def five_classes():
    """A network and a pair of points in the plane with five named classes, of which the target has one more."""
    rng = np.random.default_rng(0)
    y = np.arange(100) % 5
    points = np.c_[np.cos(2 * np.pi * y / 5), np.sin(2 * np.pi * y / 5)] + rng.normal(scale=0.1, size=(100, 2))
    names = np.array(["ash", "beech", "cedar", "dogwood", "elm, of the Netherlands"])[y]
    names_target = np.where(np.arange(100) < 95, names, "fir")
    arrays = {
        "x_source": points,
        "x_target": points + 0.1,
        "x_source_test": points + 0.01,
        "x_target_test": points + 0.2,
    }
    labels = {"y_source": names, "y_source_test": names, "y_target_test": names_target}
    with pytest.warns(DataWarning, match="no example of class 'fir'"):
        pair = DomainPair("a → b", **arrays, **labels)
    return Training(pair, replace(MOONS, steps=30, batch_size=16)).fit().result(), pair


def test_the_regions_of_many_classes_are_the_predictions(five_classes):
    display = BoundaryDisplay.from_network(*five_classes)
    grid = np.stack(np.meshgrid(display.xs, display.ys), axis=-1).reshape(-1, 2)
    np.testing.assert_array_equal(display.values.argmax(axis=-1).ravel(), five_classes[0].predict(grid))


@pytest.mark.parametrize("make", [BoundaryDisplay, FeaturesDisplay])
def test_the_names_of_many_classes_are_written_on_their_points(five_classes, make):
    ax = make.from_network(*five_classes).plot(Figure().subplots()).ax_
    written = {text.get_text() for text in ax.texts}
    assert written == {"ash", "beech", "cedar", "dogwood", "elm, of the…", "fir"}
    assert [text.get_text() for text in ax.legend().get_texts()] == ["source", "target"]
    masked = five_classes[1].without_target_labels()
    ax = make.from_network(five_classes[0], masked).plot(Figure().subplots()).ax_
    assert {text.get_text() for text in ax.texts} == written - {"fir"}
    assert "target, class unknown" in [text.get_text() for text in ax.legend().get_texts()]


def test_a_line_is_drawn_between_the_regions_of_three_classes():
    xs = ys = np.linspace(0, 1, 250)
    first = np.broadcast_to(xs, (250, 250))
    values = np.stack([first, 1 - first, np.zeros((250, 250))], axis=-1)  # the third class is nowhere the largest
    nothing = np.empty((0, 2)), np.empty(0, int)
    ax = BoundaryDisplay(xs, ys, values, *nothing, *nothing).plot(Figure().subplots()).ax_
    lines = [path.vertices for drawn in ax.collections[1:] for path in drawn.get_paths() if len(path.vertices)]
    assert lines
    for vertices in lines:
        np.testing.assert_allclose(vertices[:, 0], 0.5, atol=0.01)


def test_an_unknown_head_is_refused(pair, comparison):
    with pytest.raises(ValueError, match="head: got 'labels', expected one of label, domain"):
        BoundaryDisplay.from_network(comparison.networks["dann"], pair, head="labels")
