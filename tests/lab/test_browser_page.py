"""The lab's figure in pages, with stand-ins for the pages: its size, the pictures sent, and what pages send back."""

import asyncio
import io
import json

import numpy as np
import pytest
from PIL import Image

from minidann.lab import Lab
from minidann.lab.browser_page import BLOCK, LARGEST, PAGE, Pages, padded, picture
from minidann.lab.figure_size import SIZE


class Page:
    """What a page does: it puts the blocks that it gets on its canvas, and answers when it is told to."""

    def __init__(self, pages):
        self.pages, self.pictures, self.told, self.head = pages, 0, [], None
        self.canvas = np.zeros((0, 0, 3), np.uint8)

    def send(self, message):
        if isinstance(message, str):
            self.head = json.loads(message)
            if self.head["type"] != "picture":
                self.told.append(self.head)
            return
        head, self.pictures = self.head, self.pictures + 1
        width, height, block, across = (head[name] for name in ("width", "height", "block", "across"))
        columns, rows = -(-width // block), -(-height // block)
        if self.canvas.shape[:2] != (height, width):
            self.canvas = np.zeros((height, width, 3), np.uint8)
        large = np.zeros((rows * block, columns * block, 3), np.uint8)
        large[:height, :width] = self.canvas
        parts = np.asarray(Image.open(io.BytesIO(message)))
        for i, place in enumerate(head["places"]):
            (y, x), (v, u) = divmod(place, columns), divmod(i, across)
            part = parts[v * block : (v + 1) * block, u * block : (u + 1) * block]
            large[y * block : (y + 1) * block, x * block : (x + 1) * block] = part
        self.canvas = large[:height, :width]

    def say(self, kind, **more):
        self.pages.take(self, json.dumps({"type": kind, **more}))

    def resize(self, width, height):
        self.say("resize", width=width, height=height)

    def shows(self):
        return np.array_equal(self.canvas, np.asarray(self.pages.canvas.buffer_rgba())[..., :3])


@pytest.fixture(scope="module")
def loop():
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="module")
def one(loop):
    async def made():
        lab = Lab(Pages().figure)
        lab.timer.stop()
        return lab

    return loop.run_until_complete(made())


@pytest.fixture
def lab(one):
    one.pause()
    one.begin()
    yield one
    for page in list(one.figure.canvas.pages._sizes):
        one.figure.canvas.pages.leave(page)


@pytest.fixture
def pages(lab):
    return lab.figure.canvas.pages


@pytest.fixture
def tick(loop, lab):
    """One frame, and what the event loop does after it."""

    async def ticked():
        lab.tick()
        await asyncio.sleep(0)

    return lambda: loop.run_until_complete(ticked())


def test_the_figure_has_the_pixels_of_the_page_and_follows_it(lab, pages, tick):
    page = Page(pages)
    for size in ((320, 190), (400, 300), (608, 360)):
        page.resize(*size)
        tick()
        assert pages.canvas.get_width_height() == size
        assert lab.figure.dpi == pytest.approx(min(size[0] / SIZE[0], size[1] / SIZE[1]), rel=1e-3)
        assert page.canvas.shape[1::-1] == size
        assert page.shows()
        assert (page.canvas != 255).mean() > 0.01
        page.say("shown")


@pytest.mark.parametrize("ratio", [1.25, 2])
def test_the_size_holds_however_often_it_is_said(lab, pages, tick, ratio):
    page, size = Page(pages), (round(200 * ratio), round(120 * ratio))
    for _ in range(3):
        page.resize(*size)
        tick()
        page.say("shown")
        assert pages.canvas.get_width_height() == size
    assert page.shows()


def test_the_page_with_the_largest_letters_has_the_say(lab, pages, tick):
    screen, phone = Page(pages), Page(pages)
    screen.resize(320, 190)
    phone.resize(250, 550)  # more pixels, and smaller letters
    tick()
    assert pages.canvas.get_width_height() == (320, 190)
    assert screen.shows()
    assert phone.shows()
    pages.leave(screen)
    tick()
    assert pages.canvas.get_width_height() == (250, 550)


def test_a_page_without_end_gets_a_picture_with_an_end(pages):
    Page(pages).resize(1e9, 5e8)
    width, height = pages.canvas.get_width_height()
    assert width * height <= LARGEST
    assert width / height == pytest.approx(2, rel=1e-2)


