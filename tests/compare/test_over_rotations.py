"""Source only and DANN over the rotation of the target."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from minidann.adapt import MOONS
from minidann.compare import bound, compare, format_rotations, over_rotations, summarise_rotations
from minidann.data import DomainPair, moons_pair

QUICK = replace(MOONS, steps=30)
SMALL = partial(moons_pair, n=40, n_test=40)


def without_seconds(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


@pytest.fixture(scope="module")
def rows():
    return [row for rows in over_rotations((0, 90), QUICK, (3, 4), SMALL) for row in rows]


def test_a_row_has_the_numbers_of_compare_and_of_the_bound(rows):
    assert [(row["rotation"], row["seed"], row["method"]) for row in rows] == [
        (rotation, seed, method) for rotation in (0, 90) for seed in (3, 4) for method in ("source-only", "dann")
    ]
    pair = SMALL(rotation=90.0, seed=4)
    comparison = compare(pair, QUICK, 4, ("source-only", "dann"))
    assert without_seconds(rows[-1:])[0].items() >= without_seconds(comparison.rows[-1:])[0].items()
    found = bound(comparison.networks["dann"], pair)
    assert (rows[-1]["divergence"], rows[-1]["joint_error"]) == (found.divergence, found.joint_error)


@pytest.mark.slow
def test_two_workers_give_the_same_rows(rows):
    found = [row for some in over_rotations((0, 90), QUICK, (3, 4), SMALL, jobs=2) for row in some]
    found = sorted(found, key=lambda row: (row["rotation"], row["seed"]))
    assert without_seconds(found) == without_seconds(rows)


def test_the_summary_and_the_table(rows):
    summary = summarise_rotations(rows[::-1])
    assert [(entry["rotation"], entry["method"], entry["seeds"]) for entry in summary] == [
        (rotation, method, 2) for rotation in (0, 90) for method in ("source-only", "dann")
    ]
    own = [row["target_accuracy"] for row in rows if row["rotation"] == 90 and row["method"] == "dann"]
    assert summary[-1]["target_accuracy"] == np.mean(own)
    assert summary[-1]["target_accuracy sd"] == np.std(own, ddof=1)
    lines = format_rotations(rows).splitlines()
    assert len(lines) == 6
    assert lines[-1].startswith("90°")
    assert f"{np.mean(own):.3f} ± {np.std(own, ddof=1):.3f}" in lines[-1]
    assert " ± " not in format_rotations(rows[:2])


def test_without_target_labels_the_table_has_dashes():
    blind = [row for rows in over_rotations((0,), QUICK, (0,), unlabelled) for row in rows]
    assert blind[0]["target_accuracy"] is blind[0]["joint_error"] is None
    assert format_rotations(blind).splitlines()[-1].count("–") == 2


def unlabelled(rotation, seed):
    return SMALL(rotation=rotation, seed=seed).without_target_labels()


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        ({"rotations": ()}, ValueError, "rotations: got .*, expected at least one, each once"),
        ({"rotations": (0, 0.0)}, ValueError, "rotations: got .*, expected at least one, each once"),
        ({"rotations": 35}, TypeError, "rotations: got 35, expected a list of degrees"),
        ({"rotations": (float("inf"),)}, ValueError, "rotations: got inf"),
        ({"seeds": (-1,)}, ValueError, "seeds: got -1"),
        ({"pair_of": SMALL(rotation=0)}, TypeError, "pair_of: got .*, expected a function of rotation"),
        ({"jobs": 0}, ValueError, "jobs: got 0"),
    ],
)
def test_bad_arguments_are_named_before_any_training(wrong, error, message):
    with pytest.raises(error, match=message):
        over_rotations(**({"rotations": (0,), "recipe": QUICK, "pair_of": SMALL} | wrong))


def test_a_function_of_something_else_is_named():
    with pytest.raises(TypeError, match="pair_of: got 3, expected a function to a DomainPair"):
        next(over_rotations((0,), QUICK, pair_of=lambda rotation, seed: 3))
    with pytest.raises(TypeError, match="rows: got one without divergence"):
        summarise_rotations(
            [dict.fromkeys(("rotation", "method", "target_accuracy", "source_accuracy", "joint_error"))]
        )
    assert isinstance(SMALL(rotation=0), DomainPair)
