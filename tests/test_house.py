"""The rooms of the package: who may import whom, no circles, one door to the backends."""

import ast
import functools
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "minidann"
# bottom to top
ROOMS = [
    "engine",
    "nn",
    "data",
    "adapt",
    "compare",
    "games",
    "probe",
    "estimators",
    "bench",
    "plots",
    "lab",
    "exercises",
    "commands",
]
BESIDE = {"data": {"nn"}, "nn": {"data"}}  # rooms of one height
TOP = {"cli", "__main__", "__init__"}


@functools.cache
def imports_of(path):
    """The modules of the package that a file imports at run time, as paths such as "engine/tensor"."""
    return list(_found_in(path))


def _found_in(path):
    tree = ast.parse(path.read_text("utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    package = path.relative_to(ROOT.parent).parent.parts
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or id(node) in for_types:
            continue
        base = package[: len(package) - node.level + 1] if node.level else ()
        target = (*base, *(node.module or "").split(".")) if node.module else base
        if not target or target[0] != "minidann":
            continue
        for alias in node.names:
            full = Path(*target, alias.name)
            found = [full] if _is_module(full) else [Path(*target)]
            yield from (str(module.relative_to("minidann")) for module in found)


def _is_module(path):
    path = ROOT.parent / path
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_below_it(room):
    below = set(ROOMS[: ROOMS.index(room) + 1]) - BESIDE.get(room, set())
    wrong = [
        (path.name, module)
        for path in FILES
        if path.relative_to(ROOT).parts[0] == room
        for module in imports_of(path)
        if module.split("/")[0] in ROOMS and module.split("/")[0] not in below
    ]
    assert wrong == []


def test_rooms_above_adapt_know_one_function_of_the_backends():
    above = ROOMS[ROOMS.index("adapt") + 1 :]
    found = set()
    for path in FILES:
        if path.relative_to(ROOT).parts[0] not in above:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("engine.backend", "engine.devices")):
                found |= {(str(path.relative_to(ROOT)), alias.name) for alias in node.names}
    assert {name for _, name in found} <= {"to_numpy"}, found


def test_no_imports_run_in_a_circle():
    graph = {}
    for path in FILES:
        name = str(path.relative_to(ROOT).with_suffix("")).removesuffix("/__init__")
        graph[name] = [module for module in imports_of(path) if module != name]
    done, circles = set(), []

    def visit(name, way):
        if name in way:
            circles.append([*way[way.index(name) :], name])
            return
        if name in done:
            return
        for module in graph.get(name, ()):
            visit(module, [*way, name])
        done.add(name)

    for name in graph:
        visit(name, [])
    assert circles == []


def test_test_files_have_names_of_their_own():
    """Two files of one name cannot be collected in one run of pytest."""
    names = [path.name for path in (ROOT.parent / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
