"""How much longer ``import minidann`` takes than ``import numpy``, each in a process of its own, in turn.

python tests/benchmarks/import_time.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    extra = [seconds("import minidann") - seconds("import numpy") for _ in range(15)]
    print(f"import minidann: {statistics.median(extra):.3f} s more than import numpy")


if __name__ == "__main__":
    main()
