"""Signals: a command saves and says so, an ignored signal stays ignored, and the handlers are put back."""

import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress

import numpy as np
import pytest
from matplotlib.figure import Figure

from minidann import cli
from minidann.adapt import Training
from minidann.commands.interrupts import Interrupted, cause, finish_step_on_interrupt, number_of, raised_on_signals
from minidann.data.digits import digits_pair

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs the signals of POSIX")

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
EACH = pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
DIGITS = ["digits", "--methods", "source-only", "dann", "--steps", "5", "--seeds", "2", "--batch-size", "8"]


@pytest.fixture(autouse=True)
def handlers_are_put_back():
    before = handlers()
    yield
    for number, handler in zip(SIGNALS, before):
        signal.signal(number, handler)


def send(number):
    os.kill(os.getpid(), number)


def handlers():
    return [signal.getsignal(number) for number in SIGNALS]


@EACH
def test_the_first_signal_is_noted_and_the_second_raised(number):
    before = handlers()
    with finish_step_on_interrupt() as interrupted:
        assert interrupted() == 0
        send(number)
        assert interrupted() == interrupted() == number
        with pytest.raises(KeyboardInterrupt) as caught:
            send(number)
        assert number_of(caught.value) == number
    assert handlers() == before


def test_a_second_signal_may_be_another():
    with finish_step_on_interrupt() as interrupted:
        send(signal.SIGTERM)
        assert interrupted() == signal.SIGTERM
        with pytest.raises(Interrupted) as caught:
            send(signal.SIGINT)
    assert caught.value.number == signal.SIGINT


@EACH
def test_outside_a_step_a_signal_is_raised_at_once(number):
    before = handlers()
    with raised_on_signals(), pytest.raises(KeyboardInterrupt) as caught:
        send(number)
    assert number_of(caught.value) == number
    assert handlers() == before


@EACH
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number):
    signal.signal(number, signal.SIG_IGN)
    with raised_on_signals(), finish_step_on_interrupt() as interrupted:
        send(number)
        assert interrupted() == 0
        assert signal.getsignal(number) == signal.SIG_IGN
    assert signal.getsignal(number) == signal.SIG_IGN


@EACH
def test_a_signal_inside_a_callback_of_a_weak_reference_is_not_lost(number):
    """Python throws away what a callback raises, and imports have such callbacks."""

    class Thing:
        pass

    things, hook = [Thing()], sys.unraisablehook
    reference = weakref.ref(things[0], lambda _: send(number))
    with raised_on_signals():
        things.clear()
        with pytest.raises(KeyboardInterrupt) as caught:
            time.sleep(20)
    assert reference() is None
    assert number_of(caught.value) == number
    assert sys.unraisablehook is hook


def test_other_lost_exceptions_are_told_as_before(monkeypatch):
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    class Careless:
        def __del__(self):
            raise ZeroDivisionError

    with raised_on_signals():
        Careless()
    assert [type(lost.exc_value) for lost in told] == [ZeroDivisionError]


def test_after_an_error_the_old_handlers_are_back():
    before, inside = handlers(), []

    def fail():
        with raised_on_signals(), finish_step_on_interrupt():
            inside.extend(handlers())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert handlers() == before
    assert not set(inside) & set(before)


def test_in_another_thread_nothing_changes():
    before, seen = handlers(), []

    def work():
        with raised_on_signals(), finish_step_on_interrupt() as interrupted:
            seen.append((interrupted(), handlers()))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(0, before)]


def test_words_for_signals():
    assert [cause(number) for number in SIGNALS] == ["interrupted", "ended by SIGTERM", "ended by SIGHUP"]


# whole commands -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch):
    """One small pair of digits, few batches of statistics, and no t-SNE."""
    monkeypatch.setattr("minidann.adapt.training.STATISTICS_BATCHES", 2)
    pair = digits_pair("turned", 0, copies=1)
    monkeypatch.setattr("minidann.commands.digits.digits_pair", lambda name, seed, **_: pair)
    monkeypatch.setattr("minidann.commands.digits.digits_figure", lambda pair, comparison: Figure((1, 1)))


def send_in_step(monkeypatch, number, nth, times=1):
    """Send the signal in the nth step of all that are taken. Returns the list of the finished steps."""
    real, taken = Training.step, []

    def step(self):
        if len(taken) + 1 == nth:
            for _ in range(times):
                send(number)
        losses = real(self)
        taken.append(self.step_count)
        return losses

    monkeypatch.setattr(Training, "step", step)
    return taken


