"""The server of the lab's pages, for this machine only. It needs tornado."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import signal
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .browser_page import PAGE, Pages

HOSTS = ("localhost", "127.0.0.1", "::1")  # the names of this machine for itself
EVERYWHERE = ("", "0.0.0.0", "::")  # addresses that listen on all networks
LONGEST = 4096  # bytes of a message of a page
PING = 20  # seconds between two questions to a page whether it is still there
HEADERS = {"Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"}


def serve(join: Callable[[], Pages], port: int, opened: bool = True, address: str = "127.0.0.1") -> None:
    """Serve pages at ``port`` until Ctrl-C. ``opened``: open the first page in this machine's browser.

    ``join()`` returns the figure that a new page shows; it is called in the server's event loop. A ValueError of
    ``join`` is shown in the page. Raises OSError if the port cannot be used.
    """
    with suppress(KeyboardInterrupt):  # where signals cannot be handled by the loop
        asyncio.run(_serve(join, port, opened, address))


async def _serve(join: Callable[[], Pages], port: int, opened: bool, address: str) -> None:
    end = asyncio.Event()
    server = application(join, address).listen(port, address)
    url = f"http://{address if address not in EVERYWHERE else 'localhost'}:{port}/"
    print(f"the lab is at {url} (Ctrl-C ends it)", flush=True)
    if opened:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    with suppress(NotImplementedError, RuntimeError, ValueError):  # on Windows, or not in the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, end.set)
    try:
        await end.wait()
    finally:
        server.stop()


def application(join: Callable[[], Pages], address: str) -> Any:
    """The tornado application of ``serve``, for a server that listens on ``address``."""
    from tornado.web import Application, HTTPError, RequestHandler
    from tornado.websocket import WebSocketHandler

    class Own(RequestHandler):
        """Answers requests for this machine only: see is_own_host."""

        def prepare(self) -> None:
            if not is_own_host(self.request.host, address):
                raise HTTPError(403)

        def set_default_headers(self) -> None:
            for name, value in HEADERS.items():
                self.set_header(name, value)

    class Page(Own):
        def get(self) -> None:
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.write(PAGE.read_bytes())

    class Socket(Own, WebSocketHandler):
        """A page. Pages of other origins are refused by tornado."""

        pages: Pages | None = None

        def open(self) -> None:
            self.set_nodelay(True)
            try:
                self.pages = join()
            except ValueError as error:
                self.send(json.dumps({"type": "say", "text": str(error)}))
                self.close()

        def on_message(self, message: str | bytes) -> None:
            if self.pages is not None:
                self.pages.take(self, message)

        def on_close(self) -> None:
            if self.pages is not None:
                self.pages.leave(self)
                self.pages = None

        def send(self, message: str | bytes) -> None:
            """Send ``message``. A page that is closed in the meantime gets nothing, and nobody is told."""
            from tornado.websocket import WebSocketClosedError

            try:
                sent = self.write_message(message, binary=isinstance(message, bytes))
            except WebSocketClosedError:
                return
            asyncio.ensure_future(sent).add_done_callback(lambda done: done.cancelled() or done.exception())

    return Application(
        [("/", Page), ("/ws", Socket)],
        websocket_ping_interval=PING,
        websocket_max_message_size=LONGEST,
        log_function=lambda handler: None,  # a request is no news for the terminal
    )


def is_own_host(host: str, address: str) -> bool:
    """Whether the header ``host``, such as "localhost:8988" or "[::1]:8988", names this machine."""
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isdecimal() or port == ""):
        name = host  # no port
    name = name.strip().lower().removesuffix(".")
    name = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    if name in HOSTS or (name == address.lower() and name not in EVERYWHERE):
        return True
    if address not in EVERYWHERE:
        return False
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False
