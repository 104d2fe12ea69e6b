"""The lab's figure in pages of browsers: its canvas, its size, the pictures it sends, and what the pages send back."""

from __future__ import annotations

import asyncio
import json
import math
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backend_bases import KeyEvent, MouseButton, MouseEvent, ResizeEvent, TimerBase
from matplotlib.backend_tools import Cursors
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .figure_size import DPI, SIZE

PAGE = Path(__file__).with_name("page.html")
LEAST, LARGEST = 64, 2560 * 1600  # pixels: of a side, and of the whole picture; a larger page stretches its picture
LONGEST = 8  # times the other side: the longest side of a picture
BLOCK, ACROSS = 64, 16  # pixels of a side of a block, and blocks side by side in the picture that is sent
INTERVAL = 0.02  # seconds, at least, between two frames
EVENTS = {"press": "button_press_event", "move": "motion_notify_event", "release": "button_release_event"}
CURSORS = {Cursors.HAND: "pointer", Cursors.SELECT_REGION: "crosshair", Cursors.MOVE: "move"}


class Pages:
    """One figure in any number of pages. A page is an object with ``send(message)``, for text or bytes.

    The figure has the size of the page on which its letters are largest; other pages scale its pictures. A page gets
    the next picture when it has shown the last one. While no page can take one, the timers of the figure stand still.
    Make it while the event loop of asyncio runs. ``canvas.manager`` is this object. What draws on ``figure`` must draw
    again after a ``resize_event``.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self.largest = largest
        self.figure = Figure(SIZE, dpi=DPI)
        self.canvas = PageCanvas(self.figure)
        self.canvas.pages = self
        self.canvas.manager = self  # type: ignore[assignment]
        self._sizes: dict[Any, tuple[int, int]] = {}
        self._busy: set[Any] = set()  # pages that have not yet shown the last picture
        self._behind: set[Any] = set()  # pages that need the whole picture
        self._sent: Any = None  # the padded colours of the last picture, and its size
        self._sent_size = (0, 0)
        self._new = self._planned = False  # whether there is a newer picture, and whether it is about to be sent
        self._blank = False  # whether the canvas waits to be drawn in its new size
        self._asking: Any = None  # the page of the last message

    @property
    def ready(self) -> bool:
        """Whether a page can show the next picture now."""
        return len(self._busy) < len(self._sizes)

    def leave(self, page: Any) -> None:
        """Send no more to ``page``."""
        for pages in (self._busy, self._behind):
            pages.discard(page)
        if self._sizes.pop(page, None):
            self._fit()

    def take(self, page: Any, text: str | bytes) -> None:
        """Do what the message ``text`` of ``page`` asks. A message that the lab's page does not send is ignored."""
        try:
            message = json.loads(text)
            kind = str(message["type"])
            x, y = (float(message.get(name, 0)) for name in "xy")
            size = [float(message.get(name, 0)) for name in ("width", "height")]
            key = str(message.get("key", ""))[:20]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return
        if not all(map(math.isfinite, (x, y, *size))):
            return
        self._asking = page
        if kind == "resize" and min(size) > 0:
            self._sizes[page] = self._bounded(*size)
            self._behind.add(page)
            self._fit()
            self.send()
        elif kind in ("shown", "lost"):
            self._busy.discard(page)
            if kind == "lost":
                self._behind.add(page)
            self.send()
        elif kind in EVENTS:
            up = round(self.figure.bbox.height - y)
            button = None if kind == "move" else MouseButton.LEFT
            self.canvas.callbacks.process(EVENTS[kind], MouseEvent(EVENTS[kind], self.canvas, round(x), up, button))
        elif kind == "key" and key:
            self.canvas.callbacks.process("key_press_event", KeyEvent("key_press_event", self.canvas, key))

    def _bounded(self, width: float, height: float) -> tuple[int, int]:
        width, height = min(width, LONGEST * height), min(height, LONGEST * width)
        scale = min(1.0, math.sqrt(self.largest / width / height))
        return max(LEAST, int(scale * width)), max(LEAST, int(scale * height))

    def _fit(self) -> None:
        """Give the figure the size of the page on which its letters are largest."""
        if not self._sizes:
            return
        size = max(self._sizes.values(), key=lambda size: (min(size[0] / SIZE[0], size[1] / SIZE[1]), size))
        if size != self.canvas.get_width_height():
            self._blank = True
            width, height = ((pixels + 0.01) / self.figure.dpi for pixels in size)  # they are rounded down to pixels
            self.figure.set_size_inches(width, height, forward=False)
            self.canvas.callbacks.process("resize_event", ResizeEvent("resize_event", self.canvas))

    # pictures -------------------------------------------------------------------------------------------------------

    def changed(self) -> None:
        """Send the canvas to the pages, when all that is due now is drawn."""
        self._new, self._blank = True, False
        if not self._planned:
            self._planned = True
            asyncio.get_running_loop().call_soon(self._send_planned)

    def _send_planned(self) -> None:
        self._planned = False
        self.send()

    def send(self) -> None:
        """Send the canvas to each page that can show it now."""
        ready = self._sizes.keys() - self._busy
        if self._blank or not ready or not (self._new or ready & self._behind):
            return
        size, colours = self.canvas.get_width_height(), padded(np.asarray(self.canvas.buffer_rgba()))
        same = self._sent is not None and size == self._sent_size
        difference = picture(size, colours, self._sent) if same and self._new and ready - self._behind else None
        whole = picture(size, colours) if not same or ready & self._behind else None
        if self._new:
            self._behind |= self._busy
        self._sent, self._sent_size, self._new = colours, size, False
        for page in ready:
            message = whole if page in self._behind or not same else difference
            self._behind.discard(page)
            if message is not None and message[1]:
                self._busy.add(page)
                page.send(message[0])
                page.send(message[1])

    # the manager of the canvas --------------------------------------------------------------------------------------

    def full_screen_toggle(self) -> None:
        """Let the page that asked fill its screen, or return to its window."""
        self.tell(type="full_screen")

    def copy(self, text: str) -> None:
        """Put ``text`` on the clipboard of the page that asked."""
        self.tell(type="copy", text=text)

    def tell(self, **message: Any) -> None:
        """Send a message to the page that sent the last one."""
        if self._asking in self._sizes:
            self._asking.send(json.dumps(message))


