"""The forms of DANN side by side on one pair, from one seed: their updates and their results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import _validate
from ..adapt.dann import DANN
from ..adapt.parts import ARRIVALS, arrival_symbol
from ..adapt.predictor import accuracy_or_nan
from ..adapt.recipes import Recipe
from ..adapt.training import Training
from ..data.pairs import DomainPair
from .reversal_forms import FORMS, FormTraining, multiples

WITHOUT = "without"  # the row with λ = 0
LAST = 10  # rows of history in the mean of a loss at the end


@dataclass
class FormsComparison:
    """The result of ``compare_forms``. ``rows``: one dict for each form; printed, a table.

    A row has ``form``, its name in FORMS; ``title``; ``formula`` of the loss that is differentiated; for each key in
    ARRIVALS the multiple of the true gradient that arrives, measured at the first batch and full λ; the accuracies
    ``target`` and ``source`` on test points; ``L_y`` and ``L_d`` at the end, means of ten rows of history;
    ``diverged_at_step``, the step with a loss that is not finite, or None. ``networks``, ``histories``: by the name of
    the form.
    """

    rows: list[dict[str, Any]]
    networks: dict[str, DANN]
    histories: dict[str, list[dict[str, float]]]
    adapt_weight: float

    def __str__(self) -> str:
        head = f"{'':25}{'the loss':17}" + "".join(f"{arrival_symbol(key):>12}" for key in ARRIVALS.values())
        lines = [head + f"{'target':>9}{'source':>8}{'L_y':>9}{'L_d':>9}"]
        for row in self.rows:
            arriving = "".join(f"{row[key]:+12.3f}" for key in ARRIVALS.values())
            learnt = f"{row['target']:9.3f}{row['source']:8.3f}{row['L_y']:9.3g}{row['L_d']:9.3g}"
            gone = "" if row["diverged_at_step"] is None else f"   diverged at step {row['diverged_at_step']}"
            lines.append(f"{row['title']:25}{row['formula']:17}{arriving}{learnt}{gone}")
        lines.append(
            f"λ = {self.adapt_weight:g}; + makes a loss smaller; a domain head that guesses has L_d = ln 2 = 0.693"
        )
        return "\n".join(lines)


def compare_forms(
    pair: DomainPair,
    recipe: Recipe,
    seed: int = 0,
    forms: Sequence[str] = (WITHOUT, *FORMS),
    on_step: Callable[[Training], Any] | None = None,
) -> FormsComparison:
    """Train each of ``forms`` on ``pair``, from equal weights and with equal batches. "without" is DANN at λ = 0.

    A run with a loss that is not finite stops there. Its accuracy is nan if its weights are not finite either, and so
    is every accuracy on a target without labels.
    """
    _validate.instance("pair", pair, DomainPair)
    _validate.instance("recipe", recipe, Recipe)
    for form in _validate.sequence("forms", forms, "a list of names"):
        _validate.one_of("forms", form, (WITHOUT, *FORMS))
    if on_step is not None:
        _validate.function("on_step", on_step, "training")
    result = FormsComparison([], {}, {}, recipe.adapt_weight)
    for form in forms:
        training = _training(pair, recipe, seed, form)
        row = _named(form) | _arriving(pair, recipe, seed, form) | {"diverged_at_step": _fit(training, on_step)}
        network = training.result()
        row["target"] = accuracy_or_nan(network, pair.x_target_test, pair.y_target_test)
        row["source"] = accuracy_or_nan(network, pair.x_source_test, pair.y_source_test, "source")
        for name, column in (("L_y", "label_loss"), ("L_d", "domain_loss")):
            row[name] = float(np.mean([r[column] for r in training.history[-LAST:] if column in r] or [np.nan]))
        result.rows.append(row)
        result.networks[form], result.histories[form] = network, training.history
    return result


def _training(pair: DomainPair, recipe: Recipe, seed: int, form: str) -> FormTraining:
    if form == WITHOUT:
        return FormTraining(pair, replace(recipe, adapt_weight=0.0), seed)
    return FormTraining(pair, recipe, seed, form)


def _named(form: str) -> dict[str, Any]:
    if form == WITHOUT:
        return {"form": form, "title": "without adaptation", "formula": "λ = 0"}
    return {"form": form, "title": FORMS[form].title, "formula": FORMS[form].formula}


def _arriving(pair: DomainPair, recipe: Recipe, seed: int, form: str) -> dict[str, float]:
    """The multiples of the true gradients at the first batch, with λ at full strength."""
    fresh = _training(pair, replace(recipe, ramp=False), seed, form)
    return multiples(fresh, fresh.next_batch())


def _fit(training: FormTraining, on_step: Callable[[Training], Any] | None) -> int | None:
    """Train to the last step. Returns None, or the step at which a loss was not finite."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            training.fit(on_step)
    except FloatingPointError:
        return training.step_count
    return None
