"""The lab's window: its buttons, keys and controls, and its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from .. import _validate
from ..data.hand_drawn import Dab
from .card import Card
from .controls import Controls
from .experiment import PHASES, Experiment
from .experiment_view import DRAWING_LIMITS, ExperimentView
from .figure_size import fit, open_window
from .hand_drawing import HandDrawing
from .keys import Keys, lines
from .settings import Settings

INTERVAL = 5  # milliseconds between two frames, if drawing takes no longer
NUMBERS = 0.3  # seconds between two updates of the numbers while it runs: nobody reads faster, and letters are slow;
SHARE = 4  # and at least this multiple of the time of the last update
LETTERS = 12.0  # points, of a card
PHASE = 0.9  # seconds of one phase at speed 0
BUTTONS = {  # by the name of the method
    "toggle": "run",
    "phase": "one phase",
    "step": "one step",
    "begin": "start anew",
    "defaults": "defaults",
    "clear": "clear drawing",
}


class Lab:
    """The window. The methods of its buttons are ``run``, ``pause``, ``phase``, ``step``, ``begin``, ``set``.

    ``figure``: a figure to draw on; by default a window of pyplot. ``settings``: the first settings. ``experiment``:
    the run; all numbers on the screen come from ``experiment.numbers()``. Keep the Lab as long as its window is open.
    """

    def __init__(self, figure: Any = None, **settings: Any) -> None:
        from matplotlib.figure import Figure

        if figure is not None:
            _validate.instance("figure", figure, Figure, "a matplotlib figure, or None for a new window")
        self.experiment = Experiment(**settings)
        self.figure = open_window() if figure is None else figure
        self.running = False
        self.done: str | None = None  # the last phase, while the run is paused
        self._stale, self._phased = True, 0.0
        self._looked = self._looking = 0.0  # the time of the last update of the numbers, and its duration
        self.view = ExperimentView(
            self.figure, self._controls, lambda: [*self.hand_drawing.moving, *self.card.artists()]
        )
        self.card = Card(self.figure, LETTERS, self._carded)
        self.controls = Controls(self.figure, self.experiment.settings, self.set, self._look)
        self.hand_drawing = HandDrawing(self.view.axes["label"], self._held, self._drawn, self._look)
        self.buttons = {name: self._button(i, name) for i, name in enumerate(BUTTONS)}
        self.keys = Keys(self.figure, lambda name: getattr(self, name)(), self.card.key)
        self.figure.canvas.mpl_connect("resize_event", lambda event: self._fit())
        self._begun()
        self.timer = self.figure.canvas.new_timer(interval=INTERVAL)
        self.timer.add_callback(self.tick)
        self.timer.start()
        self.tick()

    # what the buttons do --------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Go on until ``pause``."""
        self._set_running(self._can_go)

    def pause(self) -> None:
        """Stop between two steps, or between two phases."""
        self._set_running(False)

    def toggle(self) -> None:
        """Run, or pause."""
        self.pause() if self.running else self.run()

    def phase(self) -> None:
        """Pause, and do the next phase."""
        self.pause()
        if self._can_go:
            self._do(self._one_phase)

    def step(self) -> None:
        """Pause, and do one step, or the rest of an unfinished one."""
        self.pause()
        if self._can_go:
            self._do(lambda: self.experiment.steps(1))
            self.done = PHASES[-1]

    def begin(self) -> None:
        """Start the run anew, from the same seed."""
        self.experiment.begin()
        self._begun()

    def defaults(self) -> None:
        """Set all controls to their first values."""
        self.controls.rest()
        self.set(**vars(Settings()))

    def clear(self) -> None:
        """Remove all points drawn by hand."""
        self.experiment.clear()
        self._begun()

    def full_screen(self) -> None:
        """Fill the whole screen, or return to a window. A page and a notebook have no full screen."""
        manager = self.figure.canvas.manager
        if manager is not None:
            manager.full_screen_toggle()

    def show_keys(self) -> None:
        """Show the list of all keys, or hide it."""
        self._toggle_card("keys", lines(), code=True)

    def set(self, **settings: Any) -> None:
        """Change settings, as the controls do: see Experiment.set."""
        before, form = self.experiment.training, self.experiment.settings.form
        if self.experiment.next != PHASES[0]:  # an unfinished step is finished first
            self.done = PHASES[-1]
        self._do(lambda: self.experiment.set(**settings))
        self.controls.show(self.experiment.settings)
        if self.experiment.training is not before or before is None:
            self._begun()
        elif form != self.experiment.settings.form:
            self.done = None
            self.view.set_form(self.experiment.settings.form)

    # a frame --------------------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """One frame: the steps of this speed, and their picture. Returns True: a timer then goes on."""
        now = time.perf_counter()
        if self.running and self.controls.speed:
            self.done = None
            self._do(lambda: self.experiment.steps(self.controls.speed), look=False)
        elif self.running and now - self._phased > PHASE:
            self._do(self._one_phase)
        look = self._stale or (self.running and now - self._looked > max(NUMBERS, SHARE * self._looking))
        if look or (self.running and self.controls.speed):
            self._stale = False
            if look and self._can_go:
                self.experiment.note()
            self.view.show(self.experiment, self.controls.averaged, self.done, look)
            whole = self.view.painter.paint(seldom=look)
            if look:
                self._looked = time.perf_counter()
                self._looking = 0.0 if whole else self._looked - now
        return True

    @property
    def _can_go(self) -> bool:
        return self.experiment.training is not None and not self.experiment.ran_off

    def _one_phase(self) -> None:
        self._phased = time.perf_counter()
        self.done = self.experiment.phase()

    def _do(self, what: Callable[[], Any], look: bool = True) -> None:
        """Do one action, and stop if a loss is not finite. The next frame shows the result."""
        self._stale = self._stale or look
        try:
            what()
        except FloatingPointError:  # the view says so
            self._set_running(False)

    def _set_running(self, running: bool) -> None:
        self.running = running
        self.buttons["toggle"].label.set_text("pause" if running else "run")
        self._look()

    def _look(self) -> None:
        self._stale = True

    def _begun(self) -> None:
        """Another run than before is there: its panels, and nothing done yet."""
        self.done = None
        if self.experiment.training is None:
            self._set_running(False)
        self.view.begin(self.experiment)
        if self.experiment.settings.pair == "drawn":
            self.hand_drawing.prepare(DRAWING_LIMITS, self.experiment.dabs if self.experiment.missing else [])
        else:
            self.hand_drawing.put_away()
        self._look()

    # the mouse and the keys -----------------------------------------------------------------------------------------

    def _held(self) -> tuple[str, int] | None:
        return self.controls.brush if self.experiment.settings.pair == "drawn" and not self.card.open else None

    def _drawn(self, dabs: list[Dab]) -> None:
        self.experiment.draw(dabs)
        self._begun()

    def _toggle_card(self, title: str, lines: Sequence[str], **options: Any) -> None:
        """Show a card, or close it if it is the open one."""
        if self.card.title == title:
            self.card.close()
        else:
            self.card.show(title, lines, **options)

    def _carded(self) -> None:
        """A card was opened, changed or closed. An open card has the mouse for itself."""
        for widget in (*self.controls.widgets.values(), *self.buttons.values()):
            widget.active = not self.card.open
        self._look()

    def _fit(self) -> None:
        """Let everything grow with the window."""
        if fit(self.figure):
            self._look()

    def _button(self, i: int, name: str) -> Any:
        from matplotlib.widgets import Button

        ax = self.figure.add_axes((0.225 + 0.098 * i, 0.958, 0.092, 0.034))
        ax.set_navigate(False)
        button = Button(ax, BUTTONS[name], color="0.9", hovercolor="0.9", useblit=False)
        button.drawon = False
        button.on_clicked(lambda event: getattr(self, name)())
        return button

    def _controls(self) -> list[Any]:
        return [*self.controls.artists(), self.buttons["toggle"].label]
