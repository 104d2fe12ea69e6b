"""Options: ``~``, numbers that are too large, and messages that name an option and not an argument of Python."""

import argparse
from dataclasses import replace

import numpy as np
import pytest
from helpers.refusals import refused

from minidann import cli
from minidann.adapt import RECIPES
from minidann.adapt.recipes import CHOSEN
from minidann.commands import options, sizes
from minidann.compare import methods
from minidann.compare.conclusion import CHANGED
from minidann.data import digits_pair, moons_pair


@pytest.fixture
def parser():
    parser = argparse.ArgumentParser(prog="test")
    parser.add_argument("what", metavar="WHAT")
    parser.add_argument("--data-dir")
    parser.add_argument("--target-npz")
    parser.add_argument("--points")
    parser.add_argument("--noise")
    parser.add_argument("--adapt-weight", "--lambda")
    return parser


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("noise: got -1, expected …", "argument --noise: got -1, expected …"),
        ("adapt_weight: got -1", "argument --adapt-weight: got -1"),
        ("n: got 2, expected more", "argument --points: got 2, expected more"),
        ("what: got 3", "argument WHAT: got 3"),
        ("data_dir: got 'x', expected photographs or a target_npz", None),
        ("argument --noise: got -1", "argument --noise: got -1"),
        ("training diverged: lower the rate", "training diverged: lower the rate"),
        ("x_source: got NaN", "x_source: got NaN"),
        ("data_dir: got 'data_dir/target_npz'", "argument --data-dir: got 'data_dir/target_npz'"),
        ("/a/data_dir/x: got no data_dir.zip", "/a/data_dir/x: got no data_dir.zip"),
        ("noise", "noise"),
    ],
)
def test_messages_name_the_option(parser, message, expected):
    expected = expected or "argument --data-dir: got 'x', expected photographs or a --target-npz"
    assert options.named(parser, message) == expected


def test_a_parser_of_short_names_only_is_no_special_case():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--noise")
    assert options.named(parser, "noise: got 1") == "argument --noise: got 1"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def test_the_home_folder_is_meant_by_its_sign_in_every_path(home, tmp_path, capsys):
    quick = ["moons", "--seeds", "1", "--steps", "3", "--points", "40"]
    assert cli.main([*quick, "--out", "~/runs", "--json", "~/rows/rows.json"]) == 0
    capsys.readouterr()
    assert (home / "runs" / "moons.png").exists()
    assert (home / "rows" / "rows.json").exists()
    for option in ("--checkpoint", "--data-dir", "--target-npz", "--target-dir", "--init-from"):
        command = "inspect" if option == "--checkpoint" else "digits"
        more = ["--pair", "mnist-mnistm", "--data-dir", "~/data"] * (command == "digits" and option != "--init-from")
        assert str(home / "nowhere") in refused(capsys, command, *more, option, "~/nowhere")
    assert not (tmp_path / "~").exists()
    assert "argument --out: got '~nobody-here/x'" in refused(capsys, "moons", "--out", "~nobody-here/x")


HUGE = ["--steps", "--batch-size", "--points", "--seeds", "--seed", "--domain-steps", "--features", "--domain-hidden"]


@pytest.mark.parametrize("option", HUGE)
def test_more_than_a_machine_can_count_is_refused_by_the_option_s_name(option, tmp_path, capsys):
    said = refused(capsys, "moons", option, "9" * 30, "--out", tmp_path / "out")
    assert f"argument {option}: got" in said
    assert "expected at most 4611686018427387903" in said
    assert len(said) < 300
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["moons", "digits", "inspect"])
@pytest.mark.parametrize(
    "given",
    [
        ["--batch-size", "10000000000"],
        ["--batch-size", "4000000000000000000"],
        ["--features", "10000000,10000000"],
        ["--features", "100000000"],
        ["--label-hidden", "4000000000000"],
        ["--domain-hidden", "5000000,5000000"],
    ],
    ids=" ".join,
)
def test_more_than_the_memory_holds_is_refused_before_any_work(command, given, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sizes, "memory", lambda: 16e9)
    monkeypatch.setattr(methods, "train", lambda *_: pytest.fail("training started"))
    said = refused(capsys, command, *given, "--out", tmp_path / "out")
    assert f"argument {given[0]}: got" in said
    assert "GB at least, but this machine has 16 GB of memory" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["moons", "inspect"])
def test_more_points_than_the_memory_holds_are_refused(command, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sizes, "memory", lambda: 16e9)
    said = refused(capsys, command, "--points", "10000000000", "--out", tmp_path / "out")
    assert "argument --points: got 10000000000, which needs" in said


def test_every_recipe_fits_a_small_machine(monkeypatch):
    monkeypatch.setattr(sizes, "memory", lambda: 1e9)
    for recipe in RECIPES.values():
        sizes.check_batch(recipe, width=28 * 28 * 3)


