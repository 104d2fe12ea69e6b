"""The summary of the paper's table: means, gaps of one classifier, the choice without target labels."""

import numpy as np
import pytest
from helpers.paper_rows import MANY, MISSING, row, rows

from minidann.compare import summarise_paper
from minidann.compare.paper_summary import checked_missing


def entry(found, method, pair="mnist-mnistm", recipe="paper"):
    return next(e for e in found if (e["pair"], e["recipe"], e["method"]) == (pair, recipe, method))


def test_an_entry_has_the_numbers_of_both_classifiers():
    dann = entry(summarise_paper(MANY), "dann")
    assert dann["seeds"] == 3
    assert (dann["mean"], dann["sd"], dann["min"]) == pytest.approx((0.82, 0.01, 0.81))
    assert (dann["svm_mean"], dann["svm_min"]) == pytest.approx((0.815, 0.805))
    assert dann["gap_covered"] == pytest.approx(0.26 / 0.42)
    assert dann["gap_interval"] == pytest.approx((0.26 / 0.42,) * 2)
    assert (dann["a_distance"], dann["information"]) == pytest.approx((0.9, 2.2))
    assert (dann["seconds"], dann["steps"]) == (701, 4000)


def test_sa_is_compared_with_svms_only():
    sa = entry(summarise_paper(MANY), "sa")
    assert sa["gap_covered"] is None  # the ends have other classifiers
    assert sa["svm_mean"] == sa["mean"] == pytest.approx(0.58)
    assert sa["svm_gap_covered"] == pytest.approx((0.58 - 0.555) / 0.42)
    assert sa["d"] == [12, 13, 14]


def test_a_gap_takes_the_seeds_that_all_three_rows_have():
    dann = entry(summarise_paper([*rows(seeds=2), row("dann", 2, 0.1, information=2.2)]), "dann")
    assert dann["seeds"] == 3
    assert dann["mean"] == pytest.approx((0.81 + 0.82 + 0.1) / 3)
    assert dann["gap_covered"] == pytest.approx(0.26 / 0.42)
    alone = entry(summarise_paper([row("source-only", 0), row("dann", 1), row("target-only", 0)]), "dann")
    assert alone["gap_covered"] is alone["gap_interval"] is None


def test_unknown_numbers_stay_unknown():
    unlabelled = [r | {"target_accuracy": None, "svm_accuracy": None} for r in rows()]
    dann = entry(summarise_paper(unlabelled), "dann")
    assert [dann[key] for key in ("mean", "sd", "min", "gap_covered", "svm_mean", "svm_gap_interval")] == [None] * 6
    short = {
        "pair": "a",
        "recipe": "b",
        "method": "dann",
        "seed": 0,
        "target_accuracy": 0.5,
        "classifier": "label head",
    }
    (only,) = summarise_paper([short])
    assert (only["title"], only["svm_mean"], only["a_distance"], only["steps"], only["d"]) == (
        "a",
        None,
        None,
        None,
        [],
    )
    assert not only["chosen"]


def test_information_chooses_over_recipes_without_the_row_of_the_target():
    found = summarise_paper([*rows(), *rows(recipe="best", up=0.12)])
    assert [(e["recipe"], e["method"]) for e in found if e["chosen"]] == [("best", "dann")]
    tempting = [r | ({"information": 9.0} if r["method"] == "target-only" else {}) for r in rows()]
    assert [e["method"] for e in summarise_paper(tempting) if e["chosen"]] == ["dann"]


@pytest.mark.parametrize("lost", [None, float("nan")])
def test_a_method_that_diverged_on_one_seed_is_not_chosen(lost):
    broken = [r | ({"information": lost} if (r["method"], r["seed"]) == ("dann", 1) else {}) for r in rows()]
    found = summarise_paper(broken)
    assert entry(found, "dann")["information"] is None
    assert [e["method"] for e in found if e["chosen"]] == ["source-only"]


def test_the_pairs_of_the_paper_come_first_and_methods_in_their_order():
    found = summarise_paper([*rows("numbers-street"), *rows()[::-1]])
    assert list(dict.fromkeys(e["pair"] for e in found)) == ["mnist-mnistm", "numbers-street"]
    assert [e["method"] for e in found[:5]] == ["source-only", "sa", "sa-oracle", "dann", "target-only"]


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"recipe": None}, TypeError, "rows: got .* expected rows of the paper's table"),
        ({"method": "magic"}, ValueError, "rows: method: got 'magic'"),
        ({"seed": -1}, ValueError, "rows: seed: got -1"),
        ({"svm_accuracy": "high"}, TypeError, "rows: got svm_accuracy 'high'"),
    ],
)
def test_other_rows_are_refused(wrong, error, words):
    with pytest.raises(error, match=words):
        summarise_paper([row("dann", 0) | wrong])
    with pytest.raises(ValueError, match="rows: got mnist-mnistm, recipe paper, dann, seed 1 twice"):
        summarise_paper([*rows(), row("dann", 1)])


def test_a_missing_pair_is_a_tuple_of_four_and_has_no_rows():
    assert checked_missing(MISSING, rows())[0].stand_in == "numbers-street"
    assert checked_missing(MISSING, rows("synnumbers-svhn")) == []
    for wrong in ("text", [("a", "b")], [("a", "b", "svhn", None)], [("a", "b", ("c",), 5)], [np.zeros(4)]):
        with pytest.raises(TypeError, match="missing: got"):
            checked_missing(wrong)
