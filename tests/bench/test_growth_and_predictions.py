"""The other measurements of the bench: growing networks, predictions, the cost of an op, turns, memory."""

from dataclasses import replace

import pytest

from minidann.bench import steps, timing
from minidann.bench.engine_cost import engine_cost
from minidann.bench.growth import all_grown
from minidann.bench.memory import peak_of
from minidann.bench.own import network_of
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


def test_sides_take_turns_and_the_first_call_of_a_block_does_not_count(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK", 0.0)
    called = []
    times = timing.interleaved({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert called == ["a", "a", "b", "b"] * 3  # one call to warm up and one timed; a round that is not counted
    assert {name: len(of) for name, of in times.items()} == {"a": 2, "b": 2}


def test_a_ratio_is_taken_within_a_round():
    times = {"a": [1.0, 10.0, 3.0], "b": [2.0, 40.0, 3.0]}
    assert timing.ratio(times, "a", "b") == 0.5


def test_the_memory_grows_with_the_batch():
    small, large = (peak_of("minidann", replace(WORKLOADS["digits"], batch=n), 1) for n in (8, 800))
    assert small.imports < small.run < large.run - 5
    assert small.imports == pytest.approx(large.imports, abs=5)


def test_a_process_that_fails_is_one_error():
    with pytest.raises(OSError, match="a training of moons by sun failed in its own process: Module"):
        peak_of("sun", WORKLOADS["moons"], 1)


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
