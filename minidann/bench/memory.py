"""The peak memory of a training, in a fresh process that makes it and takes some steps.

python -m minidann.bench.memory    # what ``peak_of`` starts; the task comes in on standard input
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from .peers import OWN, load, make_side
from .threads import limited_to
from .workloads import Workload, examples, made_up_pair

STEPS = 5
MB = 1e6  # bytes


class Peak(NamedTuple):
    """Peak resident memory in MB: of the whole run, and of the imports alone."""

    run: float
    imports: float


def peak_of(framework: str, workload: Workload, threads: int, predicted: int = 0) -> Peak:
    """Take STEPS steps, or make a prediction of ``predicted`` examples, in a fresh process: its peak memory.

    Raises OSError if the process fails.
    """
    command = [sys.executable, "-m", __name__]
    task = pickle.dumps((framework, workload, threads, predicted))
    done = subprocess.run(command, input=task, capture_output=True, check=False)
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise OSError(f"a training of {workload.name} by {framework} failed in its own process: {''.join(last)}")
    return Peak(*map(float, done.stdout.split()))


def peak_so_far() -> float:
    """The peak resident memory of this process in MB; NaN on a system that does not tell."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux. getrusage would count the memory of the parent, which a child has until it execs
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024 / MB
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / MB if sys.platform == "darwin" else peak * 1024 / MB


def main() -> None:
    """Do the task from standard input, print the two numbers of ``Peak``."""
    framework, workload, threads, predicted = pickle.loads(sys.stdin.buffer.read())
    if framework != OWN:
        load(framework)
    imports = peak_so_far()
    with limited_to(threads):
        side = make_side(framework, workload, None, made_up_pair(workload), threads)
        if predicted:
            side.predict(examples(workload, predicted))
        else:
            for _ in range(STEPS):
                side.step()
    print(peak_so_far(), imports)


if __name__ == "__main__":
    main()
