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
    assert main(["lab", *options.split(), "--domain-rate", "1", "--domain-steps", "2"]) == 0
    (lab,) = opened
    expected = {"pair": "blobs", "form": "both", "rotation": 20, "noise": 0.1, "width": 8, "seed": 3}
    expected |= {"adapt_weight": 0.2, "rate": 0.01, "domain_rate": 1, "domain_steps": 2, "ramp": True}
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
