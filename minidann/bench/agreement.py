"""The check before any time is taken: all frameworks compute the same losses and the same gradients."""

from __future__ import annotations

import numpy as np

from ..data.pairs import DomainPair
from .peers import Side
from .workloads import Workload

TOLERANCE = 1e-5  # of the size of the numbers compared; the rounding of float32 makes some 1e-6
# Where two numbers in the window of a max pool are all but equal, rounding decides which is the larger one, and a
# gradient then jumps. That is rare: among few examples it happens in one batch and not in the next. A wrong formula
# differs in each.
BATCHES, EXAMPLES = 3, 8


def check_agreement(workload: Workload, own: Side, peer: Side, name: str, pair: DomainPair) -> None:
    """Compare the losses and all gradients of a peer with ours: the same weights, BATCHES of EXAMPLES a domain.

    Raises ValueError that names the loss or the parameter if one differs in every batch.
    """
    names = [f"{weight.part} {shape}" for weight in workload.weights() for shape in (weight.shape, weight.shape[-1:])]
    names = ["the label loss", "the domain loss", *(f"the gradient of {at}" for at in names)]
    apart = np.min([_differences(own, peer, pair, i * EXAMPLES) for i in range(BATCHES)], axis=0)
    for words, difference in zip(names, apart, strict=True):
        if not difference <= TOLERANCE:  # NaN differs too
            raise ValueError(f"{name}: {words} of {workload.name} differs from minidann's, by {difference:.1e} of it")


def _differences(own: Side, peer: Side, pair: DomainPair, start: int) -> list[float]:
    """The difference of each loss and each gradient on the examples from ``start`` on."""
    some = slice(start, start + EXAMPLES)
    batch = pair.x_source[some], np.asarray(pair.y_source[some]), pair.x_target[some]
    label, domain, gradients = own.losses_and_gradients(*batch)
    other_label, other_domain, other_gradients = peer.losses_and_gradients(*batch)
    ours = [np.asarray(label), np.asarray(domain), *gradients]
    others = [np.asarray(other_label), np.asarray(other_domain), *other_gradients]
    return [difference(one, other) for one, other in zip(ours, others, strict=True)]


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """‖one − other‖ / ‖one‖; infinite for different shapes."""
    if one.shape != other.shape:
        return float("inf")
    size, apart = float(np.linalg.norm(one)), float(np.linalg.norm(one - other))
    return apart / size if size else apart
