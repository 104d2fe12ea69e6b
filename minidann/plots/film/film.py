"""The film of a training: a page with a player, or a GIF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ... import _files, _validate
from .. import style
from ..arguments import position
from .fast_redrawing import FastRedrawing
from .film_frame import GAP, HEIGHT, FilmFrame, line_height, some_of
from .panels import REGION
from .player import page, player
from .recording import Recording

SIZE, WIDE = (12.8, HEIGHT), (16, HEIGHT)  # inches: of one run, and of two side by side
SMALLER = 0.97  # size of letters beside another run, as a share of those of one run
HOLD = 2000  # milliseconds of rest on the last frame of a GIF, which cannot be paused
COLOURS = 48  # few colours, the same in all frames: a hundred frames stay small, and nothing flickers


def animate(recording: Recording, fps: int = 10, dpi: int = 80, beside: Recording | None = None) -> Film:
    """The film of a recorded training on points of the plane with two classes, or on images. A notebook shows it.

    ``fps``: frames a second. ``dpi``: pixels for an inch of 12.8 × 8.8, or of 16 × 8.8 for two runs. ``beside``: a
    second recording with the same steps, as of a FormTraining from the same seed. It is drawn at the right.
    """
    return Film(recording, fps, dpi, beside)


class Film:
    """The boundaries of both heads, the features with the two gradients of L_d, and the curves: see ``FilmFrame``.

    The networks are those of each snapshot, not the averaged ones that tables score. ``figure_``: the figure of the
    frames. ``frames_``: one FilmFrame on it, or two side by side.
    """

    def __init__(
        self,
        recording: Recording,
        fps: int = 10,
        dpi: int = 80,
        beside: Recording | None = None,
    ) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.recording = _validate.instance("recording", recording, Recording)
        self.beside = None if beside is None else _same_steps(recording, beside)
        self.fps = _validate.whole_number("fps", fps, least=1, below=1001)
        dpi = _validate.whole_number("dpi", dpi, least=20, below=1001)
        # a Figure without pyplot: it needs no display, and leaves the user's backend and figures alone
        figure: Any = Figure(SIZE if beside is None else WIDE, dpi=dpi, layout="constrained")
        self.figure_ = figure
        self._canvas = FigureCanvasAgg(self.figure_)
        runs = [recording] if self.beside is None else [recording, self.beside]
        letters, two = (1.0, False) if self.beside is None else (SMALLER, True)
        parts = self.figure_.subfigures(1, len(runs), squeeze=False)[0]
        self.frames_ = [FilmFrame(part, run, letters, named=two) for part, run in zip(parts, runs)]
        lines = 1 + any(frame.name for frame in self.frames_)
        figure.get_layout_engine().set(h_pad=0.06, rect=(0, 0, 1, 1 - GAP - lines * line_height(letters)))
        self._painter = FastRedrawing(
            self.figure_, lambda: [artist for frame in self.frames_ for artist in frame.moving()]
        )
        self.show(len(recording) - 1)
        self.figure_.draw_without_rendering()
        for frame in self.frames_:
            frame.fit_keys()
        self.figure_.draw_without_rendering()
        self.figure_.set_layout_engine("none")  # the layout is fixed: computed again for each frame, it would tremble
        self._images: list[Any] = []

    def show(self, i: int) -> Any:
        """Draw the i-th snapshot. Returns the figure."""
        i = position("i", i, len(self.recording))
        for frame in self.frames_:
            frame.show(i)
        return self.figure_

    def images(self) -> list[Any]:
        """All frames as Pillow images, drawn at the first call, with a progress bar on a terminal."""
        from PIL import Image
        from tqdm import tqdm

        if not self._images:
            palette = _palette([self._pixels(i) for i in some_of(len(self.recording), 4)])
            moments = tqdm(range(len(self.recording)), desc="film", unit=" frames", disable=None, leave=False)
            self._images = [
                Image.fromarray(self._pixels(i)).quantize(palette=palette, dither=Image.Dither.NONE) for i in moments
            ]
        return self._images

    def save_html(self, path: Path | str) -> Path:
        """Write a page with a player: one file without outside addresses. Returns its path."""
        path = _validate.path("path", path)
        text = page(f"{self.recording.pair.name}, seed {self.recording.seed}", self._player())
        return _files.write(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))

    def save_gif(self, path: Path | str) -> Path:
        """Write a GIF. It starts again after a rest on its last frame. Returns its path."""
        path = _validate.path("path", path)
        first, *others = self.images()
        pace = [1000 // self.fps] * len(others) + [HOLD]
        return _files.write(
            path,
            lambda temporary: first.save(temporary, "GIF", save_all=True, append_images=others, duration=pace, loop=0),
        )

    def _repr_html_(self) -> str:
        return self._player()

    def _player(self) -> str:
        """The player with all frames in it."""
        said = ["; ".join(frame.words(i) for frame in self.frames_) for i in range(len(self.recording))]
        return player(self.figure_, self.images(), said, self.fps)

    def _pixels(self, i: int) -> np.ndarray:
        self.show(i)
        self._painter.paint()
        return np.asarray(self._canvas.buffer_rgba())[..., :3].copy()


def _same_steps(recording: Recording, beside: Any) -> Recording:
    """``beside``, if it is a recording with the steps of ``recording``. Raises TypeError or ValueError."""
    _validate.instance("beside", beside, Recording)
    ours, theirs = ([snapshot.step for snapshot in one.snapshots] for one in (recording, beside))
    if ours != theirs:
        got = f"{len(theirs)} snapshots up to step {theirs[-1]}"
        raise ValueError(f"beside: got {got}, expected {len(ours)} at the same steps, up to step {ours[-1]}")
    return beside


def _palette(samples: Sequence[np.ndarray]) -> Any:
    """An image with the COLOURS of all frames: colours with a meaning unchanged, the rest from ``samples``."""
    from matplotlib.colors import to_rgb
    from PIL import Image

    inks = [np.array(to_rgb(ink)) for ink in (*style.CLASSES, style.SOURCE, style.TARGET)]
    others = [np.array(to_rgb(ink)) for ink in ("white", "black", style.LABEL_LOSS, style.DOMAIN_LOSS, style.CHANCE)]
    fixed = np.rint(255 * np.array([*inks, *(REGION * ink + 1 - REGION for ink in inks), *others])).astype(np.uint8)
    learned = Image.fromarray(np.concatenate(samples)).quantize(COLOURS - len(fixed), kmeans=3)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*fixed.ravel().tolist(), *(learned.getpalette() or [])])
    return palette
