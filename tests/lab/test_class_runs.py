"""The runs of a class: their number, their places, and their turns."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

import pytest
from helpers.class_pages import QuietLab, StillPage

from minidann.lab import class_runs
from minidann.lab.class_runs import Runs

pytestmark = pytest.mark.slow  # the gate's own Python runs these: another Python changes little here


def enter(runs, name="", page=None):
    return asyncio.run(runs.enter(page or StillPage(), name))


def test_every_page_gets_a_run_of_its_own_up_to_the_limit():
    runs = Runs(QuietLab, 3, 30)
    names = {enter(runs)[0] for _ in range(3)}
    assert set(runs.sessions) == names
    assert not runs.has_place()
    with pytest.raises(ValueError, match=r"^this lab has 3 pages, which is its limit; close one$"):
        enter(runs)
    assert all(runs.has_place(name) for name in names)


def test_a_page_that_is_loaded_again_keeps_its_run():
    runs = Runs(QuietLab, 1, 30)
    name, session = enter(runs)
    session.leave(session.page)
    assert enter(runs, name) == (name, session)


def test_a_second_tab_with_the_address_of_the_first_gets_a_run_of_its_own(monkeypatch):
    monkeypatch.setattr(class_runs, "RELOADING", 0.03)
    runs = Runs(QuietLab, 2, 30)
    name, session = enter(runs)
    other, another = enter(runs, name)
    assert other != name
    assert another is not session
    assert another.page is not session.page


def test_a_page_is_waited_for_that_closes_after_it_was_loaded_again(monkeypatch):
    monkeypatch.setattr(class_runs, "RELOADING", 60)
    runs = Runs(QuietLab, 1, 30)
    name, session = enter(runs)

    async def reload():
        again = asyncio.ensure_future(runs.enter(StillPage(), name))
        await asyncio.sleep(0.05)
        assert not again.done()
        session.leave(session.page)
        return await again

    assert asyncio.run(reload()) == (name, session)


def test_for_a_new_page_the_run_ends_that_is_left_for_the_longest_time():
    runs = Runs(QuietLab, 3, 30)
    names = [enter(runs)[0] for _ in range(3)]
    for name in (names[1], names[0]):
        runs.sessions[name].leave(runs.sessions[name].page)
    new = enter(runs)[0]
    assert set(runs.sessions) == {names[0], names[2], new}


def test_a_run_that_nobody_uses_ends_with_a_line():
    runs = Runs(QuietLab, 3, 2)
    old, new = (enter(runs)[1] for _ in range(2))
    old.used -= 121
    new.used -= 90  # a busy machine may take seconds for a lab
    runs.end_unused()
    assert list(runs.sessions.values()) == [new]
    assert old.page.reason == "Nobody used this page for 2 minutes: its run has ended. Load it again."


def test_pages_that_come_and_go_leave_nothing_behind():
    labs = []

    def make(figure):
        labs.append(weakref.ref(lab := QuietLab(figure)))
        return lab

    runs = Runs(make, 2, 30)
    for _ in range(20):
        _, session = enter(runs)
        session.leave(session.page)
    del session
    gc.collect()
    assert len(runs.sessions) == 2
    assert sum(lab() is not None for lab in labs) == 2


def test_a_run_that_finds_no_memory_is_one_line():
    def make(figure):
        raise MemoryError

    with pytest.raises(ValueError, match="no memory for another page"):
        enter(Runs(make, 2, 30))


def served(runs, turns):
    """How many of so many turns each session got."""
    counts = dict.fromkeys(runs.sessions, 0)
    left = iter(range(turns))

    def counted(name, turn):
        def count(running):
            if next(left, None) is None:
                raise asyncio.CancelledError
            counts[name] += 1
            return turn(running)

        return count

    for name, session in runs.sessions.items():
        session.turn = counted(name, session.turn)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(runs.go_on())
    return list(counts.values())


def always(seconds):
    """A session that always wants a turn, of so many seconds."""
    used = float("inf")
    lab = SimpleNamespace(running=True)
    return SimpleNamespace(ready=True, turn=lambda running: seconds, served=0.0, used=used, lab=lab, page=None)


def test_pages_take_turns():
    runs = Runs(QuietLab, 8, 30)
    runs.sessions = {str(i): always(0.125) for i in range(4)}
    assert served(runs, 40) == [10, 10, 10, 10]


def test_a_slow_page_gets_as_much_time_as_the_others():
    runs = Runs(QuietLab, 8, 30)
    runs.sessions = {"slow": always(0.5), "a": always(0.125), "b": always(0.125)}
    slow, a, b = served(runs, 90)
    assert slow == pytest.approx(a / 4, abs=1)
    assert a == pytest.approx(b, abs=1)


def test_a_page_that_has_rested_does_not_keep_the_others_waiting():
    runs = Runs(QuietLab, 8, 30)
    runs.sessions = {"a": always(0.125), "new": always(0.125)}
    first, new = runs.sessions.values()
    first.turn = lambda running: setattr(new, "ready", first.served > 9) or 0.125
    new.ready = False
    a, b = served(runs, 100)
    assert (a, b) == pytest.approx((87, 13), abs=2)
