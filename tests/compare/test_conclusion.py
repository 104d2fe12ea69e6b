"""The line at the end of a run: true in each case."""

import numpy as np
import pytest
from scipy import stats

from minidann.compare import conclusion


def rows(below, dann):
    """The rows of source only and of DANN with these target accuracies, one for each seed."""
    scores = {"source-only": below, "sa": below, "dann": dann}
    return [
        {"pair": "a → b", "method": method, "seed": seed, "target_accuracy": score, "classifier": "label head"}
        for method, values in scores.items()
        for seed, score in enumerate(values)
    ]


def test_a_gain_has_its_interval_over_seeds():
    below, dann = [0.80, 0.82, 0.81], [0.98, 0.99, 0.99]
    said = conclusion(rows(below, dann), "the settings are guesses")
    differences = np.subtract(dann, below)
    low, high = stats.t.interval(0.95, 2, differences.mean(), stats.sem(differences))
    assert said == (
        f"To conclude: DANN is above source only on this target: +{differences.mean():.3f} "
        f"(95 % interval over 3 seeds: +{low:.3f} to +{high:.3f}); this says nothing of other pairs, "
        "and the settings are guesses."
    )


def test_harm_and_no_difference_are_said():
    assert "DANN is below source only on this target: −0.3" in conclusion(rows([0.8, 0.81, 0.8], [0.5, 0.5, 0.51]))
    said = conclusion(rows([0.8, 0.7, 0.9], [0.9, 0.6, 0.95]))
    assert "these seeds do not tell DANN from source only: +0.017" in said
    assert "do not tell" in conclusion(rows([0.8, 0.8], [0.8, 0.8]))


def test_one_seed_may_be_chance():
    said = conclusion(rows([0.8], [0.9]))
    assert "on one seed" in said
    assert "+0.100" in said
    assert "may be chance" in said
    assert "interval" not in said


def test_without_target_labels_nothing_is_claimed():
    said = conclusion(rows([None, None], [None, None]))
    assert "no labels, so nothing here says whether DANN helps" in said


@pytest.mark.parametrize("method", ["dann", "source-only"])
def test_without_both_rows_there_is_no_comparison(method):
    some = [row for row in rows([0.8], [0.9]) if row["method"] != method]
    assert "without both source-only and dann" in conclusion(some)


def test_seeds_are_paired_in_any_order():
    made = rows([0.2, 0.8], [0.3, 0.9])
    assert "+0.100 to +0.100" in conclusion(made[::-1])


def test_it_is_one_line_of_at_most_260_letters():
    for below, dann in (([0.8], [0.9]), ([0.8, 0.9], [0.9, 0.95]), ([None], [None]), ([], [])):
        said = conclusion(rows(below, dann))
        assert "\n" not in said
        assert len(said) <= 260, len(said)


def test_other_things_than_rows_are_refused():
    with pytest.raises(TypeError, match="rows: got 3"):
        conclusion(3)
