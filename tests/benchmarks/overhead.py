"""What the engine costs on top of the bare NumPy calls: a chain of multiply and add on 64 floats.

    python tests/benchmarks/overhead.py

Prints µs an op, the median of many chains, forward and backward, with the bare calls taken off. The two take turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import minidann as md

ROUNDS, OPS = 60, 1000
x = md.Tensor(np.linspace(0, 1, 64, dtype=np.float32), requires_grad=True)
c = md.Tensor(np.full(64, 0.5, np.float32))


def forward() -> md.Tensor:
    y = x
    for _ in range(OPS // 2):
        y = y * c + c
    return y


def bare_forward() -> None:
    y, k = x.data, c.data
    for _ in range(OPS // 2):
        y = y * k + k


def bare_backward() -> None:
    g, k = np.ones_like(x.data), c.data
    for _ in range(OPS // 2):
        g = g * k  # adding a constant hands its gradient on as it is


def seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def main() -> None:
    chain, seed = forward(), np.ones(64, np.float32)
    pairs = {
        "forward": (forward, bare_forward),
        "backward": (lambda: md.backprop(chain, of=[x], upstream=seed), bare_backward),
    }
    for name, (engine, bare) in pairs.items():
        over = [(seconds(engine) - seconds(bare)) / OPS * 1e6 for _ in range(ROUNDS)]
        print(f"{name:9} {statistics.median(over):5.2f} µs an op over the bare NumPy calls")


if __name__ == "__main__":
    main()
