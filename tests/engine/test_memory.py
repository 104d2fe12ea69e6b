"""The memory of large arrays is kept, where the C library can do it and the user wants it."""

import os
import subprocess
import sys

import pytest

from minidann.engine import memory

CODE = """
import resource, sys
import numpy as np
from minidann.engine.memory import keep_memory
kept = keep_memory()
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def use():
    np.empty(2**26, np.uint8)[:] = 1
use()
before = faults()
for _ in range(10):
    use()
print(kept, faults() - before)
"""


def in_a_process(**variables):
    environment = {name: value for name, value in os.environ.items() if name not in memory.VARIABLES} | variables
    run = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    kept, faults = run.stdout.split()
    return kept == "True", int(faults)


def glibc():
    return sys.platform == "linux" and os.confstr("CS_GNU_LIBC_VERSION").startswith("glibc")


@pytest.mark.skipif(not glibc(), reason="only glibc has the switch")
def test_a_large_array_takes_the_memory_of_the_one_before():
    kept, faults = in_a_process()
    assert kept
    assert faults < 100  # new memory of this size has at least 320, a page of 2 MiB each


@pytest.mark.parametrize("name", memory.VARIABLES[:3])
def test_the_wish_of_the_user_counts_more(name):
    value = "glibc.malloc.arena_max=8" if name == "GLIBC_TUNABLES" else str(2**25)
    kept, _ = in_a_process(**{name: value})
    assert not kept
