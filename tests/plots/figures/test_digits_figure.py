"""The figure of ``minidann digits``: its panels, for any history, and nothing over anything else."""

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from helpers.image_pair import image_pair

from minidann.adapt import MOONS
from minidann.adapt.build import build_dann
from minidann.compare.methods import Comparison
from minidann.data.pairs import DomainPair
from minidann.plots import DuelDisplay, LossesDisplay
from minidann.plots.figures.digits import digits_figure


@pytest.fixture(autouse=True)
def _no_peeking(monkeypatch):
    def peek(pair):
        raise AssertionError("the oracle was opened")

    monkeypatch.setattr(DomainPair, "oracle", property(peek))


@pytest.fixture
def pair(rng):
    return image_pair(rng, np.uint8, 3, name="MNIST → MNIST-M, the paper recipe")


def history(domain, scored):
    """40 rows as Training writes them, with the columns of a domain head or not, and target accuracy or not."""
    rows = [{"step": step, "adapt_weight": step / 400, "rate": 0.1, "label_loss": 1.0} for step in range(0, 400, 10)]
    for row in rows:
        row |= {"domain_loss": 0.7, "domain_accuracy": 0.5} if domain else {}
    return rows + [{"step": step, "target_accuracy": 0.5 + step / 1000} for step in (200, 400) if scored]


def made_up(pair, rng, domain=True, scored=True):
    """A Comparison of networks that learnt nothing."""
    accuracies = {"source-only": 0.512, "dann": 0.837, "target-only": 0.98}
    return Comparison(
        rows=[{"method": name, "seed": 5, "target_accuracy": value} for name, value in accuracies.items()],
        networks={name: build_dann(pair.x_source.shape[1:], pair.n_classes, MOONS, rng) for name in accuracies},
        histories={name: history(name == "dann" or (domain and name == "source-only"), scored) for name in accuracies},
    )


@pytest.mark.slow
@pytest.mark.parametrize(("domain", "scored"), [(True, True), (False, True), (False, False)])
def test_no_panel_is_empty_and_nothing_lies_on_anything_else(pair, rng, domain, scored):
    figure = digits_figure(pair, made_up(pair, rng, domain, scored))
    axes = figure.axes
    assert len(axes) == 2 + scored + 4 + 2
    assert all(ax.has_data() and ax.get_title() for ax in axes)
    figure.draw_without_rendering()
    page = figure.bbox
    boxes = [ax.title.get_window_extent() for ax in axes] + [figure._suptitle.get_window_extent()]
    boxes += [ax.get_legend().get_window_extent() for ax in axes if ax.get_legend()]
    boxes += [ax.xaxis.label.get_window_extent() for ax in axes if ax.get_xlabel()]
    for i, box in enumerate(boxes):
        assert page.x0 <= box.x0 < box.x1 <= page.x1
        assert page.y0 <= box.y0 < box.y1 <= page.y1
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert not any(box.overlaps(ax.bbox) for ax in axes)
    assert plt.get_fignums() == []


def test_the_titles_say_what_was_reached_and_what_chose_nothing(pair, rng):
    figure = digits_figure(pair, made_up(pair, rng))
    titles = [ax.get_title() for ax in figure.axes]
    assert "source only: 51.2% of target right" in titles
    assert "DANN: 83.7% of target right" in titles
    assert any("for reading only" in title for title in titles)
    assert "MNIST-M, the paper recipe, seed 5" in figure.get_suptitle()


def test_a_figure_of_ones_own_is_drawn_on(pair, rng):
    figure = plt.figure()
    assert digits_figure(pair, made_up(pair, rng), figure) is figure
    assert tuple(figure.get_size_inches()) == (16, 9)
    assert plt.get_fignums() == [figure.number]
    plt.close("all")


def test_a_run_without_a_domain_head_has_no_name_in_the_legend():
    histories = {"source only": history(False, True), "DANN": history(True, True)}
    for display in (LossesDisplay, DuelDisplay):
        lines = display.from_histories(histories).plot().ax_.lines
        assert all(len(line.get_xdata()) for line in lines)
        assert not any(
            line.get_label() in ("domain loss, source only", "domain accuracy, source only") for line in lines
        )
    plt.close("all")