class PageCanvas(FigureCanvasAgg):
    """A canvas in memory whose pictures go to pages."""

    pages: Pages
    _cursor = ""

    def draw(self) -> None:
        """Draw the figure, and send it."""
        super().draw()
        self.pages.changed()

    def blit(self, bbox: Any = None) -> None:
        """Send what is drawn."""
        self.pages.changed()

    def set_cursor(self, cursor: Any) -> None:
        """Let the mouse in the page that asked look like ``cursor``."""
        name = CURSORS.get(cursor, "default")
        if name != self._cursor:
            self._cursor = name
            self.pages.tell(type="cursor", cursor=name)

    def new_timer(self, interval: int | None = None, callbacks: Any = None) -> Any:
        """A timer that stands still while no page can show a picture."""
        return _Timer(self.pages, interval=interval, callbacks=callbacks)


class _Timer(TimerBase):
    """A timer of the event loop. ``pages``: it calls back only while they are ready."""

    def __init__(self, pages: Pages, interval: int | None = None, callbacks: Any = None) -> None:
        self._pages = pages
        self._next: asyncio.TimerHandle | None = None
        super().__init__(interval, callbacks)

    def _timer_start(self) -> None:
        self._timer_stop()
        self._plan(0.0)

    def _timer_stop(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _plan(self, start: float) -> None:
        self._next = asyncio.get_running_loop().call_at(start + max(INTERVAL, self.interval / 1000), self._fire)

    def _fire(self) -> None:
        start = asyncio.get_running_loop().time()
        self._plan(start)
        if self._pages.ready:
            self._on_timer()  # type: ignore[attr-defined]


def padded(pixels: Any) -> Any:
    """The colours of ``pixels`` (height, width, 4), one number each, padded with 0 to whole blocks."""
    height, width = pixels.shape[:2]
    colours = np.zeros((height + -height % BLOCK, width + -width % BLOCK), np.uint32)
    colours[:height, :width] = pixels.view(np.uint32)[..., 0]
    return colours


def picture(size: tuple[int, int], colours: Any, before: Any = None) -> tuple[str, bytes]:
    """The blocks of ``colours`` that differ from ``before``, or all, side by side in a PNG image. Both are ``padded``.

    ``size``: width and height in pixels. Returns a description in JSON, with the ``places`` of the blocks, counted
    along the rows of blocks; and the image, which is empty if nothing differs.
    """
    from PIL import Image

    width, height = size
    rows, columns = colours.shape[0] // BLOCK, colours.shape[1] // BLOCK
    blocks = colours.reshape(rows, BLOCK, columns, BLOCK)
    if before is None:
        places = np.arange(rows * columns)
    else:
        places = np.flatnonzero((colours != before).reshape(blocks.shape).any(axis=(1, 3)))
    described = {"type": "picture", "width": width, "height": height, "block": BLOCK, "across": ACROSS}
    text = json.dumps({**described, "places": places.tolist()})
    if not len(places):
        return text, b""
    taken = np.zeros((-(-len(places) // ACROSS) * ACROSS, BLOCK, BLOCK), np.uint32)
    taken[: len(places)] = blocks.transpose(0, 2, 1, 3)[places // columns, places % columns]
    side_by_side = taken.reshape(-1, ACROSS, BLOCK, BLOCK).transpose(0, 2, 1, 3).reshape(-1, ACROSS * BLOCK)
    with BytesIO() as file:
        rgb = np.ascontiguousarray(side_by_side).view(np.uint8).reshape(*side_by_side.shape, 4)[..., :3]
        Image.fromarray(np.ascontiguousarray(rgb)).save(file, format="png", compress_level=1)
        return text, file.getvalue()
