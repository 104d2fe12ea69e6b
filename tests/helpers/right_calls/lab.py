"""One right call of each public name of ``minidann.lab``."""

from functools import cache

from helpers.right_calls.data import DABS
from helpers.wrong_calls import call
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann import lab
from minidann.lab.figure_size import SIZE
from minidann.lab.saved import Saved


def figure():
    made = Figure(SIZE, dpi=30)
    FigureCanvasAgg(made)
    return made


@cache
def window():
    return lab.Lab(figure())


@cache
def experiment():
    return lab.Experiment()


RIGHT = {
    "lab.Settings": lambda: call(lab.Settings),
    "lab.Settings.changed": lambda: call(lab.Settings().changed, {"rate": 0.1}),
    "lab.Settings.make_pair": lambda: call(lab.Settings(pair="drawn").make_pair, DABS),
    "lab.Scenario": lambda: call(lab.Scenario, "a title", {"rate": 0.1}, "Look.", "Why?", "So.", 10, False),
    "lab.Experiment": lambda: call(lab.Experiment, rate=0.1, seed=1),
    "lab.Experiment.from_scenario": lambda: call(lab.Experiment.from_scenario, "turning", seed=1),
    "lab.Experiment.draw": lambda: call(lab.Experiment().draw, DABS),
    "lab.Experiment.network": lambda: call(experiment().network, False),
    "lab.Experiment.numbers": lambda: call(experiment().numbers, False),
    "lab.Experiment.set": lambda: call(lab.Experiment().set, rate=0.1, adapt_weight=1.0),
    "lab.Experiment.steps": lambda: call(lab.Experiment().steps, 1),
    "lab.Lab": lambda: call(lab.Lab, figure(), form="features"),
    "lab.Lab.load": lambda: call(window().load, "no-file.json"),
    "lab.Lab.save": lambda: call(window().save, "lab.json"),
    "lab.Lab.say": lambda: call(window().say, "saved"),
    "lab.Lab.scenario": lambda: call(window().scenario, "turning"),
    "lab.Lab.show_saved": lambda: call(window().show_saved, Saved()),
    "lab.Lab.set": lambda: call(window().set, form="both"),
}
