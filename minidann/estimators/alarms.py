"""Alarms: signs, seen without target labels, that a chosen setting may be wrong on much of the target."""

from __future__ import annotations

SIGNS = ("source_accuracy", "reverse_validation", "seed_agreement", "diversity")  # the rules that alarms look at
SOURCE_LOSS = 0.10  # below the best source accuracy of the grid: a setting that loses more has not learnt the source
REVERSE_LOSS = 0.10  # of the accuracy on held-out source, lost on the way back
DISAGREEMENT = 0.15  # of the target, predicted unlike by two seeds
LESS_EQUAL = 0.05  # of the diversity, by which another setting gives the target less equal classes


def alarm(
    source: float | None,
    reverse: float | None,
    agreement: float | None,
    diversity: float | None = None,
    least_diversity: float | None = None,
) -> str:
    """The reasons not to trust a setting, in words, or "". All numbers are means over seeds, None for a rule left out.

    - The way back loses more than 10 % of the source: ``reverse`` far below ``source``. The labels that the networks
      give the target do not describe the source any more.
    - Two seeds disagree on more than 15 % of the target: ``agreement`` below 0.85. At least one of them is wrong there.
    - Another setting has a diversity more than 5 % lower: ``least_diversity``, of the settings that have learnt the
      source. Where the classes of the target differ in size, a large λ makes them equal, and is certain and wrong.

    The bounds come from seeds on which no result is quoted: moons at 35°, 60° and 90°, seeds 100–104 with λ = 0, 0.7
    and 6, and turned digits, seeds 100 and 101 with λ = 0.3. The settings that are right on 80 % of the target or more
    lose at most 4.7 % on the way back, and their seeds disagree on at most 11.6 %. The settings that are right on less
    than 70 % lose 15 % at least, or disagree on 23 %. For the diversity: moons, seeds 100–102 with λ = 0, 0.1, 0.7 and
    6. It varies by less than 0.4 % with equal classes, by 8 and 32 % with 70 and 90 % of the target in one class.

    No alarm is no proof: seeds that are wrong alike agree, and errors can be undone on the way back.
    """
    reasons = []
    if source is not None and reverse is not None and source - reverse > REVERSE_LOSS:
        reasons.append(f"the network is right on {source:.1%} of the held-out source, the way back on {reverse:.1%}")
    if agreement is not None and 1 - agreement > DISAGREEMENT:
        reasons.append(f"two seeds agree on {agreement:.1%} of the target only")
    if diversity is not None and least_diversity is not None and least_diversity < (1 - LESS_EQUAL) * diversity:
        less = f"(diversity {least_diversity:.3f} beside {diversity:.3f})"
        reasons.append(f"another setting gives the target less equal classes {less}: they may differ in size")
    return "; ".join(reasons)
