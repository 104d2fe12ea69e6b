"""One run with checkpoints: saved every so many steps, at the end, and when it is to stop. No signal cuts a step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..adapt.training import Training
from ..data.pairs import DomainPair
from .checkpoints import Checkpoints
from .interrupts import Interrupted, finish_step_on_interrupt

OnStep = Callable[[Training], Any]


def fit_with_checkpoints(
    training: Training,
    method: str,
    pair: DomainPair,
    checkpoints: Checkpoints,
    on_step: OnStep | None = None,
    asked_to_stop: Callable[[], int] = lambda: 0,
) -> Training:
    """Train to the last step, and save the state every ``checkpoints.every`` steps, at the end and on a signal.

    ``checkpoints`` says where the run begins: see ``Checkpoints.begin``. A signal (Ctrl-C, SIGTERM, SIGHUP) raises
    Interrupted after the step is finished and saved. ``asked_to_stop()``: the number of a signal that another process
    has received, 0 for none. Each regular checkpoint adds the accuracy on the target test points of ``pair`` to the
    history, if these have labels. The accuracy is for reading only: no setting is chosen by it.
    """
    if checkpoints.begin(training, method) and on_step is not None:
        on_step(training)
    with finish_step_on_interrupt() as interrupted:

        def stop() -> int:
            return interrupted() or asked_to_stop()

        def after_step(training: Training) -> None:
            if on_step is not None:
                on_step(training)
            due = training.step_count % checkpoints.every == 0 or training.step_count == training.recipe.steps
            if due and pair.y_target_test is not None:
                accuracy = training.result().accuracy(pair.x_target_test, pair.y_target_test)
                training.history.append({"step": training.step_count, "target_accuracy": accuracy})
            number = stop()
            if due or number:
                checkpoints.save(training, method)
            if number:
                raise Interrupted(number)

        training.fit(after_step)
        if number := stop():  # the signal came after the last call of after_step had asked
            raise Interrupted(number)
    return training
