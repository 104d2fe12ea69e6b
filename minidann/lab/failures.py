"""What the lab does when a frame or an action fails: one line, and the lab goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

LONGEST = 110  # letters of the line: what fits beside the controls


class Failures:
    """Failures of the lab. ``say(line)`` shows a line on the screen.

    A run makes twenty frames a second. So the terminal gets one line for each kind of exception, and no more.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self.say = say
        self._told: set[type[Exception]] = set()

    def tell(self, what: str, error: Exception) -> None:
        """Say that ``what``, such as "a frame", failed with ``error``."""
        reason = " ".join(str(error).split())
        line = f"{what} failed ({type(error).__name__}{': ' if reason else ''}{reason}"
        line = f"{line if len(line) < LONGEST else line[: LONGEST - 2] + '…'})"
        if type(error) not in self._told:
            self._told.add(type(error))
            with suppress(OSError, ValueError, AttributeError):  # a terminal that is closed, or none
                print(f"minidann lab: {line}", file=sys.stderr, flush=True)
        self.say(line)
