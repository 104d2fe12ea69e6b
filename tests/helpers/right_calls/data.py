"""One right call of each public name of ``minidann.data``."""

from functools import cache

import numpy as np
from helpers.wrong_calls import call

from minidann import data

DABS = [data.Dab(0.0, 0.0, "source", 0), data.Dab(1.0, 0.0, "source", 1), data.Dab(0.5, 0.5, "target", 0)]
BYTES = np.arange(2 * 4 * 4, dtype=np.uint8).reshape(2, 4, 4)

PHOTO = np.arange(40 * 40 * 3, dtype=np.uint8).reshape(40, 40, 3)


@cache
def pair():
    return data.moons_pair(n=8, n_test=8)


def arrays(made):
    names = ("x_source", "y_source", "x_target", "x_source_test", "y_source_test", "x_target_test", "y_target_test")
    return {name: getattr(made, name) for name in names}


RIGHT = {
    "data.Dab": lambda: call(data.Dab, 0.0, 0.0, "source", 0),
    "data.DomainPair": lambda: call(data.DomainPair, "moons", **arrays(pair()), y_target=pair().oracle),
    "data.DomainPair.made": lambda: call(data.DomainPair.made, "moons", **arrays(pair()), y_target=pair().oracle),
    "data.DomainPair.from_arrays": lambda: call(
        data.DomainPair.from_arrays,
        *(pair().x_source, pair().y_source, pair().x_target),
        x_target_test=pair().x_target_test,
        y_target_test=pair().y_target_test,
        y_target=pair().oracle,
        test_share=0.3,
        seed=0,
        name="moons",
    ),
    "data.DomainPair.from_arrays without a test set": lambda: call(
        data.DomainPair.from_arrays, pair().x_source, pair().y_source, pair().x_target
    ),
    "data.blend_digits": lambda: call(data.blend_digits, BYTES, np.repeat(BYTES[..., None], 3, axis=-1)),
    "data.blobs_pair": lambda: call(data.blobs_pair, 35.0, 0.05, 8, 8, 0, 0.5, 0.25),
    "data.digits_pair": lambda: call(data.digits_pair, "turned", 0, 1, 20.0, [1] * 9 + [0]),
    "data.drawn_pair": lambda: call(data.drawn_pair, DABS, 0.05, 0),
    "data.PaperPair": lambda: call(data.PaperPair, "a", "a → b", ("mnist",), data.paper_pair, "printed", "printed"),
    "data.missing_data": lambda: call(data.missing_data, "svhn-mnist", "no folder"),
    "data.paper_pair": lambda: call(data.paper_pair, "svhn-mnist", "no folder", 0, "store"),
    "data.moons_pair": lambda: call(data.moons_pair, 35.0, 0.05, 8, 8, "centre", 0, 0.5, 0.25),
    "data.road_signs": lambda: call(data.road_signs, 2, 0, "train", 32, [PHOTO]),
    "data.street_numbers": lambda: call(data.street_numbers, 2, 0, "train", 32, [PHOTO]),
    "data.synthetic_numbers": lambda: call(data.synthetic_numbers, 2, 0, "train", 32),
    "data.mnist_mnistm_pair": lambda: call(data.mnist_mnistm_pair, "no folder"),
}
