"""The figure of inspect on a projector: letters of 14 pixels, and no words on other words."""

import numpy as np
import pytest
from helpers.drawn import one_batch, overlapping
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from minidann.adapt import MOONS, Training
from minidann.data import moons_pair
from minidann.plots.figures import inspection_figure
from minidann.probe import GradientRecorder, probe


@pytest.mark.parametrize(("recipe", "recorded"), [("digits", True), ("moons", False)])
def test_letters_have_14_pixels_at_1280_by_800_and_no_words_overlap(recipe, recorded):
    losses, network = one_batch(recipe)
    training = Training(moons_pair(n=60, n_test=8), MOONS)
    for _ in range(41):
        training.step(GradientRecorder(every=10) if recorded else None)
    figure = inspection_figure(probe(losses, network, by="layer"), training.history, "moons, seed 0, step 41 of 4000")
    figure.set_dpi(min(1280 / figure.get_figwidth(), 800 / figure.get_figheight()))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    texts = [text for text in figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    assert min(text.get_fontsize() for text in texts) * figure.dpi / 72 > 13.9
    extents = np.array([text.get_window_extent(renderer).extents for text in texts])
    inside = (extents[:, :2] >= -1).all(axis=1) & (extents[:, 2:] <= figure.bbox.extents[2:] + 1).all(axis=1)
    # ticks outside of their axis have a text that is not drawn
    ticks = {
        id(label)
        for ax in figure.axes
        for axis in (ax.xaxis, ax.yaxis)
        for t in axis.get_major_ticks()
        for label in (t.label1, t.label2)
    }
    drawn = [i for i, text in enumerate(texts) if id(text) not in ticks]
    assert inside[drawn].all(), [texts[i].get_text() for i in drawn if not inside[i]]
    crossing = [(texts[drawn[a]].get_text(), texts[drawn[b]].get_text()) for a, b in overlapping(extents[drawn])]
    assert crossing == []
