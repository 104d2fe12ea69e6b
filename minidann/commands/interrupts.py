"""Signals that end a command: Ctrl-C, the stop of a cluster (SIGTERM) and a closed terminal (SIGHUP)."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # names, because Windows has no SIGHUP
AGAIN = 0.01  # seconds until a signal is sent again whose exception was lost


class Interrupted(KeyboardInterrupt):
    """The end of a command by a signal. ``number``: the signal's number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def number_of(error: KeyboardInterrupt) -> int:
    """The number of the signal that raised ``error``: SIGINT unless the error says otherwise."""
    return error.number if isinstance(error, Interrupted) else int(signal.SIGINT)


def cause(number: int) -> str:
    """The words for a signal in a message."""
    return "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"


@contextmanager
def raised_on_signals() -> Iterator[None]:
    """Raise Interrupted on SIGTERM and SIGHUP in a ``with`` block, as Python raises KeyboardInterrupt on Ctrl-C.

    The block can then clean up and give its results. A signal that the process ignores stays ignored. Outside the
    main thread nothing changes.
    """

    def stop(number: int, frame: Any) -> NoReturn:
        raise Interrupted(number)

    with _handled_by(stop, SIGNALS[1:]), _sent_again_if_lost():
        yield


@contextmanager
def _sent_again_if_lost() -> Iterator[None]:
    """Send a signal again if Python has thrown its exception away.

    An exception that is raised inside ``__del__`` or a callback of a weak reference reaches nobody: Python writes it
    to standard error and goes on. Imports have such callbacks, so a signal at the start of a command would be lost.
    """
    before = sys.unraisablehook

    def hook(lost: Any) -> None:
        if isinstance(lost.exc_value, KeyboardInterrupt):
            # later, and from another thread: an exception raised here would be lost too
            threading.Timer(AGAIN, _send, [number_of(lost.exc_value)]).start()
        else:
            before(lost)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _send(number: int) -> None:
    """Send a signal to the main thread, which wakes up if it waits. Windows has no such call."""
    main = threading.main_thread().ident
    if main is not None and hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)


@contextmanager
def finish_step_on_interrupt() -> Iterator[Callable[[], int]]:
    """Delay all three signals in a ``with`` block. The block receives a function: which signal has come, 0 for none?

    The block can then finish its step, so a saved state is always a state of an uninterrupted run. A second signal
    raises Interrupted at once. A signal that the process ignores (as under nohup) stays ignored. Outside the main
    thread nothing changes: the function returns 0.
    """
    came = 0

    def note(number: int) -> None:
        nonlocal came
        came = number

    with on_first_signal(note):
        yield lambda: came


@contextmanager
def on_first_signal(act: Callable[[int], Any]) -> Iterator[None]:
    """Call ``act(number)`` at the first of the three signals in a ``with`` block. A second one raises Interrupted.

    A signal that the process ignores (as under nohup) stays ignored. Outside the main thread nothing changes.
    """
    came = False

    def note(number: int, frame: Any) -> None:
        nonlocal came
        if came:
            raise Interrupted(number)
        came = True
        act(number)

    with _handled_by(note, SIGNALS):
        yield


@contextmanager
def _handled_by(handler: Callable[[int, Any], None], names: tuple[str, ...]) -> Iterator[None]:
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():  # Python lets no other thread set handlers
        numbers = [int(getattr(signal, name)) for name in names if hasattr(signal, name)]
        before = {number: signal.getsignal(number) for number in numbers}
        # None: a handler that Python did not set, and could not set again
        before = {number: old for number, old in before.items() if old not in (signal.SIG_IGN, None)}
    try:
        for number in before:
            signal.signal(number, handler)
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
