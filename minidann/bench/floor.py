"""The floor of a step: its bare matrix products, in NumPy, without all that stands between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from .workloads import Workload

PIECE = 250  # examples of the products of a prediction, which no framework does all at once


def products(workload: Workload, forward_only: bool = False) -> Callable[[], None]:
    """A function that computes the matrix products of one step, each into an array that is there already.

    A dense layer of n rows has three: x (n, n_in) @ W, the gradient of W as xᵀ @ g, the gradient of x as g @ Wᵀ. A
    convolution has the same three, with one row for each position of its window. The first layer needs no gradient of
    x. ``forward_only``: x @ W alone, as a prediction of ``batch`` examples needs, without the domain head.
    """
    rng = np.random.default_rng(0)
    calls: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for i, weight in enumerate(workload.weights()):
        if forward_only and weight.part == "domain_head":
            continue
        both = weight.part != "label_head" and not forward_only  # the label head sees the source alone
        n, n_in, n_out = workload.batch * (1 + both) * weight.positions, weight.fan_in, weight.shape[-1]
        x, w, g = (rng.standard_normal(shape, np.float32) for shape in ((n, n_in), (n_in, n_out), (n, n_out)))
        calls.append((x, w, np.empty_like(g)))
        if forward_only:
            continue
        calls.append((x.T, g, np.empty_like(w)))
        if i:
            calls.append((g, w.T, np.empty_like(x)))

    def run() -> None:
        for left, right, out in calls:
            np.matmul(left, right, out=out)

    return run


def predicted_products(workload: Workload, n: int) -> Callable[[], None]:
    """A function that computes the forward products of a prediction of ``n`` examples, in pieces of PIECE."""
    piece = products(replace(workload, batch=PIECE), forward_only=True)

    def run() -> None:
        for _ in range(n // PIECE):
            piece()

    return run
