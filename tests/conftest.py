"""What all tests share: the two array libraries, a seeded generator, and how hard hypothesis tries."""

import numpy as np
import pytest
import standin
from hypothesis import settings

from minidann.engine.backend import register_library

# the same examples at every run, so that a red test stays red until it is mended
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50, database=None)
settings.load_profile("suite")

register_library(standin.DeviceArray, standin.library, "standin")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(params=[np, standin.library], ids=["numpy", "device"])
def xp(request):
    """An array library: NumPy, or the stand-in for CuPy. ``to_numpy`` of minidann.engine.backend brings arrays back."""
    return request.param
