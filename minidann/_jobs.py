"""The same function on many tasks, by several workers: processes of this machine, or a cluster that joblib knows."""

from __future__ import annotations

import os
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from concurrent.futures import BrokenExecutor
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from . import _validate
from .engine.backend import chosen, libraries
from .engine.blas import one_thread
from .engine.devices import use_backend
from .engine.threads import of_thread

LOSSES = 3  # workers may be lost this often with no result in between: a fourth try would be lost, too
ROUND = 4  # tasks of a worker in a round, for a joblib backend that returns nothing before all tasks are done


class LostWorkers(OSError):
    """The workers cannot go on: they end again and again, or their cluster does not answer."""


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
    caller and one thread.

    The first error of ``function`` ends the work and is raised. Close the generator to end the work early. Tasks of a
    worker process that was killed are done again. Raises LostWorkers if workers are lost time and again, and ValueError
    for 0 jobs.
    """
    if jobs is not None and check_jobs("jobs", jobs) == 1:
        return ((i, function(task)) for i, task in enumerate(tasks))
    return _by_workers(function, tasks, jobs)


def in_order(found: Iterable[tuple[int, Any]]) -> Iterator[Any]:
    """The results of ``in_parallel`` in the order of the tasks. Each waits for those before it."""
    waiting: dict[int, Any] = {}
    i = 0
    for number, result in found:
        waiting[number] = result
        while i in waiting:
            yield waiting.pop(i)
            i += 1


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
        except Exception as error:  # of joblib or of the cluster: those of ``function`` are in the outcomes
            raise LostWorkers(f"the workers cannot go on: {_validate.one_line(error)}") from error
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
    from joblib.parallel import get_active_backend

    _report_lost_tasks(get_active_backend()[0])
    call = joblib.delayed(_call)
    backend = next(name for name, library in libraries.items() if library is chosen.value)
    here = (os.getpid(), backend, {**np.geterr(), "call": np.geterrcall()})
    # one tuple: dask would leave large arguments on one worker, and lose them with it
    calls = (call((function, i, task, *here)) for i, task in numbered)
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


def _report_lost_tasks(backend: Any) -> None:
    """Mend a fault of joblib 1.6 for "dask": it waits for ever for a task that the cluster gives up.

    Such a task has lost four workers, or a worker cannot load it. ``backend`` tells no callback of its error.
    """
    if type(backend).__name__ != "DaskDistributedBackend" or "submit" in vars(backend):
        return
    submit, retrieve = backend.submit, backend.retrieve_result_callback

    def reporting_submit(function: Any, callback: Callable[[Any], Any]) -> Any:
        future = submit(function, callback)
        future.add_done_callback(lambda done: done.exception() is None or callback(_Lost(done.exception())))
        return future

    def raising_retrieve(out: Any) -> Any:
        if isinstance(out, _Lost):
            raise out.error
        return retrieve(out)

    backend.submit, backend.retrieve_result_callback = reporting_submit, raising_retrieve


class _Lost(NamedTuple):
    """The error of a task that the cluster has given up."""

    error: Any


def _initialiser() -> dict[str, Any]:
    """The option by which joblib's own worker processes, loky's, ignore signals from their first moment.

    An initialiser of the user's ``joblib.parallel_config`` has precedence.
    """
    from joblib.parallel import get_active_backend

    backend = get_active_backend()[0]
    if type(backend).__name__ != "LokyBackend" or "initializer" in getattr(backend, "backend_kwargs", {}):
        return {}
    return {"initializer": _begin_worker}


def _begin_worker() -> None:
    """Ignore signals: Ctrl-C reaches all processes of a terminal, and one of them answers. End when the parent ends."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # Windows has no SIGHUP
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this process within a second after its parent. A killed parent can no longer end its workers."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _call(call: tuple[Callable[[Any], Any], int, Any, int, str, dict[str, Any]]) -> Outcome:
    """The outcome of one task, done in a worker as the caller would do it."""
    function, i, task, parent, backend, errors = call
    if os.getpid() != parent and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; SIGTERM ends workers of some backends
    try:
        with of_thread.set(1), one_thread, use_backend(backend), np.errstate(**errors):
            return Outcome(i, function(task))
    except (Exception, KeyboardInterrupt) as error:
        return Outcome(i, error=error, trace=traceback.format_exc())


def _raise_as_here(outcome: Outcome) -> None:
    assert outcome.error is not None
    raise outcome.error from RemoteTraceback(f"\n\n{outcome.trace}")
