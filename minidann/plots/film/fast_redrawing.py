"""Fast redrawing of one figure: moving artists are drawn over a picture of the fixed ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MEND = 1.0  # seconds between two whole pictures for a page
EDGE = 3  # pixels that artists may stand out of their axes
Artists = Callable[[], Sequence[Any]]


def _none() -> Sequence[Any]:
    return ()


class FastRedrawing:
    """Redraws a figure with an Agg canvas, in a window, in a page or in memory, much faster than ``canvas.draw``.

    ``moving``: returns the artists to draw each time. ``seldom``: returns artists to draw only on request, below the
    moving ones; texts belong here, because a letter costs as much as a hundred points. Both are in drawing order. All
    other artists are drawn again after a change of the figure's size or of the limits of an axis, and after ``forget``.
    """

    def __init__(self, figure: Any, moving: Artists, seldom: Artists = _none) -> None:
        self.figure, self.moving, self.seldom = figure, moving, seldom
        self._mended = 0.0  # the time of the last whole picture for a page
        self._taken_of: Any = None  # the size and limits of the pictures
        self._still: Any = None  # the picture of the fixed artists
        self._under: Any = None  # the same with the seldom moving artists

    def forget(self) -> None:
        """Note that a fixed artist has changed."""
        self._taken_of = None

    def paint(self, seldom: bool = True) -> bool:
        """Bring the figure onto its canvas. Returns whether the fixed artists were drawn again, which is slow.

        ``seldom``: draw the seldom moving artists as they are now; else as before. If artists fail, all others are
        drawn, and then the first failure is raised.
        """
        canvas, failures = self.figure.canvas, list[Exception]()
        now = canvas, self.figure.bbox.bounds, [(*ax.get_xlim(), *ax.get_ylim()) for ax in self.figure.axes]
        anew = self._taken_of != now
        if anew:
            hidden = [artist for artist in (*self.seldom(), *self.moving()) if artist.get_visible()]
            for artist in hidden:
                artist.set_visible(False)
            try:
                canvas.draw()
            except Exception as failure:
                failures.append(failure)
            finally:
                for artist in hidden:
                    artist.set_visible(True)
            self._still = canvas.copy_from_bbox(self.figure.bbox)
            self._taken_of = None if failures else now
        if anew or seldom:
            canvas.restore_region(self._still)
            failures += self._draw(self.seldom())
            self._under = canvas.copy_from_bbox(self.figure.bbox)
        else:
            canvas.restore_region(self._under)
        moving = self.moving()
        failures += self._draw(moving)
        places, page = {artist.axes for artist in moving}, hasattr(canvas, "get_diff_image")
        if page and (anew or time.monotonic() - self._mended > MEND):
            self._mended = time.monotonic()
            # A page is sent what differs from the picture before, and loses some of it when it is slow. A picture that
            # is not all opaque is sent whole: so what was lost is mended soon
            np.asarray(canvas.buffer_rgba())[0, 0, 3] = 254
        if anew or seldom or page or None in places:
            canvas.blit(self.figure.bbox)
        else:  # in a window each pixel costs time
            for ax in places:
                canvas.blit(ax.bbox.padded(EDGE))
        if failures:
            raise failures[0]
        return anew

    def _draw(self, artists: Sequence[Any]) -> list[Exception]:
        """Draw artists. Returns the failures."""
        renderer, failures = self.figure.canvas.get_renderer(), []
        for artist in artists:
            try:
                artist.draw(renderer)
            except Exception as failure:
                failures.append(failure)
        return failures
