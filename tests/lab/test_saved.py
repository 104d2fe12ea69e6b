"""What is on the screen, saved and loaded; every other file is one line and changes nothing."""

import json

import pytest

from minidann.data import Dab
from minidann.lab import Settings
from minidann.lab.saved import MARK, MOST_BYTES, Saved

DABS = [Dab(0.1, 0.0, "source", 0), Dab(1.0, 1 / 3, "source", 1), Dab(0.0, 1.0, "target", 0)]
SETTINGS = Settings(pair="drawn", form="both", seed=4, adapt_weight=1 / 7, ramp=False, momentum=0.5, width=9)


def test_what_is_saved_is_loaded(tmp_path):
    saved = Saved(SETTINGS, DABS, 37, True, 500, "eq-18", "ramp")
    path = saved.write(tmp_path / "new" / "lab.json")
    assert Saved.read(path) == saved
    assert json.loads(path.read_text("utf-8"))[MARK] == 1
    assert path.stat().st_size < 1500
    assert Saved.read(Saved().write(tmp_path / "default.json")) == Saved()


def test_keys_that_are_not_there_have_their_defaults(tmp_path):
    path = tmp_path / "small.json"
    path.write_text(json.dumps({MARK: 1, "settings": {"rotation": 50}}))
    assert Saved.read(path) == Saved(Settings(rotation=50))


def content(**other):
    return json.dumps({MARK: 1} | other)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no file that the lab saved (Expecting value"),
        ("[]", "there is no 'minidann lab' in it"),
        ('{"minidann": 1}', "there is no 'minidann lab' in it"),
        ('{"minidann lab": 2}', "minidann lab: got 2, expected 1"),
        ('{"minidann lab": true}', "minidann lab: got True, expected 1"),
        (content(weights=[]), "keys: got 'weights', expected one of settings"),
        (content(settings=[1]), "settings: got [1], expected values by name"),
        (content(settings={"speed": 1}), "settings: got 'speed', expected one of pair"),
        (content(settings={"rate": -1}), "rate: got -1"),
        (content(settings={"ramp": 1}), "ramp: got 1, expected True or False"),
        (content(settings={"width": 10**9}), "width: got 1e+09, expected at most 512"),
        (content(settings={"domain_steps": 5000}), "domain_steps: got 5000, expected at most 100"),
        (content(settings={"pair": 3}), "pair: got 3, expected one of moons"),
        ('{"minidann lab": 1, "settings": {"rotation": NaN}}', "got NaN, expected finite numbers"),
        ('{"minidann lab": 1, "speed": 5, "speed": 9}', "keys: got 'speed' twice, expected each key once"),
        ('{"minidann lab": 1, "settings": {"seed": 1, "seed": 2}}', "keys: got 'seed' twice, expected each key once"),
        ('{"minidann lab": 1, "settings": {"rotation": 1e999}}', "rotation: got inf"),
        (content(dabs={}), "dabs: got {}, expected a list"),
        (content(dabs=[[0, 0, "source"]]), "dabs: got [0, 0, 'source'] in it, expected [x, y, domain, label]"),
        (content(dabs=[["0", 0, "source", 0]]), "dabs: got '0', expected a finite number"),
        (content(dabs=[[0, 0, "both", 0]]), "dabs: got 'both', expected one of source, target"),
        (content(dabs=[[0, 0, "source", 2]]), "dabs: got 2, expected a whole number of at least 0 and below 2"),
        (content(dabs=[[0, 0, "source", 0]] * 5001), "dabs: got 5001, expected at most 5000"),
        (content(speed=-1), "speed: got -1"),
        (content(speed=10**6), "speed: got 1000000, expected a whole number of at least 0 and below 1001"),
        (content(averaged="yes"), "averaged: got 'yes', expected True or False"),
        (content(pause_at=0), "pause_at: got 0"),
        (content(second_form="best"), "second_form: got 'best'"),
        (content(scenario=[]), "scenario: got []"),
        ("[" * 100000, "no file that the lab saved"),
        ('{"minidann lab": 1, "speed": ' + "1" * 5000 + "}", "no file that the lab saved"),
        (" " * (MOST_BYTES + 1), f"is a file of more than {MOST_BYTES} bytes"),
    ],
)
def test_another_file_is_one_line_and_changes_nothing(lab, hand, tmp_path, text, reason):
    path = tmp_path / "lab.json"
    path.write_text(text)
    with pytest.raises(ValueError) as refused:
        Saved.read(path)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    lab.step()
    lab.load_from = path
    hand.press("l")
    assert lab._said.get_text() == str(refused.value)
    assert lab.experiment.settings == Settings()
    assert lab.experiment.training.step_count == 1


def test_what_is_no_file_is_one_line(tmp_path):
    for path, reason in ((tmp_path, "a folder"), (tmp_path / "none.json", "no such file")):
        with pytest.raises(ValueError, match=f"is {reason}, expected a file that the lab saved"):
            Saved.read(path)
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\0")
    with pytest.raises(ValueError, match="no file that the lab saved"):
        Saved.read(tmp_path / "bytes.json")


def test_the_window_saves_and_loads(lab, hand, tmp_path):
    lab.save_to = lab.load_from = tmp_path / "lab.json"
    lab.scenario("turning")
    lab.set(pair="drawn", adapt_weight=0.37)
    lab._drawn(DABS)
    hand.number("speed", "7")
    hand.number("pause_at", "90")
    hand.choose("ticks", 1)
    hand.button("save")
    assert lab._said.get_text() == f"saved to {tmp_path / 'lab.json'}"
    expected = lab.experiment.settings
    lab.defaults()
    lab.scenario("")
    lab.experiment.dabs.clear()
    hand.button("load")
    lab.tick()
    assert lab.experiment.settings == expected
    assert lab.experiment.dabs == DABS
    assert (lab.controls.speed, lab.controls.averaged, lab.pause_at) == (7, True, 90)
    assert lab.lesson.name == "turning"
    assert lab.experiment.training.step_count == 0
    assert len(lab.experiment.pair.x_source) == 8
    assert lab.controls.widgets["adapt_weight typed"].text.get_text() == "0.37"
    lab.experiment.steps(3)
    hand.press("l")
    assert lab.experiment.training.step_count == 0


def test_where_nothing_can_be_written_it_says_so(lab, hand, tmp_path):
    (tmp_path / "file").write_text("")
    lab.save_to = tmp_path / "file" / "lab.json"
    hand.press("s")
    assert str(tmp_path / "file") in lab._said.get_text()
    assert "\n" not in lab._said.get_text()
    lab.load_from = tmp_path / "none.json"
    hand.press("l")
    assert "no such file" in lab._said.get_text()
