"""The letters of the window: they neither overlap nor leave the window, and for a projector they are large."""

from itertools import combinations

import pytest
from helpers.hands import make_lab

from minidann.lab import Settings
from minidann.lab.figure_size import SIZE

SCREEN = (1280, 800)
LEAST = 14  # pixels of the letters for a projector, on this screen
STATES = {
    "begun": lambda lab: None,
    "phase": lambda lab: (lab.experiment.steps(123), lab.phase()),
    "without controls": lambda lab: (lab.phase(), lab.toggle_controls()),
    "data": lambda lab: lab.controls.open_tab("data"),
    "drawn": lambda lab: lab.set(pair="drawn"),
    "digits": lambda lab: lab.set(pair="digits"),
    "events": lambda lab: (
        lab.experiment.steps(120),
        lab.set(adapt_weight=2.0),
        lab.experiment.steps(150),
        lab.set(form="both", domain_steps=2),
    ),
    "averaged": lambda lab: (setattr(lab.controls, "averaged", True), lab.experiment.steps(100)),
    "two forms": lambda lab: (lab.two_forms(), lab.step()),
    "two forms without controls": lambda lab: (lab.two_forms(), lab.toggle_controls()),
    "two forms on digits": lambda lab: (lab.set(pair="digits"), lab.two_forms(), lab.step()),
    "lesson": lambda lab: (lab.scenario("label-shift"), lab.experiment.steps(40)),
    "wrong number": lambda lab: lab.say("noise: got -1, expected a finite number of at least 0"),
} | {form: lambda lab, form=form: (lab.set(form=form), lab.experiment.steps(3)) for form in ("eq-18", "two-nodes")}
QUICK = ("events", "eq-18", "two forms")


# large letters overlap first: the usual ones are slow
@pytest.fixture(scope="module", params=[pytest.param(False, marks=pytest.mark.slow), True], ids=["usual", "large"])
def sized(request):
    """Nothing of it is painted: the places of texts are found without."""
    lab = make_lab(large=request.param)
    lab.painter.paint = lambda seldom=True: False
    lab.figure.set_dpi(min(SCREEN[0] / SIZE[0], SCREEN[1] / SIZE[1]))
    lab._fit()
    lab.large = request.param
    return lab


@pytest.fixture
def fresh(sized):
    yield sized
    if sized.experiments[1:]:
        sized.two_forms()
    sized.scenario("")
    if not sized.controls.shown:
        sized.toggle_controls()
    sized.controls.open_tab("training")
    sized.controls.rest()
    sized.say("")
    sized.set(**vars(Settings()))
    sized.begin()


def drawn_texts(figure):
    """Every text that can be seen, with its box. Ticks beyond the limits of their axis are made, but not drawn."""
    found = [text for text in figure.texts if text.get_visible()]
    for ax in (ax for whole in figure.axes for ax in (whole, *whole.child_axes) if whole.get_visible()):
        found += [text for text in ax.texts if text.get_visible()]
        found += [ax.title, ax._left_title, ax._right_title]
        found += ax.get_legend().get_texts() if ax.get_legend() else []
        for axis in (ax.xaxis, ax.yaxis) if ax.axison else ():
            low, high = axis.get_view_interval()
            shown = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high and axis.get_visible()]
            found += [axis.label, *(tick.label1 for tick in shown if tick.label1.get_visible())]
            found += [tick.label2 for tick in shown if tick.label2.get_visible()]
    return {text: text.get_window_extent() for text in found if text.get_text().strip()}


@pytest.mark.parametrize(
    "state", [pytest.param(state, marks=() if state in QUICK else pytest.mark.slow) for state in STATES]
)
def test_no_text_lies_on_another_or_off_the_window(fresh, state):
    lab = fresh
    STATES[state](lab)
    lab._look()
    lab.tick()
    lab.figure.draw_without_rendering()  # which finds the panels' places
    boxes = drawn_texts(lab.figure)
    assert len(boxes) > 35
    for (one, a), (other, b) in combinations(boxes.items(), 2):
        shared = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(shared) <= 3, (one.get_text(), other.get_text())
    for text, box in boxes.items():
        assert -1 <= box.x0 <= box.x1 <= lab.figure.bbox.x1 + 1, text
        assert -1 <= box.y0 <= box.y1 <= lab.figure.bbox.y1 + 1, text
    if lab.large:
        assert min(text.get_fontsize() for text in boxes) * lab.figure.dpi / 72 >= LEAST
