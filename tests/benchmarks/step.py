"""One DANN training step of a small MLP, minidann beside PyTorch, in turn in one run.

    python tests/benchmarks/step.py

Needs the extra "bench" (pip install -e ".[bench]"). Both sides do the same: draw 64 + 64 points, forward, both losses,
the reversal, backward, SGD with momentum 0.9; float32; tanh; network 2-32-32, label head 2, domain head 32-1. They
take turns in rounds, so that a machine that slows down slows both; the ratio is the median over rounds of the rounds'
medians.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from minidann.adapt.dann import DANN
from minidann.adapt.recipes import Recipe
from minidann.adapt.training import Training
from minidann.data.points import moons_pair
from minidann.nn.layers import Tanh
from minidann.nn.networks import mlp

ROUNDS, STEPS, N = 30, 200, 64
RECIPE = Recipe(steps=10**9, rate=0.01, weight_decay=0.0, average_decay=0.0, domain_rate=1.0)


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.weight = weight
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.weight * grad, None


def minidann_step() -> Callable[[], object]:
    rng = np.random.default_rng(0)
    network = DANN(mlp((2, 32, 32), rng, Tanh, activate_last=True), mlp((32, 2), rng), mlp((32, 32, 1), rng, Tanh))
    return Training(moons_pair(), RECIPE, network=network).step


def torch_step() -> Callable[[], object]:
    features = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh())
    label_head, domain_head = nn.Linear(32, 2), nn.Sequential(nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
    parameters = [p for part in (features, label_head, domain_head) for p in part.parameters()]
    optimiser = torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    pair = moons_pair()
    x_source, y_source, x_target = map(torch.from_numpy, (pair.x_source, pair.y_source, pair.x_target))
    domains = torch.cat([torch.zeros(N, 1), torch.ones(N, 1)])

    def step() -> None:
        source, target = torch.randint(0, len(x_source), (N,)), torch.randint(0, len(x_target), (N,))
        optimiser.zero_grad()
        h = features(torch.cat([x_source[source], x_target[target]]))
        label_loss = cross_entropy(label_head(h[:N]), y_source[source])
        domain_loss = binary_cross_entropy_with_logits(domain_head(Reverse.apply(h, 0.5)), domains)
        (label_loss + domain_loss).backward()
        optimiser.step()

    return step


def median_us(step: Callable[[], object]) -> float:
    times = []
    for _ in range(STEPS):
        start = time.perf_counter()
        step()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def main() -> None:
    print(f"numpy {np.__version__}, torch {torch.__version__} with {torch.get_num_threads()} threads")
    sides = {"minidann": minidann_step(), "torch eager": torch_step()}
    for step in sides.values():
        median_us(step)  # warm up
    rounds = [{name: median_us(step) for name, step in sides.items()} for _ in range(ROUNDS)]
    for name in sides:
        print(f"{name:12} {statistics.median(r[name] for r in rounds):7.1f} µs a step")
    ratios = sorted(r["minidann"] / r["torch eager"] for r in rounds)
    print(f"ratio        {statistics.median(ratios):7.3f}   (rounds {ratios[0]:.3f} to {ratios[-1]:.3f})")


if __name__ == "__main__":
    main()
