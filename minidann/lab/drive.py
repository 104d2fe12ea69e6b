"""The drive of the lab's experiments: whole steps at a speed, or single phases, with a pause at a step."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .experiment import PHASES, Experiment

FIRST = 5  # steps in a frame, if it is not known how long they take
PHASE = 0.9  # seconds of one phase at speed 0


class Drive:
    """Drives all ``experiments`` by the same actions.

    An experiment whose losses are not finite any more stands still. ``running``: whether the next frame goes on.
    ``done``: the last phase while the drive pauses, else None. ``look()`` is called after a change of the picture.
    ``most_seconds``: the processor time for the steps of one frame, or None for no limit; slow steps are then fewer in
    a frame. ``step_seconds``: that of the last frame's steps, each; None if the next steps may cost more.
    """

    def __init__(self, experiments: list[Experiment], look: Callable[[], Any]) -> None:
        self.experiments, self.look = experiments, look
        self.running = False
        self.done: str | None = None
        self.most_seconds: float | None = None
        self.step_seconds: float | None = None
        self.phased = 0.0  # the time of the last phase

    @property
    def can_go(self) -> bool:
        return bool(self._alive())

    def run(self) -> None:
        """Go on at each frame until ``pause``."""
        self.running = self.can_go
        self.look()

    def pause(self) -> None:
        """Stop between two steps, or between two phases."""
        self.running = False
        self.look()

    def phase(self) -> None:
        """Do the next phase."""
        if self.can_go:
            self.done, self.phased = self._alive()[0].next, time.perf_counter()
            self._all(lambda experiment: experiment.phase())

    def step(self) -> None:
        """Do one step, or the rest of an unfinished one."""
        if self.can_go:
            self._all(lambda experiment: experiment.steps(1))
            self.done = PHASES[-1]

    def begin(self) -> None:
        """Start all runs anew, from the same seed."""
        for experiment in self.experiments:
            experiment.begin()
        self.done = None
        if not self.can_go:
            self.pause()
        self.look()

    def frame(self, speed: int, pause_at: int | None) -> None:
        """Do ``speed`` steps, but none beyond ``pause_at``; or the next phase if ``speed`` is 0 and it is time."""
        if speed:
            self.done = None
            speed = self._affordable(speed)
            left = (pause_at or 0) - self.step_count
            steps, start = min(speed, left) if left > 0 else speed, time.thread_time()
            self._all(lambda experiment: experiment.steps(steps))
            self.step_seconds = (time.thread_time() - start) / steps
        elif time.perf_counter() - self.phased > PHASE:
            self.phase()
        else:
            return
        if self.step_count == pause_at and all(experiment.next == PHASES[0] for experiment in self._alive()):
            self.pause()

    def _affordable(self, speed: int) -> int:
        """At most ``speed`` steps that take no longer than ``most_seconds``, and at least one."""
        if self.most_seconds is None:
            return speed
        if self.step_seconds is None:
            return min(speed, FIRST)
        return max(1, min(speed, int(self.most_seconds / max(self.step_seconds, 1e-6))))

    @property
    def step_count(self) -> int:
        """The steps done; 0 while no run can go on."""
        alive = self._alive()
        return alive[0].training.step_count if alive and alive[0].training is not None else 0

    def _alive(self) -> list[Experiment]:
        return [each for each in self.experiments if each.training is not None and not each.ran_off]

    def _all(self, act: Callable[[Experiment], Any]) -> None:
        """Let all experiments that can go on do ``act``. Pause if none of them can go on afterwards."""
        for experiment in self._alive():
            try:
                act(experiment)
            except FloatingPointError:  # a loss is not finite: the view says so
                self.look()
        if not self.can_go:
            self.pause()
