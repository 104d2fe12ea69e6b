"""From measurements of the wiring to findings: the meaning of each pattern of signs."""

from __future__ import annotations

import math

from ...adapt.parts import REACHED_BY
from ...adapt.training import Batch
from ..tables import Row
from .diagnosis import Finding
from .examination import examine_wiring
from .training_copy import TrainingCopy
from .wiring import UNLIKE, Wiring


def zero_gradient(present: Wiring, fresh: Wiring) -> Finding | None:
    """A domain head that learns nothing or returns no gradient: cut off, saturated, or constant."""
    if not present.finite:
        return None
    if present.swept_nothing("L_d", "domain_head"):
        where = "domain_head"
    elif present.swept_nothing("L_d", "features") and present.felt("L_y", "features"):
        where = "features"
        if fresh.swept_nothing("L_d", "features") and fresh.felt("L_d", "features"):
            return None  # the head learns, and its gradient does not reach the features: there is no reversal
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


def wrong_signs(wiring: Wiring, patient: TrainingCopy, batch: Batch) -> list[Finding]:
    """The form of wrong signs, if any; or the loss that an update ignores."""
    on_label = {part: wiring.signs("L_y", part) for part in REACHED_BY["L_y"]}
    features, head = wiring.signs("L_d", "features"), wiring.signs("L_d", "domain_head")
    table = "; ".join(f"{row['loss']} through the {_said(row['part'])}: {row['an update']}" for row in rows(wiring))
    deaf = [f"L_y through the {_said(part)}" for part, signs in on_label.items() if signs == {0} or wiring.stays(part)]
    deaf += ["L_d through the domain head"] * (head == {0} or wiring.stays("domain_head"))
    if deaf:
        evidence = f"an update takes no notice of {' and '.join(deaf)}, though a sweep or a difference does"
        return [Finding("not_updated", evidence, "sweep L_y + L_d, detach nothing, and update all parameters")]
    climbed = [part for part, signs in on_label.items() if signs == {1} and wiring.factor("L_y", part) > 0]
    if climbed:  # the graph is right, and the update goes the other way
        remedy = "subtract: θ ← θ − rate · gradient, without a minus sign or a node on the whole loss"
        return [Finding("update_climbs", table, remedy)]
    right_place = "put the node between the features and the domain head, where L_d alone passes"
    if any(1 in signs for signs in on_label.values()) or features >= {1, -1} or head >= {1, -1}:
        return [Finding("misplaced_reversal", table, right_place)]
    if head == {1}:
        # if the sweep of L_d is reversed inside the head, a node stands above the head
        misplaced = (
            [Finding("misplaced_reversal", table, right_place)] if wiring.factor("L_d", "domain_head") < 0 else []
        )
        if features == {-1}:
            remedy = "add the domain loss: L_y + L_d, with the node in the graph; the node brings the only minus sign"
            return [*misplaced, Finding("twice_negative", table, remedy)]
        remedy = "let the head lower L_d: add L_d behind the node, and do not subtract it"
        return [*misplaced, Finding("domain_head_ascends", table, remedy)]
    if 1 in features:
        return [Finding("misplaced_reversal", f"{table}, by other factors from layer to layer", right_place)] * (
            wiring.uneven()
        )
    remedy = "put reverse_gradient(features, λ) before the domain head, and give it the λ of the schedule"
    blocked = "; no gradient of L_d arrives at the features" if features <= {0} else ""
    blocked += ", because the node multiplies by λ = 0, whatever λ is set" * (bool(blocked) and wiring.at_zero)
    missing = Finding("no_reversal", table + blocked, remedy)
    factors = _factors(wiring, patient, batch)
    if not factors:
        return [missing]
    follows = "below the domain head the gradient of L_d is multiplied by {:+.3g} at λ = 1 and {:+.3g} at λ = 0.5"
    remedy = "one node, with λ as a positive number: the node itself brings the minus sign"
    return [missing, Finding("twice_negative", follows.format(*factors), remedy)]


def _factors(wiring: Wiring, patient: TrainingCopy, batch: Batch) -> tuple[float, float] | None:
    """The factors of the node at λ = 1 and ½, if a node has lost its sign: both are above 0 and differ."""
    full, half = wiring.factor("L_d", "features"), examine_wiring(patient, batch, 0.5).factor("L_d", "features")
    return (full, half) if full > 0 and half > 0 and abs(full - half) > 0.05 * full else None


def wrong_sweeps(wiring: Wiring) -> list[Finding]:
    """A sweep that is not the derivative of its graph, or that leaves out units on which its loss depends."""
    remedy = "compare each backward rule of your own with differences: minidann.probe.gradient_check"
    factors = [reading.factor for reading in wiring.of("L_y", "features") if reading.felt]
    if ("L_y", "features") in wiring.missed and factors and 0 < 1.2 * min(factors) < max(factors):
        evidence = f"the sweep of L_y is {min(factors):.3g} to {max(factors):.3g} times its slope, layer by layer"
        return [Finding("wrong_derivative", evidence, remedy)]
    for (loss, part), missed in wiring.missed.items():
        if missed <= UNLIKE:
            continue
        where = f"at the {_said(part)} the sweep of {loss} misses its slopes in random directions by {missed:.0%}"
        if (loss, part) == ("L_d", "features") and wiring.straight <= UNLIKE:
            evidence = f"{where}; with every reversal of the graph at +1 it agrees: only a part of the way is reversed"
            return [
                Finding("misplaced_reversal", evidence, "let one node reverse all rows and all units of the features")
            ]
        return [Finding("wrong_derivative", where, remedy)]
    for loss, seen_by in REACHED_BY.items():
        for part in seen_by:
            readings = wiring.readings[loss][part].values()
            steepest = max((abs(reading.slope) for reading in readings), default=0.0)
            beside = max((abs(reading.beside) for reading in readings), default=0.0)
            if beside > max(1e-3 * steepest, 1e-6):
                evidence = f"{loss} changes by {beside:.2g} a step along entries of the {_said(part)} with gradient 0"
                remedy = (
                    "let the gradient through all units: no detach() and no array of theirs between them and a loss"
                )
                return [Finding("partly_detached", evidence, remedy)]
    return []


def _said(part: str) -> str:
    return part.replace("_", " ")


def rows(wiring: Wiring) -> list[Row]:
    words = {-1: "lowers it", 1: "raises it", 0: "leaves it"}
    found = []
    for loss, seen_by in REACHED_BY.items():
        for part in seen_by:
            signs = sorted(wiring.signs(loss, part)) or [0]
            factor = wiring.factor(loss, part)
            found.append(
                {
                    "loss": loss,
                    "part": part,
                    "sweep / numerical": "–" if math.isnan(factor) else f"{factor:+.3f}",
                    "an update": " and ".join(words[sign] for sign in signs),
                    "as it must": "raises it" if (loss, part) == ("L_d", "features") else "lowers it",
                }
            )
    return found
