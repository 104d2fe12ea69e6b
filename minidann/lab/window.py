"""The lab's window: what its buttons, keys and controls do."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import _validate
from ..compare.reversal_forms import FORMS
from ..data.hand_drawn import Dab
from .experiment import PHASES, Experiment
from .experiment_view import message
from .keys import lines
from .lesson import menu
from .python_lines import python_lines, to_clipboard
from .saved import SAVED, Saved
from .scenarios import SCENARIOS
from .screen import Screen
from .settings import Settings

LETTERS, LARGE = 10.0, 12.2  # points, for a window of 15.2 × 9 inches; large: 14 pixels on a screen of 1280 × 800
PYTHON = "Python: the same run"  # the title of a card
NO_FILES = "a page of a class has no files: press y for the run as lines of Python"


class Lab(Screen):
    """The window. The methods of its buttons are ``run``, ``pause``, ``phase``, ``step``, ``begin``, ``set``.

    All numbers on the screen come from ``experiment.numbers()``. Keep the Lab as long as its window is open.

    Parameters
    ----------
    figure : Figure, optional
        A figure to draw on; by default a window of pyplot. Without a figure, a backend of matplotlib that opens no
        window raises ValueError.
    large : bool
        Larger letters, for a projector.
    scenario : str, optional
        A name in SCENARIOS to begin with.
    **settings
        The first settings. They replace those of the scenario.

    Attributes
    ----------
    experiment : Experiment
        The run; the first of two runs side by side.
    experiments : list of Experiment
        The run, or both runs.
    pause_at : int or None
        The step after which a run pauses.
    save_to, load_from : Path or None
        The files of ``save`` and ``load``. None if the user sits at another machine, whose files are out of reach; the
        lines of ``python`` are then not printed either.
    """

    def __init__(
        self, figure: Any = None, *, large: bool = False, scenario: str | None = None, **settings: Any
    ) -> None:
        from matplotlib.figure import Figure

        if figure is not None:
            _validate.instance("figure", figure, Figure, "a matplotlib figure, or None for a new window")
        letters = LARGE if _validate.boolean("large", large) else LETTERS
        first = Experiment(**settings) if scenario is None else Experiment.from_scenario(scenario, **settings)
        self.save_to: Path | None = Path(SAVED)
        self.load_from: Path | None = Path(SAVED)
        self._before: list[list[Dab]] = []  # the drawn dabs before each stroke
        super().__init__([first], figure, letters)
        if scenario is not None:
            self._teach(scenario)

    @property
    def pause_at(self) -> int | None:
        return self.controls.pause_at

    @pause_at.setter
    def pause_at(self, step: int | None) -> None:
        self.controls.pause_at = None if step is None else _validate.whole_number("pause_at", step, least=1)
        self.controls.show_own()
        self._look()

    # what the buttons do --------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Go on until ``pause``."""
        self.drive.run()

    def pause(self) -> None:
        """Stop between two steps, or between two phases."""
        self.drive.pause()

    def toggle(self) -> None:
        """Run, or pause."""
        self.pause() if self.running else self.run()

    def phase(self) -> None:
        """Pause, and do the next phase."""
        self.pause()
        self.drive.phase()

    def step(self) -> None:
        """Pause, and do one step, or the rest of an unfinished one."""
        self.pause()
        self.drive.step()

    def begin(self) -> None:
        """Start the run anew, from the same seed."""
        self.drive.begin()
        self._begun()

    def defaults(self) -> None:
        """Set all controls to their first values."""
        self.controls.rest()
        self.set(**vars(Settings()))

    def clear(self) -> None:
        """Remove all points drawn by hand."""
        self._drawn([])

    def undo(self) -> None:
        """Take back the last stroke, of the brush or the eraser, or the last ``clear``."""
        if self._before and self.experiment.settings.pair == "drawn":
            self._draw(self._before.pop())

    def full_screen(self) -> None:
        """Fill the whole screen, or return to a window. A page and a notebook have no full screen."""
        manager = self.figure.canvas.manager
        if manager is not None:
            manager.full_screen_toggle()

    def show_keys(self) -> None:
        """Show the list of all keys, or hide it."""
        self._toggle_card("keys", lines(), code=True)

    def scenarios(self) -> None:
        """Show the menu of scenarios, or hide it."""
        names = [*SCENARIOS, ""]
        self._toggle_card("scenarios", menu(), choose=lambda i: self.scenario(names[i]))

    def scenario(self, name: str) -> None:
        """Begin a scenario of SCENARIOS: its settings, its pause, its question. "" closes the present one."""
        if name == "":
            self.lesson.choose("")
            self._look()
            return
        _validate.one_of("name", name, tuple(SCENARIOS))
        self.pause()
        before = self.experiment.training
        self.set(**vars(Settings().changed(SCENARIOS[name].settings)))
        if self.experiment.training is before:  # other settings may have started it anew
            self.begin()
        self._teach(name)

    def _teach(self, name: str) -> None:
        """Show the lines of a scenario, and pause where the class answers."""
        self.lesson.choose(name)
        self.controls.averaged, self.controls.pause_at = SCENARIOS[name].averaged, SCENARIOS[name].pause_at
        self.controls.show_own()
        self._look()

    def answer(self) -> None:
        """Show the answer to the question of the scenario, or the question again."""
        self.lesson.answer()
        self._look()

    def two_forms(self) -> None:
        """Show another form beside the first one, both from the same start; or the first one alone again."""
        if self.experiments[1:]:
            self.experiments.pop()
            self._arrange()
        else:
            self._stand_beside("no-reversal" if FORMS[self.experiment.settings.form].right else "features")

    def _stand_beside(self, form: str) -> None:
        """Start a second run beside the first: the same settings and seed, another form. Both start anew."""
        self.pause()
        second = Experiment(**{**vars(self.experiment.settings), "form": form})
        second.draw(self.experiment.dabs)
        self.experiments.append(second)
        self.experiment.begin()
        self._arrange()

    def doctor(self) -> None:
        """Pause, and let the doctor look at the run: the findings come on a card, after the next frame."""
        self.pause()
        self._doctor.ask()

    def save(self, path: str | Path | None = None) -> None:
        """Save the screen to ``path``, by default to ``save_to``."""
        place = self.save_to if path is None else path
        if place is None:
            self._refuse(NO_FILES)
            return
        own = self.controls
        saved = Saved(
            self.experiment.settings,
            self.experiment.dabs,
            own.speed,
            own.averaged,
            own.pause_at,
            self.experiments[1].settings.form if self.experiments[1:] else "",
            scenario=self.lesson.name,
        )
        try:
            self.say(f"saved to {saved.write(place)}")
        except OSError as error:
            self._refuse(_validate.one_line(error))

    def load(self, path: str | Path | None = None) -> None:
        """Show a saved screen: that of ``path``, by default of ``load_from``, and begin anew. A file that ``save`` did
        not write changes nothing, and is said in one line.
        """
        place = self.load_from if path is None else path
        if place is None:
            self._refuse(NO_FILES)
            return
        try:
            self.show_saved(Saved.read(place))
            self.say(f"loaded {place}")
        except ValueError as error:
            self._refuse(_validate.one_line(error))

    def show_saved(self, saved: Saved) -> None:
        """Show a saved screen, and begin anew."""
        _validate.instance("saved", saved, Saved)
        self.pause()
        for experiment in self.experiments:
            experiment.dabs[:] = saved.dabs
        self._before.clear()
        if self.experiments[1:] and not saved.second_form:
            self.two_forms()
        self.set(second_form=saved.second_form or None, **vars(saved.settings))
        own = self.controls
        own.speed, own.averaged, own.pause_at = saved.speed, saved.averaged, saved.pause_at
        own.show_own()
        self.lesson.choose(saved.scenario)
        self.begin()

    def python(self) -> None:
        """Show this run as lines of Python, print them, and put them on the clipboard of the desktop."""
        if self.card.title == PYTHON:
            self.card.close()
            return
        lines: list[str] = []
        for experiment in self.experiments:
            lines += [f"# {FORMS[experiment.settings.form]}"] if self.experiments[1:] else []
            lines += python_lines(experiment) if experiment.training else [f"# {message(experiment)}"]
        text = "\n".join(lines)
        if self.save_to is None:  # a page of a class: the terminal is the teacher's
            self.figure.canvas.manager.tell(type="lines", text=text)
            return
        print(text, flush=True)
        copied = to_clipboard(self.figure.canvas, text)
        self.card.show(PYTHON, lines, code=True)
        self.say("the lines are on the terminal" + " and on the clipboard" * copied)

    def other_tab(self) -> None:
        """Show the other tab of the controls."""
        self.controls.open_tab("data" if self.controls.tab == "training" else "training")

    def toggle_controls(self) -> None:
        """Hide the controls, and let the picture fill the window; or show them again."""
        shown = not self.controls.shown
        self.controls.set_shown(shown)
        for button in self.buttons.values():
            button.ax.set_visible(shown)
        self._place()

    def set(self, *, second_form: str | None = None, **settings: Any) -> None:
        """Change settings, as the controls do: see Experiment.set. ``second_form``: the form beside the first one."""
        if second_form is not None:
            _validate.one_of("second_form", second_form, tuple(FORMS))
        self.experiment.settings.changed(settings)  # refused before any change
        if second_form is not None and len(self.experiments) == 1:
            self._stand_beside(second_form)
        if self.experiment.next != PHASES[0]:  # an unfinished step is finished first
            self.drive.done = PHASES[-1]
        others = {name: value for name, value in settings.items() if name != "form"}
        others |= {} if second_form is None else {"form": second_form}
        before = [(experiment.training, experiment.settings.form) for experiment in self.experiments]
        for experiment, change in zip(self.experiments, (settings, others)):
            with suppress(FloatingPointError):  # of the rest of an unfinished step; the view says so
                experiment.set(**change)
        self._show_change(before)

    def _show_change(self, before: list[tuple[Any, str]]) -> None:
        """Show the present settings. ``before``: the training and the form of each run before the change."""
        self.controls.show(self.experiment.settings)
        self.controls.show_second(self.experiments[1].settings.form if self.experiments[1:] else None)
        trainings = [experiment.training for experiment in self.experiments]
        self._look()
        if None in trainings or any(now is not then for now, (then, _) in zip(trainings, before)):
            self._begun()
        elif any(each.settings.form != form for each, (_, form) in zip(self.experiments, before)):
            self.drive.done = None
            self.view.set_form()
            self._redraw()
        if not self.drive.can_go:
            self.pause()

    def _change(self, **settings: Any) -> None:
        """Take new settings from the controls. A new form may start the run anew."""
        before = [experiment.settings.form for experiment in self.experiments]
        self.set(**settings)
        if self.controls.anew and before != [experiment.settings.form for experiment in self.experiments]:
            self.begin()

    def _drawn(self, dabs: list[Dab]) -> None:
        """Take the dabs after a stroke. ``undo`` brings back those before it."""
        if dabs != self.experiment.dabs:
            self._before.append(list(self.experiment.dabs))
        self._draw(dabs)

    def _draw(self, dabs: list[Dab]) -> None:
        for experiment in self.experiments:
            experiment.dabs.clear()
            experiment.draw(dabs)
        self._begun()

    def _toggle_card(self, title: str, lines: Sequence[str], **options: Any) -> None:
        """Show a card, or close it if it is the open one."""
        if self.card.title == title:
            self.card.close()
        else:
            self.card.show(title, lines, **options)
