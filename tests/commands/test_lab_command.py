"""``minidann lab``: it opens a window, or says in one line why not."""

import asyncio
import errno
import os
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from minidann.cli import main
from minidann.commands import lab
from minidann.lab import SCENARIOS, Settings, figure_size
from minidann.lab.saved import Saved
from minidann.lab.window import LARGE


@pytest.fixture
def opened(monkeypatch):
    """The labs whose windows would have been opened, in the place of the windows."""
    import minidann.lab.window as window

    labs = []

    class Kept(window.Lab):
        def __init__(self, figure=None, **settings):
            super().__init__(figure, **settings)
            labs.append(self)

    monkeypatch.setattr(window, "Lab", Kept)
    monkeypatch.setattr(figure_size, "why_no_window", lambda: None)
    monkeypatch.setattr(lab, "_desktop", lambda: SimpleNamespace(show=lambda: labs[-1].step()))
    yield labs
    plt.close("all")


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(["lab", *arguments])
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.slow
def test_options_are_the_settings_it_starts_with(opened):
    options = "--pair blobs --form both --rotation 20 --noise 0.1 --width 8 --seed 3 --lambda 0.2 --rate 0.01"
    options += " --large --domain-rate 1 --domain-steps 2 --momentum 0.5 --source-share 0.9 --target-share 0.1"
    assert main(["lab", *options.split()]) == 0
    (lab,) = opened
    expected = {"pair": "blobs", "form": "both", "rotation": 20, "noise": 0.1, "width": 8, "seed": 3}
    expected |= {"adapt_weight": 0.2, "rate": 0.01, "domain_rate": 1, "domain_steps": 2, "ramp": True}
    expected |= {"momentum": 0.5, "source_share": 0.9, "target_share": 0.1}
    assert vars(lab.experiment.settings) == expected
    assert lab.experiment.training.step_count == 1
    assert lab.letters == LARGE


def test_a_saved_screen_is_loaded_and_options_replace_its_settings(opened, tmp_path, capsys):
    Saved(Settings(rotation=20.0, width=4), speed=2, scenario="ramp").write(tmp_path / "first.json")
    files = ["--load", str(tmp_path / "first.json"), "--save", str(tmp_path / "second.json")]
    assert main(["lab", *files, "--width", "5"]) == 0
    (lab,) = opened
    assert lab.experiment.settings == Settings(rotation=20.0, width=5)
    assert (lab.controls.speed, lab.lesson.name) == (2, "ramp")
    lab.save()
    assert Saved.read(tmp_path / "second.json") == Saved(lab.experiment.settings, speed=2, scenario="ramp")
    (tmp_path / "first.json").write_text("{}")
    assert "first.json' is no file that the lab saved (there is no 'minidann lab' in it)" in refused(capsys, *files)


@pytest.mark.slow
def test_without_options_it_starts_with_the_moons_recipe(opened):
    assert main(["lab"]) == 0
    assert opened[0].experiment.settings == lab.START


@pytest.mark.slow
def test_a_scenario_is_its_settings_and_other_options_replace_them(opened):
    assert main(["lab", "--scenario", "turning", "--rate", "0.02", "--momentum", "0.95"]) == 0
    (lab,) = opened
    assert lab.experiment.settings == Settings(ramp=False, rate=0.02, momentum=0.95)
    assert lab.pause_at == SCENARIOS["turning"].pause_at


def test_the_help_names_all_scenarios(capsys):
    with pytest.raises(SystemExit):
        main(["lab", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in SCENARIOS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scenario", "suns"], "argument --scenario: got 'suns', expected one of reversal, lambda-0"),
        (["--pair", "suns"], "argument --pair: got 'suns', expected one of moons"),
        (["--form", "right"], "argument --form: got 'right', expected one of features"),
        (["--width", "0"], "argument --width: got '0', expected a whole number"),
        (["--noise", "-1"], "argument --noise: got '-1'"),
        (["--target-share", "1.5"], "argument --target-share: got '1.5', expected a share from 0 to 1"),
        (["--source-share", "0"], "argument --source-share: got 0, expected a point of each class among 300"),
        (["--port", "8000"], "argument --port: only goes with --browser"),
        (["--no-open"], "argument --no-open: only goes with --browser"),
        (["--browser", "--port", "70000"], "argument --port: got 70000, expected a number below 65536"),
    ],
)
def test_what_cannot_be_is_one_line(capsys, arguments, said):
    assert said in refused(capsys, *arguments)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
@pytest.mark.parametrize("backend", ["Agg", "TkAgg"])
def test_where_no_window_can_be_opened_it_says_so(backend):
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name} | {"MPLBACKEND": backend}
    done = subprocess.run([sys.executable, "-m", "minidann", "lab"], env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "--browser" in line


@pytest.mark.skipif(find_spec("tornado") is not None, reason="tornado is installed")
def test_without_tornado_a_page_cannot_be_served(capsys):
    assert "argument --browser: it needs tornado, which is not installed" in refused(capsys, "--browser")


def test_without_tornado_the_message_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    assert "argument --browser: it needs tornado, which is not installed" in refused(capsys, "--browser")


def test_a_backend_without_windows_is_refused_with_the_way_out(capsys):
    said = refused(capsys)  # the tests draw with Agg
    assert (
        f"no window can be opened here (matplotlib's backend is {plt.get_backend()}); try minidann lab --browser"
        in said
    )


def test_a_missing_toolkit_is_refused_with_the_way_out(capsys, monkeypatch):
    def fails(name):
        raise ImportError("Cannot load backend 'TkAgg'")

    monkeypatch.setattr(plt, "switch_backend", fails)
    assert "no window can be opened here (Cannot load backend 'TkAgg'); try minidann lab --browser" in refused(capsys)


def test_a_backend_with_windows_is_taken(monkeypatch):
    monkeypatch.setattr(plt, "switch_backend", lambda name: None)
    monkeypatch.setattr(plt, "get_backend", lambda: "TkAgg")
    assert lab._desktop() is plt


@pytest.fixture
def served(monkeypatch):
    """Takes the place of the server: its calls, in each of which two pages join."""
    pytest.importorskip("tornado")
    from minidann.lab import page_server

    calls = []

    def serve(join, port, opened):
        async def joined():
            return join(), join()

        calls.append((port, opened, *asyncio.run(joined())))

    monkeypatch.setattr(page_server, "serve", serve)
    return calls


def test_all_pages_show_one_lab_with_the_settings(served, opened):
    assert main(["lab", "--browser", "--no-open", "--port", "8123", "--width", "8"]) == 0
    ((port, to_open, first, second),) = served
    assert (port, to_open, second) == (8123, False, first)
    (lab,) = opened
    assert lab.figure is first.figure
    assert lab.experiment.settings.width == 8


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "argument --port: got 80, expected a port that no program uses"),
        (OSError(errno.EACCES, "Permission denied"), "argument --port: got 80, expected another port (Permission"),
    ],
)
def test_a_port_that_cannot_be_used_is_refused_by_its_option(served, capsys, monkeypatch, error, said):
    from minidann.lab import page_server

    def fails(*arguments):
        raise error

    monkeypatch.setattr(page_server, "serve", fails)
    assert said in refused(capsys, "--browser", "--no-open", "--port", "80")
