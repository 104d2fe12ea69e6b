"""Handlers that all servers of the lab share: the page and its socket, for this machine only. They need tornado."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .addresses import is_own_host
from .browser_page import PAGE

LONGEST = 4096  # bytes of a message of a page
PING = 20  # seconds between two questions to a page whether it is still there
UNREAD = 100  # messages that a page may leave unread
HEADERS = {"Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"}


def make_application(handlers: list[Any]) -> Application:
    """The web application of ``handlers``. A request is no news for the terminal."""
    options: dict[str, Any] = {"websocket_ping_interval": PING, "websocket_max_message_size": LONGEST}
    return Application(handlers, log_function=lambda handler: None, **options)


class Own(RequestHandler):
    """Answers requests for this machine only: see is_own_host. ``names``: of the machine, for others."""

    def initialize(self, names: tuple[str, ...]) -> None:
        self.names = names

    def prepare(self) -> None:
        if not any(is_own_host(self.request.host, name) for name in self.names):
            raise HTTPError(403)

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)


class Page(Own):
    """The page. Its socket joins a run, and so a request alone costs nothing."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(PAGE.read_bytes())


class PageSocket(Own, WebSocketHandler):
    """A page. Pages of other origins are refused by tornado."""

    unread = 0

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
