"""The run of the lab as lines of Python, which give the same weights bit for bit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from ..adapt.recipes import DIGITS, MOONS
from .experiment import PHASES, Experiment
from .settings import Settings

MAKERS = {"moons": "moons_pair", "moons-origin": "moons_pair", "blobs": "blobs_pair"}
HOMES = {
    "dataclasses": ("replace",),
    "minidann.adapt": ("DIGITS", "MOONS", "Training"),
    "minidann.compare": ("FormTraining",),
    "minidann.data": ("Dab", "blobs_pair", "digits_pair", "drawn_pair", "moons_pair"),
}
SHARES = ("source_share", "target_share")


def python_lines(experiment: Experiment) -> list[str]:
    """Lines of Python that do the steps of ``experiment``, with its changes of settings on the way.

    Raises ValueError while too little is drawn by hand. A step under way is not in the lines.
    """
    training = experiment.training
    if training is None:
        raise ValueError(f"experiment: there is no training yet; first draw {', '.join(experiment.missing)}")
    first, changes = experiment.began_with, experiment.changes
    plain = first.form == "features" and not any("form" in change for _, change in changes)
    kind = "Training" if plain else "FormTraining"
    lines = [*_pair_lines(first, experiment), _recipe_line(first)]
    lines.append(f"training = {kind}(pair, recipe, seed={first.seed}{'' if plain else f', form={first.form!r}'})")
    done = 0
    for step, change in changes:
        lines += [*_steps(step - done), *_change_lines(change)]
        done = step
    lines += _steps(training.step_count - done)
    if experiment.next != PHASES[0]:
        lines.append("# the step under way in the lab is not in these lines")
    lines.append("print(training.network.accuracy(pair.x_target_test, pair.y_target_test))")
    return [*_imports(lines), "", *lines]


def _imports(lines: list[str]) -> list[str]:
    """The imports that the lines need."""
    words = set(re.findall(r"\w+", "\n".join(lines)))
    used = {home: [name for name in names if name in words] for home, names in HOMES.items()}
    return [f"from {home} import {', '.join(names)}" for home, names in used.items() if names]


def _pair_lines(settings: Settings, experiment: Experiment) -> list[str]:
    """The lines that make the pair."""
    if settings.pair == "drawn":
        dabs = [f"    Dab({x!r}, {y!r}, {domain!r}, {label})," for x, y, domain, label in experiment.dabs]
        return ["dabs = [", *dabs, "]", f"pair = drawn_pair(dabs, noise={settings.noise!r}, seed={settings.seed})"]
    if settings.pair == "digits":
        return [f'pair = digits_pair("turned", seed={settings.seed}, rotation={settings.rotation!r})']
    values: dict[str, Any] = {name: getattr(settings, name) for name in ("rotation", "noise", "seed")}
    values |= {name: getattr(settings, name) for name in SHARES if getattr(settings, name) != 0.5}
    values |= {"pivot": "origin"} if settings.pair == "moons-origin" else {}
    return [f"pair = {MAKERS[settings.pair]}({_arguments(values)})"]


def _recipe_line(settings: Settings) -> str:
    """The recipe, by its differences from a named one."""
    name, base = ("DIGITS", DIGITS) if settings.pair == "digits" else ("MOONS", MOONS)
    recipe = settings.recipe()
    other = {
        field.name: getattr(recipe, field.name)
        for field in fields(recipe)
        if getattr(recipe, field.name) != getattr(base, field.name)
    }
    return f"recipe = replace({name}, {_arguments(other)})" if other else f"recipe = {name}"


def _change_lines(change: Mapping[str, Any]) -> list[str]:
    live = {name: value for name, value in change.items() if name != "form"}
    lines = [f"training.change({_arguments(live)})"] if live else []
    return lines + ([f"training.form = {change['form']!r}"] if "form" in change else [])


def _steps(n: int) -> list[str]:
    return [f"for _ in range({n}):", "    training.step()"] if n else []


def _arguments(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in values.items())


def to_clipboard(canvas: Any, text: str) -> bool:
    """Put ``text`` on the clipboard of the window's toolkit, Tk or Qt, or of the page. Returns whether there is one."""
    if hasattr(canvas.manager, "copy"):
        canvas.manager.copy(text)
        return True
    if hasattr(canvas, "get_tk_widget"):
        widget = canvas.get_tk_widget()
        widget.clipboard_clear()
        widget.clipboard_append(text)
        return True
    if "qt" in type(canvas).__module__:
        from matplotlib.backends import qt_compat

        widgets: Any = vars(qt_compat)["QtWidgets"]
        widgets.QApplication.clipboard().setText(text)
        return True
    return False
