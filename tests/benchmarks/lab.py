"""Frames a second of the lab, drawn into memory, and what they cost: python tests/benchmarks/lab.py

To bring a picture to a window or a page comes on top of that.
"""

from __future__ import annotations

import statistics
import time

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.lab import Lab
from minidann.lab.figure_size import DPI, SIZE

FRAMES, ROUNDS = 40, 5


def rate(lab):
    """Frames a second."""
    start = time.perf_counter()
    for _ in range(FRAMES):
        lab.tick()
    return FRAMES / (time.perf_counter() - start)


def main():
    figure = Figure(SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    lab = Lab(figure)
    print("steps in a frame   frames a second (median, least)")
    for speed in (1, 5, 20, 50):
        lab.controls.speed = speed
        lab.begin()
        lab.tick()  # whose picture is drawn whole
        lab.run()
        rates = [rate(lab) for _ in range(ROUNDS)]
        print(f"{speed:16} {statistics.median(rates):12.1f} {min(rates):14.1f}")
        lab.pause()
    times = []
    for i in range(ROUNDS):
        start = time.perf_counter()
        lab.set(rotation=20.0 + i)
        lab.tick()
        times.append(time.perf_counter() - start)
    print(f"another rotation is seen after {1e3 * statistics.median(times):.0f} ms")


if __name__ == "__main__":
    main()
