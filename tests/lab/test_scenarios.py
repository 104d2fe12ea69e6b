"""The scenarios: starts that work, words that fit on a screen, and the claims of some of them."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks.scenarios import CLAIMS, measure

from minidann.lab import SCENARIOS, Experiment, Scenario, Settings

PAGE = Path(__file__).parents[2] / "tutorials/pages/scenarios.md"
WORDS = ("title", "look_for", "question", "answer")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_a_start_whose_words_fit_on_a_screen(name):
    scenario = SCENARIOS[name]
    assert Experiment.from_scenario(name).settings == Experiment(**scenario.settings).settings
    assert Settings().changed(scenario.settings) != Settings() or name == "ramp"
    assert len(scenario.title) <= 30
    assert all(len(getattr(scenario, word)) <= 110 for word in WORDS)
    assert scenario.question.endswith("?")
    assert all(getattr(scenario, word).endswith(".") for word in ("look_for", "answer"))
    assert name.isascii()


def test_titles_and_starts_are_different():
    assert len({scenario.title for scenario in SCENARIOS.values()}) == len(SCENARIOS)
    assert len({str(Settings().changed(scenario.settings)) for scenario in SCENARIOS.values()}) == len(SCENARIOS)


def test_other_settings_replace_those_of_the_scenario():
    experiment = Experiment.from_scenario("turning", seed=3, momentum=0.5)
    assert experiment.settings == Settings(seed=3, momentum=0.5, ramp=False)


def test_an_unknown_scenario_is_refused_with_the_names():
    with pytest.raises(ValueError, match="scenario: got 'suns', expected one of reversal, lambda-0"):
        Experiment.from_scenario("suns")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"settings": {"speed": 3}}, "settings: got 'speed'"),
        ({"settings": {"rate": -1}}, "rate: got -1"),
        ({"pause_at": 0}, "pause_at: got 0"),
    ],
)
def test_a_wrong_scenario_is_refused(wrong, message):
    right = {**dict.fromkeys(WORDS, "words"), "settings": {}}
    with pytest.raises(ValueError, match=message):
        Scenario(**{**right, **wrong})


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_page_has_the_words_of_each_scenario(name):
    """If this fails: python tests/benchmarks/scenarios.py --page > tutorials/pages/scenarios.md"""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {SCENARIOS[name].title}\n")[2].partition("\n## ")[0]
    assert f"minidann lab --scenario {name}\n" in section
    assert all(getattr(SCENARIOS[name], word) in section for word in WORDS[1:])
    assert f"| step {SCENARIOS[name].pause_at} |" in section


def test_the_page_has_no_other_scenario():
    titles = [line[3:] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert titles == [scenario.title for scenario in SCENARIOS.values()]


def test_every_scenario_has_a_claim_that_is_measured():
    assert set(SCENARIOS) <= set(CLAIMS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["swapped-blobs", "subtracted"])
def test_the_claim_holds_at_the_pause(name):
    assert CLAIMS[name](measure(name, 0))


def test_aligned_with_the_classes_swapped_every_loss_is_healthy_and_the_target_is_wrong():
    experiment = Experiment.from_scenario("swapped-blobs")
    experiment.steps(300)
    numbers = experiment.numbers()
    assert abs(numbers["L_d"] - np.log(2)) < 0.1
    assert numbers["L_y"] < 0.05
    assert numbers["source accuracy"] > 0.99
    assert numbers["target accuracy"] < 0.3
