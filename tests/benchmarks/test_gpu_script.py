"""The script that waits for a GPU ends with one line, and a status of its own, where there is none."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from minidann.engine.devices import move

SCRIPT = Path(__file__).with_name("gpu.sh")


def test_without_a_gpu_it_says_what_is_missing():
    try:
        move(np.zeros(1), "cupy")
    except ValueError as error:
        missing = str(error)
    else:
        pytest.skip("a GPU answers here: run the script itself")
    done = subprocess.run(
        ["bash", SCRIPT], capture_output=True, text=True, env=os.environ | {"PYTHON": sys.executable}, check=False
    )
    assert done.returncode == 3
    assert done.stderr == f"no: {missing}\n"
    alone = [sys.executable, SCRIPT.with_name("gpu.py")]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == f"nothing was measured: {missing}\n"


@pytest.mark.slow
def test_all_of_it_runs_on_a_stand_in():
    command = [sys.executable, SCRIPT.with_name("gpu.py"), "--dry-run", "--backend", "standin"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("minidann, standin") == 2
    assert "target accuracy" in done.stdout
