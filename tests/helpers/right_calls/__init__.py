"""One right call of each public name, by module: a function that returns the callable and its arguments."""

from helpers.right_calls import (
    adapt,
    compare,
    data,
    engine,
    estimators,
    exercises,
    games,
    lab,
    nn,
    plots,
    probe,
    released,
)

RIGHT = {
    "minidann": engine.RIGHT,
    "minidann.nn": nn.RIGHT,
    "minidann.data": data.RIGHT,
    "minidann.data.released": released.RIGHT,
    "minidann.adapt": adapt.RIGHT,
    "minidann.compare": compare.RIGHT,
    "minidann.games": games.RIGHT,
    "minidann.probe": probe.RIGHT,
    "minidann.estimators": estimators.RIGHT,
    "minidann.plots": plots.RIGHT,
    "minidann.lab": lab.RIGHT,
    "minidann.exercises": exercises.RIGHT,
}
