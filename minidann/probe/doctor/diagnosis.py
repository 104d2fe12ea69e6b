"""The findings of the doctor: failures by name, each with evidence and a remedy, and the measurements."""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from ..tables import Row, format_rows

FAILURES = {
    "no_reversal": "no reversal: the features do not work against the domain head",
    "misplaced_reversal": "the reversal is at the wrong place",
    "twice_negative": "twice negative: reversed and subtracted, so that two minus signs cancel",
    "domain_head_ascends": "the domain head ascends: it learns to be wrong",
    "zero_domain_gradient": "the gradient of the domain loss is zero",
    "wrong_derivative": "the sweep is not the derivative of the loss",
    "partly_detached": "detached in part: a loss depends on rows or units that get no gradient from it",
    "update_climbs": "the update climbs: it raises a loss that its sweep would lower",
    "lambda_too_large": "λ is far too large",
    "lambda_zero": "λ is 0: the features never work against the domain head",
    "lambda_not_followed": "the effect of the domain loss does not follow λ",
    "constant_domain_labels": "the domain labels are constant",
    "mixed_domain_labels": "the domain labels do not belong to their rows",
    "rows_left_out": "a loss does not see all of its rows",
    "wrong_label_rows": "the label loss counts the wrong rows",
    "squashed_logits": "logits are squashed before a loss on logits",
    "gradients_accumulate": "the gradients are never reset: each update repeats all earlier ones",
    "momentum_turned": "the momentum has the wrong sign: each update takes back the one before",
    "domain_head_wins": "the domain head has won: the features no longer mix the domains",
    "labels_not_learnt": "the label head has learnt nothing",
    "class_shares_differ": "the class shares of the domains seem to differ: equal features then mix the classes",
    "stale_scores": "the scored weights do not follow the training",
    "scoring_with_dropout": "scored in training mode: with dropout on, or by the statistics of the batch",
    "not_updated": "a part of the network does not learn from its loss",
    "not_finite": "the losses are not finite",
}


@dataclass(frozen=True)
class Finding:
    """One failure: its ``name`` (a key of FAILURES), the ``evidence`` in numbers, and the remedy."""

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
    """The result of ``diagnose``.

    ``findings``: none for a healthy run. ``rows``: the measurements. ``notes``: remarks. ``looked_at`` and
    ``not_looked_at``: the questions that were asked, and those that this training leaves open.
    """

    findings: list[Finding] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    not_looked_at: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        return not self.findings

    @property
    def names(self) -> list[str]:
        """The names of the failures found, keys of FAILURES."""
        return [finding.name for finding in self.findings]

    def verdict(self) -> str:
        """The findings in words. Without a finding: the questions that were asked."""
        fine = "healthy: none of the classic failures was found" if self.rows else "no fault in the measurements"
        words = [str(finding) for finding in self.findings] or [fine]
        if self.healthy:
            words += [f"  looked at: {what}" for what in self.looked_at]
        words += [f"  not looked at: {what}" for what in self.not_looked_at]
        words += [f"note: {note}" for note in self.notes]
        if self.healthy:
            words.append("This says nothing of the accuracy on the target: a game can be sound and its answer wrong.")
        return "\n".join(words)

    def __str__(self) -> str:
        return "\n".join([*(format_rows(self.rows) if self.rows else []), "", self.verdict()]).strip("\n")

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"
