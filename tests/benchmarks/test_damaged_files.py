"""A small run of the damaged files: no traceback, no other weights, no hang, little memory."""

import signal

import pytest
from benchmarks.damaged_files import faults, run


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="nothing ends a reader that hangs here")
def test_no_reader_is_led_astray_by_damaged_files():
    # a thousand images: beside fewer, the 128 KiB that gzip reads at once since Python 3.12 count as much as the images
    counts = run(files=170, seed=0, images=1000, width=120)
    assert {name: faults(count) for name, (count, _) in counts.items() if faults(count)} == {}
    assert all(count["files"] == -(-170 // len(counts)) for count, _ in counts.values())
    assert sum(count["refused"] for count, _ in counts.values()) > 80
    assert max(memory for _, memory in counts.values()) <= 2
