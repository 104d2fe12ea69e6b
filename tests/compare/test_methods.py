"""The rows that the labels of a pair allow, and the guard that keeps target labels from all rows but the oracles."""

import json

import numpy as np
import pytest
from helpers.hidden_labels import guard, moons_without_any_target_label

from minidann.adapt import Recipe
from minidann.compare import compare, format_table, methods, summarise
from minidann.compare.methods import METHODS, PAPER_METHODS, methods_for
from minidann.data import DomainPair, moons_pair

SHORT = Recipe(steps=5, batch_size=8)
ORACLES = ("sa-oracle", "target-only")
OTHERS = tuple(method for method in METHODS if method not in ORACLES)


@pytest.fixture(scope="module")
def pair():
    return moons_pair(n=40, n_test=30)


def without_times(rows):
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


def test_no_row_but_the_oracles_can_reach_a_target_label(pair, monkeypatch):
    expected = without_times(compare(pair, SHORT, methods=METHODS).rows)
    monkeypatch.setattr(DomainPair, "without_target_labels", guard)
    got = compare(pair, SHORT, methods=OTHERS)
    assert without_times(got.rows) == [row for row in expected if row["method"] in OTHERS]


def test_the_oracles_do_reach_them(pair):
    with pytest.raises(AssertionError, match=r"pair.y_target_test"):
        methods._fit_alignment(guard(pair), compare(pair, SHORT, methods=["source-only"]).networks["source-only"], True)
    with pytest.raises(AssertionError, match=r"pair.oracle"):
        methods.train("target-only", guard(pair), SHORT, 0)


def test_other_test_labels_change_no_choice_but_of_sa_oracle(pair):
    rng = np.random.default_rng(0)
    arrays = {name: value for name, value in vars(pair).items() if name[:2] in ("x_", "y_")}
    other = DomainPair(
        pair.name, **arrays | {"y_target_test": rng.permutation(pair.y_target_test)}, y_target=pair.oracle
    )
    one, two = (compare(p, SHORT, methods=METHODS) for p in (pair, other))
    for method, network in one.networks.items():
        np.testing.assert_array_equal(
            network.label_logits(pair.x_target), two.networks[method].label_logits(pair.x_target)
        )
    for row, changed in zip(one.rows, two.rows):
        if row["method"] == "sa":
            assert row["d"] == changed["d"]


def test_a_pair_without_a_target_label_runs_end_to_end():
    pair = moons_without_any_target_label(40, 30)
    result = compare(pair, SHORT)
    assert [row["method"] for row in result.rows] == ["source-only", "sa", "dann"]
    assert [row["target_accuracy"] for row in result.rows] == [None] * 3
    assert json.loads(json.dumps(result.rows))[0]["target_accuracy"] is None
    table = format_table(result.rows).splitlines()
    for line in table[-3:]:
        assert line.split("  ")[1:] != []
        assert "–" in line
        assert " nan" not in line
    assert summarise(result.rows)[0]["mean"] is None


@pytest.mark.parametrize(
    ("method", "lacking"),
    [("target-only", "needs y_target, the labels"), ("sa-oracle", "needs y_target_test, the labels")],
)
def test_rows_that_need_labels_are_refused_by_name_before_training(method, lacking, monkeypatch):
    monkeypatch.setattr(methods, "Training", lambda *_: pytest.fail("a training has begun"))
    pair = moons_without_any_target_label(40, 30)
    with pytest.raises(ValueError, match=f"methods: got '{method}', which {lacking}.*; leave {method} out"):
        compare(pair, SHORT, methods=("source-only", "dann", method))


def test_a_domain_of_one_example_is_refused_before_training(monkeypatch):
    monkeypatch.setattr(methods, "Training", lambda *_: pytest.fail("a training has begun"))
    big = moons_pair(n=40, n_test=30)
    arrays = {name: value for name, value in vars(big).items() if name[:2] in ("x_", "y_")}
    pair = DomainPair("one", **arrays | {"x_target": big.x_target[:1]})
    with pytest.raises(
        ValueError, match="methods: got 'sa', which needs at least 2 examples in x_target; leave sa out"
    ):
        compare(pair, SHORT, methods=("source-only", "sa"))
    assert methods_for(pair) == ("source-only", "dann")


def test_the_default_rows_are_those_that_the_labels_allow(pair):
    assert methods_for(pair) == PAPER_METHODS
    known = {name: value for name, value in vars(pair).items() if name[:2] in ("x_", "y_")}
    assert methods_for(DomainPair("p", **known)) == ("source-only", "sa", "sa-oracle", "dann")
    assert methods_for(pair.without_target_labels()) == ("source-only", "sa", "dann")


def test_a_table_holds_rows_with_and_without_a_score(pair):
    known = compare(pair, SHORT).rows
    unknown = [row | {"pair": "other"} for row in compare(pair.without_target_labels(), SHORT).rows]
    text = format_table(known + unknown)
    assert text.count("–  ") >= 3
    assert "0." in text
