"""Where the boxes of a graph stand and its edges run: rows from top to bottom. Lengths are inches, y grows downwards.

The steps are those of Sugiyama, Tagawa & Toda (1981): a row for each node, an order in each row that crosses few edges,
then coordinates. As in Gansner et al. (1993), these come out of a linear program.
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BETWEEN = 0.2  # two boxes of a row, at least
PASSAGE = 0.04  # the width of the place that an edge takes in a row which it only passes
PORT = 0.13  # between two arrows into one box
TRACK = 0.085  # between two horizontal pieces of edges
LEAD, HEAD = 0.06, 0.14  # above the first of them, and below the last, where the arrow heads are
STRAIGHT = 0.002  # what is less askew is drawn as one line
SWEEPS = 12  # of the ordering

Point = tuple[float, float]


@dataclass(frozen=True)
class Edge:
    """One use of a node by another: a line through ``points``, upright at both ends, all its turns at right angles."""

    source: int
    consumer: int
    points: list[Point]


@dataclass(frozen=True)
class Layout:
    """``x``: the middle of each box; ``y``: its top. All lies in (0, 0) to (``width``, ``height``)."""

    x: list[float]
    y: list[float]
    edges: list[Edge]
    width: float
    height: float


@dataclass(frozen=True)
class _Places:
    """Nodes, then the passages: where an edge that spans several rows crosses one. Edges from one node share them."""

    row: list[int]
    links: list[tuple[int, int]]  # from a place to one in the next row, each once
    ways: list[list[int]]  # for each edge its places, from source to consumer


def lay_out(
    inputs: Sequence[Sequence[int]],
    sizes: Sequence[tuple[float, float]],
    tops: Sequence[float] = (),
    light: Sequence[bool] = (),
) -> Layout:
    """Place boxes of ``sizes`` (width, height). ``inputs``: for each node those it is made from, which come before it.

    ``tops``: on which width in the middle of each box edges may end, if not on all of it. ``light`` nodes (parameters)
    make way for the others, which keep their chains straight.
    """
    tops, light = tops or [width for width, _ in sizes], light or [False] * len(inputs)
    places = _places(inputs, rows(inputs))
    order = _order(inputs, places)
    widths = [width for width, _ in sizes] + [PASSAGE] * (len(places.row) - len(inputs))
    x = _across(places, order, widths, light)
    ports = _ports(places.ways, x, tops)
    tracks, counts = _tracks(places, x, ports)
    y, top, below = [0.0] * len(inputs), 0.0, []
    for members, count in zip(order, counts):
        real = [place for place in members if place < len(inputs)]
        for place in real:
            y[place] = top
        bottom = top + max(sizes[place][1] for place in real)
        below.append(bottom)
        top = bottom + LEAD + TRACK * max(count - 1, 0) + HEAD
    edges = [_edge(way, port, places.row, x, y, sizes, below, tracks) for way, port in zip(places.ways, ports)]
    width = max(x[i] + widths[i] / 2 for i in range(len(x)))
    return Layout(x[: len(inputs)], y, edges, width, below[-1])


def rows(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The row of each node: below all its inputs, and as far down as its consumers let it, if no edges get longer.

    Those from leaves of its own do not, for they come along.
    """
    row: list[int] = []
    consumers: list[list[int]] = [[] for _ in inputs]
    for node, sources in enumerate(inputs):
        row.append(1 + max((row[source] for source in sources), default=-1))
        for source in sources:
            consumers[source].append(node)
    for node in reversed(range(len(inputs))):
        longer = [source for source in inputs[node] if inputs[source] or len(consumers[source]) > 1]
        if consumers[node] and len(longer) <= len(consumers[node]):
            row[node] = min(row[consumer] for consumer in consumers[node]) - 1
    first = min(row, default=0)
    return [r - first for r in row]


def _places(inputs: Sequence[Sequence[int]], row: list[int]) -> _Places:
    passages: dict[tuple[int, int], int] = {}  # by source and row
    ways = []
    for consumer, sources in enumerate(inputs):
        for source in sources:
            between = range(row[source] + 1, row[consumer])
            passed = [passages.setdefault((source, r), len(inputs) + len(passages)) for r in between]
            ways.append([source, *passed, consumer])
    links = dict.fromkeys(link for way in ways for link in zip(way, way[1:]))
    return _Places(row + [r for _, r in passages], list(links), ways)


# the order in a row -----------------------------------------------------------------------------------------------