def test_pages_show_what_is_drawn_at_their_own_speed(lab, pages, tick):
    fast, slow = Page(pages), Page(pages)
    for page in (fast, slow):
        page.resize(320, 190)
    tick()
    lab.run()
    for _ in range(3):
        tick()
        fast.say("shown")
        assert fast.shows()
    assert (fast.pictures, slow.pictures) == (4, 1)  # the slow one has not yet answered the first
    assert not slow.shows()
    slow.say("shown")
    assert slow.shows()
    assert slow.pictures == 2


def test_a_page_gets_only_what_has_changed_and_the_whole_after_a_loss(lab, pages, tick):
    page = Page(pages)
    page.resize(320, 190)
    tick()
    page.say("lost")
    whole = len(page.head["places"])
    assert whole == -(-320 // BLOCK) * -(-190 // BLOCK)
    page.say("shown")
    count = page.pictures
    page.say("shown")
    assert page.pictures == count  # nothing is new
    lab.keys.call("toggle")
    tick()
    assert 0 < len(page.head["places"]) < whole
    page.canvas = np.zeros_like(page.canvas)
    page.say("lost")
    assert len(page.head["places"]) == whole
    assert page.shows()


def test_the_lab_waits_while_no_page_can_show_it(loop, lab, pages):
    async def steps():
        await asyncio.sleep(0.1)  # time for some frames
        return lab.experiment.training.step_count

    async def waited():
        lab.timer.start()
        counts = [await steps()]
        page.resize(320, 190)
        while page.pictures < 2:  # a page that answers at once
            page.say("shown")
            await asyncio.sleep(0)
        counts += [await steps(), await steps()]  # and then no more
        lab.timer.stop()
        return counts

    page = Page(pages)
    lab.run()
    none, some, more = loop.run_until_complete(waited())
    assert none == 0
    assert some == more > 0


def test_mouse_and_keys_of_a_page_drive_the_lab(lab, pages, tick):
    page = Page(pages)
    page.resize(320, 190)
    tick()
    x, y = lab.buttons["toggle"].ax.transAxes.transform((0.5, 0.5))
    for kind in ("move", "press", "release"):
        page.say(kind, x=x, y=pages.figure.bbox.height - y)
    assert lab.running
    page.say("key", key=" ")
    assert not lab.running
    page.say("key", key="f")
    assert page.told[-1] == {"type": "full_screen"}
    page.say("key", key="y")
    assert page.told[-1]["type"] == "copy"
    assert "import" in page.told[-1]["text"]
    page.say("key", key="escape")


@pytest.mark.parametrize("key", ["q", "k", "g", "ctrl+w", "home", "x" * 5000])
def test_other_keys_of_a_page_do_nothing(lab, pages, tick, key):
    page = Page(pages)
    page.resize(320, 190)
    tick()
    page.say("lost")
    page.say("shown")
    pictures, before = page.pictures, page.canvas
    page.say("key", key=key)
    tick()
    page.say("shown")
    assert page.pictures == pictures
    assert page.canvas is before
    assert not lab.running


@pytest.mark.parametrize(
    "message",
    ["", "{", "[]", "1", "{}", "[" * 4000, '{"type": "press", "x": "left"}', '{"type": "move", "x": NaN}']
    + ['{"type": "resize", "width": -1, "height": 5}', '{"type": "resize", "width": Infinity, "height": 5}']
    + ['{"type": ["key"]}', '{"type": "close"}', b"\xff"],
)
def test_messages_that_no_page_of_the_lab_sends_are_ignored(lab, pages, message):
    page = Page(pages)
    page.resize(320, 190)
    pages.take(page, message)
    assert pages.canvas.get_width_height() == (320, 190)
    assert not lab.running


@pytest.mark.parametrize("shape", [(70, 130), (64, 64), (1, 2000), (300, 1100)])
def test_blocks_put_together_are_the_picture(shape):
    random = np.random.default_rng(0)
    before, after = np.full((2, *shape, 4), 255, np.uint8)
    after[..., :3] = random.integers(0, 255, (*shape, 3))
    after[: shape[0] // 2] = before[: shape[0] // 2]
    page = Page(None)
    size = shape[::-1]
    for pixels, last in ((before, None), (after, padded(before))):
        for message in picture(size, padded(pixels), last):
            page.send(message)
        np.testing.assert_array_equal(page.canvas, pixels[..., :3])
    assert picture(size, padded(after), padded(after))[1] == b""


def test_the_page_has_its_own_title_and_no_outside_address():
    text = PAGE.read_text(encoding="utf-8")
    assert "<title>minidann lab</title>" in text
    assert "http://" not in text
    assert "https://" not in text
