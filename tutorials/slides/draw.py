"""The figure of the slides that no command draws: paths round a saddle, as in chapter 14.

python tutorials/slides/draw.py             # writes tutorials/slides/paths.png
"""

from pathlib import Path

import matplotlib.pyplot as plt

from minidann.games import bilinear_game, play
from minidann.plots import DistanceDisplay, FieldDisplay

game = bilinear_game()
paths = {how: play(game, [0.6, 0.6], 200, 0.1, how) for how in ("simultaneous", "alternating", "extragradient")}
figure, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
FieldDisplay.from_game(game, paths, span=2.4).plot(axes[0], "E = θf · θd, 200 steps (■: the last)")
DistanceDisplay.from_paths(paths).plot(axes[1], "distance to the saddle")
figure.savefig(Path(__file__).with_name("paths.png"), dpi=120)
