"""Alarms: signs, seen without target labels, that a chosen setting may be wrong on much of the target."""

from __future__ import annotations

SIGNS = ("source_accuracy", "reverse_validation", "seed_agreement")  # the rules that alarms look at
REVERSE_LOSS = 0.10  # of the accuracy on held-out source, lost on the way back
DISAGREEMENT = 0.10  # of the target, predicted unlike by two seeds


def alarm(source: float | None, reverse: float | None, agreement: float | None) -> str:
    """The reasons not to trust a setting, in words, or "". The three are means over seeds, None for a rule left out.

    - The way back loses more than 10 % of the source: ``reverse`` far below ``source``. The labels that the networks
      give the target do not describe the source any more.
    - Two seeds disagree on more than 10 % of the target: ``agreement`` below 0.9. At least one of them is wrong there.

    Both bounds were set on moons at 35°, 60° and 90°, seeds 100–104; no result is quoted on these seeds. No alarm
    proves nothing: seeds that are wrong alike agree, and errors can be undone on the way back.
    """
    reasons = []
    if source is not None and reverse is not None and source - reverse > REVERSE_LOSS:
        reasons.append(f"the way back is right on {reverse:.1%} of the source, the way there on {source:.1%}")
    if agreement is not None and 1 - agreement > DISAGREEMENT:
        reasons.append(f"two seeds agree on {agreement:.1%} of the target only")
    return "; ".join(reasons)