def _order(inputs: Sequence[Sequence[int]], places: _Places) -> list[list[int]]:
    """The places of each row from left to right: the best of some sweeps by barycentres, down and up in turn."""
    up, down = _neighbours(places)
    when = {node: i for i, node in enumerate(_depth_first(inputs))}
    for way in places.ways:
        for passage in way[1:-1]:
            when.setdefault(passage, when[way[0]])
    order: list[list[int]] = [[] for _ in range(max(places.row) + 1)]
    for place in sorted(when, key=lambda place: when[place]):
        order[places.row[place]].append(place)
    best, fewest = [list(row) for row in order], _crossings(order, down)
    at = {place: (i + 0.5) / len(row) for row in order for i, place in enumerate(row)}
    for sweep in range(SWEEPS):
        ahead, behind = (up, down) if sweep % 2 else (down, up)
        for row in order if sweep % 2 else reversed(order):
            middle = {}
            for place in row:
                near = ahead[place] or behind[place]
                middle[place] = sum(at[other] for other in near) / len(near) if near else at[place]
            row.sort(key=lambda place: middle[place])
            at.update((place, (i + 0.5) / len(row)) for i, place in enumerate(row))
        crossings = _crossings(order, down)
        if crossings < fewest:
            best, fewest = [list(row) for row in order], crossings
    return best


def _neighbours(places: _Places) -> tuple[list[list[int]], list[list[int]]]:
    """For each place those it is linked to in the row above, and in the row below."""
    up: list[list[int]] = [[] for _ in places.row]
    down: list[list[int]] = [[] for _ in places.row]
    for upper, lower in places.links:
        up[lower].append(upper)
        down[upper].append(lower)
    return up, down


def _depth_first(inputs: Sequence[Sequence[int]]) -> list[int]:
    """The nodes as one meets them who follows each loss to its first input first: chains stay together."""
    used = {source for sources in inputs for source in sources}
    seen: dict[int, None] = {}
    waiting = [node for node in reversed(range(len(inputs))) if node not in used]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen[node] = None
            waiting += reversed(inputs[node])
    return list(seen)


def _crossings(order: list[list[int]], down: list[list[int]]) -> int:
    """How many pairs of links cross, were they straight lines."""
    at = {place: i for row in order for i, place in enumerate(row)}
    total = 0
    for row in order:
        seen: list[int] = []
        for place in row:
            ends = sorted(at[lower] for lower in down[place])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


# coordinates ------------------------------------------------------------------------------------------------------


