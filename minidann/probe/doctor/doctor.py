"""``diagnose``: the search for the classic failures of domain-adversarial training.

The doctor does not look at the names of classes. It measures, and compares with the updates of the paper: the features
lower L_y and raise L_d, the domain head lowers L_d.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...adapt.placement import on_host
from ...adapt.training import Batch
from . import heads, outcome, rules, weight
from .arguments import checked_batch, checked_history, in_double
from .diagnosis import Diagnosis, Finding
from .examination import examine_wiring
from .memory import incoherent, look_at_memory
from .rows import look_at_rows
from .scores import look_at_scores
from .training_copy import TrainingCopy
from .wiring import Wiring

FRESH = (2, 3, 4)  # seeds of new weights
BY_WEIGHT = {"not_finite", "zero_domain_gradient", "lambda_not_followed"}  # failures that a large λ can cause
History = Sequence[Mapping[str, float]]


def diagnose(training: Any, batch: Any, history: History | None = None) -> Diagnosis:
    """Look for the classic failures in ``training``, by its behaviour on ``batch``. Nothing of it is changed.

    ``training``: a Training, or an object with ``network.parts()``, ``adapt_weight``, ``losses(batch)`` → (L_y, L_d)
    and ``step(batch)``. ``HandWritten`` makes such an object of your own functions. ``batch``: (x_source, y_source,
    x_target), as from ``Training.next_batch``. ``history``: rows with "domain_loss"; by default the history of the
    training, if it has one.

    Copies are examined in float64 on the host, at λ = 1 and ½, whatever λ is now: at the present weights, and at new
    random weights if the present ones tell nothing (saturated, or not finite). Raises TypeError or ValueError for other
    objects.
    """
    rows = checked_history(getattr(training, "history", None) or () if history is None else history)
    with on_host():
        patient = TrainingCopy(training)
        batch = checked_batch(batch)
        with np.errstate(all="ignore"):  # weights that are not finite are a finding, not a reason to warn
            return _Visit(patient, batch, rows).diagnosis


class _Visit:
    """One examination: its looks, in order. A look is left out where an earlier finding has made it meaningless."""

    def __init__(self, patient: TrainingCopy, batch: Batch, history: History) -> None:
        self.patient, self.batch, self.history = patient, batch, history
        self.double, self.exact = patient.in_double().stilled(), in_double(batch)
        self.diagnosis = Diagnosis()
        if not self._losses():
            self.diagnosis.notes.append("there is no domain loss in this run: its reversal was not looked at")
        elif self._wiring():
            self._rows_and_memory()
            self._weight()
            self._outcome()
        self._add(
            look_at_scores(patient, batch), "scores: one fixed function of an example, which follows the training"
        )
        self.diagnosis.not_looked_at.append("whether the labels in the batch are right, and the labels of the target")

    def _add(self, findings: list[Finding], looked_at: str) -> None:
        self.diagnosis.findings += findings
        self.diagnosis.looked_at.append(looked_at)

    def _losses(self) -> bool:
        """Look at the losses of the batch. Returns whether there is a domain loss."""
        label, domain = heads.values(self.patient, self.batch)
        there = self.patient.copy().losses(self.batch)[1] is not None
        found = {"L_y": label} | ({"L_d": domain} if there else {})
        wrong = []
        if not all(map(math.isfinite, found.values())):
            said = ", ".join(f"{name} = {value}" for name, value in found.items())
            remedy = "go back to an earlier checkpoint; lower the rate or λ, and look for another finding here"
            wrong = [Finding("not_finite", f"on this batch {said}", remedy)]
        self._add(wrong, "losses: finite on this batch")
        return there

    def _wiring(self) -> bool:
        """Look at the signs of sweeps and updates. Returns whether both losses reach all their parts."""
        diagnosis, batch = self.diagnosis, self.exact
        renewed = self.double.refreshed(0)
        negative = bool(heads.chance(renewed, batch)[1] < 0)  # a head that knows nothing has L_d = ln 2, not −ln 2
        present, fresh = (_examined(at, batch, negative) for at in (self.double, renewed))
        if present.values == fresh.values:
            raise ValueError(
                "training: its losses do not change with the weights in network.parts(); the functions of a "
                "HandWritten loop must use the network that they get"
            )
        # signs depend on the code, not on the weights: they are clearest without saturation
        wiring, where = (fresh, "fresh random weights") if fresh.conclusive else (present, "the weights as they are")
        self.wiring = wiring
        diagnosis.rows = rules.rows(wiring)
        diagnosis.notes.append(f"signs were measured on a copy at λ = 1, at {where}")
        zero = rules.zero_gradient(present, fresh)
        constant = heads.constant_labels(self.double.refreshed(1), batch) if fresh.conclusive else []
        self._add([zero] if zero else [], "gradients: not 0 at any part")
        self._add(constant, "domain labels: they differ between source and target")
        if wiring.finite and (not zero or (fresh.conclusive and not fresh.swept_nothing("L_d", "domain_head"))):
            self.repeats = bool((heads.values(renewed, batch) == heads.values(renewed, batch)).all())
            found = rules.wrong_sweeps(wiring) or (incoherent(wiring) if self.repeats else [])
            found = found or _lasting(wiring, self.double, renewed, batch, negative)
            self._add(found, "sweeps and updates: the signs of the paper, and the derivatives of the losses")
            factor = wiring.factor("L_d", "features")
            if not diagnosis.findings and not 0.5 < -factor < 2:
                diagnosis.notes.append(
                    f"at λ = 1 the node multiplies the gradient of L_d by {factor:+.3g} and not by −1"
                )
        guessing = abs(float(heads.chance(renewed, batch)[1]))
        if guessing > 4 * math.log(2):
            diagnosis.notes.append(
                f"L_d is {guessing:.3g} for a head that knows nothing, {guessing / math.log(2):.0f} times ln 2: a sum "
                "over rows and not a mean; λ then counts as many times"
            )
        if negative:
            diagnosis.notes.append("the returned L_d is below 0 for a head that knows nothing: it is −L_d")
        return fresh.conclusive

    @property
    def _only_by_weight(self) -> bool:
        return set(self.diagnosis.names) <= BY_WEIGHT

    def _rows_and_memory(self) -> None:
        if not self._only_by_weight:
            return
        batch, renewed = self.exact, self.double.refreshed(0)
        still = renewed.copy(1.0)
        found, unknown = look_at_rows(still, batch)
        self._add(found, "rows: each is counted once, with its own label, and gets a gradient")
        self.diagnosis.not_looked_at += unknown
        self._add(heads.squashed_logits(still, batch), "logits: not squashed before a loss on logits")
        if not found:
            self._add(heads.one_answer(still, batch), "domain loss: no one answer for all rows makes it small")
        if not self.repeats:
            self.diagnosis.not_looked_at.append(
                "the memory of updates, and whether they follow λ: they are drawn by chance"
            )
            return
        memory = look_at_memory(renewed, batch) if self.wiring.proportional else []
        self._add(memory, "updates: earlier gradients fade, and act with their own sign")
        self._add(weight.followed(renewed, batch, self.wiring.proportional), "λ: the effect of L_d follows it")

    def _weight(self) -> None:
        if not self._only_by_weight:
            self.diagnosis.not_looked_at.append("whether λ is too large: mend the findings first")
            return
        dead = "zero_domain_gradient" in self.diagnosis.names
        fresh = [self.patient.refreshed(seed) for seed in FRESH] if dead else []
        found, notes = weight.too_large(self.patient, self.batch, self.history, fresh)
        zero = weight.is_zero(self.patient, self.batch, self.history)
        self._add(zero + found, "λ: not 0 for good, and not so large that it holds L_y up")
        self.diagnosis.notes += notes

    def _outcome(self) -> None:
        if self.diagnosis.findings:
            return
        batches = outcome.more_batches(self.patient, self.batch)
        self._add(outcome.domain_head_wins(self.patient, batches, self.history), "L_d: not near 0 at the full λ")
        self._add(outcome.labels_not_learnt(self.patient, batches, self.history), "L_y: below that of guessing")
        if not self.diagnosis.findings:
            found, unknown = outcome.class_shares_differ(self.patient, batches)
            self._add(found, "class shares: alike in both domains, as a copy without L_d finds them")
            if unknown:
                self.diagnosis.looked_at.pop()
                self.diagnosis.not_looked_at += unknown


def _examined(patient: TrainingCopy, batch: Batch, negative: bool) -> Wiring:
    wiring = examine_wiring(patient, batch)
    return wiring.turned() if negative else wiring


def _lasting(
    wiring: Wiring, patient: TrainingCopy, renewed: TrainingCopy, batch: Batch, negative: bool
) -> list[Finding]:
    """The wrong signs. A part that does not move must not move at the next step either: some loops take turns."""
    found = rules.wrong_signs(wiring, patient, batch)
    if not {"not_updated", "no_reversal"} & {finding.name for finding in found}:
        return found
    later = renewed.copy()
    later.update(batch)
    again = _examined(later, batch, negative)
    if not again.conclusive:
        return found
    seen = {_mark(finding) for finding in rules.wrong_signs(again, later, batch)}
    return [finding for finding in found if _mark(finding) in seen]


def _mark(finding: Finding) -> str:
    return finding.evidence if finding.name == "not_updated" else finding.name
