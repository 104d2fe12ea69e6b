"""Wrong calls of everything public: an error of an ordinary kind names the argument in one line.

A new public name needs a right call in ``helpers/right_calls``; its wrong calls are then made from it.
"""

import functools
import importlib
import inspect
import os
import tempfile

import pytest
from helpers.right_calls import RIGHT
from helpers.wrong_calls import Tally, by_call, tally

import minidann as md

BESIDE = {
    "minidann.probe": ("minidann.probe.check", "minidann.probe.doctor"),
    "minidann.plots": ("minidann.plots.film", "minidann.plots.graph", "minidann.plots.figures"),
}  # modules whose names are tested with those of another

ABSTRACT = {  # a subclass defines them
    *("md.Op.forward", "md.Op.backward", "nn.Layer.__call__"),
    *("games.Game.value", "games.Game.field", "games.Game.minibatch_field", "games.Game.jacobian"),
}

ASSERTIONS = {"exercises.expect", "exercises.several"}  # any value may come: a wrong one is an AssertionError

NAMED = 0.98  # the least share of messages that name the argument


@functools.cache
def tally_of(module):
    """The tally of a module, made in a new folder: a wrong call may write a file."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return tally({name: make for name, make in RIGHT[module].items() if name not in ASSERTIONS})
        finally:
            os.chdir(here)


@pytest.mark.slow
@pytest.mark.parametrize("module", RIGHT)
def test_a_wrong_call_is_told_which_argument_is_wrong(module):
    found = tally_of(module)
    assert found.foreign == []
    assert found.named >= NAMED, f"{by_call(found.unnamed)}\n" + "\n".join(found.unnamed)


@pytest.mark.slow
def test_there_are_4000_wrong_calls():
    assert sum(map(tally_of, RIGHT), Tally()).raised >= 4000


def public(module):
    """The public functions and classes of a module by the name of their right call."""
    short = {"minidann": "md"}.get(module, module.rpartition(".")[2])
    for place in (module, *BESIDE.get(module, ())):
        holder = importlib.import_module(place)
        for name in holder.__all__:
            value = getattr(holder, name)
            if callable(value) and not (inspect.isclass(value) and issubclass(value, Warning)):
                yield f"{short}.{name}", value
    if module == "minidann":
        for name in ("abs", "max", "min", "sum"):  # public, and left out of __all__
            yield f"md.{name}", getattr(md, name)


@pytest.mark.parametrize("module", RIGHT)
def test_every_public_name_has_a_right_call(module):
    assert {name for name, _ in public(module)} - set(RIGHT[module]) - {"md.Gradients"} == set()  # a dict


@pytest.mark.parametrize("module", RIGHT)
def test_every_public_method_with_arguments_has_a_right_call(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    called = set()
    for make in RIGHT[module].values():
        function = make()[0]
        called.add(getattr(function, "__func__", function))
        called.add(vars(type(function)).get("__call__"))  # an object that is called
    missing = {
        f"{name}.{method.__name__}"
        for name, kind in public(module)
        if inspect.isclass(kind)
        for own, found in vars(kind).items()
        for method in [getattr(found, "__func__", found)]  # of a class method
        if inspect.isfunction(method) and (own[0] != "_" or own in ("__call__", "__getitem__"))
        if len(inspect.signature(method).parameters) > 1 and method not in called
    }
    assert missing - ABSTRACT == set()
