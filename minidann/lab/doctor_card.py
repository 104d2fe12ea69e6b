"""The words of the doctor's card: findings with evidence and remedy, or the questions that were asked."""

from __future__ import annotations

from typing import NamedTuple

from .experiment import Experiment

LOOKING = "the doctor looks …"
NOTHING_YET = "The doctor has nothing to look at: too little is drawn."
GONE_OFF = "The run has gone off: its numbers are not finite any more. Start anew, with a lower rate or λ."
HEALTHY = "none of the classic failures was found"
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


def doctor_card(experiment: Experiment) -> DoctorCard:
    """Ask the doctor about the run of ``experiment``, which goes on unchanged."""
    if experiment.training is None or experiment.ran_off:
        # numbers that are not finite tell no cause
        return DoctorCard("The doctor", [], [GONE_OFF if experiment.ran_off else NOTHING_YET])
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
