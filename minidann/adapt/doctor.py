"""The classic failures of domain-adversarial training, named where they are there, each with its evidence.

Nothing here asks what a class is called. The doctor measures (``examination.py``, ``symptoms.py``) and compares with
what the paper's updates must do: the features lower L_y and raise L_d, the domain head lowers L_d.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..engine.backend import to_numpy
from ..probe.tables import Row, format_rows
from . import symptoms
from .examination import SEEN_BY, Wiring, examine_wiring
from .patient import Patient
from .training import Batch

FAILURES = {
    "no_reversal": "no reversal: the features do not work against the domain head",
    "misplaced_reversal": "the reversal is at the wrong place",
    "twice_negative": "twice negative: reversed and subtracted, so that two minus signs cancel",
    "domain_head_ascends": "the domain head ascends: it learns to be wrong",
    "zero_domain_gradient": "the gradient of the domain loss is zero",
    "lambda_too_large": "λ is far too large",
    "constant_domain_labels": "the domain labels are constant",
    "scoring_with_dropout": "scored in training mode: with dropout on, or by the statistics of the batch",
    "not_updated": "a part of the network is never updated",
    "not_finite": "the losses are not finite",
}


@dataclass(frozen=True)
class Finding:
    """One failure: its ``name``, a key of FAILURES, the ``evidence`` in figures, and what to do about it."""

    name: str
    evidence: str
    remedy: str

    @property
    def title(self) -> str:
        return FAILURES[self.name]

    def __str__(self) -> str:
        return f"{self.title}\n  evidence: {self.evidence}\n  remedy:   {self.remedy}"


@dataclass
class Diagnosis:
    """What ``diagnose`` found: ``findings``, none for a healthy run; ``rows``, what it measured; ``notes``."""

    findings: list[Finding] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        return not self.findings

    @property
    def names(self) -> list[str]:
        """The names of the failures found, keys of FAILURES."""
        return [finding.name for finding in self.findings]

    def verdict(self) -> str:
        """The findings in words."""
        words = [str(finding) for finding in self.findings] or ["healthy: none of the classic failures was found"]
        return "\n".join(words + [f"note: {note}" for note in self.notes])

    def __str__(self) -> str:
        return "\n".join([*(format_rows(self.rows) if self.rows else []), "", self.verdict()]).strip("\n")

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def diagnose(training: Any, batch: Any, history: Sequence[Mapping[str, float]] | None = None) -> Diagnosis:
    """Look for the classic failures in ``training``, by what it does with ``batch``. Nothing of it is changed.

    ``training``: a Training, or anything with ``network.parts()``, ``adapt_weight``, ``losses(batch)`` → (L_y, L_d) and
    ``step(batch)``; functions of your own become one with ``HandWritten``.
    ``batch``: (x_source, y_source, x_target), as ``Training.draw`` gives it. ``history``: rows with "domain_loss";
    that of the training if it keeps one.

    Copies are examined in float64 at λ = 1, whatever λ is now: at the weights as they are, and, where those tell
    nothing (saturated, not finite), at fresh random ones.
    """
    batch = _batch(batch)
    patient = Patient(training)
    diagnosis = Diagnosis()
    if history is None:
        history = getattr(training, "history", ())
    with np.errstate(all="ignore"):  # weights that have run off are a finding, not a reason to warn
        _look_at_losses(diagnosis, patient, batch)
        double, exact = patient.in_double(), Batch(*(_double(array) for array in batch))
        if patient.copy().losses(batch)[1] is None:
            diagnosis.notes.append("there is no domain loss in this run (source only): its reversal was not looked at")
        else:
            sound = _look_at_wiring(diagnosis, double, exact)
            if sound and set(diagnosis.names) <= {"not_finite", "zero_domain_gradient"}:  # what λ can lead to
                _look_at_weight(diagnosis, training, patient, batch, history)
        evidence = symptoms.unsteady_scores(training, batch)
    if evidence:
        remedy = "hand the random generator to training passes only: network(x) predicts, network(x, rng) trains"
        diagnosis.findings.append(Finding("scoring_with_dropout", evidence, remedy))
    return diagnosis


def _batch(batch: Any) -> Batch:
    try:
        found = Batch(*batch)
        if not len(found.x_source) == len(found.y_source) or not len(found.x_target):
            raise ValueError
        return found
    except (TypeError, ValueError):
        kind = type(batch).__name__
        raise ValueError(
            f"batch: got {kind}, expected (x_source, y_source, x_target), as Training.draw gives"
        ) from None


def _double(array: Any) -> np.ndarray:
    array = to_numpy(array)
    return array.astype(np.float64) if array.dtype.kind == "f" or array.ndim > 1 else array


def _look_at_losses(diagnosis: Diagnosis, patient: Patient, batch: Batch) -> None:
    label, domain, _ = patient.copy().losses(batch)
    found = {"L_y": float(label.data)} | ({} if domain is None else {"L_d": float(domain.data)})
    if not all(map(math.isfinite, found.values())):
        said = ", ".join(f"{name} = {value}" for name, value in found.items())
        remedy = "go back to an earlier checkpoint; lower the rate or λ, and look for another finding here"
        diagnosis.findings.append(Finding("not_finite", f"on this batch {said}", remedy))


# the wiring: who raises and who lowers what ---------------------------------------------------------------------------


def _look_at_wiring(diagnosis: Diagnosis, patient: Patient, batch: Batch) -> bool:
    """Add what is wrong with it. Returns whether, at fresh weights at least, both losses reach all that they should."""
    present, fresh = examine_wiring(patient, batch), examine_wiring(patient.refreshed(0), batch)
    # signs are a matter of the code, not of the weights: they are clearest where nothing is saturated
    wiring, where = (fresh, "fresh random weights") if fresh.conclusive else (present, "the weights as they are")
    diagnosis.rows = _rows(wiring)
    diagnosis.notes.append(f"signs were measured on a copy at λ = 1, at {where}")
    zero = _zero_gradient(present, fresh)
    if zero:
        diagnosis.findings.append(zero)
    constant = symptoms.constant_labels(patient.refreshed(1).copy(0.0), batch)
    if constant and fresh.conclusive:
        remedy = "label the joined batch 0 for every source example and 1 for every target example"
        diagnosis.findings.append(Finding("constant_domain_labels", constant, remedy))
    idle = [part for part, updated in wiring.updated.items() if not updated]
    if idle and fresh.conclusive:
        evidence = f"an update leaves every parameter of {', '.join(idle)} as it was"
        diagnosis.findings.append(Finding("not_updated", evidence, "hand all of network.parameters() to the optimiser"))
    if wiring.finite and (fresh.conclusive or not zero):
        diagnosis.findings += _signs(wiring, patient, batch)
        factor = wiring.factor("L_d", "features")
        if not diagnosis.findings and not 0.5 < -factor < 2:
            diagnosis.notes.append(f"at λ = 1 the node multiplies the gradient of L_d by {factor:+.3g} and not by −1")
    return fresh.conclusive


def _zero_gradient(present: Wiring, fresh: Wiring) -> Finding | None:
    """A domain head that learns nothing or hands nothing down: cut off, saturated, or constant."""
    if not present.finite:
        return None
    if present.swept_nothing("L_d", "domain_head"):
        where = "domain_head"
    elif present.swept_nothing("L_d", "features") and present.felt("L_y", "features"):
        where = "features"
        if fresh.swept_nothing("L_d", "features") and fresh.felt("L_d", "features"):
            return None  # the head is alive, and its gradient is stopped on its way down: there is no reversal
    else:
        return None
    largest = max(reading.swept for reading in present.readings["L_d"][where].values())
    evidence = f"sweeping L_d alone leaves a gradient of norm {largest:.1g} at the {where.replace('_', ' ')}"
    if not fresh.swept_nothing("L_d", where):
        evidence += ", and at fresh random weights it does not: the head is saturated"
        return Finding("zero_domain_gradient", evidence, "start anew with smaller weights or inputs, a lower rate or λ")
    if fresh.felt("L_d", where):
        evidence += ", though L_d changes with its parameters: the head is cut off"
        return Finding("zero_domain_gradient", evidence, "let the domain loss be made from the head's own tensors")
    evidence += ", at fresh random weights too, and L_d does not change with them: the head is constant"
    remedy = "end it in one logit and a binary cross-entropy on logits; a softmax over a single unit is always 1"
    return Finding("zero_domain_gradient", evidence, remedy)


def _signs(wiring: Wiring, patient: Patient, batch: Batch) -> list[Finding]:
    """Which of the four forms of wrong signs this is, if any."""
    on_label = {part: wiring.signs("L_y", part) for part in SEEN_BY["L_y"]}
    features, head = wiring.signs("L_d", "features"), wiring.signs("L_d", "domain_head")
    table = "; ".join(
        f"{row['loss']} through the {row['part'].replace('_', ' ')}: {row['an update']}" for row in _rows(wiring)
    )
    right_place = "put the node between the features and the domain head, where L_d alone passes"
    if any(1 in signs for signs in on_label.values()) or features >= {1, -1} or head >= {1, -1}:
        return [Finding("misplaced_reversal", table, right_place)]
    if head == {1}:
        # where the head's own sweep of L_d is reversed already, a node stands above the head
        misplaced = (
            [Finding("misplaced_reversal", table, right_place)] if wiring.factor("L_d", "domain_head") < 0 else []
        )
        if features == {-1}:
            remedy = "add the domain loss: L_y + L_d, with the node in the graph; the node brings the only minus sign"
            return [*misplaced, Finding("twice_negative", table, remedy)]
        remedy = "let the head lower L_d: add L_d behind the node, subtract nothing"
        return [*misplaced, Finding("domain_head_ascends", table, remedy)]
    if 1 in features:
        return []
    remedy = "put reverse_gradient(features, λ) before the domain head, and hand it the λ of the schedule"
    blocked = "; nothing of L_d arrives at the features" if features <= {0} else ""
    missing = Finding("no_reversal", table + blocked, remedy)
    factors = _factors(wiring, patient, batch)
    if not factors:
        return [missing]
    follows = "below the domain head the gradient of L_d is multiplied by {:+.3g} at λ = 1 and {:+.3g} at λ = 0.5"
    remedy = "one node, with λ as a positive number: the node itself brings the minus sign"
    return [missing, Finding("twice_negative", follows.format(*factors), remedy)]


def _factors(wiring: Wiring, patient: Patient, batch: Batch) -> tuple[float, float] | None:
    """The node's factor at λ = 1 and ½, if there is a node whose sign has been lost: both above 0, and not the same."""
    full, half = wiring.factor("L_d", "features"), examine_wiring(patient, batch, 0.5).factor("L_d", "features")
    return (full, half) if full > 0 and half > 0 and abs(full - half) > 0.05 * full else None


