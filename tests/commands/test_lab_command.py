"""``minidann lab``: it opens a window, or says in one line why not."""

import os
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from minidann.cli import main
from minidann.commands import lab


@pytest.fixture
def opened(monkeypatch):
    """The labs whose windows would have been opened, in the place of the windows."""
    import minidann.lab.window as window

    labs = []

    class Kept(window.Lab):
        def __init__(self, **settings):
            super().__init__(**settings)
            labs.append(self)

    monkeypatch.setattr(window, "Lab", Kept)
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
    options += " --domain-rate 1 --domain-steps 2 --momentum 0.5 --source-share 0.9 --target-share 0.1"
    assert main(["lab", *options.split()]) == 0
    (lab,) = opened
    expected = {"pair": "blobs", "form": "both", "rotation": 20, "noise": 0.1, "width": 8, "seed": 3}
    expected |= {"adapt_weight": 0.2, "rate": 0.01, "domain_rate": 1, "domain_steps": 2, "ramp": True}
    expected |= {"momentum": 0.5, "source_share": 0.9, "target_share": 0.1}
    assert vars(lab.experiment.settings) == expected
    assert lab.experiment.training.step_count == 1


@pytest.mark.slow
def test_without_options_it_starts_with_the_moons_recipe(opened):
    assert main(["lab"]) == 0
    assert opened[0].experiment.settings == lab.START


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
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
    assert f"no window can be opened here (matplotlib's backend is {plt.get_backend()}); try --browser" in said


def test_a_missing_toolkit_is_refused_with_the_way_out(capsys, monkeypatch):
    def fails(name):
        raise ImportError("Cannot load backend 'TkAgg'")

    monkeypatch.setattr(plt, "switch_backend", fails)
    assert "no window can be opened here (Cannot load backend 'TkAgg'); try --browser" in refused(capsys)


def test_a_backend_with_windows_is_taken(monkeypatch):
    monkeypatch.setattr(plt, "switch_backend", lambda name: None)
    monkeypatch.setattr(plt, "get_backend", lambda: "TkAgg")
    assert lab._desktop() is plt


@pytest.fixture
def page(monkeypatch):
    """Matplotlib's server, put back afterwards, which is not started."""
    pytest.importorskip("tornado")
    from matplotlib.backends import backend_webagg, backend_webagg_core

    for owner, name in (
        (backend_webagg.WebAggApplication, "find_handler"),
        (backend_webagg_core.FigureManagerWebAgg, "get_javascript"),
        (backend_webagg_core.NavigationToolbar2WebAgg, "toolitems"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    backend = plt.get_backend()
    with plt.rc_context():
        yield backend_webagg
        plt.switch_backend(backend)


def test_a_page_has_its_port_its_script_its_hosts_and_one_tool(page, opened, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    before = page.WebAggApplication.find_handler
    assert main(["lab", "--browser", "--no-open", "--port", "8123"]) == 0
    assert (plt.rcParams["webagg.port"], plt.rcParams["webagg.open_in_browser"]) == (8123, False)
    assert page.WebAggApplication.find_handler is not before
    assert [item[0] for item in page.core.NavigationToolbar2WebAgg.toolitems] == ["Download"]
    assert len(opened) == 1


def test_a_port_in_use_is_refused_by_its_option(page, opened, capsys, monkeypatch):
    def busy():
        raise SystemExit("The webagg server could not be started")

    monkeypatch.setattr(plt, "show", busy)
    assert "argument --port: got 8123, expected a port that no program uses" in refused(
        capsys, "--browser", "--no-open", "--port", "8123"
    )
