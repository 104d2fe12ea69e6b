"""Dense networks by their widths, and the width of a network's output."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .. import _validate
from ..engine.modes import no_grad
from .initialise import Initialiser, he_normal
from .layers import Dense, Layer, Relu, Sequential


def mlp(
    widths: Sequence[int],
    rng: np.random.Generator,
    activation: type[Layer] = Relu,
    init: Initialiser = he_normal,
    activate_last: bool = False,
    dtype: str = "float32",
) -> Sequential:
    """Dense layers of the given widths with an activation between them: widths (2, 32, 2) is 2 → 32 → activation → 2.

    ``activate_last`` adds an activation after the last layer: for features. Logits have none.
    """
    layers: list[Layer] = []
    if not len(_validate.sequence("widths", widths, "a list of widths")):
        raise ValueError(f"widths: got {_validate.shown(widths)}, expected a list of widths")
    for width in widths:
        _validate.whole_number("widths", width, least=1)
    _validate.boolean("activate_last", activate_last)
    _validate.function("activation", activation)
    if not isinstance(_validate.result_of("activation", activation), Layer):
        raise TypeError(f"activation: got {_validate.shown(activation)}, expected a class of layers, such as nn.Relu")
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        layers += [Dense(n_in, n_out, rng, init, dtype), activation()]
    return Sequential(*layers if activate_last else layers[:-1])


def output_width(network: Layer, shape: tuple[int, ...]) -> int:
    """The number of outputs of ``network`` for one example of ``shape``."""
    with no_grad():
        return math.prod(network(np.zeros((1, *shape), np.float32), None).shape[1:])