def _rows(wiring: Wiring) -> list[Row]:
    words = {-1: "lowers it", 1: "raises it", 0: "leaves it"}
    rows = []
    for loss, seen_by in SEEN_BY.items():
        for part in seen_by:
            signs = sorted(wiring.signs(loss, part)) or [0]
            factor = wiring.factor(loss, part)
            rows.append(
                {
                    "loss": loss,
                    "part": part,
                    "sweep / numerical": "–" if math.isnan(factor) else f"{factor:+.3f}",
                    "an update": " and ".join(words[sign] for sign in signs),
                    "as it must": "raises it" if (loss, part) == ("L_d", "features") else "lowers it",
                }
            )
    return rows


# λ -------------------------------------------------------------------------------------------------------------------


def _look_at_weight(
    diagnosis: Diagnosis, training: Any, patient: Patient, batch: Batch, history: Sequence[Mapping[str, float]]
) -> None:
    full = getattr(getattr(training, "recipe", None), "adapt_weight", patient.adapt_weight)
    evidence = [symptoms.rising_domain_loss(history, symptoms.chance(patient, batch))]
    now = symptoms.fork(patient, batch, patient.adapt_weight)
    dead = "zero_domain_gradient" in diagnosis.names
    if dead or now.stuck:  # nothing is felt or learnt any more, whatever λ is: was it λ that brought it there?
        fresh = symptoms.fork(patient.refreshed(2), batch, patient.adapt_weight)
        evidence.append(f"from fresh weights, {fresh}" * fresh.harmful)
    elif now.harmful:
        evidence.append(str(now))
    elif full > 5 * patient.adapt_weight:
        # λ is still on its way up, and its ramp will ease much: so a fifth of the full strength must do great harm
        later = symptoms.fork(patient, batch, full / 5, harm=symptoms.GREAT_HARM)
        evidence.append(f"on the way to λ = {full:.3g}, {later}" * later.harmful)
    if not any(evidence):
        return
    features = getattr(patient.copy().losses(batch)[2], "features", None)
    if features is not None:
        apart = symptoms.spread(to_numpy(features.data))
        evidence.append(f"the features lie apart by {apart:.2g} of their size" + ": one point" * (apart < 0.05))
    remedy = "lower λ, or let it rise from 0 by the paper's ramp; the domain loss should stay near chance, not above it"
    diagnosis.findings.append(Finding("lambda_too_large", "; ".join(filter(None, evidence)), remedy))
