"""The server of a class: every page that is opened gets a run of its own. It needs tornado."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .browser_page import PAGE
from .class_runs import Runs
from .class_session import Session
from .page_server import EVERYWHERE, HEADERS, LONGEST, PING, is_own_host

UNREAD = 100  # messages that a page may leave unread
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
    with suppress(NotImplementedError, RuntimeError, ValueError):  # on Windows, or not in the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, going.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await going
    finally:
        server.stop()


def application(runs: Runs, address: str, names: tuple[str, ...] = ()) -> Application:
    """The web application, for a server that listens on ``address``. ``names``: this machine's names for others."""
    own = {"runs": runs, "names": (address, *names)}
    handlers: list[Any] = [
        *((path, Page, own) for path in ("/", f"/{NAME}/")),
        *((path, Socket, own) for path in ("/ws", f"/{NAME}/ws")),
    ]
    options: dict[str, Any] = {"websocket_ping_interval": PING, "websocket_max_message_size": LONGEST}
    return Application(handlers, log_function=lambda handler: None, **options)


class Own(RequestHandler):
    """Answers requests for names of this machine only: see is_own_host."""

    def initialize(self, runs: Runs, names: tuple[str, ...]) -> None:
        self.runs, self.names = runs, names

    def prepare(self) -> None:
        if not any(is_own_host(self.request.host, name) for name in self.names):
            raise HTTPError(403)

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)


class Page(Own):
    """The page. Its socket begins a run, and so a request alone costs nothing."""

    def get(self, name: str = "") -> None:
        if self.runs.has_place(name):
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(PAGE.read_bytes())
        else:
            self.set_status(503)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish(f"{self.runs.full}\n")


class Socket(Own, WebSocketHandler):
    """A page with its run. Pages of other origins are refused by tornado."""

    session: Session | None = None
    closed, unread = False, 0

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

    def refuse(self, reason: str) -> None:
        """Show ``reason`` in the page, and close the connection."""
        self.send(json.dumps({"type": "say", "text": reason}))
        self.close()

    def send(self, message: str | bytes) -> None:
        """Send ``message``. A page that is closed gets nothing, and a page that does not read is closed."""
        if self.unread > UNREAD:
            self.close()
            return
        try:
            sent = asyncio.ensure_future(self.write_message(message, binary=isinstance(message, bytes)))
        except WebSocketClosedError:
            return
        self.unread += 1
        sent.add_done_callback(self._was_read)

    def _was_read(self, sent: Any) -> None:
        self.unread -= 1
        if not sent.cancelled():
            sent.exception()  # that the page has gone is no news


def shown_address(address: str) -> str:
    """The address to type in a browser. A server on all networks has an address in each: one of them."""
    if address not in EVERYWHERE:
        return address
    version, somewhere = (socket.AF_INET6, "2001:db8::1") if address == "::" else (socket.AF_INET, "192.0.2.1")
    with suppress(OSError), socket.socket(version, socket.SOCK_DGRAM) as asking:
        asking.connect((somewhere, 9))  # sends nothing, and finds the network that leads outside
        return str(asking.getsockname()[0])
    return "localhost"


def is_loopback(address: str) -> bool:
    """Whether a server on ``address`` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:  # a name
        return address.lower() == "localhost"


def network_names(address: str) -> tuple[str, ...]:
    """This machine's names in its networks, if the server can be reached from them."""
    if is_loopback(address):
        return ()
    name = socket.gethostname().lower()
    return name, f"{name.partition('.')[0]}.local"
