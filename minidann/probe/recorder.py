"""The norms and cosines of a probe over a training, as rows of its history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .. import _validate
from ..adapt.training import Training
from .gradients import BY, Probe, probe


class GradientRecorder:
    """A recorder for ``Training.fit`` or ``step``: it probes the graph of every k-th step and of the last step.

    The graph is that of the step itself, between its forward pass and its update. No further batch, no random number
    and no statistics are touched: the weights are those of a run without it, bit for bit.

    It adds one row of plain numbers to the history: ``step``, ``adapt_weight`` (λ), ``progress`` (p), and for each row
    of the probe ``by`` part (or layer, …), for example features, and each loss that reaches it, for example L_d:

    - ``"features L_d before"``, ``"features L_d after"``: the norm below a reversal, with the node at +1, and as it
      arrives.
      ``"domain_head L_d"``, ``"features L_y"``: the norm without a reversal on the path;
    - ``"features cosine before"``, ``"features cosine after"``: the cosine with the gradient of the first loss;
    - ``"features L_d zero"``: the share of entries that are exactly 0.

    The losses are recorded without the recipe's domain_weight. A number that is not finite is left out of the row, such
    as the cosine with a gradient of 0 ("after" at λ = 0).
    """

    def __init__(self, every: int = 50, by: str = "part") -> None:
        self.every = _validate.whole_number("every", every, least=1)
        self.by = _validate.one_of("by", by, BY)

    def __call__(self, training: Any, losses: Any) -> None:
        """Record this step of ``training`` if it is due. ``losses``: the result of its forward pass."""
        _validate.instance("training", training, Training)
        step = training.step_count
        if step % self.every and step != training.recipe.steps - 1:
            return
        now = {"step": step, "adapt_weight": training.adapt_weight, "progress": training.progress}
        training.history.append(now | columns(probe(losses, training.network, by=self.by)))

    def __repr__(self) -> str:
        return f"GradientRecorder(every={self.every}, by={self.by!r})"


def recorded(history: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """The rows of a history that a recorder added: their columns have two or more words."""
    return [row for row in history if any(" " in column for column in row)]


def columns(found: Probe) -> dict[str, float]:
    """All rows of a probe as one row, in the recorder's columns."""
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
