"""The scenarios: starts that work, words that fit on a screen, and the claims of some of them."""

import pytest

from minidann.lab import SCENARIOS, Experiment, Scenario, Settings

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
    with pytest.raises(ValueError, match="name: got 'suns', expected one of reversal, lambda-0"):
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
