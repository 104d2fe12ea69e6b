"""The line at the end of a run: what can be concluded from its table, and what cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from .. import _validate
from .table import checked_rows

CHANGED = "settings that are chosen by this table need other seeds for a fair score"


def conclusion(rows: Iterable[Mapping[str, Any]], chosen: str = CHANGED) -> str:
    """One line on the rows of one pair: is DANN better than source only, and what remains unknown?

    ``rows``: of ``Comparison.rows``, over any number of seeds. ``chosen``: words on the choice of the settings.

    The differences of DANN and source only have one value for each seed, because both start from the same weights. With
    two seeds or more the line has their mean and its 95 % interval by Student's t: it covers other seeds of this pair,
    not other pairs. Raises TypeError for other things than rows of ``compare``.
    """
    _validate.text("chosen", chosen)
    accuracy: dict[str, dict[Any, float | None]] = {"source-only": {}, "dann": {}}
    for i, row in enumerate(checked_rows(rows)):
        if row["method"] in accuracy:
            accuracy[row["method"]][row.get("seed", i)] = row["target_accuracy"]
    below, dann = accuracy["source-only"], accuracy["dann"]
    seeds = [seed for seed in dann if seed in below]
    if not seeds:
        return "To conclude: without both source-only and dann, nothing here says whether adaptation helps."
    pairs = [(dann[seed], below[seed]) for seed in seeds]
    differences = np.array([high - low for high, low in pairs if high is not None and low is not None])
    if len(differences) < len(seeds):
        return (
            "To conclude: the target has no labels, so nothing here says whether DANN helps. "
            "A domain loss near ln 2 in the figure shows aligned domains, not aligned classes."
        )
    return f"To conclude: {_compared(differences)}; this says nothing of other pairs, and {chosen}."


def _compared(differences: np.ndarray) -> str:
    """The words for DANN's target accuracy minus that of source only, (seeds,)."""
    mean, n = differences.mean(), len(differences)
    if n == 1:
        return f"on one seed the difference of DANN to source only is {_signed(mean)}, which may be chance"
    from scipy.special import stdtrit  # imported here: SciPy takes time to import

    half = stdtrit(n - 1, 0.975) * differences.std(ddof=1) / np.sqrt(n)
    interval = f"{_signed(mean)} (95 % interval over {n} seeds: {_signed(mean - half)} to {_signed(mean + half)})"
    if mean - half > 0:
        return f"DANN is above source only on this target: {interval}"
    if mean + half < 0:
        return f"DANN is below source only on this target: {interval}"
    return f"these seeds do not tell DANN from source only: {interval}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
