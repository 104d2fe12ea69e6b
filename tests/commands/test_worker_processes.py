"""A command with worker processes: Ctrl-C, the end of the first process by force, and the same rows in the end."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from minidann import cli

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the processes of a group are found in /proc"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with two CSV files, and the rows of a serial run on these."""
    folder = tmp_path_factory.mktemp("csv")
    rng = np.random.default_rng(0)
    for name, shift in (("source", 0.0), ("target", 0.5)):
        y = np.arange(60) % 2
        x = rng.normal(size=(60, 3)) + shift + y[:, None]
        lines = [f"{a:.4f},{b:.4f},{c:.4f},{label}" for (a, b, c), label in zip(x, "ab" * 30)]
        (folder / f"{name}.csv").write_text("\n".join(["one,two,three,kind", *lines]) + "\n", "utf-8")
    assert here(folder, "serial") == 0
    return folder


def command(out, *options):
    run = f"run --source source.csv --label kind --target target.csv --methods source-only dann --seeds 2 --out {out}"
    run += f" --steps 600 --checkpoint-every 50 --json {out}.json"
    return [*run.split(), *options]


def here(folder, out, *options):
    """The status of the command in this process."""
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.chdir(folder)
        return cli.main(command(out, *options))


def rows(folder, out):
    return [row | {"seconds": 0} for row in json.loads((folder / f"{out}.json").read_text("utf-8"))]


def living(group):
    """The numbers of the processes of a group, without those that have ended and wait for their parent."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, process_group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:  # it has ended meanwhile
            continue
        if int(process_group) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.parametrize("end", ["Ctrl-C", "kill"])
def test_an_end_in_the_middle_loses_nothing_and_leaves_no_process(end, folder):
    process = subprocess.Popen(
        [sys.executable, "-m", "minidann", *command(end, "--jobs", "2")],
        cwd=folder,
        start_new_session=True,  # a group of its own, as in a terminal
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    saved = folder / end / "checkpoints" / "run"
    while not list(saved.glob("*.npz")):
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    if end == "Ctrl-C":
        os.killpg(process.pid, signal.SIGINT)
    else:
        os.kill(process.pid, signal.SIGKILL)
    said = process.communicate()[1]
    if end == "Ctrl-C":
        assert process.returncode == 128 + signal.SIGINT
        assert said.startswith("minidann: interrupted")
        assert said.count("\n") == 1
        assert {path.name for path in saved.iterdir()} <= {path.name for path in saved.glob("*.npz")}
    while living(process.pid):  # workers end within a second
        time.sleep(0.1)
    assert here(folder, end, "--resume") == 0
    assert rows(folder, end) == rows(folder, "serial")
