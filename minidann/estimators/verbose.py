"""The lines that ``fit`` prints if it is ``verbose``."""

from __future__ import annotations

from collections.abc import Callable

from ..adapt.training import Training
from .domains import Domains


def progress_printer(
    training: Training, found: Domains, n_classes: int, standardise: bool
) -> Callable[[Training], None]:
    """Print the data and the standardisation. Returns a function of a training that prints ten lines in all steps."""
    n, steps = len(found.x_source), training.recipe.steps
    target = "no target" if found.x_target is None else f"{len(found.x_target)} target rows without labels"
    print(f"{n} source rows of {n_classes} classes, {target}; ", end="")
    print(f"inputs standardised by the {n} source rows" if standardise else "inputs as they are")
    every = max(1, steps // 10)

    def show(training: Training) -> None:
        if training.step_count % every == 0 and training.history:
            row = training.history[-1]
            numbers = ", ".join(f"{name} {row[name]:.3g}" for name in row if name != "step")
            print(f"step {training.step_count} of {steps}: {numbers}")

    return show
