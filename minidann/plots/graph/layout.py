"""Where the boxes of a graph stand and its edges run: rows from top to bottom. Lengths are inches, y grows downwards.

The steps are those of Sugiyama, Tagawa & Toda (1981): a row for each node, an order in each row that crosses few edges,
then coordinates.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from .coordinates import HEAD, LEAD, PASSAGE, TRACK, Edge, across, edge_along, neighbours, ports, tracks

SWEEPS = 12  # of the ordering


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
    x = across(order, places.links, widths, light)
    ends = ports(places.ways, x, tops)
    track = tracks(places.ways, places.row, x, ends)
    y, top = [0.0] * len(inputs), 0.0
    turns: dict[int, float] = {}  # by place, where what leaves it runs sideways
    for members in order:
        real = [place for place in members if place < len(inputs)]
        for place in real:
            y[place] = top
        bottom = top + max(sizes[place][1] for place in real)
        below = {place: bottom + LEAD + TRACK * track[place] for place in members if place in track}
        turns.update(below)
        top = max(below.values(), default=bottom + LEAD) + HEAD
    edges = [
        edge_along(way, x, end, y[way[0]] + sizes[way[0]][1], y[way[-1]], turns) for way, end in zip(places.ways, ends)
    ]
    width = max(middle + width / 2 for middle, width in zip(x, widths))
    return Layout(x[: len(inputs)], y, edges, width, bottom)


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
    up, down = neighbours(places.links, len(places.row))
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
