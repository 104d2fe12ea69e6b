"""The run behind the lab's window: its settings, its phases, and each number on the screen.

    experiment = Experiment(rotation=45)
    experiment.steps(100)
    experiment.phase()             # "forward": the next phase of the next step
    experiment.set(adapt_weight=2) # as the slider does
    experiment.numbers()["target accuracy"]

Nothing here draws. n steps here are n steps of ``minidann moons``, bit for bit: both drive one ``Training``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN, Losses
from ..adapt.parts import LOSS_NAMES, SYMBOLS
from ..adapt.predictor import accuracy_or_nan
from ..compare.reversal_forms import FormTraining
from ..data.hand_drawn import Dab, missing_classes
from ..engine.backend import to_numpy
from ..engine.backprop import backprop
from ..probe.doctor import Diagnosis, diagnose
from ..probe.gradients import Probe, probe
from .scenarios import SCENARIOS
from .settings import ANEW, Settings

PHASES = ("forward", "label gradient", "domain gradient", "update")
EVENTS = {  # settings whose change is an event of the run, and their words
    "form": "form",
    "adapt_weight": "λ",
    "ramp": "ramp of λ",
    "rate": "rate",
    "momentum": "momentum",
    "domain_rate": "domain rate",
    "domain_steps": "domain steps",
}
STILL_MOVING = 100  # steps within which a setting that changes again is one event
PROBED = {  # columns of the probe's row for the last feature layer, and their keys among the numbers
    "L_y after": "|L_y|",
    "L_d before": "|L_d| before R",
    "L_d after": "|L_d| after R",
    "cosine before": "cos(L_y, L_d) before",
    "cosine after": "cos(L_y, L_d) after",
}


class Experiment:
    """One run, driven by whole steps or by single phases.

    ``training``: a FormTraining, and ``pair``: both are None while too little is drawn by hand (``missing`` names the
    rest). Of the last step: ``adapt_weight``, its λ; ``losses``, its forward pass; ``swept``, the gradient of each loss
    by all of θ as one vector, by "L_y" and "L_d", with the factor of the form on L_d; ``moved``, the change of θ.
    ``next``: the next phase. ``ran_off``: a sentence if the losses are not finite any more, else "". ``events``: the
    changes of settings during the run, (step, words). ``began_with``: the settings at the first step; ``changes``: the
    later changes, (step, settings by name).
    """

    def __init__(self, **settings: Any) -> None:
        self.dabs: list[Dab] = []
        self.losses: Losses | None = None
        self.swept: dict[str, Any] = {}
        self.moved: Any | None = None
        self.probed: Probe | None = None
        self.adapt_weight = 0.0
        self.scores: list[tuple[int, float]] = []
        self.scores_before: list[tuple[int, float]] = []
        self.source_scores: list[tuple[int, float]] = []
        self.events: list[tuple[int, str]] = []
        self.settings = Settings().changed(settings)
        self.begin()

    @classmethod
    def from_scenario(cls, scenario: str, **settings: Any) -> Experiment:
        """The start of a scenario, a name in SCENARIOS. Other ``settings`` replace those of the scenario.

        Raises ValueError for an unknown name.
        """
        _validate.one_of("scenario", scenario, tuple(SCENARIOS))
        return cls(**{**SCENARIOS[scenario].settings, **settings})

    # the run ------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Start the run anew, from the same seed."""
        settings = self.settings
        self.missing = missing_classes(self.dabs) if settings.pair == "drawn" else []
        self.pair = None if self.missing else settings.make_pair(self.dabs)
        self.training: FormTraining | None = None
        self.ran_off, self._at = "", 0
        self._forget()
        self.scores_before, self.scores, self.source_scores = self.scores or self.scores_before, [], []
        self.events = []
        self.began_with = settings
        self.changes: list[tuple[int, dict[str, Any]]] = []
        self._change: tuple[str, int, Any] | None = None  # the last event: its setting, step, and value before
        if self.pair is not None:
            self.training = FormTraining(self.pair, settings.recipe(), settings.seed, settings.form)
            self.adapt_weight = self.training.adapt_weight

    def set(self, **settings: Any) -> None:
        """Change settings, as the controls do. Settings in ANEW start the run anew.

        Before other settings change, an unfinished step is finished. Raises ValueError for an invalid setting; the
        experiment is then unchanged.
        """
        new, old = self.settings.changed(settings), self.settings
        if any(getattr(new, name) != getattr(old, name) for name in ANEW):
            self.settings = new
            self.begin()
            return
        if self.training is not None:
            if not self.ran_off:
                self.finish()
            self.training.change(**new.live())
            self._note_events(self.training.step_count, old, new)
            self._note_changes(self.training.step_count, old, new)
            if new.form != old.form:
                self.training.form = new.form
                self._forget()  # the gradients of the last step belong to another graph
        self.settings = new

    def _note_events(self, step: int, old: Settings, new: Settings) -> None:
        """Add the changes of a running experiment to ``events``. A slider that moves on changes its last event."""
        for name, word in EVENTS.items():
            before, after = getattr(old, name), getattr(new, name)
            if before == after or step == 0:
                continue
            if self._change is not None and self._change[0] == name and step < self._change[1] + STILL_MOVING:
                self.events.pop()
            else:
                self._change = name, step, before
            _, begun, first = self._change
            words = f"form: {after}" if name == "form" else f"{word} {_shown(first)} → {_shown(after)}"
            self.events.append((begun, words))

    def _note_changes(self, step: int, old: Settings, new: Settings) -> None:
        """Add what differs to ``changes``. Before the first step it belongs to the settings that the run began with."""
        differing = {name: value for name, value in vars(new).items() if value != getattr(old, name)}
        if step == 0:
            self.began_with = new
        elif self.changes and self.changes[-1][0] == step:
            self.changes[-1][1].update(differing)
        elif differing:
            self.changes.append((step, differing))

    def draw(self, dabs: Sequence[Dab]) -> None:
        """Add dabs drawn by hand. The run starts anew with them if its pair is drawn by hand."""
        for dab in _validate.sequence("dabs", dabs, "a list of Dabs"):
            _validate.instance("dabs", dab, Dab)
        self.dabs += dabs
        if self.settings.pair == "drawn":
            self.begin()

    def clear(self) -> None:
        """Remove all dabs drawn by hand."""
        self.dabs.clear()
        self.draw([])

    # steps and phases ----------------------------------------------------------------------------------------------

    @property
    def next(self) -> str:
        return PHASES[self._at]

    def phase(self) -> str:
        """Do the next phase. Returns its name. Raises FloatingPointError if a loss is not finite."""
        training = self._ready()
        name, vector = self.next, training.optimiser.vector
        if name == "forward" or self.losses is None or self.losses.domain_loss is None:
            self._forget()
            for _ in range(training.recipe.domain_steps - 1):
                training.domain_step()
            self.adapt_weight = training.adapt_weight
            self.losses = training.losses(training.next_batch())
        elif name == "label gradient":
            self.swept["L_y"] = vector.gather(backprop(self.losses.label_loss))
        elif name == "domain gradient":
            with np.errstate(over="ignore", invalid="ignore"):  # if a loss is not finite, the update raises the error
                weighted = {"L_y": self.losses.label_loss, "L_d": self.losses.domain_loss * training.domain_weight}
                self.swept["L_d"] = vector.gather(backprop(weighted["L_d"]))
                self.probed = probe(weighted, training.network, by="layer")
        else:
            # one sweep of the sum, as in every training: the sum of the two sweeps above would round differently
            before = vector.values.copy()
            with self._watched():
                gradients = training.gradients(self.losses)
                training.record(self.losses)
                training.update(gradients)
            self.moved = vector.values - before
        self._at = (self._at + 1) % len(PHASES)
        return name

    def finish(self) -> None:
        """Do the phases that are left of an unfinished step."""
        while self._at:
            self.phase()

    def steps(self, n: int) -> None:
        """Do n whole steps. An unfinished step counts as the first."""
        training = self._ready()
        for i in range(_validate.whole_number("n", n, least=0)):
            if i == n - 1 or self._at:  # all phases of the last step are kept for the screen
                self.phase()
                self.finish()
            else:
                with self._watched():
                    training.step()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Inside, numbers may overflow; at the end the fault is named. A history names it only at every tenth step."""
        assert self.training is not None
        try:
            with np.errstate(over="ignore", invalid="ignore"):
                yield
            if not np.isfinite(to_numpy(self.training.optimiser.vector.values)).all():
                raise FloatingPointError("the weights are no finite numbers any more: training diverged")
        except FloatingPointError as error:
            self.ran_off = str(error)
            raise

    def _ready(self) -> FormTraining:
        if self.training is None:
            raise ValueError(f"training: there is none yet; first draw {', '.join(self.missing)}")
        return self.training

    def _forget(self) -> None:
        self.losses = self.moved = self.probed = None
        self.swept = {}

    # what is shown -------------------------------------------------------------------------------------------------

    def network(self, averaged: bool = False) -> DANN:
        """The network, or a copy with the averaged weights that tables score: ``training.result()``."""
        _validate.boolean("averaged", averaged)
        training = self._ready()
        return training.result() if averaged else training.network

    def note(self) -> None:
        """Add (step, target accuracy) to ``scores``, and that of the source to ``source_scores``.

        ``scores_before`` has the scores of the run before.
        """
        training = self._ready()
        assert self.pair is not None
        if not self.scores or self.scores[-1][0] < training.step_count:
            accuracy = accuracy_or_nan(training.network, self.pair.x_target_test, self.pair.y_target_test)
            self.scores.append((training.step_count, accuracy))
            source = accuracy_or_nan(training.network, self.pair.x_source_test, self.pair.y_source_test, "source")
            self.source_scores.append((training.step_count, source))

    def numbers(self, averaged: bool = False) -> dict[str, float]:
        """Every number that the window shows, by name; nan where there is none yet.

        ===========================  ==================================================================
        step, adapt_weight, rate     ``training.step_count``, ``adapt_weight`` (that of the step last begun, as are
                                     losses and gradients), ``training.rate`` of the next step
        target, source accuracy      ``network.accuracy(pair.x_target_test, pair.y_target_test)`` and its like
        averaged weights             the first of these for ``training.result()``, what a table scores
        L_y, L_d                     ``losses.label_loss.item()``, ``losses.domain_loss.item()``: on the step's batch
        domain accuracy              how often ``losses.domain_logits > 0`` is right: on the same
        L_y at theta_f, …            norms of ``swept["L_y"]`` and ``swept["L_d"]`` over a part
        moved theta_f, …             norms of ``moved`` over a part
        |L_y|, |L_d| before R,       ``probed["features.3"]``, the last feature layer's row of a probe of L_y and of
        cos(L_y, L_d) before, …      L_d times the form's factor; "before" is nan for a form without a node
        ===========================  ==================================================================
        """
        _validate.boolean("averaged", averaged)
        training, network = self._ready(), self.network(averaged)
        assert self.pair is not None
        found = {
            "step": training.step_count,
            "adapt_weight": self.adapt_weight,
            "rate": training.rate,
            "target accuracy": accuracy_or_nan(network, self.pair.x_target_test, self.pair.y_target_test),
            "averaged weights": accuracy_or_nan(training.result(), self.pair.x_target_test, self.pair.y_target_test),
            "source accuracy": accuracy_or_nan(network, self.pair.x_source_test, self.pair.y_source_test, "source"),
        }
        return found | self._of_losses() | self._of_vectors(training) | self._of_probe()

    def diagnose(self) -> Diagnosis:
        """The doctor's look at the training as it is, also in the middle of a step. The run goes on unchanged.

        The doctor takes the next batches of a copy. Raises ValueError while too little is drawn by hand.
        """
        training = self._ready()
        return diagnose(training, training.next_batch(deepcopy(training.passes)))

    def _of_losses(self) -> dict[str, float]:
        losses = self.losses
        if losses is None or losses.domain_logits is None or losses.domain_loss is None or losses.domain_labels is None:
            return dict.fromkeys(("L_y", "L_d", "domain accuracy"), math.nan)
        right = float(to_numpy((losses.domain_logits > 0) == (losses.domain_labels > 0)).mean())
        return {"L_y": losses.label_loss.item(), "L_d": losses.domain_loss.item(), "domain accuracy": right}

    def _of_vectors(self, training: FormTraining) -> dict[str, float]:
        """The norms over each part of θ: of the gradient of each loss, and of the change of θ."""
        vectors = {f"{name} at": self.swept.get(name) for name in LOSS_NAMES} | {"moved": self.moved}
        found = {}
        for part, named in training.network.parts().items():
            part_of_theta = training.optimiser.vector.slice_of(named.values())
            for name, vector in vectors.items():
                found[f"{name} {typed_symbol(part)}"] = math.nan if vector is None else _norm(vector[part_of_theta])
        return found

    def _of_probe(self) -> dict[str, float]:
        if self.probed is None:
            return dict.fromkeys(PROBED.values(), math.nan)
        row = [row for row in self.probed if row["name"].startswith("features")][-1]
        if not self.probed.reversals:
            row = row | dict.fromkeys(("L_d before", "cosine before"), math.nan)
        return {name: row[column] for column, name in PROBED.items()}


def _shown(value: float) -> str:
    """The value of a setting in the words of an event."""
    return ("off", "on")[value] if isinstance(value, bool) else f"{value:g}"


def typed_symbol(part: str) -> str:
    """The symbol of a part's parameters as a key holds it: "theta_f" for "features"."""
    return SYMBOLS[part].replace("θ", "theta_")


def _norm(vector: Any) -> float:
    """The norm in float64: the squares of float32 numbers may overflow."""
    return float(np.linalg.norm(to_numpy(vector).astype(np.float64)))
