"""Drawing the same figure many times, fast: what moves is drawn over pictures of what does not."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

MEND = 1.0  # seconds between two pictures that a page is sent whole
EDGE = 3  # pixels that what is drawn in axes may stand out of them
Artists = Callable[[], Sequence[Any]]


def _none() -> Sequence[Any]:
    return ()


class FastRedrawing:
    """Paints a figure whose canvas is an Agg one, in a window, in a page or in memory, several times as fast as
    ``canvas.draw`` does.

    ``moving``: gives the artists that are drawn anew each time. ``seldom``: those drawn anew only where it is asked
    for, under the former; texts are here, since each letter costs as much as a hundred points. Both in the order in
    which they are drawn. All other artists are drawn when the figure's size or the limits of one of its axes have
    changed, or after ``forget``.
    """

    def __init__(self, figure: Any, moving: Artists, seldom: Artists = _none) -> None:
        self.figure, self.moving, self.seldom = figure, moving, seldom
        self._mended = 0.0  # when a page was sent a whole picture last
        self._taken_of: Any = None  # what the pictures were taken of
        self._still: Any = None  # the picture of all that stands still
        self._under: Any = None  # the same with what moves seldom

    def forget(self) -> None:
        """Something that stands still has changed."""
        self._taken_of = None

    def paint(self, seldom: bool = True) -> bool:
        """Bring the figure onto its canvas. ``seldom``: with what moves seldom as it is now; else as it was. Returns
        whether all that stands still had to be drawn anew, which takes long.
        """
        canvas = self.figure.canvas
        now = canvas, self.figure.bbox.bounds, [(*ax.get_xlim(), *ax.get_ylim()) for ax in self.figure.axes]
        anew = self._taken_of != now
        if anew:
            hidden = [artist for artist in (*self.seldom(), *self.moving()) if artist.get_visible()]
            for artist in hidden:
                artist.set_visible(False)
            canvas.draw()
            for artist in hidden:
                artist.set_visible(True)
            self._still, self._taken_of = canvas.copy_from_bbox(self.figure.bbox), now
        if anew or seldom:
            canvas.restore_region(self._still)
            self._draw(self.seldom())
            self._under = canvas.copy_from_bbox(self.figure.bbox)
        else:
            canvas.restore_region(self._under)
        moving = self.moving()
        self._draw(moving)
        places, page = {artist.axes for artist in moving}, hasattr(canvas, "get_diff_image")
        if page and (anew or time.monotonic() - self._mended > MEND):
            self._mended = time.monotonic()
            # A page is sent what differs from the picture before, and loses some of it when it is slow. A picture that
            # is not all opaque is sent whole: so what was lost is mended soon
            np.asarray(canvas.buffer_rgba())[0, 0, 3] = 254
        if anew or seldom or page or None in places:
            canvas.blit(self.figure.bbox)
        else:  # to a window each pixel costs time
            for ax in places:
                canvas.blit(ax.bbox.padded(EDGE))
        return anew

    def _draw(self, artists: Sequence[Any]) -> None:
        renderer = self.figure.canvas.get_renderer()
        for artist in artists:
            artist.draw(renderer)
