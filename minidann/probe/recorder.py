"""The figures of a probe kept while a network trains: some more rows in its history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .. import _validate
from .gradients import BY, Probe, probe


class GradientRecorder:
    """Given to ``Training.fit`` or ``step``, it probes the graph of every k-th step, and of the last one.

    The graph is the step's own, between its forward pass and its update: no batch more, no random number drawn, no
    statistics changed. So the weights are, bit for bit, those of a run without it.

    It adds one row to the history, plain numbers: ``step``, ``adapt_weight`` (λ), ``progress`` (p), and for each row
    of the probe ``by`` part (layer, …), say features or domain_head, and each loss that reaches it, say L_d:

    - ``"features L_d before"``, ``"features L_d after"``: its norm below a reversal, as the node at +1 would hand it on
      and as it arrives; ``"domain_head L_d"``, ``"features L_y"``: its norm where no reversal is on its way;
    - ``"features cosine before"``, ``"features cosine after"``, in the same way: what it has to do with the first loss;
    - ``"features L_d zero"``: the share of entries that are exactly 0.

    The losses are taken as they are, without the recipe's domain_weight.
    What is no finite number, such as the cosine with a gradient of 0 (as "after" is at λ = 0), is left out of the row.
    """

    def __init__(self, every: int = 50, by: str = "part") -> None:
        self.every = _validate.whole_number("every", every, least=1)
        self.by = _validate.one_of("by", by, BY)

    def __call__(self, training: Any, losses: Any) -> None:
        """Record this step of ``training``, if it is one to record. ``losses``: what its forward pass returned."""
        step = training.step_count
        if step % self.every and step != training.recipe.steps - 1:
            return
        now = {"step": step, "adapt_weight": training.adapt_weight, "progress": training.progress}
        training.history.append(now | columns(probe(losses, training.network, by=self.by)))

    def __repr__(self) -> str:
        return f"GradientRecorder(every={self.every}, by={self.by!r})"


def recorded(history: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """The rows of a history that a recorder wrote: only its columns have two words and more."""
    return [row for row in history if any(" " in column for column in row)]


def columns(found: Probe) -> dict[str, float]:
    """All rows of a probe as one, in the recorder's columns."""
    below, flat = found.below(), {}
    for row in found:
        tensors = found.tensors(row["name"])
        reached = {loss: any(tensor in found.after[loss] for tensor in tensors) for loss in found.names}
        under = any(tensor in below for tensor in tensors)
        for column, value in row.items():
            what, _, figure = column.rpartition(" ")  # of "L_d before", "cosine after", "L_d zero"
            if not what or not reached.get(what, True):
                continue
            two_sided = under and (what not in found.names or found.before[what] is not found.after[what])
            if figure == "before" and not two_sided:
                continue
            flat[f"{row['name']} {what if figure == 'after' and not two_sided else column}"] = value
    return {column: value for column, value in flat.items() if math.isfinite(value)}
