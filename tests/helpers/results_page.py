"""The tables on the page of results, made of the rows that ``minidann table`` wrote: no number is typed.

python tests/helpers/results_page.py    # writes the tables into tutorials/pages/results.md

``tutorials/rows/NAME.json`` is a table.json of the command. The page has its table between the lines ``<!-- table
NAME -->`` and ``<!-- end of the table -->``.
"""

import json
import re
from pathlib import Path

from minidann.compare import format_paper_table

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "tutorials" / "pages" / "results.md"
ROWS = ROOT / "tutorials" / "rows"
TABLE = re.compile(r"<!-- table (\S+) -->\n.*?<!-- end of the table -->", re.DOTALL)


def table(name):
    """The lines of one table: how it was made, and a section for each pair."""
    content = json.loads((ROWS / f"{name}.json").read_text(encoding="utf-8"))
    text = format_paper_table(content["rows"], layout="markdown")
    pairs = re.split(r"^## (?:All pairs|Published figures)$", text, flags=re.MULTILINE)[0]
    return f"{content['made']}\n\n{pairs.strip().replace('## ', '### ')}"


def page():
    """The page with the tables of today's rows."""
    text = PAGE.read_text(encoding="utf-8")
    return TABLE.sub(lambda found: f"<!-- table {found[1]} -->\n{table(found[1])}\n<!-- end of the table -->", text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
