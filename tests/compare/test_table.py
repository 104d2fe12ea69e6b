"""The table and the gap covered."""

import numpy as np
import pytest

from minidann.compare import format_table, gap_covered, gap_interval, summarise


def row(method, seed, accuracy, pair="a → b"):
    return {"pair": pair, "method": method, "seed": seed, "target_accuracy": accuracy, "classifier": "label head"}


ROWS = [
    row(method, seed, accuracy + 0.01 * seed)
    for method, accuracy in (("target-only", 0.9), ("dann", 0.7), ("source-only", 0.5))
    for seed in (0, 1, 2)
]


def test_the_gap_covered_is_a_ratio_of_means():
    assert gap_covered([0.5], [0.7], [0.9]) == pytest.approx(0.5)
    assert gap_covered([0.4, 0.6], [0.8, 0.8], [0.7, 1.1]) == pytest.approx(0.3 / 0.4)


def test_the_printed_figures_of_the_first_version_give_its_percentages():
    assert gap_covered([0.5749], [0.8149], [0.9891]) == pytest.approx(0.579, abs=5e-4)
    assert gap_covered([0.8665], [0.9048], [0.9244]) == pytest.approx(0.661, abs=5e-4)


def test_without_a_gap_there_is_nothing_to_cover():
    assert gap_covered([0.9], [0.95], [0.9]) is None
    assert "(–)" in format_table([row("source-only", 0, 0.9), row("dann", 0, 0.95), row("target-only", 0, 0.9)])


def test_the_interval_holds_the_ratio_and_shrinks_with_agreement():
    low, high = gap_interval([0.5, 0.52, 0.48, 0.5], [0.7, 0.75, 0.65, 0.7], [0.9, 0.9, 0.91, 0.89])
    assert low < 0.5 < high
    assert gap_interval([0.5, 0.5], [0.7, 0.7], [0.9, 0.9]) == pytest.approx((0.5, 0.5))
    assert gap_interval([0.5], [0.7], [0.9]) is None


@pytest.mark.parametrize(("level", "deviations"), [(0.95, 1.960), (0.5, 0.674)])
def test_the_interval_has_the_level_of_a_normal_mean(level, deviations):
    """With a fixed gap of 1 the gap covered is the mean of many scores, which is nearly normal."""
    scores = 0.5 + 0.1 * np.random.default_rng(1).standard_normal(400)
    low, high = gap_interval([0.0] * 400, list(scores), [1.0] * 400, resamples=10_000, level=level)
    reach = deviations * scores.std() / 20
    assert low == pytest.approx(scores.mean() - reach, abs=0.06 * reach)
    assert high == pytest.approx(scores.mean() + reach, abs=0.06 * reach)


def test_the_summary_has_mean_spread_and_minimum():
    dann = next(entry for entry in summarise(ROWS) if entry["method"] == "dann")
    assert dann["mean"] == pytest.approx(0.71)
    assert dann["sd"] == pytest.approx(0.01)
    assert dann["min"] == pytest.approx(0.70)
    assert dann["gap_covered"] == pytest.approx(0.5)


def test_the_table_lists_methods_in_the_order_of_the_paper_and_names_the_classifier():
    lines = format_table(ROWS).splitlines()
    assert lines[0].startswith("a → b   (3 seeds")
    body = lines[-3:]
    assert [line.split("  ")[0] for line in body] == ["SOURCE ONLY", "DANN", "TRAIN ON TARGET"]
    assert "0.7100 ± 0.0100" in body[1]
    assert "(50.0%" in body[1]
    assert all(line.endswith("label head") for line in body)


def test_two_pairs_make_two_blocks():
    text = format_table(ROWS + [{**r, "pair": "c → d"} for r in ROWS])
    assert "a → b" in text
    assert "\n\nc → d" in text
