"""The cost of the engine on top of the bare NumPy calls: a chain of multiply and add on 64 floats."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from ..engine.backprop import backprop
from ..engine.tensor import Tensor

ROUNDS, OPS = 60, 1000


def engine_cost() -> tuple[float, float]:
    """µs an op, forward and backward: the median of ROUNDS chains, with the time of the bare calls taken off."""
    x = Tensor(np.linspace(0, 1, 64, dtype=np.float32), requires_grad=True)
    c = Tensor(np.full(64, 0.5, np.float32))
    seed = np.ones(64, np.float32)

    def forward() -> Tensor:
        y = x
        for _ in range(OPS // 2):
            y = y * c + c
        return y

    def bare_forward() -> None:
        y, k = x.data, c.data
        for _ in range(OPS // 2):
            y = y * k + k

    def bare_backward() -> None:
        g, k = seed, c.data
        for _ in range(OPS // 2):
            g = g * k  # adding a constant hands its gradient on as it is

    chain = forward()
    forward_cost = _microseconds_over(forward, bare_forward)
    return forward_cost, _microseconds_over(lambda: backprop(chain, of=[x], upstream=seed), bare_backward)


def _microseconds_over(engine: Callable[[], object], bare: Callable[[], object]) -> float:
    return statistics.median((_seconds(engine) - _seconds(bare)) / OPS * 1e6 for _ in range(ROUNDS))


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