def test_the_memory_is_the_smaller_one_of_machine_and_container(tmp_path, monkeypatch):
    machine = sizes.memory()
    for text, expected in (("1000000\n", 1e6), ("max\n", machine)):
        (tmp_path / "memory.max").write_text(text)
        monkeypatch.setattr(sizes, "CGROUP", tmp_path / "memory.max")
        assert sizes.memory() == pytest.approx(expected)


def test_a_batch_of_many_passes_is_trained(tmp_path, capsys):
    assert (
        cli.main(
            ["moons", "--seeds", "1", "--steps", "1", "--batch-size", "5000", "--points", "40", "--out", str(tmp_path)]
        )
        == 0
    )


# each option arrives where it belongs ---------------------------------------------------------------------------------

RECIPE = {
    "--steps": ("7", {"steps": 7}),
    "--batch-size": ("8", {"batch_size": 8}),
    "--rate": ("0.5", {"rate": 0.5}),
    "--adapt-weight": ("0.25", {"adapt_weight": 0.25}),
    "--lambda": ("0.125", {"adapt_weight": 0.125}),
    "--domain-weight": ("2", {"domain_weight": 2.0}),
    "--domain-rate": ("1.5", {"domain_rate": 1.5}),
    "--domain-steps": ("3", {"domain_steps": 3}),
    "--features": ("5,6", {"features": (5, 6)}),
    "--label-hidden": ("4", {"label_hidden": (4,)}),
    "--domain-hidden": ("none", {"domain_hidden": ()}),
}


@pytest.fixture
def compared(monkeypatch):
    """The arguments of each call of ``compare_over_seeds`` by a command. Nothing is trained."""
    calls = []

    def record(pair_of, recipe, seeds, methods=None, checkpoints=None, keep=None, jobs=1):
        calls.append((pair_of, recipe, seeds, methods, checkpoints))
        return [], 0

    for command in ("moons", "digits"):
        monkeypatch.setattr(f"minidann.commands.{command}.compare_over_seeds", record)
    return calls


@pytest.mark.parametrize("option", RECIPE)
@pytest.mark.parametrize("command", ["moons", "digits"])
def test_each_option_of_the_recipe_changes_its_setting_alone(command, option, compared, tmp_path, capsys):
    value, settings = RECIPE[option]
    cli.main([command, option, value, "--out", str(tmp_path)])
    assert compared[0][1] == replace(RECIPES[command], **settings)


@pytest.mark.parametrize(
    ("given", "settings"),
    [
        ([], {}),
        (["--rotation", "20"], {"rotation": 20.0}),
        (["--noise", "0.2"], {"noise": 0.2}),
        (["--points", "40"], {"n": 40}),
        (["--pivot", "origin"], {"pivot": "origin"}),
        (["--source-share", "0.9", "--target-share", "0.1"], {"source_share": 0.9, "target_share": 0.1}),
    ],
)
def test_each_option_of_the_moons_reaches_their_pair(given, settings, compared, tmp_path, capsys):
    cli.main(["moons", *given, "--out", str(tmp_path)])
    made, expected = compared[0][0](3), moons_pair(**settings, seed=3)
    assert made.name == expected.name
    for name in ("x_source", "y_source", "x_target", "x_source_test", "x_target_test", "y_target_test"):
        np.testing.assert_array_equal(getattr(made, name), getattr(expected, name))


def test_seeds_methods_and_checkpoints_reach_the_comparison(compared, tmp_path, capsys):
    cli.main(["moons", "--seeds", "3", "--seed", "5", "--out", str(tmp_path)])
    given = ["--methods", "source-only", "dann", "--checkpoint-every", "70", "--resume"]
    cli.main(["digits", "--pair", "photo", "--seeds", "2", "--seed", "1", *given, "--out", str(tmp_path)])
    (_, _, seeds, _, none), (pair_of, _, others, chosen, checkpoints) = compared
    assert (list(seeds), none) == ([5, 6, 7], None)
    assert (list(others), list(chosen)) == ([1, 2], ["source-only", "dann"])
    assert (checkpoints.every, checkpoints.resume, checkpoints.overwrite) == (70, True, False)
    assert checkpoints.folder == tmp_path / "checkpoints" / "photo"
    assert pair_of(1).name == digits_pair("photo", 1).name


def test_an_error_about_an_array_names_the_option_of_its_file():
    places = "--data-dir", "--target-npz"
    for name, option in (("x_source", places[0]), ("y_target_test", places[1])):
        with pytest.raises(ValueError, match=f"argument {option}: {name}: got 1"), options.data_of(*places):
            raise ValueError(f"{name}: got 1")
    with pytest.raises(ValueError, match="^other: got 1"), options.data_of(*places):
        raise ValueError("other: got 1")


def test_changed_settings_are_not_said_to_be_those_of_the_recipe():
    for name, recipe in RECIPES.items():
        assert options.how_chosen(name, replace(recipe, steps=7)) == CHOSEN[name]
        assert options.how_chosen(name, replace(recipe, adapt_weight=0.55)) == CHANGED
    assert set(CHOSEN) == set(RECIPES)
