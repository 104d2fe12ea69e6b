"""From rows of boxes to inches: the x of each box, the ends of edges on it, and their ways in between.

Places are the boxes of a graph, and then its passages: a passage is the point where an edge crosses a row between its
ends. The way of an edge is a list of places, from its source to its consumer. The x come out of a linear program
(Gansner et al. 1993).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

BETWEEN = 0.2  # between two boxes of a row, at least
PASSAGE = 0.04  # the width of an edge in a row that it only passes
PORT = 0.13  # between two arrows into one box
TRACK = 0.085  # between two horizontal pieces of edges
LEAD, HEAD = 0.06, 0.14  # above the first track, and below the last, for the arrow heads
STRAIGHT = 0.002  # an edge that is less askew is drawn as one straight line

Point = tuple[float, float]


@dataclass(frozen=True)
class Edge:
    """One use of a node by another: a line through ``points``, vertical at both ends, with right angles."""

    source: int
    consumer: int
    points: list[Point]


def across(
    order: Sequence[Sequence[int]], links: Sequence[tuple[int, int]], widths: Sequence[float], light: Sequence[bool]
) -> list[float]:
    """The x of each place: straight links, and each fork in the middle of its ends, at least cost.

    ``order``: the places of each row. ``links``: from a place to one in the next row. ``light``: for each box. The cost
    is a sum of weights times |x_a − mean of some x_b|: most of these terms become exactly 0.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    n = len(widths)
    terms = _wishes(links, n, light)
    entries: list[tuple[int, int, float]] = []  # of the matrix: row, column, value
    limits: list[float] = []

    def require(places_and_factors: list[tuple[int, float]], at_most: float) -> None:
        entries.extend((len(limits), column, value) for column, value in places_and_factors)
        limits.append(at_most)

    for row in order:
        for left, right in zip(row, row[1:]):
            require([(left, 1.0), (right, -1.0)], -(widths[left] + widths[right]) / 2 - BETWEEN)
    for k, (place, others, _) in enumerate(terms):
        for sign in (1.0, -1.0):
            apart = [(place, sign), *((other, -sign / len(others)) for other in others)]
            require([*apart, (n + k, -1.0)], 0.0)
    if not limits:
        return [width / 2 for width in widths]
    i, j, values = zip(*entries)
    matrix = coo_array((values, (i, j)), shape=(len(limits), n + len(terms))).tocsr()
    cost = np.concatenate([np.zeros(n), [weight for *_, weight in terms]])
    bounds = [(width / 2, None) for width in widths] + [(0, None)] * len(terms)
    return [float(x) for x in linprog(cost, matrix, limits, bounds=bounds, method="highs").x[:n]]


def neighbours(links: Iterable[tuple[int, int]], n: int) -> tuple[list[list[int]], list[list[int]]]:
    """For each of n places, its neighbours in the row above and in the row below."""
    up: list[list[int]] = [[] for _ in range(n)]
    down: list[list[int]] = [[] for _ in range(n)]
    for upper, lower in links:
        up[lower].append(upper)
        down[upper].append(lower)
    return up, down


def _wishes(links: Iterable[tuple[int, int]], n: int, light: Sequence[bool]) -> list[tuple[int, list[int], float]]:
    """Triples (a, bs, weight): place a belongs in the middle of places bs."""
    up, down = neighbours(links, n)
    faint = [*light, *[False] * (n - len(light))]
    above = [[place for place in near if not faint[place]] for near in up]
    terms = []
    for upper, lower in links:
        alone = len(down[upper]) == 1 and len(above[lower]) == 1
        passes = upper >= len(light) and lower >= len(light)
        terms.append((upper, [lower], 0.05 if faint[upper] else 16.0 if passes else 8.0 if alone else 1.0))
    for place in range(n):
        if len(above[place]) > 1:
            terms.append((place, above[place], 4.0))
        if len(down[place]) > 1:
            terms.append((place, down[place], 0.2 if faint[place] else 4.0))
    return terms


