"""Runs by several workers: the rows of a serial run bit for bit, and a signal loses nothing."""

import os
import signal
import threading
from dataclasses import replace

import joblib
import pytest
from helpers.comparisons import assert_equal_comparisons, rows_of, small_pair

from minidann.adapt import MOONS
from minidann.commands import checkpoints as saving
from minidann.commands.checkpoints import Checkpoints
from minidann.commands.interrupts import Interrupted
from minidann.commands.long_runs import UnfinishedSeeds, compare_over_seeds
from minidann.commands.parallel_runs import StopFile, Work, groups_of, joined
from minidann.compare import METHODS, compare

SHORT = replace(MOONS, steps=30, batch_size=16, average_decay=0.9)
SEEDS = range(3, 6)


@pytest.fixture(scope="module")
def serial():
    return compare_over_seeds(small_pair, SHORT, SEEDS, METHODS)[0]


@pytest.fixture
def threads():
    """Workers that are threads of this process: they start at once, and see what a test replaces."""
    with joblib.parallel_config(backend="threading"):
        yield


def test_the_rows_of_workers_are_those_of_a_serial_run(threads, serial):
    kept = []
    found, signal_number = compare_over_seeds(small_pair, SHORT, SEEDS, METHODS, keep=kept.append, jobs=2)
    assert signal_number == 0
    assert_equal_comparisons(found, serial)  # in the order of the seeds
    assert sorted(map(id, kept)) == sorted(map(id, found))  # each was given when it was done


def test_subspace_alignment_stays_with_the_network_that_it_stands_on():
    assert groups_of(METHODS) == [("source-only", "sa", "sa-oracle"), ("dann",), ("cdan",), ("target-only",)]
    assert groups_of(["target-only", "dann"]) == [("dann",), ("target-only",)]


def test_parts_are_joined_in_the_order_of_the_table(serial):
    parts = [compare(small_pair(3), SHORT, 3, group) for group in reversed(groups_of(METHODS))]
    assert_equal_comparisons([joined(parts)], serial[:1])


def test_an_error_keeps_the_finished_seeds(threads, serial):
    first = threading.Event()

    def pair_of(seed):
        if seed == 9:
            assert first.wait(60)
            raise ValueError("no such seed")
        return small_pair(seed)

    with pytest.raises(UnfinishedSeeds) as raised:
        compare_over_seeds(pair_of, SHORT, [*SEEDS, 9], METHODS, keep=lambda _: first.set(), jobs=2)
    assert str(raised.value.__cause__) == "no such seed"
    finished = raised.value.finished
    expected = {each.rows[0]["seed"]: each for each in serial}
    assert_equal_comparisons(finished, [expected[each.rows[0]["seed"]] for each in finished])


# checkpoints and signals ---------------------------------------------------------------------------------------------


def test_a_signal_saves_the_runs_of_all_workers_and_they_resume_to_the_same_bits(threads, serial, tmp_path):
    saved = Checkpoints(tmp_path, every=7)
    keep = lambda _: os.kill(os.getpid(), signal.SIGTERM) if not _stop_files(tmp_path) else None  # noqa: E731
    before = signal.getsignal(signal.SIGTERM)
    found, number = compare_over_seeds(small_pair, SHORT, SEEDS, METHODS, saved, keep, jobs=2)
    assert number == signal.SIGTERM
    assert 1 <= len(found) < len(SEEDS)
    assert not _stop_files(tmp_path)
    assert signal.getsignal(signal.SIGTERM) == before
    left = saved.existing(METHODS, SEEDS)
    resumed, number = compare_over_seeds(small_pair, SHORT, SEEDS, METHODS, replace(saved, resume=True), jobs=2)
    assert number == 0
    assert len(saved.existing(METHODS, SEEDS)) > len(left)
    assert rows_of(resumed) == rows_of(serial)


def _stop_files(folder):
    return list(folder.glob(".stop-*"))


def test_a_run_that_is_asked_to_stop_is_saved_after_the_step(tmp_path):
    stop = StopFile(tmp_path)
    work = Work(small_pair, SHORT, Checkpoints(tmp_path), stop)
    stop.write(signal.SIGINT)
    assert work((0, 3, ("dann",))).comparison is None  # nothing is begun
    assert saved_runs(tmp_path) == []
    stop.asked = iter([0, 0, 0, 2, 2]).__next__  # before the run, and after each step
    assert work((0, 3, ("dann",))).comparison is None
    assert saved_runs(tmp_path) == ["dann-seed-3.npz"]
    stop.asked = lambda: 0
    done = work((0, 3, ("dann",)))  # as after the loss of a worker: the run goes on, without --resume
    assert (
        done.comparison.rows[0]["target_accuracy"]
        == compare(small_pair(3), SHORT, 3, ["dann"]).rows[0]["target_accuracy"]
    )


def saved_runs(folder):
    return [path.name for path in folder.glob("*.npz")]


def test_a_stop_file_that_cannot_be_written_ends_the_work_at_once(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(Interrupted):
        StopFile(tmp_path / "taken").write(signal.SIGINT)


def test_checkpoints_that_cannot_be_written_are_told_and_the_run_goes_on(threads, serial, tmp_path, monkeypatch):
    def full(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(saving, "save_checkpoint", full)
    told = []
    found, _ = compare_over_seeds(
        small_pair, SHORT, SEEDS, METHODS, Checkpoints(tmp_path, complain=told.append), jobs=2
    )
    assert rows_of(found) == rows_of(serial)
    assert {str(error) for error in told} == {"the disk is full"}
    with pytest.raises(OSError, match="the disk is full"):
        compare_over_seeds(small_pair, SHORT, SEEDS, METHODS, Checkpoints(tmp_path), jobs=2)
