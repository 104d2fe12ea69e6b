"""A small pair of random images, for the tests of pictures."""

import numpy as np

from minidann.data.pairs import DomainPair


def image_pair(rng, dtype=np.float32, channels=1, classes=3, n=30, name="clean → noisy", side=6):
    """A pair of random images (n, side, side, channels) whose classes come in turn."""
    labels = np.arange(n) % classes

    def images():
        x = rng.random((n, side, side, channels), dtype=np.float32)
        return (x * 255).astype(np.uint8) if dtype == np.uint8 else x

    return DomainPair(
        name,
        x_source=images(),
        y_source=labels,
        x_target=images(),
        y_target=labels,
        x_source_test=images(),
        y_source_test=labels,
        x_target_test=images(),
        y_target_test=labels,
    )
