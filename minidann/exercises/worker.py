"""The process that runs a student's file: it begins exercises one after the other, and writes a line for each event.

python -m minidann.exercises.worker FILE CHAPTER NAME…    # what ``processes`` starts

Lines are JSON on standard output: {"loading": PATH}, {"begin": NAME}, {"answer": {…}}, or {"fault": TEXT} for a file
that cannot be run. All that the student's code prints goes to standard error.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

from . import judge, material

MEMORY = 2 << 30  # bytes: an endless list ends in a MemoryError before the computer suffers


def main(path: str, number: str, *names: str) -> None:
    """Run the tests of the exercises ``names`` on the student's file ``path``."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # or prints would be lost if the process is ended
            stream.reconfigure(line_buffering=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    _limit_memory()

    def tell(**event: Any) -> None:
        lines.write(json.dumps(event) + "\n")
        lines.flush()

    chapter = material.chapters()[int(number)]
    hints, source = chapter.hints(), compile(chapter.tests(), f"test_{chapter.module}.py", "exec")
    sys.path.insert(0, str(Path(path).parent))
    tell(loading=path)
    try:
        module = load(path, chapter.module)
    except BaseException as error:  # SystemExit too: the file is a student's
        place = judge.place_of(error, path)
        tell(fault=judge.in_words(error), place=place)
        return
    tests: dict[str, Any] = {"__name__": f"test_{chapter.module}"}
    exec(source, tests)
    for name in names:
        tell(begin=name)
        tell(answer=asdict(judge.judge(module, name, chapter.tests_of(name, tests), hints[name])))


def load(path: str, name: str) -> ModuleType:
    """Import a student's file under the name that its tests import."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.dont_write_bytecode = True  # or a folder __pycache__ would stand among the student's files
    spec.loader.exec_module(module)
    return module


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


if __name__ == "__main__":
    main(*sys.argv[1:])
