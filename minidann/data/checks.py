"""Tests of a whole pair: test sets that training has seen are refused, and doubtful data gets one DataWarning."""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from .arrays import Columns, listed

if TYPE_CHECKING:
    from .pairs import DomainPair

SAMPLE = 2000  # examples, at most, in a test of scales
WIDE = 64  # a table with so many columns is tested as a whole, as an image is: single pixels are often constant
APART = 30.0  # the smallest ratio of two scales that is doubtful: two units are, two cameras are not
ONE_COLUMN = 1000.0  # the smallest doubtful ratio between the ranges of two columns
FAR = 100.0  # the smallest doubtful distance of two means, in standard deviations
REPEATED = 0.02  # a share of shared examples that needs no explanation


class DataWarning(UserWarning):
    """The category of warnings about data that trains, but probably not as meant."""


def check_pair(pair: DomainPair) -> None:
    """Refuse a test set that is the training target, and warn once about all that is doubtful in ``pair``."""
    causes = [
        *_shared_examples(pair.x_target, pair.x_target_test),
        *_black_images(pair),
        *_constant(pair),
        *_scales(pair),
        *_classes(pair),
    ]
    if causes:
        warnings.warn("; ".join(causes), DataWarning, stacklevel=_outside())


def _shared_examples(x: np.ndarray, x_test: np.ndarray) -> list[str]:
    """A sentence if many test examples are training examples. Raises ValueError if all are.

    Examples of few possible values repeat in honest data too. The share of repeated examples within ``x`` tells how
    often.
    """
    seen = Counter(hash(row.tobytes()) for row in x)
    tests = Counter(hash(row.tobytes()) for row in x_test)
    shared = sum(count for key, count in tests.items() if key in seen)
    share, repeated = shared / len(x_test), sum(count for count in seen.values() if count > 1) / len(x)
    if (len(seen) > 1 or len(x) == 1) and (seen == tests or (share == 1 and repeated < 0.5)):
        raise ValueError(
            f"x_target_test: got {len(x_test)} examples that are all in x_target, expected others: training has seen "
            "these. DomainPair.from_arrays(…) holds a part of the target out"
        )
    deviation = np.sqrt(repeated * (1 - repeated) / min(len(x), len(x_test)))
    if share <= repeated + 3 * deviation + REPEATED:
        return []
    return [f"x_target_test: {shared} of {len(x_test)} examples are in x_target too, and training sees these"]


def _black_images(pair: DomainPair) -> list[str]:
    return [
        f"{name}: the bytes are at most 1, so these images are black; images in 0…1 need × 255 before uint8"
        for name, x in _domains(pair)
        if x.dtype == np.uint8 and x.ndim > 2 and x.max() <= 1
    ]


def _constant(pair: DomainPair) -> list[str]:
    causes = []
    for name, x in _domains(pair):
        rows, table = _sample(x), x.ndim == 2 and x.shape[1] < WIDE
        constant = np.ptp(rows, axis=0) == 0
        if len(x) > 1 and constant.all() and (x == x[:1]).all():
            causes.append(f"{name}: all {len(x)} examples are equal")
        elif len(x) > 1 and constant.any() and table:
            large = np.abs(rows[0])[constant].max() > 1e5
            hint = " in float32, which holds seven digits; subtract its mean before" * bool(large)
            causes.append(f"{name}: {_named(constant, pair.columns)} is constant{hint}")
    return causes


def _scales(pair: DomainPair) -> list[str]:
    source, target = _sample(pair.x_source), _sample(pair.x_target)
    if pair.x_source.ndim > 2 or pair.x_source.shape[1] >= WIDE:
        source, target = source.reshape(-1, 1), target.reshape(-1, 1)
        return [f"x_source and x_target: {text}" for text in _apart(source, target, None)]
    causes = [f"x_source and x_target: {text}" for text in _apart(source, target, pair.columns)]
    ranges = np.maximum(np.ptp(source, axis=0), np.ptp(target, axis=0))
    varied = ranges[ranges > 0]
    if len(varied) and varied.max() > ONE_COLUMN * varied.min():
        largest = _named(ranges == ranges.max(), pair.columns)
        ratio = varied.max() / varied.min()
        causes.append(f"x_source: {largest} has a range {ratio:.1g} times another's; divide each by its deviation")
    largest_values = np.maximum(np.abs(source).max(axis=0), np.abs(target).max(axis=0))
    lost = (ranges > 0) & (ranges < FAR * np.spacing(largest_values.astype(np.float32)))
    if lost.any():
        causes.append(f"x_source: {_named(lost, pair.columns)} varies less than float32 can hold; subtract its mean")
    return causes


def _apart(source: np.ndarray, target: np.ndarray, columns: Columns | None) -> list[str]:
    """Sentences about columns whose scale or place differs by orders of magnitude between the domains."""
    causes = []
    source_std, target_std = source.std(axis=0), target.std(axis=0)
    source_range, target_range = np.ptp(source, axis=0), np.ptp(target, axis=0)
    varied = (source_range > 0) & (target_range > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.minimum(abs(np.log(target_std / source_std)), abs(np.log(target_range / source_range)))
    other_scale = varied & (np.nan_to_num(ratios) > np.log(APART))
    if other_scale.any():
        at = int(np.flatnonzero(other_scale)[0])
        where = "" if len(varied) == 1 and columns is None else f"{_named(other_scale, columns)}: "
        got = f"{_span(source[:, at])} beside {_span(target[:, at])}"
        causes.append(f"{where}the scales differ, {got}; give both the same unit")
    distance = np.abs(np.mean(source, axis=0) - np.mean(target, axis=0))
    far = ~other_scale & varied & (distance > FAR * np.maximum(source_std, target_std))
    if far.any():
        at = int(np.flatnonzero(far)[0])
        got = f"{_span(source[:, at])} beside {_span(target[:, at])}"
        causes.append(f"{_named(far, columns)}: the domains lie far apart, {got}; give both the same zero")
    return causes


def _classes(pair: DomainPair) -> list[str]:
    causes = []
    if len(pair.classes_) > pair.n_classes:
        fresh = listed(pair.classes_[pair.n_classes :])
        causes.append(f"y_source: no example of class {fresh}, which the target has; none will be predicted")
    n = len(pair.y_source)
    if n >= 20 and pair.n_classes > n / 2:
        causes.append(f"y_source: {pair.n_classes} classes in {n} examples; is it a number to predict, or an index?")
    return causes


def _domains(pair: DomainPair) -> list[tuple[str, np.ndarray]]:
    return [("x_source", pair.x_source), ("x_target", pair.x_target)]


def _sample(x: np.ndarray) -> np.ndarray:
    """At most SAMPLE examples from all of x, as float64 rows."""
    return x[:: -(-len(x) // SAMPLE)].reshape(-1, int(np.prod(x.shape[1:]))).astype(np.float64)


def _named(chosen: np.ndarray, columns: Columns | None) -> str:
    """The chosen columns by their names, or by their positions."""
    at = np.flatnonzero(chosen)
    names = [i if columns is None else columns[i] for i in at]
    return f"column{'s' * (len(at) > 1)} {listed(names, 5)}"


def _span(x: np.ndarray) -> str:
    return f"{x.min():.3g} to {x.max():.3g}"


def _outside() -> int:
    """The stacklevel of the first caller outside this package: the warning then names the user's line."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("minidann."):
        level, frame = level + 1, frame.f_back
    return level
