"""Networks by their widths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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

    ``activate_last`` puts one after the last layer too: for features, which are activations; logits are not.
    """
    layers: list[Layer] = []
    for n_in, n_out in zip(widths[:-1], widths[1:]):
        layers += [Dense(n_in, n_out, rng, init, dtype), activation()]
    return Sequential(*layers if activate_last else layers[:-1])
