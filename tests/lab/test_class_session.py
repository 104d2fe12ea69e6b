"""One page's run: what it makes of messages, what it sends, and what it costs."""

import asyncio
import json

import pytest
from helpers.class_pages import QuietLab, StillPage

from minidann.lab.class_session import DENSE, MOST, STEPPING, WAITING, Session


def said(kind, **more):
    return json.dumps({"type": kind, **more})


@pytest.fixture
def session():
    made = Session(QuietLab)
    made.join(StillPage())
    return made


def turn(session, *messages, running=1):
    """One turn with these messages, and what the event loop does after it."""

    async def turned():
        for message in messages:
            session.take(message)
        session._due = 0.0
        session.turn(running)
        await asyncio.sleep(0)

    asyncio.run(turned())


GARBAGE = ["", "{", "[" * 4000, "null", "[]", '{"type": 7}', '{"type": "refresh"}', '{"type": "key"}', b"\x00\xff"]
GARBAGE += ['{"type": "press", "x": NaN, "y": 0}', '{"type": "press", "x": "left"}', '{"type": "resize", "width": -1}']
GARBAGE += ['{"type": "resize", "width": 0, "height": 0}', '{"type": "press", "x": 1e400, "y": 0}', "\ud800"]


def test_garbage_changes_nothing(session):
    turn(session, said("resize", width=300, height=200), *GARBAGE)
    assert not session.lab.running
    assert session.lab.said == ""
    assert session.pages.canvas.get_width_height() == (300, 200)


@pytest.mark.parametrize("size", [(100_000, 100_000), (1e308, 1), (1, 1e308), (1, 1)])
def test_no_size_makes_a_large_picture(session, size):
    turn(session, said("resize", width=size[0], height=size[1]))
    width, height = session.pages.canvas.get_width_height()
    assert 0 < width * height <= MOST
    assert session.page.pictures == 1


def test_a_page_that_does_not_answer_gets_one_picture(session):
    turn(session, said("resize", width=300, height=200), said("key", key=" "))
    for _ in range(5):
        turn(session)
    assert (session.page.pictures, session.lab.ticks) == (1, 1)
    turn(session, said("shown"))
    assert (session.page.pictures, session.lab.ticks) == (2, 2)


def test_a_flood_of_messages_is_bounded(session):
    for _ in range(3 * WAITING):
        session.take(said("key", key="q"))
    assert len(session._messages) == WAITING


def test_of_a_flood_of_movements_the_last_is_done(session):
    for x in range(100):
        session.take(said("move", x=x, y=0))
    assert len(session._messages) <= DENSE + 1
    assert json.loads(session._messages[-1])["x"] == 99


def test_a_failure_is_said_and_pauses_the_run(session):
    turn(session, said("resize", width=300, height=200), said("key", key=" "))
    turn(session, said("key", key="x"))
    assert "OSError: no such thing" in session.lab.said
    assert not session.lab.running


def test_without_a_page_it_waits_and_then_goes_on(session):
    page = session.page
    turn(session, said("resize", width=300, height=200), said("key", key=" "), said("key", key="q"))
    session.leave(StillPage())  # another's
    assert session.page is page
    session.take(said("key", key="q"))
    session.leave(page)
    session._due = 0.0
    assert not session.ready
    session.join(StillPage())
    turn(session, said("resize", width=300, height=200))
    assert session.page.pictures == 1


def test_only_a_hand_counts_as_use(session):
    session.used = 0.0
    for kind in ("shown", "lost", "resize"):
        session.take(said(kind))
    assert session.used == 0.0
    session.take(said("press", x=1, y=1))
    assert session.used > 0.0


def test_other_settings_may_make_steps_slow(session):
    drive = session.lab.drive
    assert drive.most_seconds == STEPPING
    turn(session, said("resize", width=300, height=200))
    drive.step_seconds = 0.001
    turn(session, said("shown"))
    assert drive.step_seconds == 0.001
    session.lab.experiment.settings = object()
    turn(session, said("shown"))
    assert drive.step_seconds is None


def test_more_running_pages_update_their_numbers_less_often(session):
    turn(session, running=1)
    often = session.lab.numbers_every
    turn(session, running=8)
    assert session.lab.numbers_every == 8 * often
