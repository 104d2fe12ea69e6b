"""Every name that the package asks of an array library exists there: in the stand-in, and in CuPy itself.

CuPy installs and imports without a GPU, so that half needs only ``pip install cupy-cuda12x``; it is skipped without.
"""

import ast
import inspect
from pathlib import Path

import pytest
from helpers import standin

import minidann
from minidann import cli
from minidann.engine.devices import use_backend

PACKAGE = Path(minidann.__file__).parent
LIBRARIES = {"xp", "library", "cupy"}  # what the package calls a library that it has from an array


def names_of(tree):
    """All a.b of xp.a.b, self.xp.a.b and array_module(x).a.b in a module, the longest chains alone."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        parts = []
        if id(node) in inner:
            continue
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        parts.reverse()
        called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "array_module"
        if "xp" in parts:  # self.xp.exp, op.xp.asarray
            parts = parts[parts.index("xp") + 1 :]
        elif not called and getattr(node, "id", "") not in LIBRARIES:
            continue
        if parts:
            yield ".".join(parts)


USED = sorted({name for path in PACKAGE.rglob("*.py") for name in names_of(ast.parse(path.read_text("utf-8")))})
OFFERED = sorted(name for name in vars(standin.library) if not name.startswith("_") and name != "lib")
METHODS = sorted(name for name in vars(standin.DeviceArray) if name not in ("_host", "__module__", "__slots__"))


def find(library, name):
    for part in name.split("."):
        library = getattr(library, part)
    return library


@pytest.fixture
def cupy():
    return pytest.importorskip("cupy")


def test_the_names_are_found_however_they_are_reached():
    text = "xp = array_module(a)\nxp.lib.tricks.view(a)\narray_module(a).exp(a, out=xp.add.at)\nnp.sum(a)\nlibrary.x"
    text += "\nself.xp.log(a)\nself.xp"
    assert sorted(names_of(ast.parse(text))) == ["add.at", "exp", "lib.tricks.view", "log", "x"]
    assert {"lib.stride_tricks.sliding_window_view", "add.at", "asnumpy", "cuda.runtime.memGetInfo", "exp"} <= set(USED)


@pytest.mark.parametrize("name", [name for name in USED if name != "__version__"])
def test_the_stand_in_has_it(name):
    assert callable(find(standin.library, name))


def test_no_module_but_one_knows_cupy():
    knowing = [path.name for path in PACKAGE.rglob("*.py") if "import cupy" in path.read_text("utf-8")]
    assert knowing == ["devices.py"]


@pytest.mark.parametrize("name", sorted({*USED, *OFFERED}))
def test_cupy_has_it(name, cupy):
    assert find(cupy, name) is not None


@pytest.mark.parametrize("name", OFFERED)
def test_cupy_takes_the_arguments_that_the_stand_in_takes(name, cupy):
    try:
        theirs = inspect.signature(getattr(cupy, name)).parameters
        ours = inspect.signature(getattr(standin.library, name)).parameters
    except (TypeError, ValueError):  # an elementwise function of CuPy does not say
        return
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in theirs.values()):
        return
    assert len(ours) <= len(theirs)
    given = [name for name, parameter in ours.items() if parameter.default is not parameter.empty]
    assert set(given) <= set(theirs)


@pytest.mark.parametrize("name", METHODS)
def test_a_cupy_array_has_every_method_of_the_stand_ins(name, cupy):
    assert hasattr(cupy.ndarray, name)


@pytest.mark.parametrize("door", ["__array_interface__", "__array_struct__", "__buffer__", "__index__"])
def test_a_cupy_array_opens_no_door_that_the_stand_in_keeps_shut(door, cupy):
    assert not hasattr(cupy.ndarray, door)
    assert not hasattr(standin.DeviceArray, door)


def test_cupy_without_a_gpu_ends_with_one_line(cupy, capsys):
    try:
        cupy.zeros(1)
    except Exception:
        pass
    else:
        pytest.skip("a GPU answers here")
    with pytest.raises(ValueError, match=r"^backend: got 'cupy', and CuPy \S+ is installed, but it cannot work here"):
        use_backend("cupy").__enter__()
    with pytest.raises(SystemExit) as caught:
        cli.main(["moons", "--backend", "cupy"])
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "nvidia-smi" in said.err
    assert said.out == ""
