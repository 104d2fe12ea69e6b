"""The paper's table beside its published figures, in a layout: text, Markdown, LaTeX, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from .. import _validate
from .methods import PAPER_METHODS
from .paper_formats import as_latex, as_markdown, as_text
from .paper_sections import Section, sections
from .paper_summary import Missing, checked_missing, checked_paper_rows, ordered, summarise_paper
from .published import PUBLISHED, VERSIONS, published_gap
from .table import Row

MissingPairs = Sequence[tuple[str, str, Sequence[str], str | None]]


def format_paper_table(rows: Iterable[Row], missing: MissingPairs = (), layout: str = "text") -> str:
    """The table of ``rows`` beside the published figures, in one of LAYOUTS.

    ``rows``: as for ``summarise_paper``. ``missing``: the pairs that did not run, as tuples (key, title, names of
    missing data sets, key of a stand-in or None). They get "–", and a line with the command of the stand-in. A pair
    that has rows is not missing.

    ``layout``: "text", "markdown" and "latex" have a section for each pair, and one table of all pairs in the layout of
    the lecture notes. "csv" has a line for each pair, recipe and method, with empty cells where nothing is known.
    "json" has the summary, rows, missing pairs and published figures, each under a key of its own. Accuracies and gaps
    of these two are shares from 0 to 1, not rounded; times are seconds. Raises TypeError or ValueError for others.
    """
    make = LAYOUTS[_validate.one_of("layout", layout, tuple(LAYOUTS))]
    found = checked_paper_rows(rows)
    return make(found, checked_missing(missing, found))


def _in_sections(formatted: Callable[[Sequence[Section]], str], rows: Sequence[Row], missing: Sequence[Missing]) -> str:
    return formatted(sections(summarise_paper(rows), missing))


def _csv(rows: Sequence[Row], missing: Sequence[Missing]) -> str:
    """One line for each pair, recipe and method. Figures of the papers stand in columns named published_…"""
    lines = [_flat(entry) for entry in summarise_paper(rows)]
    for item in missing:
        own = {"pair": item.pair, "title": item.title, "missing": " ".join(item.sets), "stand_in": item.stand_in}
        lines += [own | {"method": method} for method in PAPER_METHODS]
    keys = ordered(line["pair"] for line in lines)
    lines.sort(key=lambda line: keys.index(line["pair"]))
    file = io.StringIO()
    writer = csv.DictWriter(file, CSV_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(line | _published_columns(line["pair"], line["method"]) for line in lines)
    return file.getvalue()


OWN = ("mean", "sd", "min", "gap_covered", "gap_low", "gap_high")
CSV_COLUMNS = (
    *("pair", "title", "recipe", "method", "classifier", "seeds", *OWN, *(f"svm_{name}" for name in OWN)),
    *("source_accuracy", "a_distance", "a_distance_sd", "information", "chosen", "seconds", "steps", "d"),
    *("missing", "stand_in"),
    *(f"published_{version}{part}" for version in VERSIONS for part in ("", "_gap_covered")),
)


def _flat(entry: dict[str, Any]) -> dict[str, Any]:
    """A line of the summary with one value in each cell."""
    line = entry | {"d": " ".join(map(str, entry["d"])), "chosen": "yes" if entry["chosen"] else ""}
    for prefix in ("", "svm_"):
        ends = line.pop(f"{prefix}gap_interval")
        line |= {f"{prefix}gap_low": ends[0], f"{prefix}gap_high": ends[1]} if ends else {}
    return line


def _published_columns(pair: str, method: str) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for version, figures in PUBLISHED.get(pair, {}).items():
        found[f"published_{version}"] = figures.get(method)
        found[f"published_{version}_gap_covered"] = published_gap(pair, version, method)
    return found


def _json(rows: Sequence[Row], missing: Sequence[Missing]) -> str:
    """The summary, rows, missing pairs and published figures, each under a key of its own."""
    summary = summarise_paper(rows)
    pairs = ordered([entry["pair"] for entry in summary] + [item.pair for item in missing])
    published = {
        pair: {
            version: {
                "source": VERSIONS[version][1],
                "target_accuracy": figures,
                "gap_covered": {method: published_gap(pair, version, method) for method in figures},
            }
            for version, figures in PUBLISHED[pair].items()
        }
        for pair in pairs
        if pair in PUBLISHED
    }
    content = {
        "summary": summary,
        "missing": [item._asdict() for item in missing],
        "published": published,
        "rows": [dict(row) for row in rows],
    }
    return json.dumps(_plain(content), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """``value`` as JSON knows it: NumPy's numbers as Python's, numbers that are not finite as null."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value


#: the layouts of ``format_paper_table``
LAYOUTS: dict[str, Callable[[Sequence[Row], Sequence[Missing]], str]] = {
    "text": partial(_in_sections, as_text),
    "markdown": partial(_in_sections, as_markdown),
    "latex": partial(_in_sections, as_latex),
    "csv": _csv,
    "json": _json,
}
