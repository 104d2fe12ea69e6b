"""The grid: bad values are refused, equal runs are found, several processes compute the same."""

import numpy as np
import pytest

from minidann.lab.explore import grid as rooms
from minidann.lab.explore.grid import Grid, all_runs, differing

RIGHT = {"forms": ("features",), "rotations": (35.0,), "weights": (0.7,), "seeds": (0,), "steps": 10}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"forms": ("right",)}, "forms: got 'right', expected one of features"),
        ({"forms": ()}, "forms: got [], expected at least one, each once"),
        ({"rotations": (float("nan"),)}, "rotations: got nan"),
        ({"rotations": (35, 35.0)}, "rotations: got [35, 35.0], expected at least one, each once"),
        ({"weights": (-1.0,)}, "weights: got -1.0"),
        ({"seeds": (-1,)}, "seeds: got -1"),
        ({"steps": 0}, "steps: got 0"),
        ({"seeds": tuple(range(451))}, "grid: got 451 runs (1 × 1 × 1 × 451), expected at most 450"),
    ],
)
def test_what_cannot_be_is_refused(changed, said):
    with pytest.raises(ValueError) as caught:
        Grid(**(RIGHT | changed))
    assert str(caught.value).startswith(said)


def test_the_last_axis_moves_fastest(grid):
    settings = grid.settings()
    assert len(settings) == len(grid) == np.prod(grid.shape)
    assert settings[1] == {"form": "features", "rotation": 20.0, "adapt_weight": 0.0, "seed": 4}
    assert settings[-1] == {"form": "below-both-heads", "rotation": 50.0, "adapt_weight": 2.0, "seed": 4}


def test_forms_with_one_update_are_one_run():
    runs = list(all_runs(Grid(("no-reversal", "both", "subtracted", "above-the-head"), (35.0,), (0.0, 2.0), (0,), 5)))
    found, where = differing(runs)
    assert where == [0, 1, 0, 2, 0, 3, 0, 3]  # at λ = 0 L_d reaches no part in any of them
    assert [found.index(runs[where.index(i)]) for i in range(len(found))] == list(range(len(found)))


@pytest.mark.slow
def test_two_processes_compute_the_same(grid, runs):
    small = Grid(grid.forms[:1], grid.rotations, grid.weights[1:], grid.seeds, grid.steps)
    expected = {str(settings): each for settings, each in zip(grid.settings(), runs)}
    for settings, each in zip(small.settings(), all_runs(small, jobs=2)):
        assert each.content() == expected[str(settings)].content()


def test_runs_come_in_order_and_an_interruption_ends_the_workers(monkeypatch):
    ended = []

    def backwards(function, tasks, jobs):
        assert jobs == 2
        try:
            yield from [(1, "second"), (0, "first")]
            yield 2, "third"
        finally:
            ended.append(True)

    monkeypatch.setattr(rooms, "in_parallel", backwards)
    computed = all_runs(Grid(**(RIGHT | {"seeds": (0, 1)})), jobs=5)
    assert [next(computed), next(computed)] == ["first", "second"]
    assert ended == []
    computed.close()
    assert ended == [True]
