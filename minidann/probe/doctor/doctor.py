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
from ...engine.backend import to_numpy
from . import rules, symptoms
from .diagnosis import Diagnosis, Finding
from .examination import examine_wiring
from .training_copy import TrainingCopy
from .wiring import Wiring

FRESH = (2, 3, 4)  # seeds of new weights


def diagnose(training: Any, batch: Any, history: Sequence[Mapping[str, float]] | None = None) -> Diagnosis:
    """Look for the classic failures in ``training``, by its behaviour on ``batch``. Nothing of it is changed.

    ``training``: a Training, or an object with ``network.parts()``, ``adapt_weight``, ``losses(batch)`` → (L_y, L_d)
    and ``step(batch)``. ``HandWritten`` makes such an object of your own functions. ``batch``: (x_source, y_source,
    x_target), as from ``Training.next_batch``. ``history``: rows with "domain_loss"; by default the history of the
    training, if it has one.

    Copies are examined in float64 on the host, at λ = 1, whatever λ is now: at the present weights, and at new random
    weights if the present ones tell nothing (saturated, or not finite). Raises TypeError or ValueError for other
    objects.
    """
    with on_host():
        return _diagnose(training, _batch(batch), history)


def _diagnose(training: Any, batch: Batch, history: Sequence[Mapping[str, float]] | None) -> Diagnosis:
    patient = TrainingCopy(training)
    diagnosis = Diagnosis()
    if history is None:
        history = getattr(training, "history", ())
    with np.errstate(all="ignore"):  # weights that are not finite are a finding, not a reason to warn
        double, exact = patient.in_double(), Batch(*(_double(array) for array in batch))
        if not _look_at_losses(diagnosis, patient, batch):
            diagnosis.notes.append("there is no domain loss in this run: its reversal was not looked at")
        else:
            sound = _look_at_wiring(diagnosis, double, exact)
            if sound and set(diagnosis.names) <= {"not_finite", "zero_domain_gradient"}:  # failures that λ can cause
                _look_at_weight(diagnosis, training, patient, batch, history)
        evidence = symptoms.unsteady_scores(patient.copy().training, batch)
    if evidence:
        remedy = "hand the random generator to training passes only: network(x) predicts, network(x, rng) trains"
        diagnosis.findings.append(Finding("scoring_with_dropout", evidence, remedy))
    return diagnosis


def _batch(batch: Any) -> Batch:
    try:
        found = Batch(*(to_numpy(array) for array in batch))
        if not len(found.x_source) == len(found.y_source) or not len(found.x_target):
            raise ValueError
        return found
    except (TypeError, ValueError):
        kind = type(batch).__name__
        raise ValueError(
            f"batch: got {kind}, expected (x_source, y_source, x_target), as Training.next_batch gives"
        ) from None


def _double(array: Any) -> np.ndarray:
    array = to_numpy(array)
    return array.astype(np.float64) if array.dtype.kind == "f" or array.ndim > 1 else array


def _look_at_losses(diagnosis: Diagnosis, patient: TrainingCopy, batch: Batch) -> bool:
    """Add a finding if the losses are not finite. Returns whether there is a domain loss."""
    label, domain, _ = patient.copy().losses(batch)
    found = {"L_y": float(label.data)} | ({} if domain is None else {"L_d": float(domain.data)})
    if not all(map(math.isfinite, found.values())):
        said = ", ".join(f"{name} = {value}" for name, value in found.items())
        remedy = "go back to an earlier checkpoint; lower the rate or λ, and look for another finding here"
        diagnosis.findings.append(Finding("not_finite", f"on this batch {said}", remedy))
    return domain is not None


# the wiring: who raises and who lowers what ---------------------------------------------------------------------------


def _look_at_wiring(diagnosis: Diagnosis, patient: TrainingCopy, batch: Batch) -> bool:
    """Add the faults of the wiring. Returns whether both losses reach all their parts, at new weights at least."""
    renewed = patient.refreshed(0)
    negative = symptoms.chance(renewed, batch) < 0  # a head that knows nothing has L_d = ln 2, not −ln 2
    present, fresh = (_examined(at, batch, negative) for at in (patient, renewed))
    if present.values == fresh.values:
        raise ValueError(
            "training: its losses do not change with the weights in network.parts(); the functions of a HandWritten "
            "loop must use the network that they get"
        )
    # signs depend on the code, not on the weights: they are clearest without saturation
    wiring, where = (fresh, "fresh random weights") if fresh.conclusive else (present, "the weights as they are")
    diagnosis.rows = rules.rows(wiring)
    diagnosis.notes.append(f"signs were measured on a copy at λ = 1, at {where}")
    zero = rules.zero_gradient(present, fresh)
    if zero:
        diagnosis.findings.append(zero)
    constant = symptoms.constant_labels(patient.refreshed(1).copy(0.0), batch)
    if constant and fresh.conclusive:
        remedy = "label the joined batch 0 for every source example and 1 for every target example"
        diagnosis.findings.append(Finding("constant_domain_labels", constant, remedy))
    if wiring.finite and (not zero or (fresh.conclusive and not fresh.swept_nothing("L_d", "domain_head"))):
        diagnosis.findings += _lasting(wiring, patient, renewed, batch, negative)
        factor = wiring.factor("L_d", "features")
        if not diagnosis.findings and not 0.5 < -factor < 2:
            diagnosis.notes.append(f"at λ = 1 the node multiplies the gradient of L_d by {factor:+.3g} and not by −1")
    if negative:
        diagnosis.notes.append("the returned L_d is below 0 for a head that knows nothing: it is −L_d")
    return fresh.conclusive


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


# λ -------------------------------------------------------------------------------------------------------------------


def _look_at_weight(
    diagnosis: Diagnosis, training: Any, patient: TrainingCopy, batch: Batch, history: Sequence[Mapping[str, float]]
) -> None:
    full = getattr(getattr(training, "recipe", None), "adapt_weight", patient.adapt_weight)
    evidence = [symptoms.rising_domain_loss(history, symptoms.chance(patient, batch))]
    now = symptoms.fork(patient, batch, patient.adapt_weight)
    dead = "zero_domain_gradient" in diagnosis.names
    if dead or now.stuck:  # no loss changes any more at any λ: did λ cause it?
        fresh = (symptoms.fork(patient.refreshed(seed), batch, patient.adapt_weight) for seed in FRESH)
        evidence.append(next((f"from fresh weights, {fork}" for fork in fresh if fork.harmful), ""))
    elif now.harmful:
        evidence.append(str(now))
    elif full > 5 * patient.adapt_weight:
        diagnosis.notes.append(f"λ is {patient.adapt_weight:.2g} still, on its way to {full:.3g}: ask again later")
        # λ still rises, and the ramp helps: so a fifth of the full λ must do great harm
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
