"""The device of a computation, for the rooms above: they need to know nothing of backends but ``to_numpy``."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

import numpy as np

from ..engine.devices import backends, move_like, use_backend
from ..nn.vector import ParameterVector
from .dann import DANN


def on_host() -> AbstractContextManager[None]:
    """Inside, new arrays are NumPy's, whatever backend the caller has chosen."""
    return use_backend("numpy")


def on_device_of(network: DANN) -> AbstractContextManager[None]:
    """Inside, new arrays are on the device of ``network``."""
    return use_backend(network.backend)


def backend_names() -> tuple[str, ...]:
    """The names of all backends, for an option of a command."""
    return backends()


def load_weights(network: DANN, weights: np.ndarray, statistics: Mapping[str, np.ndarray]) -> DANN:
    """Give ``network`` the weights θ (size,) and the statistics of batch normalisation by name. Returns the network."""
    vector = ParameterVector(network.parameters().values())
    vector.load(move_like(weights, vector.values))
    for name, array in network.statistics().items():
        array[...] = move_like(statistics[name], array)
    return network
