"""Kill ``minidann table`` at random moments, start it again, and compare its rows with those of a run in peace.

    python tests/benchmarks/kill_table.py --kills 20 --jobs 2

A killed run may lose the steps since its last checkpoint and nothing else, and the rows at the end must be equal, bit
for bit, but for their seconds. Ends with status 1 if this does not hold.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from minidann.adapt.resume import checked_read

EVERY = 50
COMMAND = ["table", "blended", "printed", "--steps", "400", "--seeds", "2", "--methods", "source-only", "sa", "dann"]


def start(out: Path, jobs: int) -> subprocess.Popen[bytes]:
    options = ["--checkpoint-every", str(EVERY), "--jobs", str(jobs), "--out", str(out)]
    command = [sys.executable, "-m", "minidann", *COMMAND, *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def rows_of(out: Path) -> list[dict[str, object]]:
    rows = json.loads((out / "table.json").read_text(encoding="utf-8"))["rows"]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def steps_kept(out: Path) -> dict[str, int]:
    """The steps in each checkpoint."""
    # a checkpoint that was half-written would raise here; names with a dot are files that were being written
    paths = [path for path in out.glob("table/*/*.npz") if not path.name.startswith(".")]
    return {str(path.relative_to(out)): checked_read(path)[0]["step_count"] for path in paths}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        in_peace = Path(folder) / "peace"
        if start(in_peace, options.jobs).wait():
            raise SystemExit("the run in peace failed")
        seconds = time.monotonic() - began
        expected, kills, finished = rows_of(in_peace), 0, 0
        while kills < options.kills:
            out, before = Path(folder) / f"killed-{finished}", dict[str, int]()
            while True:
                process = start(out, options.jobs)
                try:
                    moment = rng.uniform(0.3, seconds) if kills < options.kills else 10 * seconds
                    process.wait(moment)
                    break
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    time.sleep(2)  # its workers end within a second
                    kills += 1
                after = steps_kept(out)
                lost = {name: (before[name], after.get(name)) for name in before if after.get(name, 0) < before[name]}
                print(f"kill {kills} after {moment:.1f} s: {sum(after.values())} steps kept", flush=True)
                if lost:
                    raise SystemExit(f"steps were lost: {lost}")
                before = after
            if process.returncode or rows_of(out) != expected:
                print((process.stderr.read() if process.stderr else b"").decode())
                raise SystemExit(f"status {process.returncode}; the rows are equal: {rows_of(out) == expected}")
            finished += 1
    print(f"{kills} kills in {finished} runs of {seconds:.0f} s: no step of a checkpoint was lost, all rows are equal")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
