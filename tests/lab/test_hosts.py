"""The lab's server answers requests for this machine only."""

import http.client
import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from minidann.lab.addresses import is_own_host

OWN = ["localhost", "localhost:8988", "LOCALHOST:8988", "localhost.:8988", "127.0.0.1", "127.0.0.1:8988", "[::1]:8988"]
FOREIGN = ["evil.example", "evil.example:8988", "localhost.evil.example", "127.0.0.1.evil.example:8988", "", ":8988"]
NUMBERS = ["192.168.1.5:8988", "[fe80::1]:8988"]


@pytest.mark.parametrize("host", OWN)
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1", ""])
def test_names_of_this_machine_are_its_own(host, address):
    assert is_own_host(host, address)


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", ""])
def test_other_names_are_not(host, address):
    assert not is_own_host(host, address)


@pytest.mark.parametrize("host", NUMBERS)
def test_numbers_are_own_only_to_a_server_on_all_networks_or_on_that_address(host):
    assert not is_own_host(host, "127.0.0.1")
    assert is_own_host(host, "0.0.0.0")
    assert is_own_host("192.168.1.5:8988", "192.168.1.5")
    assert is_own_host("desk.local:8988", "desk.local")


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def command(port):
    return [sys.executable, "-m", "minidann", "lab", "--browser", "--no-open", "--port", str(port)]


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("tornado"), reason="needs tornado")
def test_a_request_with_another_host_gets_403(port):
    def answer(path, host, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("GET", path, headers={"Host": host, **headers})
        status = connection.getresponse().status
        connection.close()
        return status

    server = subprocess.Popen(command(port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                assert server.poll() is None, server.stdout.read()
                time.sleep(0.2)
        socket_of_figure = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
        socket_of_figure |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        for path, headers, own in (("/", {}, 200), ("/ws", socket_of_figure, 101)):
            evil = f"evil.example:{port}"
            assert answer(path, evil, **headers, Origin=f"http://{evil}") == 403
            assert answer(path, f"localhost:{port}", **headers) == own
        assert answer("/ws", f"localhost:{port}", **socket_of_figure, Origin="http://evil.example") == 403
    finally:
        server.terminate()
        server.communicate()


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("tornado"), reason="needs tornado")
def test_a_port_in_use_is_one_line_that_names_the_option():
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = used.getsockname()[1]
        done = subprocess.run(command(port), capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == f"minidann lab: argument --port: got {port}, expected a port that no program uses\n"
