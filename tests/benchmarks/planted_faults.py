"""Plant a hundred plausible mistakes, one at a time, and count those that the tests notice.

python tests/benchmarks/planted_faults.py [--only TEXT …] [--jobs N]

The mistakes are in planted_faults.txt. Each one is planted in a copy of the package, and the tests that are not slow
run on the copy: the test file that mirrors the changed file, then its room. A fault is caught if a test fails. The last
lines are the count and the names of the survivors. The exit status is 1 if fewer than 92 of 100 are caught. The status
is 2 if the tests fail without a fault, or if the text of a fault is not exactly once in its file: the fault is stale.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_suffix(".txt")
NEEDED = 0.92  # the share of the faults that the tests must catch
LIMIT = 900  # seconds: a fault that makes the tests run for ever is caught


@dataclass
class Fault:
    """One mistake: its ``file`` below minidann, ``name``, the lines ``old`` and ``new``, and the ``tests`` that run."""

    file: str
    name: str
    old: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)

    def planted_in(self, text: str) -> str:
        """``text`` with the fault in it: the old lines are one block, or stand apart and are changed one by one.

        Raises ValueError if the old text does not stand there exactly once.
        """
        block, changed = ("\n".join(["", *lines, ""]) for lines in (self.old, self.new))
        changes = [(block, changed)]
        if block not in text and len(self.old) == len(self.new):
            changes = [(f"\n{old}\n", f"\n{new}\n") for old, new in zip(self.old, self.new)]
        for old, new in changes:
            if text.count(old) != 1:
                raise ValueError(f"{text.count(old)} places hold {old.strip()!r}, expected 1")
            text = text.replace(old, new)
        return text

    def test_paths(self) -> list[str]:
        """The test files and folders to run, below tests: the mirrored file first, then the room."""
        path = Path(self.file)
        mirrored = [path.parent / f"test_{path.name}", *path.parents[:-1][-1:]]
        return self.tests or [str(each) for each in mirrored if (ROOT / "tests" / each).exists()]


def read_table(text: str) -> list[Fault]:
    """The faults in the text of a table."""
    faults: list[Fault] = []
    for line in text.splitlines():
        if line.startswith("["):
            file, _, name = line[1:].partition("] ")
            faults.append(Fault(file, name))
        elif line.startswith(("- ", "+ ")):
            (faults[-1].old if line[0] == "-" else faults[-1].new).append(line[2:])
        elif line.startswith("? "):
            faults[-1].tests = line[2:].split()
    return faults


def passes(copy: Path, tests: Sequence[str]) -> bool:
    """Whether the ``tests`` pass in a ``copy`` of the repository. Raises RuntimeError if none of them ran."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not slow", "-p", "no:cacheprovider"]
    own = {"PYTHONPATH": f"{copy}{os.pathsep}{copy / 'tests'}", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "Agg"}
    try:
        done = subprocess.run(
            [*command, *(f"tests/{test}" for test in tests)],
            cwd=copy,
            env=os.environ | own | {"OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in (0, 1, 2):  # 2: the package cannot even be imported
        raise RuntimeError(f"pytest ended with status {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="TEXT", help="only faults whose file or name holds one of these")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many at the same time, default 1")
    arguments = parser.parse_args()
    faults = read_table(TABLE.read_text("utf-8"))
    sound, planted, stale = {}, {}, False
    for fault in faults:
        try:
            sound[fault.file] = (ROOT / "minidann" / fault.file).read_text("utf-8")
            planted[fault.name] = fault.planted_in(sound[fault.file])
        except (OSError, ValueError) as error:  # the file has moved, or its text has changed
            print(f"stale: {fault.file}: {fault.name}: {error}", file=sys.stderr)
            stale = True
    if stale:
        return 2
    if arguments.only:
        faults = [fault for fault in faults if any(text in f"{fault.file} {fault.name}" for text in arguments.only)]

    with tempfile.TemporaryDirectory() as folder:
        copies: queue.Queue[Path] = queue.Queue()  # those that no fault is planted in at the moment
        for i in range(arguments.jobs):
            copies.put(copied(Path(folder) / str(i)))

        def caught(fault: Fault) -> bool:
            copy = copies.get()
            file = copy / "minidann" / fault.file
            try:
                file.write_text(planted[fault.name], "utf-8")
                return any(not passes(copy, [test]) for test in fault.test_paths())  # a room only if need be
            finally:
                file.write_text(sound[fault.file], "utf-8")
                copies.put(copy)

        copy = copies.get()
        if not passes(copy, sorted({path for fault in faults for path in fault.test_paths()})):
            print("the tests fail without any fault", file=sys.stderr)
            return 2
        copies.put(copy)
        survivors = []
        with ThreadPoolExecutor(arguments.jobs) as pool:
            for fault, found in zip(faults, pool.map(caught, faults)):
                print(f"{'caught  ' if found else 'SURVIVED'} {fault.file}: {fault.name}", flush=True)
                survivors += [] if found else [fault]
    print(f"\n{len(faults) - len(survivors)} of {len(faults)} faults were caught")
    for fault in survivors:
        print(f"survived: {fault.file}: {fault.name}")
    return int(len(survivors) > (1 - NEEDED) * len(faults))


def copied(to: Path) -> Path:
    """A copy of what the tests need of the repository, without compiled files."""
    for name in ("minidann", "tests"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, to / name)
    return to


if __name__ == "__main__":
    sys.exit(main())
