"""The page of results: its tables are made of rows that the command wrote."""

import re

from helpers.results_page import PAGE, ROWS, TABLE, page


def test_the_tables_are_those_of_the_rows():
    """After a change of the rows: python tests/helpers/results_page.py"""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_each_file_of_rows_has_its_table():
    shown = [found[1] for found in TABLE.finditer(PAGE.read_text(encoding="utf-8"))]
    assert sorted(shown) == sorted(path.stem for path in ROWS.glob("*.json"))


def test_no_table_has_the_seed_that_chose_the_settings():
    for path in ROWS.glob("*.json"):
        assert not re.search(r'"seed": 0\b', path.read_text(encoding="utf-8")), path.name
