"""A card: a title and some lines over the window, or a menu of lines to choose from."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

WIDTH = 84  # characters in a line
MOST = 30  # lines on one card
MORE = "… and so on: {} lines in all"
PAD, LINE = 1.2, 1.55  # the margin and the height of a line, in heights of a letter
PAPER, CHOSEN = "#FFFFE0", "#F3DF8A"


class Card:
    """A card over ``figure``. ``show`` opens it. Esc, or a click outside, closes it.

    ``letters``: the size of its letters in points. ``look()`` is called after each change. While a card is open it
    takes all clicks; the window switches its other controls off. All artists are there only while it is open.
    """

    def __init__(self, figure: Any, letters: float, look: Callable[[], Any]) -> None:
        self.figure, self.letters, self.look = figure, letters, look
        self.title, self.at = "", 0
        self.lines: list[str] = []
        self.choose: Callable[[int], Any] | None = None
        self._artists: list[Any] = []
        self._box: Any = None  # in pixels
        self._placed_for: Any = None
        self._pressed = False
        self._picture: tuple[Any, Any] | None = None  # a renderer, and the picture of the card that it drew
        self._stamp = _stamp(self._draw)
        for event, react in (
            ("button_press_event", self._press),
            ("motion_notify_event", self._move),
            ("button_release_event", self._release),
        ):
            figure.canvas.mpl_connect(event, react)

    @property
    def open(self) -> bool:
        return bool(self._artists)

    def show(
        self,
        title: str,
        lines: Sequence[str],
        choose: Callable[[int], Any] | None = None,
        *,
        code: bool = False,
        place: tuple[float, float] = (0.5, 0.5),
    ) -> None:
        """Open the card in place of an older one.

        ``choose``: makes the lines a menu. It is called with the index of a line that is clicked, or chosen with the
        arrow keys and Enter. ``code``: letters of one width, and no broken lines. ``place``: the middle of the card,
        in shares of the window.
        """
        self.close()
        broken = [part for line in lines for part in textwrap.wrap(line, WIDTH, subsequent_indent="   ") or [""]]
        self.lines = list(lines) if code or choose else broken
        shown = self.lines if len(self.lines) <= MOST else [*self.lines[: MOST - 1], MORE.format(len(self.lines))]
        self.title, self.choose, self.at, self._place = title, choose, 0, place
        family = {"family": "monospace"} if code else {}
        hint = "↑ ↓ and Enter, or a click: choose     Esc: close" if choose else "Esc, or a click outside: close"
        self._placed_for = None
        self._artists = [self._patch(PAPER, ec="black", lw=1.2)]
        if choose:
            self._artists.append(self._patch(CHOSEN))
        self._artists.append(self._text(title, weight="bold", fontsize=self.letters + 1.5))
        self._artists += [self._text(line, **family) for line in shown]
        self._artists.append(self._text(hint, color="0.35"))
        self.look()

    def close(self) -> None:
        """Close the card, if it is open."""
        if self._artists:
            self._artists, self.title, self._pressed = [], "", False
            self.look()

    def artists(self) -> list[Any]:
        """The artists of an open card, each in its place."""
        now = self.figure.bbox.size.tolist(), self.figure.dpi, self.at
        if self._artists and self._placed_for != now:
            self._placed_for, self._picture = now, None
            self._arrange()
        return self._artists

    def moving(self) -> list[Any]:
        """The open card as one artist, to be drawn over all else in each frame."""
        return [self._stamp] if self._artists else []

    def _draw(self, renderer: Any) -> None:
        """Draw the card. Its letters are slow, so they are drawn once, and then the picture of them."""
        artists = self.artists()
        if self._picture is None or self._picture[0] is not renderer:
            for artist in artists:
                artist.draw(renderer)
            self._picture = renderer, renderer.copy_from_bbox(self._box)
        else:
            artists[0].draw(renderer)  # its edge lies half outside the box
            renderer.restore_region(self._picture[1])

    def key(self, name: str | None) -> bool:
        """Take a key, if the card is open and the key is one of the card's. Returns whether it is."""
        if not self.open:
            return False
        if name == "escape":
            self.close()
        elif self.choose and name in ("up", "down"):
            self.at = (self.at + (1 if name == "down" else -1)) % len(self.lines)
            self.look()
        elif self.choose and name == "enter":
            self._take(self.at)
        else:
            return False
        return True

    # drawing --------------------------------------------------------------------------------------------------------

    def _text(self, words: str, **options: Any) -> Any:
        from matplotlib.text import Text

        look: dict[str, Any] = {"fontsize": self.letters, "va": "center", "parse_math": False}
        return self._own(Text(0, 0, words, **look | options))

    def _patch(self, colour: str, **options: Any) -> Any:
        from matplotlib.patches import Rectangle

        return self._own(Rectangle((0, 0), 1, 1, **{"fc": colour, "ec": "none"} | options))

    def _own(self, artist: Any) -> Any:
        """Give the artist the figure's size, with places in pixels. It is not one of the figure's own artists."""
        from matplotlib.transforms import IdentityTransform

        artist.set_figure(self.figure)
        artist.set_transform(IdentityTransform())
        return artist

    def _arrange(self) -> None:
        """Put all artists in their places, for the present size of the window."""
        renderer = self.figure.canvas.get_renderer()
        texts = [artist for artist in self._artists if hasattr(artist, "set_text")]
        letter = self.letters * self.figure.dpi / 72
        pad, line = PAD * letter, LINE * letter
        wide = max(text.get_window_extent(renderer).width for text in texts) + 2 * pad
        high = (len(texts) + 0.5) * line + 2 * pad  # half a line more below the title
        middle = [share * size for share, size in zip(self._place, self.figure.bbox.size)]
        left, low = (
            min(max(at - long / 2, 4), max(size - long - 4, 4))
            for at, long, size in zip(middle, (wide, high), self.figure.bbox.size)
        )
        self._artists[0].set_bounds(left, low, wide, high)
        top = low + high - pad
        self._rows = [top - (i + 1.5) * line for i in range(len(texts) - 2)]  # the lower ends of the lines
        heights = [top - 0.5 * line, *(row - 0.5 * line for row in self._rows), low + pad + 0.5 * line]
        for text, height in zip(texts, heights):
            text.set_position((left + pad, height))
        if self.choose:
            self._artists[1].set_bounds(left + pad / 2, self._rows[self.at] - line, wide - pad, line)
        self._box = self._artists[0].get_window_extent()

    # the mouse ------------------------------------------------------------------------------------------------------

    def _line_at(self, event: Any) -> int | None:
        """The index of the line under the mouse; None beside the lines."""
        line = LINE * self.letters * self.figure.dpi / 72
        if self._box is None or not self._box.contains(event.x, event.y):
            return None
        return next((i for i, row in enumerate(self._rows) if row - line <= event.y < row), None)

    def _press(self, event: Any) -> None:
        self._pressed = self.open  # a release alone is that of the click that opened the card

    def _move(self, event: Any) -> None:
        if self.open and self.choose and self.artists():
            line = self._line_at(event)
            if line is not None and line != self.at:
                self.at = line
                self.look()

    def _release(self, event: Any) -> None:
        if not self.open or not self._pressed:
            return
        self._pressed = False
        self.artists()  # in their places, also before the next frame
        line = self._line_at(event)
        if self.choose and line is not None:
            self._take(line)
        elif not self._box.contains(event.x, event.y):
            self.close()

    def _take(self, line: int) -> None:
        choose = self.choose
        self.close()
        if choose:
            choose(line)


def _stamp(draw: Callable[[Any], Any]) -> Any:
    """An artist that is drawn by ``draw(renderer)``."""
    from matplotlib.artist import Artist

    class Stamp(Artist):
        def draw(self, renderer: Any) -> None:
            draw(renderer)

    return Stamp()
