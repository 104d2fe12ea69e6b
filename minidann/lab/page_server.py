"""The server of the lab's pages, for this machine only. It needs tornado."""

from __future__ import annotations

import asyncio
import signal
import threading
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from .addresses import EVERYWHERE
from .browser_page import Pages


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
    announce(f"http://{address if address not in EVERYWHERE else 'localhost'}:{port}/", opened)
    on_ctrl_c(end.set)
    try:
        await end.wait()
    finally:
        server.stop()


def announce(url: str, opened: bool) -> None:
    """Print the address of the lab. ``opened``: open it in this machine's browser, too."""
    print(f"the lab is at {url} (Ctrl-C ends it)", flush=True)
    if opened:
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()


def on_ctrl_c(act: Callable[[], Any]) -> None:
    """Let Ctrl-C call ``act`` in the running event loop, where the loop can handle signals."""
    with suppress(NotImplementedError, RuntimeError, ValueError):  # on Windows, or not in the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, act)


def application(join: Callable[[], Pages], address: str) -> Any:
    """The tornado application of ``serve``, for a server that listens on ``address``."""
    from .page_handlers import Page, PageSocket, make_application

    class Socket(PageSocket):
        """A page that shows the figure of all pages."""

        pages: Pages | None = None

        def open(self) -> None:
            self.set_nodelay(True)
            try:
                self.pages = join()
            except ValueError as error:
                self.refuse(str(error))

        def on_message(self, message: str | bytes) -> None:
            if self.pages is not None:
                self.pages.take(self, message)

        def on_close(self) -> None:
            if self.pages is not None:
                self.pages.leave(self)
                self.pages = None

    own = {"names": (address,)}
    return make_application([("/", Page, own), ("/ws", Socket, own)])
