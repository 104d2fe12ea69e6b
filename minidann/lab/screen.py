"""The lab's screen: its picture, its controls, and the clock of its frames. What the controls do is in window.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ..data.hand_drawn import Dab
from ..plots import style
from ..plots.film.fast_redrawing import FastRedrawing
from .area import BESIDE_CONTROLS, WHOLE
from .buttons import make_buttons
from .card import Card
from .controls import Controls
from .doctor_card import DoctorVisit
from .drive import Drive
from .experiment import Experiment
from .experiment_view import ExperimentView
from .failures import Failures
from .figure_size import fit, open_window
from .hand_drawing import Brush, HandDrawing
from .keys import Keys
from .lesson import Lesson
from .run_panels import DRAWING_LIMITS
from .two_forms_view import TwoFormsView
from .widgets import Mouse

INTERVAL = 5  # milliseconds between two frames, if drawing takes no longer
NUMBERS = 0.3  # seconds between two updates of the numbers while it runs: nobody reads faster, and letters are slow;
SHARE = 4  # and at least this multiple of the time of the last update


class Screen:
    """The screen of ``experiments``. A subclass has the methods that buttons and keys call by name.

    ``figure``: a figure to draw on, or None for a window of pyplot. ``letters``: their size in points.
    ``numbers_every``: seconds between two updates of the numbers while it runs, at least.
    """

    def __init__(self, experiments: list[Experiment], figure: Any, letters: float) -> None:
        self.experiments, self.letters = experiments, letters
        self.figure = open_window() if figure is None else figure
        self._stale = True
        self.numbers_every = NUMBERS
        self._looked = self._looking = 0.0  # the time of the last update of the numbers, and its duration
        self.drive = Drive(self.experiments, self._look)
        self.painter = FastRedrawing(self.figure, self._moving, self._seldom)
        self._make_controls()
        self.view: ExperimentView | TwoFormsView = ExperimentView(self.figure, experiments, letters)
        self.hand_drawing = HandDrawing(
            self.view.axes["label"], self._held, lambda: self.experiment.dabs, self._drawn, self._look
        )
        self._failures, self._canvas, self._closed = Failures(self._refuse), self.figure.canvas, False
        self._canvas.mpl_connect("resize_event", lambda event: self._fit())
        self._canvas.mpl_connect("close_event", lambda event: self._close())
        self._place()
        self._begun()
        self.timer = self.figure.canvas.new_timer(interval=INTERVAL)
        self.timer.add_callback(self.tick)
        self.timer.start()
        self.tick()

    def _make_controls(self) -> None:
        self.card = Card(self.figure, self.letters, self._look)
        self._doctor = DoctorVisit(self.card, self.experiments)
        self.lesson = Lesson(self.figure, self.letters)
        self._said = self.figure.text(0, 0.006, "", fontsize=self.letters, color=style.WRONG)
        self.controls = Controls(
            self.figure,
            self.experiment.settings,
            self.letters,
            self._change,
            self._call,
            self._look,
            self._redraw,
            self._awake,
            self._refuse,
        )
        self.buttons = make_buttons(self.figure, self.letters, self._call)
        self._mouse = Mouse(self.figure, self.buttons.values, self._awake, lambda widget: None)
        self.keys = Keys(self.figure, self._call, self._first)

    @property
    def experiment(self) -> Experiment:
        """The run."""
        return self.experiments[0]

    def say(self, sentence: str) -> None:
        """Show a sentence at the foot of the window, until the next key or click of a control."""
        self._said.set(text=sentence, color="black")
        self._look()

    def _refuse(self, sentence: str) -> None:
        """Show why something is refused, as ``say`` does, in red."""
        self._said.set(text=sentence, color=style.WRONG)
        self._look()

    @property
    def running(self) -> bool:
        """Whether the next frame goes on."""
        return self.drive.running

    # a frame --------------------------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """One frame: the steps of this speed, and their picture. Returns True: a timer then goes on.

        A frame that fails is said in one line. After the window is closed it does nothing, and returns False.
        """
        if self._closed or self.figure.canvas is not self._canvas:  # which pyplot takes away with the window
            return False
        now = time.perf_counter()
        if not self._stale:
            self._try("the doctor", self._doctor.answer)
        if self.running:
            self._try("the step", lambda: self.drive.frame(self.controls.speed, self.controls.pause_at), pauses=True)
        self._try("the picture of this frame", lambda: self._picture(now))
        return True

    def _picture(self, now: float) -> None:
        """Draw what has changed. The numbers are drawn less often while it runs."""
        look = self._stale or (self.running and now - self._looked > max(self.numbers_every, SHARE * self._looking))
        if look or (self.running and self.controls.speed):
            self._stale = False
            if look:
                self._note()
            self.view.show(self.controls.averaged, self.drive.done, look)
            whole = self.painter.paint(seldom=look)
            if look:
                self._looked = time.perf_counter()
                self._looking = 0.0 if whole else self._looked - now

    def _try(self, name: str, action: Callable[[], Any], pauses: bool = False) -> None:
        """Do ``action``. If it fails, say so. ``pauses``: a failure pauses the run too."""
        try:
            action()
        except Exception as error:  # too little memory, a font that fails: a lesson must not end by it
            if pauses:
                self.drive.pause()
            self._failures.tell(name, error)
            with suppress(Exception):  # what can be drawn is drawn, with the line
                self.painter.paint()

    def _note(self) -> None:
        """Keep the scores of all runs that go on, and show on the button whether they do."""
        for experiment in self.experiments:
            if experiment.training is not None and not experiment.ran_off:
                experiment.note()
        self.buttons["toggle"].label.set_text("pause" if self.running else "run")

    def _moving(self) -> list[Any]:
        return [*self.view.moving(), *self.hand_drawing.moving, *self.card.moving()]

    def _seldom(self) -> list[Any]:
        return [
            *self.view.seldom(),
            *self.controls.artists(),
            *self.buttons["toggle"].artists(),
            *self.lesson.artists(),
            self._said,
        ]

    def _look(self) -> None:
        self._stale = True

    def _redraw(self) -> None:
        """Draw the fixed artists again at the next frame."""
        self.painter.forget()
        self._look()

    def _arrange(self) -> None:
        """Make the scene for one run, or for two side by side."""
        self.view.remove()
        scene = ExperimentView if len(self.experiments) == 1 else TwoFormsView
        self.view = scene(self.figure, self.experiments, self.letters)
        self.hand_drawing.ax = self.view.axes["label"]
        self.controls.show_second(self.experiments[1].settings.form if len(self.experiments) > 1 else None)
        self._place()
        self._begun()

    def _place(self) -> None:
        """Put the picture beside the controls, or into the whole window."""
        area = BESIDE_CONTROLS if self.controls.shown else WHOLE
        self.view.fill(area)
        self.lesson.fill(area)
        self._said.set_x(area.left)
        self._redraw()

    def _begun(self) -> None:
        """Another run than before is there: its panels, and nothing done yet."""
        self.drive.done = None
        if not self.drive.can_go:
            self.drive.pause()
        self.view.begin()
        if self.experiment.settings.pair == "drawn":
            self.hand_drawing.prepare(DRAWING_LIMITS, self.experiment.dabs if self.experiment.missing else [])
        else:
            self.hand_drawing.put_away()
        self._redraw()

    # the mouse and the keys -----------------------------------------------------------------------------------------

    def _call(self, name: str) -> None:
        """Call a method by its name, for a button or a key."""
        self.say("")
        self._try(name.replace("_", " "), getattr(self, name), pauses=True)

    def _change(self, **settings: Any) -> None:
        """Take new settings from the controls."""
        raise NotImplementedError

    def _drawn(self, dabs: list[Dab]) -> None:
        """Take the dabs after a stroke."""
        raise NotImplementedError

    def _held(self) -> Brush | None:
        return self.controls.brush if self.experiment.settings.pair == "drawn" and not self.card.open else None

    def _awake(self) -> bool:
        """Whether the controls take the mouse. An open card has the mouse for itself."""
        return not self.card.open

    def _first(self, key: str | None) -> bool:
        """Give a key to the card, and then to the controls. Returns whether it was taken."""
        return self.card.key(key) or self.controls.key(key)

    def _close(self) -> None:
        """Stop with the window."""
        self._closed = True
        self.timer.stop()

    def _fit(self) -> None:
        """Let everything grow with the window."""
        fit(self.figure)
        self.view.set_form()  # the letters of the diagram fit its size
        self._redraw()
