"""What all tests share: the two array libraries, a seeded generator, and how hard hypothesis tries."""

import numpy as np
import pytest
import standin
from hypothesis import settings

from minidann.engine.backend import is_array, register_library, to_numpy, use_backend

# the same examples at every run, so that a red test stays red until it is mended
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50, database=None)
settings.load_profile("suite")

register_library(standin.DeviceArray, standin.library, "standin")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def _of_hosts(compare):
    """An assertion of NumPy's that fetches arrays of a device first."""

    def assertion(*arguments, **options):
        return compare(*(to_numpy(a) if is_array(a) else a for a in arguments), **options)

    return assertion


@pytest.fixture(params=["numpy", "standin"])
def backend(request, monkeypatch):
    """The test runs on NumPy, and once more with all that it makes on the stand-in for CuPy."""
    if request.param != "numpy":
        for name in ("assert_array_equal", "assert_allclose"):
            monkeypatch.setattr(np.testing, name, _of_hosts(getattr(np.testing, name)))
    with use_backend(request.param):
        yield request.param


@pytest.fixture(params=[np, standin.library], ids=["numpy", "device"])
def xp(request):
    """An array library: NumPy, or the stand-in for CuPy. ``to_numpy`` of minidann.engine.backend brings arrays back."""
    return request.param
