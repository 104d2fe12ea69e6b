"""Scales of columns and images that differ by orders of magnitude: between domains, and between columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .arrays import Columns, listed
from .mapped import release

if TYPE_CHECKING:
    from .pairs import DomainPair

SAMPLE = 2000  # examples, at most, in a test
WIDE = 64  # a table with so many columns is taken for flattened images: single pixels are often constant or rare
APART = 30.0  # the smallest ratio of two scales that is doubtful: two units are, two cameras are not
PIXELS_APART = 1000.0  # the same for single columns of a wide table: a rare grey of 1 beside 255 is not doubtful
ONE_COLUMN = 1000.0  # the smallest doubtful ratio between the ranges of two columns
FAR = 100.0  # the smallest doubtful distance of two means, in standard deviations
FEW = 10  # fewer examples can lie near one another by chance: their largest values are compared too


def doubtful_scales(pair: DomainPair) -> list[str]:
    """Sentences about scales in ``pair`` that differ by orders of magnitude."""
    causes, is_table = [], pair.x_source.ndim == 2
    for one, other in (("x_source", "x_target"), ("x_source", "x_source_test"), ("x_target", "x_target_test")):
        # two samples at a time: those of images take some 100 MB each
        found = domains_apart(sample(getattr(pair, one)), sample(getattr(pair, other)), pair.columns, is_table)
        causes += [f"{one} and {other}: {text}" for text in found]
    return causes + (_columns(sample(pair.x_source), sample(pair.x_target), pair.columns) if is_table else [])


def domains_apart(first: np.ndarray, second: np.ndarray, columns: Columns | None, is_table: bool) -> list[str]:
    """Sentences about scales or places that differ by orders of magnitude between two samples (n, width) of rows.

    The columns of a table are compared one by one; images, and wide tables, also in all.
    """
    wide = first.shape[1] >= WIDE
    found = _apart(first, second, columns, PIXELS_APART if wide else APART) if is_table else []
    if (wide or not is_table) and not found:
        found = _apart(first.reshape(-1, 1), second.reshape(-1, 1), None, APART)
    return found


def sample(x: np.ndarray) -> np.ndarray:
    """At most SAMPLE examples from all of x, as float64 rows."""
    rows = x[:: -(-len(x) // SAMPLE)].reshape(-1, int(np.prod(x.shape[1:]))).astype(np.float64)
    release(x)
    return rows


def named(chosen: np.ndarray, columns: Columns | None) -> str:
    """The chosen columns by their names, or by their positions."""
    at = np.flatnonzero(chosen)
    return f"column{'s' * (len(at) > 1)} {listed([i if columns is None else columns[i] for i in at], 5)}"


def _columns(source: np.ndarray, target: np.ndarray, columns: Columns | None) -> list[str]:
    """Sentences about one column beside the others."""
    causes = []
    ranges = np.maximum(np.ptp(source, axis=0), np.ptp(target, axis=0))
    varied = ranges[ranges > 0]
    usual = np.median(varied) if len(ranges) >= WIDE and len(varied) else varied.min(initial=np.inf)
    if len(varied) and varied.max() > ONE_COLUMN * usual:
        largest, ratio = named(ranges == ranges.max(), columns), varied.max() / usual
        causes.append(f"x_source: {largest} has a range {ratio:.1g} times another's; divide each by its deviation")
    largest_values = np.maximum(np.abs(source).max(axis=0), np.abs(target).max(axis=0))
    lost = (ranges > 0) & (ranges < FAR * np.spacing(largest_values.astype(np.float32)))
    if lost.any():
        causes.append(f"x_source: {named(lost, columns)} varies less than float32 can hold; subtract its mean")
    return causes


def _apart(one: np.ndarray, other: np.ndarray, columns: Columns | None, least: float) -> list[str]:
    """Sentences about columns whose scale or place differs by orders of magnitude between two arrays (n, width)."""
    causes, both = [], (one, other)
    stds, ranges = [x.std(axis=0) for x in both], [np.ptp(x, axis=0) for x in both]
    varied = (ranges[0] > 0) & (ranges[1] > 0)
    measures = [stds, ranges]
    if min(len(one), len(other)) < FEW:
        measures.append([np.abs(x).max(axis=0) for x in both])
    other_scale = varied & (np.min([_ratios(*measure) for measure in measures], axis=0) > least)
    if other_scale.any():
        where = "" if len(varied) == 1 and columns is None else f"{named(other_scale, columns)}: "
        causes.append(f"{where}the scales differ, {_beside(other_scale, *both)}; give both the same unit")
    distance = np.abs(one.mean(axis=0) - other.mean(axis=0))
    far = ~other_scale & varied & (distance > FAR * np.maximum(*stds)) & (distance > FAR * np.maximum(*ranges) / FEW)
    if far.any():
        causes.append(f"{named(far, columns)}: lie far apart, {_beside(far, *both)}; give both the same zero")
    return causes


def _ratios(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The larger of two scales over the smaller one, at each column; 1 where one is 0."""
    low, high = np.minimum(one, other), np.maximum(one, other)
    ratios: np.ndarray = np.divide(high, low, out=np.ones_like(high), where=low > 0)
    return ratios


def _beside(chosen: np.ndarray, one: np.ndarray, other: np.ndarray) -> str:
    """The values of the first chosen column in both arrays."""
    at = int(np.flatnonzero(chosen)[0])
    return " beside ".join(f"{x[:, at].min():.3g} to {x[:, at].max():.3g}" for x in (one, other))
