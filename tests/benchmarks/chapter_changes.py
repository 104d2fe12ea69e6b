"""Natural changes of one line in each chapter: how many run on to the end, or stop with a message that says why?

``python tests/benchmarks/chapter_changes.py [NN …]`` makes each change in a copy of the chapter and runs the copy. At
least nine in ten must end well. "stops" is a fact "with the numbers as printed", or one clear error of the package.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from helpers.natural_changes import CHANGES, changed  # noqa: E402

ENOUGH = 0.9
CLEAR = re.compile(r"^(ValueError|TypeError): [\w .\[\]'\"()-]+: .+|^AssertionError: with the numbers as printed: .+")


def ends(script: str) -> tuple[str, str]:
    """How a chapter ends, "runs", "stops" or "breaks", and its last line."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "chapter.py"
        copy.write_text(script, encoding="utf-8")
        own = {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(
            [sys.executable, copy], cwd=folder, env=os.environ | own, capture_output=True, encoding="utf-8"
        )
    last = (done.stderr.strip().splitlines() or [""])[-1]
    if done.returncode == 0:
        return "runs", last
    return ("stops" if CLEAR.match(last) else "breaks"), last


def main() -> int:
    wanted = sys.argv[1:] or list(CHANGES)
    if unknown := [number for number in wanted if number not in CHANGES]:
        print(
            f"chapter_changes: got {unknown[0]!r}, expected numbers of chapters: {' '.join(CHANGES)}", file=sys.stderr
        )
        return 2
    found = []
    for number in wanted:
        for old, new in CHANGES[number]:
            started = time.perf_counter()
            end, last = ends(changed(number, old, new))
            found.append(end)
            print(f"{number}  {end:6}  {time.perf_counter() - started:4.0f} s  {old} → {new}", flush=True)
            if last:
                print(f"                    {last[:150]}", flush=True)
    well = sum(end != "breaks" for end in found)
    print(f"{well} of {len(found)} changes run on or stop with a message; {found.count('runs')} run to the end")
    return int(well < ENOUGH * len(found))


if __name__ == "__main__":
    sys.exit(main())
