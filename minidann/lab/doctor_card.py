"""The doctor's card: findings with evidence and remedy, or the questions that were asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..compare.reversal_forms import FORMS
from .card import Card
from .experiment import Experiment

TITLE, LOOKING = "The doctor", "the doctor looks …"
NOTHING_YET = "The doctor has nothing to look at: too little is drawn."
GONE_OFF = "The run has gone off: its numbers are not finite any more. Start anew, with a lower rate or λ."
HEALTHY = "none of the classic failures was found"
PLACE = (0.6, 0.3)  # the middle of the card, in shares of the window: below the diagram
NO_PROMISE = "This says nothing of the accuracy on the target: a game can be sound and its answer wrong."


class Found(NamedTuple):
    """One finding: its name in minidann.probe.doctor.FAILURES, the failure in one sentence, evidence and remedy."""

    name: str
    sentence: str
    evidence: str
    remedy: str


class DoctorCard(NamedTuple):
    """The card: its title, its findings, and its lines, which hold the findings as well."""

    title: str
    findings: list[Found]
    lines: list[str]


class DoctorVisit:
    """A visit of the doctor, shown on ``card``: ``ask`` says that the doctor looks, ``answer`` shows the findings.

    A look takes 0.2 s on points and 3 s on digits. So a frame must be painted between the two. ``experiments``: one
    run, or several side by side.
    """

    def __init__(self, card: Card, experiments: Sequence[Experiment]) -> None:
        self.card, self.experiments = card, experiments
        self._shown, self._called = "", False

    def ask(self) -> None:
        """Call the doctor; or close the card of the last visit, if it is open."""
        if self.card.open and self.card.title == self._shown:
            self.card.close()
        else:
            self._called = True
            self._show(TITLE, [LOOKING])

    def answer(self) -> None:
        """Let the doctor look, if called."""
        if not self._called:
            return
        self._called = False
        if self.card.lines != [LOOKING] or not self.card.open:  # closed before the look
            return
        cards = [doctor_card(experiment) for experiment in self.experiments]
        if len(cards) == 1:
            self._show(cards[0].title, cards[0].lines)
            return
        lines: list[str] = []
        for experiment, each in zip(self.experiments, cards):
            form = FORMS[experiment.settings.form].title
            lines += [f"{form}: {each.title[0].lower()}{each.title[1:]}", *(each.lines if each.findings else []), ""]
        self._show(TITLE, [*lines, NO_PROMISE])

    def _show(self, title: str, lines: Sequence[str]) -> None:
        self.card.show(title, lines, place=PLACE)
        self._shown = title


def doctor_card(experiment: Experiment) -> DoctorCard:
    """Ask the doctor about the run of ``experiment``, which goes on unchanged."""
    if experiment.training is None or experiment.ran_off:
        # numbers that are not finite tell no cause
        return DoctorCard(TITLE, [], [GONE_OFF if experiment.ran_off else NOTHING_YET])
    diagnosis = experiment.diagnose()
    findings = [Found(each.name, _sentence(each.title), each.evidence, each.remedy) for each in diagnosis.findings]
    lines: list[str] = []
    if findings:
        failures = f"{len(findings)} failures" if findings[1:] else "a failure"
        for found, before in zip(findings, [None, *findings]):
            new = before is None or found.evidence != before.evidence
            lines += [found.sentence, *[f"Evidence: {found.evidence}."] * new, f"Remedy: {found.remedy}.", ""]
    else:
        failures = HEALTHY
        lines += ["Looked at:", *(f"• {asked}" for asked in diagnosis.looked_at), *map(_sentence, diagnosis.notes)]
        lines += ["", NO_PROMISE, ""]
    lines += [f"Not looked at: {open_question}." for open_question in diagnosis.not_looked_at]
    return DoctorCard(f"The doctor at step {experiment.training.step_count}: {failures}", findings, lines)


def _sentence(words: str) -> str:
    return f"{words if words.startswith('λ') else words[:1].upper() + words[1:]}."  # Λ is another symbol
