"""The other measurements of the bench: growing networks, predictions, the cost of an op, turns, memory."""

from dataclasses import replace

import pytest

from minidann.bench import steps, timing
from minidann.bench.engine_cost import engine_cost
from minidann.bench.growth import all_grown
from minidann.bench.own import network_of
from minidann.bench.processes import SideProcess
from minidann.bench.table import figures, format_bench
from minidann.bench.workloads import WORKLOADS


def test_growing_networks_differ_in_one_size_and_can_be_built():
    grown = list(all_grown())
    assert [each.varied for each in grown] == ["batch"] * 5 + ["side"] * 4 + ["maps"] * 3
    for _, _, workload in grown:
        shapes = [parameter.shape for parameter in network_of(workload).parameters().values()]
        assert shapes[::2] == [weight.shape for weight in workload.weights()]
    as_it_is = [each for each in grown if replace(each.workload, name="mnist") == WORKLOADS["mnist"]]
    assert [each.value for each in as_it_is] == [64, 28, 1.0]


def test_a_prediction_has_the_rows_of_a_step(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK", 0.0)
    monkeypatch.setitem(steps.PREDICTED, "digits", 500)
    (row,) = steps.measure_predictions("digits", [], 1, 1, print)
    assert row["workload"] == "500 × digits"
    assert row["floor_ms"] > 0
    text = format_bench([row], "prediction")
    assert text.splitlines()[2].startswith("500 × digits  minidann   ")
    assert "of a prediction" in text


def test_sides_take_turns_and_the_first_round_does_not_count():
    called = []

    def block(name):
        called.append(name)
        return float(len(called))

    times = timing.interleaved({"a": lambda: block("a"), "b": lambda: block("b")}, rounds=2)
    assert called == ["a", "b"] * 3
    assert times == {"a": [3.0, 5.0], "b": [4.0, 6.0]}


def test_the_first_call_of_a_block_does_not_count(monkeypatch):
    clock = iter([0.0, 1.0, 2.0, 5.0])  # the begin of the block; the begin and the end of the timed call; the time then
    monkeypatch.setattr(timing.time, "perf_counter", lambda: next(clock))
    called = []
    assert timing.block(lambda: called.append(1), length=3.0) == 1.0
    assert called == [1, 1]


def test_a_ratio_is_taken_within_a_round():
    times = {"a": [1.0, 10.0, 3.0], "b": [2.0, 40.0, 3.0]}
    assert timing.ratio(times, "a", "b") == 0.5


def test_the_memory_grows_with_the_batch(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK", 0.0)
    peaks = []
    for n in (8, 800):
        with SideProcess("minidann", replace(WORKLOADS["digits"], batch=n), 1) as side:
            assert side.block() > 0
            peaks.append(side.peak())
    small, large = peaks
    assert small.imports < small.run < large.run - 5
    assert small.imports == pytest.approx(large.imports, abs=5)


def test_a_process_that_fails_is_one_error():
    with pytest.raises(OSError, match="^moons by sun failed in its own process: Module"):
        SideProcess("sun", WORKLOADS["moons"], 1)


def test_a_process_ends_with_its_block():
    with SideProcess("floor", WORKLOADS["moons"], 1) as side:
        assert side.block() > 0
    assert side._process.returncode is not None


def test_an_op_costs_something(monkeypatch):
    monkeypatch.setattr("minidann.bench.engine_cost.ROUNDS", 3)
    forward, backward = engine_cost()
    assert forward > 0
    assert backward > 0


@pytest.mark.parametrize(
    ("number", "text"), [(0.1913, "0.191"), (4.1, "4.10"), (22.84, "22.8"), (395.4, "395"), (1746.2, "1746"), (0, "0")]
)
def test_numbers_have_three_figures(number, text):
    assert figures(number) == text
