"""The forms side by side."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.hidden_labels import moons_without_target_labels

from minidann.adapt import MOONS
from minidann.compare import FormTraining, compare_forms

SHORT = replace(MOONS, steps=400)


@pytest.fixture(scope="module")
def pair():
    return moons_without_target_labels(n=100, n_test=200)


@pytest.fixture(scope="module")
def comparison(pair):
    return compare_forms(pair, SHORT, 1, ("without", "features", "no-reversal", "subtracted"))


def test_a_row_is_that_run(pair, comparison):
    rows = {row["form"]: row for row in comparison.rows}
    assert list(rows) == ["without", "features", "no-reversal", "subtracted"]
    training = FormTraining(pair, SHORT, 1, "no-reversal").fit()
    assert rows["no-reversal"]["target"] == training.result().accuracy(pair.x_target_test, pair.y_target_test)
    assert rows["no-reversal"]["L_d"] == np.mean([row["domain_loss"] for row in training.history[-10:]])
    assert comparison.histories["no-reversal"] == training.history
    assert rows["without"]["L_d at theta_f"] == pytest.approx(0, abs=1e-5)
    assert rows["features"]["L_d at theta_f"] == pytest.approx(-0.7, abs=1e-4)


def test_the_domain_loss_tells_who_ascends_it(comparison):
    ends = {row["form"]: row["L_d"] for row in comparison.rows}
    assert ends["no-reversal"] < ends["without"] < np.log(2) + 0.05
    assert abs(ends["features"] - np.log(2)) < 0.1
    assert ends["subtracted"] > 10


def test_printed_it_is_a_table(comparison):
    lines = str(comparison).splitlines()
    assert len(lines) == 6
    assert "∂L_d at θd" in lines[0]
    assert lines[3].split("  ")[0] == "no reversal"
    assert lines[-1].startswith("λ = 0.7")


def test_a_run_that_goes_off_stops_there_and_says_so(pair):
    relu = replace(SHORT, activation="relu", init="he_normal", steps=300)
    (row,) = compare_forms(pair, relu, 0, ("subtracted",)).rows
    assert 0 < row["diverged_at_step"] < 300
    assert f"diverged at step {row['diverged_at_step']}" in str(compare_forms(pair, relu, 0, ("subtracted",)))


def test_an_unknown_form_is_refused_before_any_work(pair):
    with pytest.raises(ValueError, match="forms: got 'wrong', expected one of without, features"):
        compare_forms(pair, SHORT, forms=("features", "wrong"))
