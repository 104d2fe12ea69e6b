"""Schedules of λ and of the learning rate: functions of progress p, which goes from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Callable

from .. import _validate


def adapt_weight_at(p: float, gamma: float = 10.0) -> float:
    """λ(p) = 2/(1 + e^(−γp)) − 1: from 0 to (almost) 1 (arXiv:1409.7495, §4; γ = 10).

    At first the domain head knows nothing, and its gradients are noise: λ = 0 keeps them out of the features.
    Raises ValueError for a number below 0.
    """
    p, gamma = _validate.number("p", p, least=0), _validate.number("gamma", gamma, least=0)
    return 2 / (1 + math.exp(-gamma * p)) - 1


def learning_rate_at(p: float, rate: float = 0.01, alpha: float = 10.0, beta: float = 0.75) -> float:
    """μ(p) = μ₀/(1 + αp)^β (arXiv:1409.7495, §4; μ₀ = 0.01, α = 10, β = 0.75).

    Raises ValueError for a number below 0, for p or α of 1000 or more, and for a β of 50 or more: μ would underflow.
    """
    p, rate = _validate.number("p", p, least=0, below=1e3), _validate.number("rate", rate, least=0)
    alpha = _validate.number("alpha", alpha, least=0, below=1e3)
    beta = _validate.number("beta", beta, least=0, below=50)
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
