"""The pages of a class over real connections: each with a run of its own, and strangers kept out."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

import numpy as np
import pytest
from helpers.class_pages import QuietLab

from minidann.lab import Experiment, Lab

tornado = pytest.importorskip("tornado")
from tornado.httpclient import AsyncHTTPClient, HTTPRequest  # noqa: E402
from tornado.httputil import HTTPHeaders  # noqa: E402
from tornado.websocket import WebSocketClosedError, websocket_connect  # noqa: E402

from minidann.lab import class_server  # noqa: E402
from minidann.lab.class_runs import Runs  # noqa: E402


@asynccontextmanager
async def serving(make, limit=8):
    """The runs of a server in this event loop, and its port."""
    from tornado.httpserver import HTTPServer
    from tornado.testing import bind_unused_port

    runs = Runs(make, limit, 30)
    listening, port = bind_unused_port()
    server = HTTPServer(class_server.application(runs, "127.0.0.1"))
    server.add_socket(listening)
    going = asyncio.ensure_future(runs.go_on())
    try:
        yield runs, port
    finally:
        while CONNECTIONS:
            CONNECTIONS.pop().close()
        if READING:
            await asyncio.wait(READING)
        READING.clear()
        await until(lambda: not any(session.page for session in runs.sessions.values()))
        going.cancel()
        server.stop()
        await server.close_all_connections()


CONNECTIONS, READING = [], []


async def connect(port, path="/"):
    CONNECTIONS.append(await websocket_connect(f"ws://127.0.0.1:{port}{path}ws"))
    return CONNECTIONS[-1]


class Page:
    """A page of a small size, which answers every picture."""

    def __init__(self, connection):
        self.connection, self.pictures, self.told = connection, 0, []

    @classmethod
    async def opened(cls, port, path="/"):
        page = cls(await connect(port, path))
        page.path = json.loads(await page.connection.read_message())
        page.reading = asyncio.ensure_future(page.read())
        READING.append(page.reading)
        await page.say("resize", width=240, height=150)
        return page

    async def read(self):
        with suppress(WebSocketClosedError):  # it was closed before an answer
            await self.read_all()

    async def read_all(self):
        while (message := await self.connection.read_message()) is not None:
            if isinstance(message, bytes):
                self.pictures += 1
                await self.say("shown")
            else:
                self.told.append(json.loads(message))

    async def say(self, kind, **more):
        await self.connection.write_message(json.dumps({"type": kind, **more}))

    async def press(self, *keys):
        for key in keys:
            await self.say("key", key=key)

    def session(self, runs):
        return runs.sessions[self.path["path"].strip("/")]


async def until(what):
    for _ in range(1500):
        if what():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nothing came in time")


def weights(experiment):
    return experiment.training.optimiser.vector.values


async def use_pages(number):
    """Drive pages at once, each in its own way. Returns the experiments behind them."""
    async with serving(lambda figure: Lab(figure, width=4)) as (runs, port):
        pages = [await Page.opened(port) for _ in range(number)]
        labs = [page.session(runs).lab for page in pages]
        for i, page in enumerate(pages):
            if i % 2:
                await page.press(" ")  # run
            else:
                await page.press(*["enter"] * (2 + i), "right")  # some steps, and a phase
        await until(lambda: all(lab.experiment.training.step_count >= 20 for lab in labs[1::2]))
        for page in pages[1::2]:
            await page.press(" ")
        await until(lambda: not any(lab.running for lab in labs))
        assert all(page.pictures for page in pages)
        await pages[0].press("s", "l", "y")  # no page writes, reads or prints anything
        await until(lambda: any("training.step()" in str(told.get("text")) for told in pages[0].told))
        return [lab.experiment for lab in labs]


def check_runs(experiments):
    for i, experiment in enumerate(experiments):
        steps = experiment.training.step_count
        assert steps >= 20 if i % 2 else steps == 2 + i
        alone = Experiment(width=4)
        alone.steps(steps)
        np.testing.assert_array_equal(weights(experiment), weights(alone))


def test_two_pages_do_not_disturb_each_other(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    check_runs(asyncio.run(use_pages(2)))
    assert list(tmp_path.iterdir()) == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.slow
def test_three_pages_do_not_disturb_one_another():
    check_runs(asyncio.run(use_pages(3)))


def test_a_page_that_is_loaded_again_shows_the_same_run_and_another_tab_a_new_one():
    async def main():
        async with serving(QuietLab) as (runs, port):
            page = await Page.opened(port)
            lab = page.session(runs).lab
            page.connection.close()
            again = await Page.opened(port, page.path["path"])
            assert again.path == page.path
            assert again.session(runs).lab is lab
            await until(lambda: again.pictures)  # although nothing has changed
            other = await Page.opened(port)
            assert other.path != page.path
            await other.press(" ")
            await until(lambda: other.session(runs).lab.running)
            assert not lab.running

    asyncio.run(main())


def test_above_the_limit_a_page_is_one_line():
    async def main():
        async with serving(QuietLab, limit=1) as (_, port):
            page = await Page.opened(port)
            line = "this lab has 1 page, which is its limit; close one"
            answer = await get(port, "/")
            assert (answer.code, answer.body.decode()) == (503, f"{line}\n")
            assert answer.headers["Content-Type"].startswith("text/plain")
            assert (await get(port, page.path["path"])).code == 200  # loaded again
            refused = await connect(port)
            assert json.loads(await refused.read_message()) == {"type": "say", "text": line}
            assert await refused.read_message() is None

    asyncio.run(main())


async def get(port, path, **headers):
    request = HTTPRequest(f"http://127.0.0.1:{port}{path}", headers=HTTPHeaders(headers))
    return await AsyncHTTPClient(force_instance=True).fetch(request, raise_error=False)


SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
SOCKET |= {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def test_strangers_are_kept_out():
    async def main():
        async with serving(QuietLab) as (runs, port):
            for path in ("/", "/abc/", "/ws", "/abc/ws"):
                assert (await get(port, path, Host="evil.example")).code == 403
            evil = {"Origin": "http://evil.example"}
            assert (await get(port, "/ws", **SOCKET, **evil)).code == 403
            assert (await get(port, "/ws", **SOCKET, Origin="null")).code == 403
            assert (await get(port, "/ws", **SOCKET, Host="evil.example", **evil)).code == 403
            for path in ("/%2e%2e/%2e%2e/etc/passwd", "/static/x", f"/{'a' * 50}/", "/page.html"):
                assert (await get(port, path)).code == 404
            assert (await get(port, "/")).headers["X-Frame-Options"] == "DENY"
            assert runs.sessions == {}

    asyncio.run(main())


def test_broken_messages_harm_nobody():
    async def main():
        async with serving(QuietLab) as (runs, port):
            page, bad = await Page.opened(port), await Page.opened(port)
            for message in ("", "{", "[" * 3000, '{"type": 7}'):
                await bad.connection.write_message(message)
            await bad.connection.write_message(b"\x00\xff", binary=True)
            await bad.press(" ")
            await until(lambda: bad.session(runs).lab.running)
            await bad.connection.write_message("x" * 100_000)  # too long: this page is closed
            await until(lambda: bad.reading.done())
            before = page.pictures
            await page.press(" ")
            await until(lambda: page.pictures > before + 2)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("address", "others"),
    [("127.0.0.1", False), ("::1", False), ("localhost", False), ("0.0.0.0", True)],
)
def test_only_a_server_that_others_can_reach_has_names_for_them(address, others):
    assert bool(class_server.network_names(address)) == others
    shown = class_server.shown_address(address)
    assert shown not in ("0.0.0.0", "")
    assert shown == address or others
