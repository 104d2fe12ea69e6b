"""The runs of a class: one for each page, limited in number, in turns on one thread."""

from __future__ import annotations

import asyncio
import gc
import secrets
import time
from collections.abc import Callable
from typing import Any

from .class_session import Session

RELOADING = 1.0  # seconds in which the former page of a run may still be about to close
RESTING = 0.01  # seconds without a look at the pages, when none had anything to do
CHECKING = 1.0  # seconds between two looks for runs that nobody uses


class Runs:
    """The runs of all pages, by name, in ``sessions``. ``make(figure)`` returns a Lab.

    ``limit``: the largest number of runs. ``idle``: minutes after which a run that nobody uses ends. A run whose page
    was closed also ends when a new page needs its place.
    """

    def __init__(self, make: Callable[[Any], Any], limit: int, idle: float) -> None:
        self.make, self.limit, self.idle = make, limit, idle
        self.sessions: dict[str, Session] = {}

    @property
    def full(self) -> str:
        """The line for a page that finds no place."""
        return f"this lab has {self.limit} page{'s' * (self.limit > 1)}, which is its limit; close one"

    def has_place(self, name: str = "") -> bool:
        """Whether the run of this name is there, or a new one can begin."""
        return name in self.sessions or len(self.sessions) < self.limit or bool(self._left())

    async def enter(self, page: Any, name: str = "") -> tuple[str, Session]:
        """Let ``page`` see the run of this name, if no other page sees it; else a new run. Returns its name too.

        Raises ValueError, with one line, if there is no place for a new run.
        """
        end = time.monotonic() + RELOADING
        while name in self.sessions and self.sessions[name].page is not None and time.monotonic() < end:
            await asyncio.sleep(0.02)
        if name not in self.sessions or self.sessions[name].page is not None:
            name = self._begin()
        self.sessions[name].join(page)
        return name, self.sessions[name]

    def _begin(self) -> str:
        if not self.has_place():
            raise ValueError(self.full)
        if len(self.sessions) >= self.limit:
            self.end(min(self._left(), key=lambda name: self.sessions[name].used))
        try:
            session = Session(self.make)
        except MemoryError:
            raise ValueError("this machine has no memory for another page") from None
        name = secrets.token_urlsafe(12)  # nobody can guess the address of another page
        self.sessions[name] = session
        return name

    def end(self, name: str, reason: str = "") -> None:
        """End a run, and free its memory. ``reason``: a line for its page."""
        session = self.sessions.pop(name)
        if session.page is not None:
            session.page.refuse(reason)
        session.close()
        gc.collect()  # a figure stands in circles of references, and its pictures are large

    def end_unused(self) -> None:
        """End each run that nobody has used for ``idle`` minutes."""
        for name, session in list(self.sessions.items()):
            if time.monotonic() - session.used > 60 * self.idle:
                self.end(name, f"Nobody used this page for {self.idle:g} minutes: its run has ended. Load it again.")

    async def go_on(self) -> None:
        """Let all pages have their turns, for ever.

        The next turn is that of the page with the least time so far: slow pages get fewer turns, and no more time.
        """
        checked = now = 0.0
        while True:
            ready = [session for session in self.sessions.values() if session.ready]
            if ready:
                session = min(ready, key=lambda session: session.served)
                now = max(now, session.served)  # a page that has rested does not catch up
                session.served = now + session.turn(sum(other.lab.running for other in self.sessions.values()))
            await asyncio.sleep(0 if ready else RESTING)  # the messages of all pages are read
            if time.monotonic() - checked > CHECKING:
                checked = time.monotonic()
                self.end_unused()

    def _left(self) -> list[str]:
        """The names of the runs whose page was closed."""
        return [name for name, session in self.sessions.items() if session.page is None]
