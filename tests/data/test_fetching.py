"""Downloads from a server on this machine that stumbles, and recovers."""

import hashlib
import os
import socket

import numpy as np
import pytest
from helpers.stumbling_server import BLOCK, stumbling_server

from minidann.data import fetching
from minidann.data.catalogue import RemoteFile
from minidann.data.fetching import FetchError, fetch

DATA = np.random.default_rng(0).bytes(3 * BLOCK)
SUM = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(fetching, "TIMEOUT", 0.1)
    monkeypatch.setattr(fetching, "DELAY", 0.0)
    with stumbling_server() as server:
        server.files["a.bin"] = DATA
        yield server


def remote(server, size=3 * BLOCK, sha256=SUM):
    return RemoteFile("a.bin", server.address("a.bin"), size, sha256)


def refused(file, folder):
    with pytest.raises(FetchError) as caught:
        fetch(file, folder)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("plan", "ranges"),
    [
        ([], [None]),
        (["cut"], [None, BLOCK]),
        (["drop", 503, "cut", 429, "cut", "drop"], [None, None, None, BLOCK, BLOCK, 2 * BLOCK, 2 * BLOCK]),
        (["cut", "whole"], [None, BLOCK]),
        (["wrong"], [None, None]),
        (["cut", "wrong"], [None, BLOCK, None]),
        (["cut", "other"], [None, BLOCK, None]),
        (["moved", "cut", "moved", "cut"], [None, None, BLOCK, BLOCK, 2 * BLOCK]),
    ],
)
def test_a_file_comes_whole_after_any_stumbles_and_only_the_rest_is_asked_for(server, tmp_path, plan, ranges):
    server.plan[:] = plan
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert [asked for _, asked in server.asked] == [None if n is None else f"bytes={n}-" for n in ranges]
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_server_that_stalls_is_left_and_asked_for_the_rest(server, tmp_path):
    server.plan[:] = ["stall"]
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    (_, first), (_, second) = server.asked
    assert first is None
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= BLOCK


def test_a_file_that_is_there_is_not_asked_for(server, tmp_path):
    (tmp_path / "a.bin").write_bytes(DATA)
    assert fetch(remote(server), tmp_path) == tmp_path / "a.bin"
    assert server.asked == []


def test_a_damaged_file_that_is_there_is_replaced(server, tmp_path):
    (tmp_path / "a.bin").write_bytes(DATA[:-1])
    assert fetch(remote(server), tmp_path).read_bytes() == DATA


@pytest.mark.parametrize("sha256", [SUM, None])
def test_a_later_call_goes_on_from_the_bytes_of_an_earlier_one(server, tmp_path, sha256):
    server.plan[:] = ["cut", 404]
    message = refused(remote(server, sha256=sha256), tmp_path)
    assert f"the server says 404 Not Found; {BLOCK:,} bytes are kept for the next try" in message
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin.part"]
    assert fetch(remote(server, sha256=sha256), tmp_path).read_bytes() == DATA
    assert server.asked[-1] == ("a.bin", f"bytes={BLOCK}-")


def test_a_download_that_ended_before_its_renaming_needs_no_byte(server, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(DATA)
    assert fetch(remote(server), tmp_path).read_bytes() == DATA
    assert server.asked == []


def test_a_part_that_is_longer_than_the_file_is_thrown_away(server, tmp_path):
    (tmp_path / "a.bin.part").write_bytes(DATA + b"x")
    assert fetch(remote(server), tmp_path).read_bytes() == DATA


def test_a_copy_that_a_killed_process_left_is_removed_and_that_of_a_living_one_stays(server, tmp_path):
    for name in ("a.bin.part_old", "a.bin.part_new"):
        (tmp_path / name).write_bytes(b"x")
    os.utime(tmp_path / "a.bin.part_old", (0, 0))
    fetch(remote(server), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "a.bin.part_new"]


def test_wrong_bytes_twice_end_the_download_and_leave_nothing(server, tmp_path):
    server.plan[:] = ["wrong", "wrong"]
    message = refused(remote(server), tmp_path)
    assert "got other bytes than expected twice (an HTML page saved instead of the data)" in message
    assert SUM in message
    assert list(tmp_path.iterdir()) == []


def test_more_bytes_than_the_file_has_are_not_taken(server, tmp_path):
    assert "other bytes than expected twice" in refused(remote(server, size=BLOCK), tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("plan", "reason", "asked"),
    [
        ([403], "the server says 403 Forbidden", 1),
        ([500] * 9, "the server says 500 Internal Server Error", fetching.TRIES),
        (["drop"] * 9, "Remote end closed connection", fetching.TRIES),
        (["stall"] + [503] * 9, "503 Service Unavailable; ", 1 + fetching.TRIES),
    ],
)
def test_a_server_that_does_not_recover_is_left_after_a_few_tries(server, tmp_path, plan, reason, asked):
    server.plan[:] = plan
    assert reason in refused(remote(server), tmp_path)
    assert len(server.asked) == asked


def test_without_a_name_server_one_try_is_enough(server, tmp_path, monkeypatch):
    tries = []

    def fail(*arguments, **options):
        tries.append(arguments)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    message = refused(RemoteFile("a.bin", "http://example.org/a.bin"), tmp_path)
    assert message.endswith("a.bin cannot be had from http://example.org/a.bin: [Errno -2] Name or service not known")
    assert len(tries) == 1


def test_progress_is_reported_in_bytes_of_the_whole(server, tmp_path):
    server.plan[:] = ["cut"]
    seen = []
    fetch(remote(server, size=None), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(DATA), len(DATA))
    assert {total for _, total in seen} == {len(DATA)}


def test_a_file_without_an_address_is_refused(tmp_path):
    assert refused(RemoteFile("a.bin", None), tmp_path) == "a.bin: no address is known for a download"
