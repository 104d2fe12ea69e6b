"""The workloads of the bench: networks by their sizes alone, with made-up examples and weights from a seed.

A framework builds the same network from a workload. No data set is needed: a step takes as long on random numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..data.pairs import DomainPair
from ..nn.trunks import TRUNKS, Block

EXAMPLES = 300  # of each domain, from which the batches are drawn
CENTRE, SCALE = 127.5, 1 / 255  # the input of the network is (byte − CENTRE) · SCALE
ADAPT_WEIGHT, RATE, MOMENTUM = 0.5, 1e-3, 0.9  # of all frameworks: λ, and plain SGD with momentum


class Weight(NamedTuple):
    """The weight of a convolution or of a dense layer. Its bias has n_out numbers."""

    part: str  # features, label_head or domain_head
    shape: tuple[int, ...]  # (kh, kw, n_in, n_out) of a convolution, (n_in, n_out) of a dense layer
    positions: int  # rows of the product for each example: the positions of the window, 1 for a dense layer
    sees_maps: bool = False  # whether its inputs are the flattened maps of the last block

    @property
    def fan_in(self) -> int:
        """The numbers that enter a unit."""
        return math.prod(self.shape[:-1])


@dataclass(frozen=True)
class Workload:
    """A network of three parts and the size of its batch. A block is convolution, max pool, relu.

    Parameters
    ----------
    name : str
        The name in tables.
    shape : tuple
        The shape of an example: (d,) or (h, w, c).
    classes : int
        The number of label logits.
    blocks : tuple of Block
        The convolutions of the features.
    features, label_hidden, domain_hidden : tuple of int
        The widths of the dense layers of the features, and of the hidden layers of both heads.
    activation : str
        "tanh" or "relu", after each of these dense layers.
    in_bytes : bool
        Whether examples are stored as bytes, as training holds images.
    batch : int
        The examples of each domain in a step.
    """

    name: str
    shape: tuple[int, ...]
    classes: int
    blocks: tuple[Block, ...] = ()
    features: tuple[int, ...] = ()
    label_hidden: tuple[int, ...] = ()
    domain_hidden: tuple[int, ...] = ()
    activation: str = "relu"
    in_bytes: bool = True
    batch: int = 64

    def maps(self) -> tuple[int, ...]:
        """The shape of an example behind the last block: (h, w, c). Without blocks the shape of an example."""
        return _convolutions(self)[1]

    def weights(self) -> list[Weight]:
        """The weights in their order: features, label head, domain head."""
        found, shape = _convolutions(self)
        width = (math.prod(shape), *self.features)[-1]
        for part, widths in (
            ("features", (math.prod(shape), *self.features)),
            ("label_head", (width, *self.label_hidden, self.classes)),
            ("domain_head", (width, *self.domain_hidden, 1)),
        ):
            first = bool(self.blocks) and (part == "features" or not self.features)
            found += [Weight(part, pair, 1, first and not i) for i, pair in enumerate(zip(widths[:-1], widths[1:]))]
        return found


def _convolutions(workload: Workload) -> tuple[list[Weight], tuple[int, ...]]:
    """The weights of the convolutions, and the shape behind the last block."""
    shape, found = workload.shape, []
    for block in workload.blocks:
        height, width = (side + 2 * block.padding - block.window + 1 for side in shape[:2])
        found.append(Weight("features", (block.window, block.window, shape[2], block.maps), height * width))
        if block.pool is not None:
            height, width = ((side - block.pool) // block.pool_stride + 1 for side in (height, width))
        shape = (height, width, block.maps)
    return found, shape


def draw_weights(workload: Workload, seed: int = 0) -> list[np.ndarray]:
    """Weight, bias, weight, bias, …: float32, of deviation √(1 / fan_in), in the order of ``workload.weights()``."""
    rng = np.random.default_rng(seed)
    drawn = []
    for weight in workload.weights():
        deviation = np.float32(weight.fan_in**-0.5)
        drawn.append(rng.standard_normal(weight.shape, np.float32) * deviation)
        drawn.append(rng.standard_normal(weight.shape[-1], np.float32) * np.float32(0.1))
    return drawn


def examples(workload: Workload, n: int, seed: int = 0) -> np.ndarray:
    """``n`` made-up examples: bytes 0…255, or float32."""
    rng = np.random.default_rng(seed)
    if workload.in_bytes:
        return rng.integers(0, 256, (n, *workload.shape), np.uint8)
    return rng.standard_normal((n, *workload.shape), np.float32)


def made_up_pair(workload: Workload) -> DomainPair:
    """EXAMPLES examples of each domain with random labels."""
    x_source, x_target = (examples(workload, EXAMPLES, seed) for seed in (1, 2))
    x_test = examples(workload, 2 * workload.classes, seed=3)  # a pair has some; no step sees them
    source_test, target_test = np.split(x_test, 2)
    y = np.arange(EXAMPLES) % workload.classes
    return DomainPair(
        "made-up examples",
        x_source=x_source,
        y_source=y,
        x_target=x_target,
        x_source_test=source_test,
        y_source_test=y[: workload.classes],
        x_target_test=target_test,
        y_target_test=None,
    )


def _without_dropout(name: str) -> tuple[Block, ...]:
    """The blocks of a trunk. Dropout is off: its random numbers would differ between frameworks."""
    return tuple(block._replace(dropout=0.0) for block in TRUNKS[name])


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("moons", (2,), 2, (), (32, 32), (), (32,), "tanh", in_bytes=False),
        # the recipe "digits" without batch normalisation
        Workload("digits", (8, 8, 1), 10, _without_dropout("digits"), (64,), (), (100,), "tanh", in_bytes=False),
        # arXiv:1409.7495, Fig. 4
        Workload("mnist", (28, 28, 3), 10, _without_dropout("mnist"), (), (100, 100), (100,)),
        Workload("svhn", (32, 32, 3), 10, _without_dropout("svhn"), (), (3072, 2048), (1024, 1024)),
        Workload("gtsrb", (40, 40, 3), 43, _without_dropout("gtsrb"), (), (512,), (1024, 1024)),
    )
}
