"""The convolutional trunks of the three networks of the paper, and a small one for digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .image_layers import Convolution, Flatten, MaxPool
from .initialise import Initialiser, he_normal
from .layers import Dropout, Layer, Relu, Sequential
from .networks import output_width
from .normalisation import BatchNormalisation


class Block(NamedTuple):
    """One block of a trunk: a convolution, a max pool, relu."""

    maps: int
    window: int
    padding: int = 0
    pool: int | None = 2  #: the window of the max pool; None for no pool
    pool_stride: int = 2
    dropout: float = 0.0


#: The features of the networks of the paper (arXiv:1409.7495, Fig. 4) and of a small one for 8×8 digits. The paper
#: states no padding. The SVHN network needs 2: without padding its third window would not fit. The paper does not state
#: the rate of dropout either: 0.5 is the usual rate.
TRUNKS = {
    "digits": (Block(16, 3, padding=1), Block(32, 3, padding=1)),
    "mnist": (Block(32, 5), Block(48, 5)),
    "svhn": (Block(64, 5, 2, pool=3), Block(64, 5, 2, pool=3), Block(128, 5, 2, pool=None, dropout=0.5)),
    "gtsrb": (Block(96, 5), Block(144, 3), Block(256, 5)),
}


def trunk(
    blocks: Sequence[Block],
    shape: tuple[int, ...],
    rng: np.random.Generator,
    init: Initialiser = he_normal,
    batch_normalise: bool = False,
    dtype: str = "float32",
) -> Sequential:
    """The convolutional part of a network for images of ``shape`` (h, w, c): x (n, h, w, c) → features (n, width).

    Parameters
    ----------
    blocks : sequence of Block
        The blocks, first to last.
    shape : tuple
        The shape of one image: (h, w, c).
    rng : numpy.random.Generator
        Draws the weights.
    init : function
        The initialiser of the weights.
    batch_normalise : bool
        Whether a BatchNormalisation stands before each relu.
    dtype : str
        The dtype of the parameters.

    The papers write convolution, relu, pool. Here the pool comes before the relu. The result and the gradient are the
    same, because max(a, b) cut off at 0 is the max of a and b cut off at 0. The relu then has a quarter of the work.
    Raises ValueError for images that are too small for the blocks.
    """
    if len(shape) != 3:
        way = "; x[..., np.newaxis] makes one channel" if len(shape) == 2 else ""
        raise ValueError(
            f"shape: got {shape}, expected images (height, width, channels) for a convolutional trunk{way}"
        )
    layers: list[Layer] = []
    channels = shape[2]
    for block in blocks:
        layers.append(Convolution(channels, block.maps, block.window, rng, 1, block.padding, init, dtype))
        if block.pool is not None:
            layers.append(MaxPool(block.pool, block.pool_stride))
        if batch_normalise:
            layers.append(BatchNormalisation(block.maps, dtype=dtype))
        layers.append(Relu())
        if block.dropout:
            layers.append(Dropout(block.dropout))
        channels = block.maps
    network = Sequential(*layers, Flatten())
    try:
        output_width(network, shape)
    except ValueError as error:
        if shape[0] <= 4 < min(shape[1:]):
            raise ValueError(
                f"shape: got images {shape}, which look channels first, expected (height, width, channels): "
                "x.transpose(0, 2, 3, 1) puts the channels last"
            ) from None
        raise ValueError(f"shape: got images {shape}, too small for this trunk ({error})") from None
    return network