def weights(folder):
    found = {}
    for path in sorted(folder.rglob("*.npz")):
        with np.load(path) as archive:
            found[path.name] = archive["array/weights"]
    return found


@EACH
def test_each_signal_saves_the_run_and_resume_ends_at_the_same_bits(number, small, tmp_path, capsys, monkeypatch):
    whole, parts = (["--out", str(tmp_path / name)] for name in ("whole", "parts"))
    assert cli.main([*DIGITS, *whole]) == 0
    before = handlers()
    with monkeypatch.context() as patch:
        taken = send_in_step(patch, number, nth=13)
        assert cli.main([*DIGITS, *parts]) == 128 + number
    assert len(taken) == 13  # the step was finished, and no other begun
    assert handlers() == before
    captured = capsys.readouterr()
    assert "(1 seed)" in captured.out
    words = f"minidann: {cause(number)}; the table holds the 1 finished seeds; --resume continues the run\n"
    assert captured.err == words
    assert cli.main([*DIGITS, *parts, "--resume"]) == 0
    ends = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert set(ends[0]) == set(ends[1])
    for name, values in ends[0].items():
        np.testing.assert_array_equal(ends[1][name], values)


@EACH
def test_a_second_signal_ends_a_step_at_once(number, small, tmp_path, capsys, monkeypatch):
    taken = send_in_step(monkeypatch, number, nth=2, times=2)
    assert cli.main([*DIGITS, "--out", str(tmp_path)]) == 128 + number
    assert len(taken) == 1
    assert "before the first seed was finished" in capsys.readouterr().err


@EACH
def test_a_signal_while_the_data_are_made_says_how_to_go_on(number, small, tmp_path, capsys, monkeypatch):
    calls, pair = [], digits_pair("turned", 0, copies=1)

    def make(name, seed, **_):
        calls.append(name)
        if name == "photo":
            send(number)
        return pair

    monkeypatch.setattr("minidann.commands.digits.digits_pair", make)
    assert cli.main([*DIGITS, "--pair", "turned", "photo", "--out", str(tmp_path)]) == 128 + number
    captured = capsys.readouterr()
    assert f"{cause(number)}; the table holds the 2 finished seeds; --resume continues the run" in captured.err
    assert "figure:" in captured.out


@EACH
def test_a_signal_while_drawing_loses_neither_table_nor_rows(number, small, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minidann.commands.digits.digits_figure", lambda pair, comparison: send(number))
    rows = tmp_path / "rows.json"
    assert cli.main([*DIGITS, "--out", str(tmp_path), "--json", str(rows)]) == 128 + number
    assert "DANN" in capsys.readouterr().out
    assert rows.exists()


@EACH
def test_a_signal_in_inspect_is_one_line(number, tmp_path, capsys, monkeypatch):
    def step(self, recorder=None):
        send(number)

    monkeypatch.setattr(Training, "step", step)
    assert cli.main(["inspect", "--steps", "20", "--out", str(tmp_path)]) == 128 + number
    assert capsys.readouterr().err == f"minidann: {cause(number)}\n"


def test_with_ignored_signals_a_command_runs_to_its_end(small, tmp_path, capsys, monkeypatch):
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
        taken = send_in_step(monkeypatch, number, nth=3)
    assert cli.main([*DIGITS, "--out", str(tmp_path)]) == 0
    assert len(taken) == 20


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_background_job_of_a_shell_ignores_ctrl_c_and_saves_on_sigterm(tmp_path):
    """A shell without job control starts ``command &`` with SIGINT ignored."""
    command = f"{sys.executable} -m minidann moons --seeds 1 --steps 100000000 --out {tmp_path}"
    command = ["sh", "-c", f"{command} & echo $!; wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as shell:
        process = int(shell.stdout.readline())
        while not _catches(process, signal.SIGTERM):  # until the command has set its handlers
            time.sleep(0.05)
        os.kill(process, signal.SIGINT)
        os.kill(process, signal.SIGTERM)
        try:
            _, said = shell.communicate(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)  # never leave a process behind
    assert said.startswith("minidann: ended by SIGTERM")
    assert said.count("\n") == 1


def _catches(process, number):
    with open(f"/proc/{process}/status") as file:
        caught = next(line.split()[1] for line in file if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (number - 1) & 1)


@pytest.mark.slow
def test_these_tests_pass_where_a_shell_ignores_signals():
    def ignore():
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)

    chosen = "first_signal or second_signal or at_once or old_handlers"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-k", chosen, __file__]
    done = subprocess.run(command, preexec_fn=ignore, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