def ports(ways: Sequence[Sequence[int]], x: Sequence[float], tops: Sequence[float]) -> list[float]:
    """The end of each edge on the top of its consumer: straight below its source, if possible; else on the side of the
    source.

    A single edge ends in the middle. ``tops``: the width of each box on which edges may end.
    """
    into: dict[int, list[int]] = defaultdict(list)
    for i, way in enumerate(ways):
        into[way[-1]].append(i)
    found = [0.0] * len(ways)
    for consumer, arriving in into.items():
        arriving.sort(key=lambda i: x[ways[i][-2]])
        reach = max(tops[consumer] / 2 - PORT, 0.0)
        apart = min(PORT, 2 * reach / max(1, len(arriving) - 1))
        low, high = x[consumer] - reach, x[consumer] + reach
        aside = reach / 2 if len(arriving) > 1 else 0.0
        askew = [x[ways[i][-2]] - x[consumer] for i in arriving]
        wanted = [x[consumer] + (dx if abs(dx) <= reach else math.copysign(aside, dx)) for dx in askew]
        for i, port in zip(arriving, spread(wanted, apart, low, high)):
            found[i] = port
    return found


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Positions in low…high, at least ``apart``, in this order, nearest to the wanted ones. Positions too near are
    pooled.
    """
    pools: list[list[float]] = []  # the mean of wanted − i · apart, and the number of positions that share it
    for i, position in enumerate(wanted):
        pools.append([position - i * apart, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * count) / (pools[-1][1] + count), pools[-1][1] + count]
    shifted = [mean for mean, count in pools for _ in range(int(count))]
    last = high - (len(wanted) - 1) * apart
    return [min(max(start, low), last) + i * apart for i, start in enumerate(shifted)]


class _Net:
    """The edges that leave one place: down from ``start``, sideways, and down to ``ends``."""

    def __init__(self, place: int, start: float, ends: list[float]) -> None:
        self.place, self.start, self.ends = place, start, ends
        self.low, self.high = min(start, *ends), max(start, *ends)


def tracks(
    ways: Sequence[Sequence[int]], row: Sequence[int], x: Sequence[float], ports: Sequence[float]
) -> dict[int, int]:
    """The height below its row at which the edges of each place run sideways: 0 for the uppermost."""
    ends: dict[int, dict[float, None]] = defaultdict(dict)  # the ends of the edges of a place, in the next row
    for way, port in zip(ways, ports):
        for upper, lower in zip(way, way[1:]):
            ends[upper][port if lower == way[-1] else x[lower]] = None
    nets: list[list[_Net]] = [[] for _ in range(max(row) + 1)]
    for place, reached in ends.items():
        if any(abs(end - x[place]) > STRAIGHT for end in reached):
            nets[row[place]].append(_Net(place, x[place], list(reached)))
    found = {}
    for together in nets:
        taken: list[tuple[float, float, int]] = []
        for net in _arrange(together):
            low, high = net.low - TRACK, net.high + TRACK
            track = 1 + max((t for left, right, t in taken if left < high and low < right), default=-1)
            taken.append((low, high, track))
            found[net.place] = track
    return found


def _arrange(nets: list[_Net]) -> list[_Net]:
    """Nets in the order of their tracks, from the top. Each net goes where it crosses the fewest nets before it."""
    arranged: list[_Net] = []
    for net in sorted(nets, key=lambda net: net.start):
        cost = best = sum(_crossed(net, other) for other in arranged)  # above all
        at = 0
        for i, other in enumerate(arranged):
            cost += _crossed(other, net) - _crossed(net, other)
            if cost < best:
                best, at = cost, i + 1
        arranged.insert(at, net)
    return arranged


def _crossed(upper: _Net, lower: _Net) -> int:
    """The number of crossings of two nets, the first with the upper track.

    A net that would hide the other counts 100.
    """
    crossed = sum(lower.low < end < lower.high for end in upper.ends) + (upper.low < lower.start < upper.high)
    return crossed + 100 * sum(abs(end - lower.start) < TRACK / 2 for end in upper.ends)


def edge_along(
    way: Sequence[int], x: Sequence[float], port: float, top: float, bottom: float, turns: Mapping[int, float]
) -> Edge:
    """The edge along ``way``, from y ``top`` to (``port``, ``bottom``).

    ``turns``: the y of the turn below each place.
    """
    points = [(x[way[0]], top)]
    for upper, lower in zip(way, way[1:]):
        end = port if lower == way[-1] else x[lower]
        if abs(end - x[upper]) > STRAIGHT:
            points += [(points[-1][0], turns[upper]), (end, turns[upper])]
    return Edge(way[0], way[-1], [*points, (points[-1][0], bottom)])
