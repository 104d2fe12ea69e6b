"""The lab in the pages of browsers: one figure on screens of different scales, for this machine's own pages only."""

from __future__ import annotations

import ipaddress
from typing import Any

HOSTS = ("localhost", "127.0.0.1", "::1")  # the names of this machine for itself
EVERYWHERE = ("", "0.0.0.0", "::")  # addresses that listen on all networks

# matplotlib draws a picture pixel by pixel onto a page's canvas. The picture has the scale of the last page that was
# opened: a page of half that scale would show a quarter of the picture, and would send the mouse to other places.
SCRIPT = """
(function () {
    const init = mpl.figure.prototype._init_canvas, mouse = mpl.figure.prototype.mouse_event;
    mpl.figure.prototype._init_canvas = function () {
        init.call(this);
        const canvas = this.canvas, context = this.context, draw = context.drawImage.bind(context);
        context.drawImage = (image) => draw(image, 0, 0, canvas.width, canvas.height);
    };
    mpl.figure.prototype.mouse_event = function (event, name) {
        const own = this.ratio;
        this.ratio = this.imageObj.width / this.canvas.clientWidth || own;  // picture pixels for each pixel of the page
        const result = mouse.call(this, event, name);
        this.ratio = own;
        return result;
    };
})();
"""


def fit_pictures(manager: Any) -> None:
    """Let the pages of ``manager``, a FigureManagerWebAgg class, stretch each picture over their whole canvas."""
    script = manager.get_javascript()
    manager.get_javascript = classmethod(lambda cls, stream=None: script + SCRIPT)


def refuse_other_hosts(application: Any, address: str) -> None:
    """Let ``application``, a tornado Application class, answer requests for this machine only; others get status 403.

    A page of another site can give its own name the address of this machine (DNS rebinding). Its requests then reach
    the lab, and browsers take them for the lab's own; but their header Host keeps the other name. ``address``: the
    address that the server listens on. A server on all networks also answers to addresses in numbers, which no site
    can rename.
    """
    from tornado.web import ErrorHandler

    find_handler = application.find_handler

    def find(self: Any, request: Any, **more: Any) -> Any:
        if is_own_host(request.host, address):
            return find_handler(self, request, **more)
        return self.get_handler_delegate(request, ErrorHandler, {"status_code": 403})

    application.find_handler = find


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