def _across(places: _Places, order: list[list[int]], widths: list[float], light: Sequence[bool]) -> list[float]:
    """x of each place: what makes the links straight and puts a fork in the middle of its ends, at least cost.

    The cost is a sum of weights times |x_a − mean of some x_b|, so that most of them come out as 0 exactly.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    terms = _wishes(places, light)
    n = len(places.row)
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


def _wishes(places: _Places, light: Sequence[bool]) -> list[tuple[int, list[int], float]]:
    """(a, bs, weight): place a wants to stand in the middle of places bs."""
    up, down = _neighbours(places)
    faint = [*light, *[False] * (len(places.row) - len(light))]
    above = [[place for place in near if not faint[place]] for near in up]
    terms = []
    for upper, lower in places.links:
        alone = len(down[upper]) == 1 and len(above[lower]) == 1
        passes = upper >= len(light) and lower >= len(light)
        terms.append((upper, [lower], 0.05 if faint[upper] else 16.0 if passes else 8.0 if alone else 1.0))
    for place in range(len(places.row)):
        if len(above[place]) > 1:
            terms.append((place, above[place], 4.0))
        if len(down[place]) > 1:
            terms.append((place, down[place], 0.2 if faint[place] else 4.0))
    return terms


def _ports(ways: list[list[int]], x: list[float], tops: Sequence[float]) -> list[float]:
    """Where on the top of its consumer each edge ends: straight below where it comes from, if it can; else on that
    side, or in the middle if it is the only one.
    """
    into: dict[int, list[int]] = defaultdict(list)
    for i, way in enumerate(ways):
        into[way[-1]].append(i)
    ports = [0.0] * len(ways)
    for consumer, arriving in into.items():
        arriving.sort(key=lambda i: x[ways[i][-2]])
        reach = max(tops[consumer] / 2 - PORT, 0.0)
        apart = min(PORT, 2 * reach / max(1, len(arriving) - 1))
        low, high = x[consumer] - reach, x[consumer] + reach
        aside = reach / 2 if len(arriving) > 1 else 0.0
        askew = [x[ways[i][-2]] - x[consumer] for i in arriving]
        wanted = [x[consumer] + (dx if abs(dx) <= reach else math.copysign(aside, dx)) for dx in askew]
        for i, port in zip(arriving, spread(wanted, apart, low, high)):
            ports[i] = port
    return ports


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Positions in low…high, ``apart`` or more, in this order, nearest to those wanted: those too near are pooled."""
    pools: list[list[float]] = []  # mean of wanted − i · apart, and how many share it
    for i, position in enumerate(wanted):
        pools.append([position - i * apart, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            pools[-1] = [(pools[-1][0] * pools[-1][1] + mean * count) / (pools[-1][1] + count), pools[-1][1] + count]
    shifted = [mean for mean, count in pools for _ in range(int(count))]
    last = high - (len(wanted) - 1) * apart
    return [min(max(start, low), last) + i * apart for i, start in enumerate(shifted)]


# edges ------------------------------------------------------------------------------------------------------------


class _Net:
    """What leaves a place downwards at ``start``, runs sideways, and goes on down at ``ends``."""

    def __init__(self, place: int, start: float, ends: list[float]) -> None:
        self.place, self.start, self.ends = place, start, ends
        self.low, self.high = min(start, *ends), max(start, *ends)


def _tracks(places: _Places, x: list[float], ports: list[float]) -> tuple[dict[int, int], list[int]]:
    """At which height below its row what leaves a place runs sideways: by place, 0 for the uppermost; and how many
    there are below each row.
    """
    ends: dict[int, dict[float, None]] = defaultdict(dict)  # of what leaves a place, in the next row
    for way, port in zip(places.ways, ports):
        for upper, lower in zip(way, way[1:]):
            ends[upper][port if lower == way[-1] else x[lower]] = None
    nets: list[list[_Net]] = [[] for _ in range(max(places.row) + 1)]
    for place, reached in ends.items():
        if any(abs(end - x[place]) > STRAIGHT for end in reached):
            nets[places.row[place]].append(_Net(place, x[place], list(reached)))
    tracks, counts = {}, []
    for row in nets:
        taken: list[tuple[float, float, int]] = []
        for net in _arrange(row):
            low, high = net.low - TRACK, net.high + TRACK
            track = 1 + max((t for left, right, t in taken if left < high and low < right), default=-1)
            taken.append((low, high, track))
            tracks[net.place] = track
        counts.append(1 + max((t for *_, t in taken), default=-1))
    return tracks, counts


def _arrange(nets: list[_Net]) -> list[_Net]:
    """Nets in the order of their tracks, uppermost first: each is put in where it crosses the fewest before it."""
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
    """How often two nets cross, the one's track above the other's. Where one would hide the other it counts for 100."""
    crossed = sum(lower.low < end < lower.high for end in upper.ends) + (upper.low < lower.start < upper.high)
    return crossed + 100 * sum(abs(end - lower.start) < TRACK / 2 for end in upper.ends)


def _edge(
    way: list[int],
    port: float,
    row: list[int],
    x: list[float],
    y: list[float],
    sizes: Sequence[tuple[float, float]],
    below: list[float],
    tracks: dict[int, int],
) -> Edge:
    source, consumer = way[0], way[-1]
    points = [(x[source], y[source] + sizes[source][1])]
    for upper, lower in zip(way, way[1:]):
        end = port if lower == consumer else x[lower]
        if abs(end - x[upper]) > STRAIGHT:
            turn = below[row[upper]] + LEAD + TRACK * tracks[upper]
            points += [(points[-1][0], turn), (end, turn)]
    return Edge(source, consumer, [*points, (points[-1][0], y[consumer])])


# shapes -----------------------------------------------------------------------------------------------------------


def outline(shape: str, x: float, y: float, width: float, height: float) -> list[Point]:
    """The corners of a box whose middle is (x, y): a "box", or one "slanted", "cut" or "pointed" at its sides."""
    left, right, top, bottom = x - width / 2, x + width / 2, y - height / 2, y + height / 2
    slope = height / 3
    if shape == "slanted":
        return [(left + slope, top), (right, top), (right - slope, bottom), (left, bottom)]
    if shape == "pointed":
        return [
            *((left, y), (left + slope, top), (right - slope, top)),
            *((right, y), (right - slope, bottom), (left + slope, bottom)),
        ]
    if shape == "cut":
        upper, lower = y - height / 6, y + height / 6
        return [
            *((left + slope, top), (right - slope, top), (right, upper), (right, lower)),
            *((right - slope, bottom), (left + slope, bottom), (left, lower), (left, upper)),
        ]
    return [(left, top), (right, top), (right, bottom), (left, bottom)]
