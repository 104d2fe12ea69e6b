"""Points whose classes lie apart along one direction, for Subspace Alignment."""

import numpy as np


def blobs(seed, turn=0.0, shift=0.0, n=200, width=6):
    """Spread most along axis 0, classes apart along axis 1, noise on all; then axis 1 turned towards 2, and a shift."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    x = rng.normal(scale=0.3, size=(n, width))
    x[:, 0] += rng.normal(scale=5, size=n)
    x[:, 1] += np.where(y == 1, 1.0, -1.0)
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    x[:, 1:3] = x[:, 1:3] @ rotation
    return x + shift, y
