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
    "lambda_too_large": "λ is far too large",
    "constant_domain_labels": "the domain labels are constant",
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

    ``findings``: none for a healthy run. ``rows``: the measurements. ``notes``: remarks.
    """

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
        fine = "healthy: none of the classic failures was found" if self.rows else "no fault in the measurements"
        words = [str(finding) for finding in self.findings] or [fine]
        return "\n".join(words + [f"note: {note}" for note in self.notes])

    def __str__(self) -> str:
        return "\n".join([*(format_rows(self.rows) if self.rows else []), "", self.verdict()]).strip("\n")

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"
