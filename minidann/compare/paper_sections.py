"""The paper's table as sections of words, before any format: a section for each pair, then all pairs in one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .methods import METHODS, PAPER_METHODS
from .paper_summary import ENDS, SVM, Missing, ordered
from .published import PUBLISHED, VERSIONS, published_gap
from .table import TITLES

UNKNOWN = "–"
INDENT = "  "  # of a line below the title of its method
NAMES = TITLES | {"sa-oracle": "SA, d by target labels"}  # shorter: a terminal has some 110 columns
DETAILS = "more of ours: 95% interval of the gap covered, and minimum over seeds, by own head and by linear SVM"
Entry = Mapping[str, Any]


class Table(NamedTuple):
    """Cells as text. The first column of ``lines`` names the line."""

    caption: str
    header: list[str]
    lines: list[list[str]]


class Section(NamedTuple):
    """A title, tables, and lines of words below these."""

    title: str
    tables: list[Table]
    notes: list[str]


def sections(summary: Sequence[Entry], missing: Sequence[Missing]) -> list[Section]:
    """A section for each pair, then, of two pairs or more, all of them in the layout of the lecture notes."""
    titles = {e["pair"]: e["title"] for e in summary} | {item.pair: item.title for item in missing}
    gone = {item.pair: item for item in missing}
    keys = ordered(titles)
    found = []
    for key in keys:
        own = [e for e in summary if e["pair"] == key]
        tables = _tables_of(key, own)
        notes = [_choice(e) for e in own if e["chosen"]] + ([_missing(gone[key])] if key in gone else [])
        found.append(Section(f"{titles[key]}   ({key})", tables, notes))
    if len(keys) > 1:
        found.append(Section("All pairs", [_all_pairs(summary, titles, keys)], []))
    if any(key in PUBLISHED for key in keys):
        found.append(Section("Published figures", [], _sources()))
    return found


def _tables_of(pair: str, entries: Sequence[Entry]) -> list[Table]:
    """For each recipe the accuracies beside the published ones, and our further numbers. One table without entries."""
    recipes = list(dict.fromkeys(e["recipe"] for e in entries))
    if not recipes:
        return [_accuracies("target accuracy (gap covered)", pair, {})]
    tables = []
    for recipe in recipes:
        own = {e["method"]: e for e in entries if e["recipe"] == recipe}
        seeds = sorted({e["seeds"] for e in own.values()})
        count = f"{seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else str(seeds[0])
        spread = ": mean ± standard deviation" if seeds[-1] > 1 else ""
        words = f"target accuracy, recipe {recipe}, {count} seed{'s' * (seeds[-1] > 1)}{spread}"
        tables += [_accuracies(f"{words} (gap covered)", pair, own), _details(own)]
    return tables


def _accuracies(caption: str, pair: str, own: Mapping[str, Entry]) -> Table:
    """Ours by both classifiers, and beside these the published figures. Numbers of runs are told if they differ."""
    versions = PUBLISHED.get(pair, {})
    printed = {method for figures in versions.values() for method in figures}
    shown = set(own) | printed if own else {*PAPER_METHODS}
    uneven = len({entry["seeds"] for entry in own.values()}) > 1
    header = ["METHOD", "own head", SVM, *["runs"] * uneven, *(VERSIONS[version][0] for version in versions)]
    lines = []
    for method in (m for m in METHODS if m in shown):
        entry = own.get(method)
        cells = [UNKNOWN, UNKNOWN] if entry is None else [with_spread(entry), with_spread(entry, "svm_")]
        cells += [str(entry["seeds"]) if entry else ""] * uneven
        lines.append([NAMES[method], *cells, *(published_cell(pair, version, method) for version in versions)])
    return Table(caption, header, lines)


def _details(own: Mapping[str, Entry]) -> Table:
    """Our further numbers. A column in which nothing is known is left out."""
    header = ["METHOD", "own gap 95%", "own min", "SVM gap 95%", "SVM min", "A-distance", "information", "time a run"]
    lines = []
    for entry in own.values():
        distance = UNKNOWN if entry["a_distance"] is None else f"{entry['a_distance']:.2f}"
        distance += "" if entry["a_distance_sd"] is None else f" ± {entry['a_distance_sd']:.2f}"
        information = UNKNOWN if entry["information"] is None else f"{entry['information']:.3f}"
        ours = ["", ""] if entry["classifier"] == SVM else [_interval(entry, ""), accuracy(entry["min"])]
        svm = [_interval(entry, "svm_"), accuracy(entry["svm_min"])]
        seconds = UNKNOWN if entry["seconds"] is None else plain_time(entry["seconds"])
        lines.append([NAMES[entry["method"]], *ours, *svm, distance, information, seconds])
    known = [i for i, cells in enumerate(zip(*lines)) if i == 0 or any(cell not in ("", UNKNOWN) for cell in cells)]
    return Table(DETAILS, [header[i] for i in known], [[line[i] for i in known] for line in lines])


def _all_pairs(summary: Sequence[Entry], titles: Mapping[str, str], keys: Sequence[str]) -> Table:
    """Methods by pairs, as in the lecture notes. Below a method ours and the published figures have a line each."""
    ours = {(e["pair"], e["recipe"], e["method"]): e for e in summary}
    recipes = list(dict.fromkeys(e["recipe"] for e in summary)) or [""]
    lines = []
    for method in (m for m in METHODS if m in PAPER_METHODS or any(e["method"] == m for e in summary)):
        lines.append([NAMES[method], *[""] * len(keys)])
        for recipe in recipes:
            words = f"{INDENT}ours, {recipe}, " if recipe else f"{INDENT}ours, "
            entries = [ours.get((key, recipe, method)) for key in keys]
            lines.append([f"{words}{SVM}", *(UNKNOWN if e is None else mean_and_gap(e, "svm_") for e in entries)])
            if not method.startswith("sa"):  # SA has no head of its own
                lines.append([f"{words}own head", *(UNKNOWN if e is None else mean_and_gap(e) for e in entries)])
        for version, (words, _) in VERSIONS.items():
            cells = [published_cell(key, version, method) for key in keys]
            if any(cells):
                lines.append([f"{INDENT}{words}", *cells])
    return Table("target accuracy (gap covered)", ["METHOD", *(titles[key] for key in keys)], lines)


def _choice(entry: Entry) -> str:
    return f"without target labels, information takes: {NAMES[entry['method']]}, recipe {entry['recipe']}"


def _missing(item: Missing) -> str:
    instead = f"; a stand-in runs with: minidann table {item.stand_in}" if item.stand_in else ""
    return f"not run, data are missing: {', '.join(item.sets) or item.title}{instead}"


def _sources() -> list[str]:
    return [f"{words}: {source}" for words, source in VERSIONS.values()] + [
        "their accuracies are of a linear SVM, the d of their SA is chosen by target labels,",
        "and their gaps covered are computed here from their accuracies",
    ]


def accuracy(value: float | None) -> str:
    """An accuracy as in the paper, such as ".8149"."""
    return UNKNOWN if value is None else f"{value:.4f}".removeprefix("0")


def percent(value: float, digits: int = 1) -> str:
    """A share as a percentage, with a true minus sign."""
    return f"{value:.{digits}%}".replace("-", "−")


def mean_and_gap(entry: Entry, prefix: str = "") -> str:
    """A mean, in brackets the gap covered. "" for the own head of SA, which has none."""
    return _cell(entry, prefix, "")


def with_spread(entry: Entry, prefix: str = "") -> str:
    """A mean ± standard deviation, in brackets the gap covered. "" for the own head of SA, which has none."""
    spread = entry[f"{prefix}sd"]
    return _cell(entry, prefix, "" if spread is None else f" ± {accuracy(spread)}")


def _cell(entry: Entry, prefix: str, spread: str) -> str:
    if not prefix and entry["classifier"] == SVM:
        return ""
    mean, covered = entry[f"{prefix}mean"], entry[f"{prefix}gap_covered"]
    if mean is None or entry["method"] in ENDS:
        return accuracy(mean) + spread
    return f"{accuracy(mean)}{spread} ({UNKNOWN if covered is None else percent(covered)})"


def published_cell(pair: str, version: str, method: str) -> str:
    """A published accuracy, in brackets the gap covered. "" if nothing is published."""
    value = PUBLISHED.get(pair, {}).get(version, {}).get(method)
    gap = published_gap(pair, version, method)
    return "" if value is None else accuracy(value) + ("" if gap is None else f" ({percent(gap)})")


def _interval(entry: Entry, prefix: str) -> str:
    if entry["method"] in ENDS:
        return ""
    ends = entry[f"{prefix}gap_interval"]
    return UNKNOWN if ends is None else f"{percent(ends[0], 0).removesuffix('%')} to {percent(ends[1], 0)}"


def plain_time(seconds: float) -> str:
    """A time in units that a person reads: "3.2 s", "45 s", "12 min", "2 h 05 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60:02d} min"
