"""The choice of each rule from rows: means over seeds, ties, unknown labels, alarms, and the printed words."""

import pytest

from minidann.estimators.alarms import alarm
from minidann.estimators.choices import Choices

LABELS = {0.0: (0.5, 0.7), 1.0: (0.9, 0.7), 3.0: (0.8, 0.9)}
SOURCE = {0.0: (1.0, 1.0), 1.0: (1.0, 1.0), 3.0: (0.5, 1.0)}
REVERSE = {0.0: (0.7, 0.8), 1.0: (1.0, 0.9), 3.0: (0.9, 0.9)}


def made(labels=LABELS, **columns):
    rules = {"source_accuracy": SOURCE, "reverse_validation": REVERSE} | columns
    rows = [
        {"pair": "a → b", "adapt_weight": weight, "seed": seed, "diverged": False}
        | {"target_accuracy": None if labels is None else labels[weight][seed]}
        | {name: values[weight][seed] for name, values in rules.items()}
        for weight in (0.0, 1.0, 3.0)
        for seed in (0, 1)
    ]
    return Choices(rows, ("adapt_weight",), tuple(rules))


def test_each_rule_takes_the_best_mean_and_the_first_of_equal_ones():
    oracle, source, reverse = made().choices()
    assert (oracle.i, source.i, reverse.i) == (2, 0, 1)
    assert oracle.mean == pytest.approx(0.85)
    assert oracle.sd == pytest.approx(0.0707, abs=1e-4)
    assert oracle.below == 0
    assert (source.mean, source.below) == pytest.approx((0.6, 0.25))
    assert (reverse.score, reverse.mean, reverse.below) == pytest.approx((0.95, 0.8, 0.05))


def test_a_setting_that_diverged_once_is_not_chosen():
    found = made(reverse_validation={**REVERSE, 1.0: (None, 1.0)})
    assert found.choice("reverse_validation").i == 2
    assert found.choice("source_accuracy").i == 0
    nothing = made(reverse_validation=dict.fromkeys(REVERSE, (None, 1.0))).choice("reverse_validation")
    assert (nothing.i, nothing.mean, nothing.alarm) == (None, None, "")


def test_the_alarm_belongs_to_the_chosen_setting():
    """At λ = 0 the way back is right on 0.75 of the source, at λ = 1 on 0.95."""
    _, source, reverse = made().choices()
    assert source.alarm == "the network is right on 100.0% of the held-out source, the way back on 75.0%"
    assert reverse.alarm == ""


@pytest.mark.parametrize(
    ("seen", "reasons"),
    [
        ((1.0, 0.91, 0.86), 0),
        ((1.0, 0.89, 0.95), 1),
        ((1.0, 0.95, 0.84), 1),
        ((1.0, 0.5, 0.5), 2),
        ((0.6, 0.55, 0.95), 0),
        ((None, 0.1, None), 0),
        ((1.0, None, 0.2), 1),
        ((float("nan"), float("nan"), float("nan")), 0),
        ((1.0, 1.0, 1.0, 0.69, 0.66), 0),
        ((1.0, 1.0, 1.0, 0.69, 0.65), 1),
        ((None, None, None, 0.69, 0.65), 1),
    ],
)
def test_an_alarm_needs_a_lost_way_back_seeds_that_disagree_or_classes_made_equal(seen, reasons):
    found = alarm(*seen)
    assert len(found.split("; ")) * bool(found) == reasons


def test_a_setting_that_makes_the_classes_equal_has_an_alarm():
    """λ = 3 has lost a fourth of the source: its diversity, near 0, tells nothing of the others."""
    found = made(diversity={0.0: (0.4, 0.5), 1.0: (0.6, 0.7), 3.0: (0.0, 0.1)})
    assert found.choice("diversity").alarm == (
        "another setting gives the target less equal classes (diversity 0.450 beside 0.650): they may differ in size"
    )
    assert "diversity" not in found.choice("source_accuracy").alarm
    assert "diversity" not in made(diversity=dict.fromkeys(SOURCE, (0.6, 0.7))).choice("diversity").alarm


def test_the_words_are_a_table_alarms_and_a_grid():
    assert (
        str(made())
        == """\
a → b: 3 settings, 2 seeds

RULE                    chooses         target accuracy  below the oracle
oracle (target labels)  adapt_weight=3  0.850 ± 0.071    0.000
source_accuracy         adapt_weight=0  0.600 ± 0.141    0.250             ▲
reverse_validation      adapt_weight=1  0.800 ± 0.141    0.050

▲ adapt_weight=0: the network is right on 100.0% of the held-out source, the way back on 75.0%

means over seeds; columns: adapt_weight; *: chosen

                         0       1       3
target accuracy     0.600   0.800   0.850*
source_accuracy     1.000*  1.000   0.750
reverse_validation  0.750   0.950*  0.900

To conclude: decide on one rule before you look at target accuracies; we advise information."""
    )


def test_a_target_without_labels_has_no_accuracy_and_no_oracle():
    text = str(made(labels=None))
    assert "oracle (" not in text
    assert "target accuracy  " in text.splitlines()[2]
    assert text.splitlines()[3].split() == ["source_accuracy", "adapt_weight=0", "–", "–", "▲"]


def test_a_wide_grid_is_printed_in_blocks():
    rows = [
        {"pair": "p", "rate": i / 10, "steps": 5, "seed": 0, "source": i / 10, "target_accuracy": None}
        for i in range(10)
    ]
    lines = str(Choices(rows, ("rate", "steps"), ("source",))).splitlines()
    assert lines[-7:-2] == [
        "        0 steps=5  0.1 steps=5  0.2 steps=5  0.3 steps=5  0.4 steps=5  0.5 steps=5  0.6 steps=5  0.7 steps=5",
        "source     0.000        0.100        0.200        0.300        0.400        0.500        0.600        0.700",
        "",
        "        0.8 steps=5  0.9 steps=5",
        "source       0.800        0.900*",
    ]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({}, "chooses adapt_weight=1; without seed_agreement some alarms are silent."),
        (
            {"seed_agreement": dict.fromkeys(LABELS, (0.95, 0.95))},
            "chooses adapt_weight=1, and no alarm sounds; this is no",
        ),
        (
            {"seed_agreement": dict.fromkeys(LABELS, (0.8, 0.8))},
            "chooses adapt_weight=1, with an alarm: heed it, and label",
        ),
        (
            {"information": dict.fromkeys(LABELS, (None, 1.0))},
            "To conclude: each setting diverged from at least one seed",
        ),
    ],
)
def test_the_last_line_says_what_to_take_and_how_far_to_trust_it(columns, said):
    information = {0.0: (0.2, 0.2), 1.0: (0.6, 0.6), 3.0: (0.5, 0.5)}
    rules = {"information": information, "diversity": dict.fromkeys(LABELS, (0.6, 0.6))}
    assert said in str(made(**rules | columns)).splitlines()[-1]
