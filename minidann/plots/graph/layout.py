"""The layout of a graph: rows of boxes from top to bottom, and edges between them. Lengths are inches, y grows
downwards.

The steps are those of Sugiyama, Tagawa & Toda (1981): a row for each node, an order in each row with few crossings,
then coordinates.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass

from .coordinates import HEAD, LEAD, PASSAGE, TRACK, Edge, across, edge_along, neighbours, ports, tracks

SWEEPS = 12  # sweeps of the ordering


@dataclass(frozen=True)
class Layout:
    """``x``: the middle of each box; ``y``: its top. The picture is (0, 0) to (``width``, ``height``)."""

    x: list[float]
    y: list[float]
    edges: list[Edge]
    width: float
    height: float


@dataclass(frozen=True)
class _Places:
    """Nodes, then passages: the points where an edge crosses a row between its ends. Edges of one node share them."""

    row: list[int]
    links: list[tuple[int, int]]  # from a place to a place in the next row, each once
    ways: list[list[int]]  # the places of each edge, from source to consumer


def lay_out(
    inputs: Sequence[Sequence[int]],
    sizes: Sequence[tuple[float, float]],
    tops: Sequence[float] = (),
    light: Sequence[bool] = (),
) -> Layout:
    """Places for boxes of ``sizes`` (width, height). ``inputs``: for each node its inputs, which come before it.

    ``tops``: the width in the middle of each box on which edges may end; by default the whole box. ``light`` nodes
    (parameters) make way for the others, which then keep their chains straight.
    """
    tops, light = tops or [width for width, _ in sizes], light or [False] * len(inputs)
    places = _places(inputs, rows(inputs))
    order = _order(inputs, places)
    widths = [width for width, _ in sizes] + [PASSAGE] * (len(places.row) - len(inputs))
    x = across(order, places.links, widths, light)
    ends = ports(places.ways, x, tops)
    track = tracks(places.ways, places.row, x, ends)
    y, top = [0.0] * len(inputs), 0.0
    turns: dict[int, float] = {}  # by place, the height at which its edges run sideways
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
    """The row of each node: below all its inputs, and as low as its consumers allow without longer edges.

    Edges from its own leaves do not count: the leaves move along.
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
    """The places of each row from left to right: the best of several sweeps by barycentres, down and up."""
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
    """The nodes in the order of a walk from each loss, always to the first input first: chains stay together."""
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
    """The number of pairs of links that cross, drawn as straight lines."""
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
