"""One page of a class: a run of its own, and its turns on the thread that all pages share."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .browser_page import Pages

STEPPING = 0.1  # seconds of a frame for steps: slow steps are fewer, so that the other pages need not wait
NUMBERS = 0.25  # seconds between two updates of the numbers, for each page that runs: letters are slow to draw
MOST = 1280 * 800  # pixels of a picture; a larger page stretches its picture. So the memory of a page is bounded
FRAME = 0.05  # seconds between two turns of one page, at least
REACTING = 0.05  # seconds of a turn for messages, before the turn draws
WAITING = 300  # messages that wait for the page's turn; more are forgotten
DENSE = 10  # from so many on, a movement of the mouse replaces the one before
ANSWERS = ('"shown"', '"lost"', '"resize"')  # messages that a page sends by itself, without a hand


class Session:
    """A run of its own, seen by one page at a time.

    ``make(figure)`` returns the Lab. ``page``: the page that sees the run, as in Pages, or None. ``used``: the time
    when somebody last used the page's mouse or keys, or closed it; of ``time.monotonic``. ``served``: seconds of
    turns, as Runs counts them.
    """

    def __init__(self, make: Callable[[Any], Any]) -> None:
        self.pages = Pages(MOST)
        self.lab = make(self.pages.figure)
        self.lab.drive.most_seconds = STEPPING
        self.lab.save_to = self.lab.load_from = None
        self.lab.timer.stop()  # the turns are its clock
        self.page: Any = None
        self.served = 0.0
        self.used = time.monotonic()
        self._messages: deque[str] = deque()
        self._settings: Any = None  # of the last frame
        self._due = 0.0  # the time from which the page may have its next turn

    def join(self, page: Any) -> None:
        """Let ``page`` see the run."""
        self.page, self.used = page, time.monotonic()

    def leave(self, page: Any) -> None:
        """Let the run wait, if ``page`` sees it."""
        if page is self.page:
            self.page, self.used = None, time.monotonic()
            self._messages.clear()
            self.pages.leave(page)

    def take(self, message: str | bytes) -> None:
        """Keep a message of the page until its turn."""
        if not isinstance(message, str) or len(self._messages) >= WAITING:
            return
        if len(self._messages) > DENSE and '"move"' in message and '"move"' in self._messages[-1]:
            self._messages.pop()
        self._messages.append(message)
        if not any(answer in message for answer in ANSWERS):
            self.used = time.monotonic()

    @property
    def ready(self) -> bool:
        """Whether the page may have a turn now.

        A page that has not yet shown its last picture waits, and so does a page that nobody sees.
        """
        if self.page is None or time.monotonic() < self._due:
            return False
        return bool(self._messages) or self.pages.ready

    def turn(self, running: int) -> float:
        """Do what the page asked for, and one frame. Returns the seconds that this took.

        ``running``: the number of pages that run. With more of them, each updates its numbers less often.
        """
        start = time.monotonic()
        self.lab.numbers_every = NUMBERS * running
        self._due = start + FRAME
        try:
            while self._messages and time.monotonic() < start + REACTING:
                self.pages.take(self.page, self._messages.popleft())
            if self.pages.ready:
                self._frame()
        except Exception as error:  # one page's trouble
            self.lab.pause()
            self.lab.say(f"paused, because this failed: {type(error).__name__}: {error}"[:150])
        return time.monotonic() - start

    def _frame(self) -> None:
        settings = self.lab.experiment.settings
        if settings is not self._settings:
            self._settings, self.lab.drive.step_seconds = settings, None
        self.lab.tick()
        self.pages.send()

    def close(self) -> None:
        """End the run, and break the circles of references around its figure."""
        self.lab.pause()
        self.pages.figure.clear()
