"""A process of its own for each side of a comparison: no framework works with the memory or the threads of another.

python -m minidann.bench.processes    # what ``SideProcess`` starts; task and commands come in on standard input
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import NamedTuple

from . import timing
from .floor import predicted_products, products
from .memory import peak_so_far
from .peers import OWN, load, make_side
from .threads import limited_to
from .workloads import Workload, draw_weights, examples, made_up_pair

FLOOR = "floor"  # the side that only multiplies matrices


class Peak(NamedTuple):
    """Peak resident memory of a process in MB: of its whole run, and of the imports alone."""

    run: float
    imports: float


class SideProcess:
    """One side in its own process: a training, or a prediction of ``predicted`` examples, or the bare products.

    Use it in a ``with`` block, which ends the process. Raises OSError if the process fails.
    """

    def __init__(self, framework: str, workload: Workload, threads: int, predicted: int = 0) -> None:
        self._what = f"{workload.name} by {framework}"
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (close is called)
        command, pipe = [sys.executable, "-m", __name__], subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=self._errors)
        try:
            self._ask(pickle.dumps((framework, workload, threads, predicted)))
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SideProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def block(self) -> float:
        """The seconds of one call, the median over a block of calls."""
        return float(self._ask(f"block {timing.BLOCK}\n".encode()))

    def peak(self) -> Peak:
        """The peak memory so far."""
        return Peak(*map(float, self._ask(b"peak\n").split()))

    def _ask(self, text: bytes) -> bytes:
        """Send ``text``: the line that comes back."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(text)
            self._process.stdin.flush()
        except OSError:  # it ended before; it has no answer either
            pass
        answer = self._process.stdout.readline()
        if not answer:
            self._errors.seek(0)
            last = self._errors.read().decode(errors="replace").strip().splitlines()[-1:]
            raise OSError(f"{self._what} failed in its own process: {''.join(last)}")
        return answer


def _work(framework: str, workload: Workload, threads: int, predicted: int) -> Callable[[], object]:
    """What the process is timed with."""
    if framework == FLOOR:
        return predicted_products(workload, predicted) if predicted else products(workload)
    side = make_side(framework, workload, draw_weights(workload), made_up_pair(workload), threads)
    return partial(side.predict, examples(workload, predicted)) if predicted else side.step


def main() -> None:
    """Read the task, then answer commands until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    answers, sys.stdout = sys.stdout, sys.stderr  # a framework may print
    framework, workload, threads, predicted = pickle.load(sys.stdin.buffer)
    if framework not in (OWN, FLOOR):
        load(framework)
    imports = peak_so_far()
    with limited_to(threads):
        call = _work(framework, workload, threads, predicted)
        print("ready", file=answers, flush=True)
        for line in sys.stdin.buffer:
            name, *number = line.split()
            answer = timing.block(call, float(number[0])) if name == b"block" else f"{peak_so_far()} {imports}"
            print(answer, file=answers, flush=True)


if __name__ == "__main__":
    main()
