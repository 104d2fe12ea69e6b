"""The server of a class: every page that is opened gets a run of its own. It needs tornado."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application

from .addresses import network_names, shown_address
from .class_runs import Runs
from .class_session import Session
from .page_handlers import Own, Page, PageSocket, make_application
from .page_server import on_ctrl_c

NAME = r"([\w-]{1,40})"  # of a run
REQUESTS: dict[str, Any] = {"max_body_size": 1000, "idle_connection_timeout": 60, "body_timeout": 10}  # bytes, seconds


def serve(runs: Runs, address: str, port: int, begun: Callable[[str], Any]) -> None:
    """Serve pages with the runs of ``runs`` until Ctrl-C. ``begun`` is called with the address of the lab.

    Raises OSError if the address is none of this machine's, or if the port cannot be used.
    """
    with suppress(KeyboardInterrupt):  # where signals cannot be handled by the loop
        asyncio.run(_serve(runs, address, port, begun))


async def _serve(runs: Runs, address: str, port: int, begun: Callable[[str], Any]) -> None:
    logging.getLogger("tornado").setLevel(logging.ERROR)  # a stranger's bad request is no news for the terminal
    shown = shown_address(address)
    version = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.create_server((address, port), family=version, backlog=128)
    listening.setblocking(False)
    server = HTTPServer(application(runs, address, (shown, *network_names(address))), **REQUESTS)
    server.add_socket(listening)
    begun(f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/")
    going = asyncio.ensure_future(runs.go_on())
    on_ctrl_c(going.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await going
    finally:
        server.stop()


def application(runs: Runs, address: str, names: tuple[str, ...] = ()) -> Application:
    """The web application, for a server that listens on ``address``. ``names``: this machine's names for others."""
    own = {"runs": runs, "names": (address, *names)}
    return make_application(
        [
            *((path, ClassPage, own) for path in ("/", f"/{NAME}/")),
            *((path, Socket, own) for path in ("/ws", f"/{NAME}/ws")),
        ]
    )


class OfRuns(Own):
    """Answers requests for this machine, and knows all ``runs``."""

    def initialize(self, names: tuple[str, ...], runs: Runs) -> None:  # type: ignore[override]  # tornado passes by name
        super().initialize(names)
        self.runs = runs


class ClassPage(OfRuns, Page):
    """The page, while there is a place for its run."""

    def get(self, name: str = "") -> None:
        if self.runs.has_place(name):
            super().get()
        else:
            self.set_status(503)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{self.runs.full}\n")


class Socket(OfRuns, PageSocket):
    """A page with its run."""

    session: Session | None = None
    closed = False

    async def open(self, name: str = "") -> None:
        self.set_nodelay(True)
        try:
            name, session = await self.runs.enter(self, name)
        except ValueError as error:
            self.refuse(str(error))
            return
        if self.closed:  # in the meantime
            session.leave(self)
            return
        self.session = session
        self.send(json.dumps({"type": "run", "path": f"/{name}/"}))

    def on_message(self, message: str | bytes) -> Any:
        if self.session is not None:
            self.session.take(message)
        return asyncio.sleep(0)  # between two messages of a flood the others have their turns

    def on_close(self) -> None:
        self.closed = True
        if self.session is not None:
            self.session.leave(self)
