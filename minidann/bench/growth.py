"""The cost of a step as the work grows: the MNIST network with other batches, images and numbers of maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from .steps import Row, Say, measure_steps
from .workloads import WORKLOADS, Workload

BASE = WORKLOADS["mnist"]
BATCHES, SIDES, MAPS = (16, 32, 64, 128, 256), (20, 28, 40, 64), (0.5, 1.0, 2.0)


class Grown(NamedTuple):
    """The MNIST network with one of its sizes changed."""

    varied: str  # batch, side or maps
    value: float  # examples of each domain; pixels of a side; the factor on the maps of all convolutions
    workload: Workload


def all_grown() -> Iterator[Grown]:
    """The networks to measure: one size at a time is changed, from small to large."""
    for batch in BATCHES:
        yield Grown("batch", batch, replace(BASE, name=f"batch {batch}", batch=batch))
    for side in SIDES:
        yield Grown("side", side, replace(BASE, name=f"side {side}", shape=(side, side, 3)))
    for factor in MAPS:
        blocks = tuple(block._replace(maps=int(block.maps * factor)) for block in BASE.blocks)
        yield Grown("maps", factor, replace(BASE, name=f"maps × {factor:g}", blocks=blocks))


def measure_growth(grown: Grown, peers: Sequence[str], rounds: int, threads: int, say: Say) -> list[Row]:
    """The rows of one step of a grown network, as of any workload, with the entries ``varied`` and ``value``."""
    rows = measure_steps(grown.workload, peers, rounds, threads, say)
    return [row | {"varied": grown.varied, "value": grown.value} for row in rows]
