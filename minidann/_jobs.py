"""The same function on many tasks, by several workers: processes of this machine, or a cluster that joblib knows."""

from __future__ import annotations

import os
import signal
import threading
import traceback
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence, Sized
from concurrent.futures import BrokenExecutor
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from . import _validate
from .engine.backend import chosen, libraries
from .engine.devices import use_backend
from .engine.threads import one_thread

LOSSES = 3  # workers may be lost this often with no result in between: a fourth try would be lost, too
ROUND = 4  # tasks of a worker in a round, for a joblib backend that returns nothing before all tasks are done


class LostWorkers(OSError):
    """Workers ended again and again before they had finished one task: killed from outside, or out of memory."""


class RemoteTraceback(Exception):
    """The traceback of an error in a worker, as text. It is the ``__cause__`` of the error."""


class Outcome(NamedTuple):
    """The end of one task: its result or its error, with the error's traceback as text."""

    i: int
    result: Any = None
    error: BaseException | None = None
    trace: str = ""


def in_parallel(
    function: Callable[[Any], Any], tasks: Iterable[Any], jobs: int | None = 1
) -> Generator[tuple[int, Any], None, None]:
    """Pairs (i, ``function(task)``) for each i-th task, as they are done.

    ``jobs``: the number of workers; −1 for one a core; 1 for none: the tasks are then done here, in their order. None
    is 1, or the n_jobs of an open ``joblib.parallel_config``. Its backend is used: worker processes by default, or
    "dask", "ray" and others. A worker computes on the array backend of the caller, with NumPy's error handling of the
    caller and one BLAS thread.

    The first error of ``function`` ends the work and is raised. Close the generator to end the work early. Tasks of a
    worker process that was killed are done again. Raises LostWorkers if workers are lost time and again, and ValueError
    for 0 jobs.
    """
    if jobs is not None and check_jobs("jobs", jobs) == 1:
        return ((i, function(task)) for i, task in enumerate(tasks))
    return _by_workers(function, tasks, jobs)


def check_jobs(name: str, jobs: Any) -> int:
    """``jobs`` as joblib takes them: a whole number, 1 or more workers, −1 for one a core, −2 for all but one core, …

    Raises ValueError with ``name`` otherwise.
    """
    if isinstance(jobs, (int, np.integer)) and not isinstance(jobs, bool) and jobs != 0:
        return int(jobs)
    raise ValueError(f"{name}: got {_validate.shown(jobs)}, expected a whole number of workers, or -1 for one a core")


def _by_workers(
    function: Callable[[Any], Any], tasks: Iterable[Any], jobs: int | None
) -> Generator[tuple[int, Any], None, None]:
    if isinstance(tasks, Sized) and jobs is not None and jobs > 1:
        jobs = max(2, min(jobs, len(tasks)))  # a worker without a task would only be started
    begun: dict[int, Any] = {}  # the tasks that were given out, and have no result yet
    waiting = enumerate(tasks)
    lost = 0
    while lost < LOSSES:
        found: Outcome | None = None
        outcomes = _outcomes(function, _noted(begun, chain(list(begun.items()), waiting)), jobs)
        try:
            for found in outcomes:
                if found.error is not None:
                    break
                lost = 0
                del begun[found.i]
                yield found.i, found.result
            else:
                return
        except BrokenExecutor:
            lost += 1
            continue
        finally:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # joblib warns of results that nobody will read
                outcomes.close()
        _raise_as_here(found)
    raise LostWorkers(
        f"worker processes ended {LOSSES} times before they had finished a task: killed, or out of memory; "
        "fewer jobs need less memory"
    )


def _noted(begun: dict[int, Any], numbered: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """The numbered tasks. Each is noted when it is given out."""
    for i, task in numbered:
        begun[i] = task
        yield i, task


def _outcomes(
    function: Callable[[Any], Any], numbered: Iterator[tuple[int, Any]], jobs: int | None
) -> Generator[Outcome, None, None]:
    """The outcome of each task as it is done, or in rounds where the backend of joblib cannot do that."""
    import joblib

    call = joblib.delayed(_call)
    backend = next(name for name, library in libraries.items() if library is chosen.value)
    here = (os.getpid(), backend, np.geterr())
    calls = (call(function, i, task, *here) for i, task in numbered)
    options: dict[str, Any] = {"n_jobs": jobs, "batch_size": 1} | _initialiser()
    try:
        parallel = joblib.Parallel(return_as="generator_unordered", **options)
    except ValueError:  # the backends "multiprocessing" and "ray"
        parallel = joblib.Parallel(**options)
        in_a_round = ROUND * joblib.effective_n_jobs(jobs)
        while batch := list(islice(calls, in_a_round)):
            yield from parallel(batch)
        return
    yield from parallel(calls)


def _initialiser() -> dict[str, Any]:
    """The option by which joblib's own worker processes, loky's, ignore signals from their first moment.

    An initialiser of the user's ``joblib.parallel_config`` has precedence.
    """
    from joblib.parallel import get_active_backend

    backend = get_active_backend()[0]
    if type(backend).__name__ != "LokyBackend" or "initializer" in getattr(backend, "backend_kwargs", {}):
        return {}
    return {"initializer": _leave_signals_to_the_parent, "initargs": (("SIGINT", "SIGTERM", "SIGHUP"),)}


def _leave_signals_to_the_parent(names: Sequence[str]) -> None:
    """Ignore signals. Ctrl-C reaches all processes of a terminal, a cluster stops all of a job: one of them answers."""
    for name in names:
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)


def _call(
    function: Callable[[Any], Any], i: int, task: Any, parent: int, backend: str, errors: dict[str, Any]
) -> Outcome:
    """The i-th task, done in a worker as the caller would do it."""
    if os.getpid() != parent and threading.current_thread() is threading.main_thread():
        _leave_signals_to_the_parent(["SIGINT"])  # SIGTERM ends the workers of some backends
    try:
        with one_thread, use_backend(backend), np.errstate(**errors):
            return Outcome(i, function(task))
    except (Exception, KeyboardInterrupt) as error:
        return Outcome(i, error=error, trace=traceback.format_exc())


def _raise_as_here(outcome: Outcome) -> None:
    assert outcome.error is not None
    raise outcome.error from RemoteTraceback(f"\n\n{outcome.trace}")
