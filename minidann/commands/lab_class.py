"""``minidann lab --browser --each``: a run of its own for every page, for a class."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable
from typing import Any

from . import options

LOOPBACK = "127.0.0.1"
PAGES, IDLE = 32, 30.0  # runs; minutes
WARNING = (
    "warning: everyone on this machine's networks can open pages, and so use its processor and memory; there is no\n"
    "password. Use it in a network that you trust."
)


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options of --each."""
    group = parser.add_argument_group("a class: every page with a run of its own (--browser --each)")
    group.add_argument("--each", action="store_true", help="give every page that is opened a run of its own")
    group.add_argument(
        "--pages", type=options.whole(1), metavar="N", help=f"the largest number of pages, default {PAGES}"
    )
    group.add_argument(
        "--idle",
        type=options.number(0),
        metavar="MINUTES",
        help=f"end a run after so many minutes without a hand or a page, default {IDLE:g}",
    )
    group.add_argument(
        "--host",
        metavar="ADDRESS",
        help="let others in the network open pages: an address of this machine, or 0.0.0.0 for all its networks "
        f"(default {LOOPBACK}: this machine only). There is no password",
    )


def check(arguments: argparse.Namespace) -> None:
    """Raises ValueError, which names the option, for options that do not go together."""
    if arguments.each and not arguments.browser:
        raise ValueError("argument --each: only goes with --browser")
    for name in ("pages", "idle", "host"):
        if getattr(arguments, name) is not None and not arguments.each:
            raise ValueError(f"argument --{name}: only goes with --browser --each")
    if arguments.each and arguments.save != arguments.parser.get_default("save"):
        raise ValueError("argument --save: does not go with --each, because no page writes files")
    if arguments.idle == 0:
        raise ValueError("argument --idle: got 0, expected a number above 0")
    if arguments.host == "":
        raise ValueError("argument --host: got '', expected an address of this machine")


def serve(arguments: argparse.Namespace, make: Callable[[Any], Any]) -> None:
    """Serve pages until Ctrl-C. ``make(figure)`` returns the Lab of a page.

    Raises ValueError if the address or the port cannot be used.
    """
    from ..lab import class_server
    from ..lab.addresses import is_loopback
    from ..lab.class_runs import Runs
    from ..lab.page_server import announce

    runs = Runs(make, arguments.pages or PAGES, arguments.idle or IDLE)

    host = arguments.host or LOOPBACK

    def begun(address: str) -> None:
        announce(address, not arguments.no_open)
        if not is_loopback(host):
            print(WARNING, file=sys.stderr, flush=True)

    try:
        class_server.serve(runs, host, arguments.port, begun)
    except (OSError, UnicodeError) as error:
        raise refused(error, arguments.port, arguments.host) from None


def refused(error: Exception, port: int, host: str | None = None) -> ValueError:
    """The error of a server that could not begin, as one that names the option."""
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return ValueError(f"argument --port: got {port}, expected a port that no program uses")
    if number == errno.EACCES or host is None:
        return ValueError(f"argument --port: got {port}, expected another port ({getattr(error, 'strerror', error)})")
    return ValueError(f"argument --host: got {host!r}, expected an address of this machine, or 0.0.0.0 for all of them")
