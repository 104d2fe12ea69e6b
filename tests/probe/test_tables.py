"""Rows as a table: aligned in a terminal, escaped in a notebook, found by name."""

from html.parser import HTMLParser

import numpy as np
import pytest

from minidann.probe import RowsTable
from minidann.probe.tables import format_rows, show

ROWS = [
    {"name": "features.1", "shape": (2, 16), "reversal": None, "L_d before": 0.123456, "cosine before": -0.5},
    {"name": "R", "shape": (), "reversal": -0.7, "L_d before": 12345.6, "cosine before": float("nan")},
]


class Tags(HTMLParser):
    """Whether every tag is closed in its turn, and what stands between them."""

    def __init__(self, text):
        super().__init__()
        self.open, self.cells, self.marked = [], [], 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.marked += tag == "tr" and bool(attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("td", "th"):
            self.cells.append(data)


def test_lines_are_aligned_first_column_left_numbers_right():
    lines = format_rows(ROWS)
    assert lines[0] == "name         shape  reversal  L_d before  cosine before"
    assert lines[1] == "features.1    2×16                0.1235         -0.500"
    assert lines[2] == "R           scalar    × -0.7   1.235e+04              –"
    assert len({len(line) for line in lines}) == 1


def test_a_table_is_printed_as_its_lines_and_without_rows_says_so():
    assert str(RowsTable(ROWS)) == repr(RowsTable(ROWS)) == "\n".join(format_rows(ROWS))
    assert str(RowsTable([])) == "no rows"
    assert RowsTable([])._repr_html_() == "<p>no rows</p>"


def test_html_is_well_formed_and_marks_the_reversal():
    tags = Tags(RowsTable(ROWS)._repr_html_())
    assert tags.open == []
    assert tags.marked == 1
    assert tags.cells[:5] == list(ROWS[0])
    assert tags.cells[5:7] == ["features.1", "2×16"]


def test_html_is_escaped():
    table = RowsTable([{"name": "<b>&'\"", "<i>": 1}])
    text = table._repr_html_()
    assert "<b>" not in text
    assert "<i>" not in text
    assert Tags(text).cells == ["name", "<i>", "<b>&'\"", "1"]


def test_a_row_is_found_by_its_name_or_its_place():
    table = RowsTable(ROWS)
    assert table["features.1"] is table[0] is ROWS[0]
    assert table[-1] is ROWS[1]
    assert list(table) == ROWS
    assert len(table) == 2


def test_a_name_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(IndexError, match=r"no row 'features.2'; there are features.1, R"):
        RowsTable(ROWS)["features.2"]


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (None, "reversal", ""),
        ((64, 8, 8), "shape", "64×8×8"),
        ((), "shape", "scalar"),
        (7, "example", "7"),
        ("Tanh", "name", "Tanh"),
        (float("nan"), "cosine", "–"),
        (float("inf"), "L_y", "inf"),
        (0.0, "L_y", "0"),
        (0.12345678, "L_y", "0.1235"),
        (1e-9, "L_y", "1e-09"),
        (0.5, "L_d zero", "50.0%"),
        (-0.7, "reversal", "× -0.7"),
        (0.3214, "L_e cosine after", "+0.321"),
        (np.float64(0.25), "cosine before", "+0.250"),
    ],
)
def test_a_cell_is_shown_by_what_it_is(value, column, text):
    assert show(value, column) == text
