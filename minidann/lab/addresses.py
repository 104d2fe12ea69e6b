"""Names and addresses of this machine, for the servers of the lab."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

HOSTS = ("localhost", "127.0.0.1", "::1")  # the names of this machine for itself
EVERYWHERE = ("", "0.0.0.0", "::")  # addresses that listen on all networks


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
