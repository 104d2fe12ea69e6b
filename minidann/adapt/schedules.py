"""Schedules of λ and of the learning rate: functions of progress p, which goes from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable


def adapt_weight_at(p: float, gamma: float = 10.0) -> float:
    """λ(p) = 2/(1 + e^(−γp)) − 1: from 0 to (almost) 1 (arXiv:1409.7495, §4; γ = 10).

    At first the domain head knows nothing, and its gradients are noise: λ = 0 keeps them out of the features.
    """
    return 2 / (1 + math.exp(-gamma * p)) - 1


def learning_rate_at(p: float, rate: float = 0.01, alpha: float = 10.0, beta: float = 0.75) -> float:
    """μ(p) = μ₀/(1 + αp)^β (arXiv:1409.7495, §4; μ₀ = 0.01, α = 10, β = 0.75)."""
    return rate / math.pow(1 + alpha * p, beta)


def cosine_rate_at(p: float, rate: float) -> float:
    """rate · (1 + cos πp)/2: from ``rate`` to 0, slowly at both ends (Loshchilov & Hutter 2017, Eq. 5)."""
    return rate * (1 + math.cos(math.pi * p)) / 2


def constant_rate_at(p: float, rate: float) -> float:
    """``rate`` at every p."""
    return rate


RATES: dict[str, Callable[[float, float], float]] = {
    "constant": constant_rate_at,
    "annealed": learning_rate_at,
    "cosine": cosine_rate_at,
}
