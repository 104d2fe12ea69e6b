"""The paper's table in its layouts: ours and the published figures side by side, never mixed."""

import csv
import io
import json

import pytest
from helpers.paper_rows import MANY, MISSING, row, rows

from minidann.compare import PUBLISHED, format_paper_table
from minidann.compare.paper_formats import as_latex
from minidann.compare.paper_sections import Section, Table, plain_time


def line(text, start, after=""):
    """The first line after ``after`` that begins with ``start``, as cells."""
    rest = text[text.index(after) :]
    found = next(line for line in rest.splitlines() if line.startswith(start))
    return [cell.strip() for cell in found.split("  ") if cell.strip()]


def test_a_block_has_both_classifiers_beside_the_published_figures():
    text = format_paper_table(MANY)
    assert line(text, "DANN", "recipe paper, 3 seeds")[1:] == [
        ".8200 ± .0100 (61.9%)",
        ".8150 ± .0100 (61.9%)",
        ".8149 (57.9%)",
        ".7666 (55.8%)",
    ]
    assert line(text, "SA, d by")[1:] == [".5900 ± .0100 (8.3%)", ".6078 (7.9%)", ".5690 (10.6%)"]
    assert line(text, "SA (Fern")[1:] == [".5800 ± .0100 (6.0%)"]
    assert line(text, "DANN", "more of ours")[1:] == [
        *("62 to 62%", ".8100", "62 to 62%", ".8050", "0.90 ± 0.00", "2.200", "12 min")
    ]
    assert text.count("without target labels, information takes: DANN, recipe best") == 3  # one for each pair


def test_all_pairs_stand_in_the_layout_of_the_notes():
    text = format_paper_table(MANY, MISSING)
    last = text[text.index("All pairs") :]
    assert line(last, "METHOD")[1:] == ["MNIST", "SYN NUMBERS", "synthetic numbers", "MNIST"]
    assert [cell.strip("→ ") for cell in line(last, "    ")] == ["MNIST-M", "SVHN", "street numbers", "USPS"]
    dann = last[last.index("DANN") :]
    assert line(dann, "  ours, best, own head")[1:] == [".9400 (90.5%)", "–", ".8150 (61.9%)", ".8100 (61.9%)"]
    assert line(dann, "  published v1")[1:] == [".8149 (57.9%)", ".9048 (66.1%)"]
    assert "All pairs" not in format_paper_table(rows())


def test_a_table_that_is_too_wide_is_cut_and_its_parts_have_no_empty_lines():
    many = [r for i in range(6) for r in rows(f"p{i}", "best")]
    last = format_paper_table([*many, *rows(recipe="best")]).partition("All pairs")[2]
    first, second = (part.splitlines() for part in last.split("\n\nMETHOD"))
    assert sum("published v1" in line for line in first) == 4
    assert not any("published" in line for line in second[: second.index("")])


def test_a_terminal_has_room_for_each_line():
    names = [f"a-pair-{i}" for i in range(6)]
    many = [r | {"title": "printed digits, many fonts → digits by hand"} for name in names for r in rows(name)]
    for made in (MANY, many, [*rows(), row("cdan", 0, 0.8)]):
        assert max(map(len, format_paper_table(made, MISSING).splitlines())) <= 110


def test_a_missing_pair_names_its_data_and_the_stand_in():
    text = format_paper_table([], MISSING)
    assert line(text, "DANN")[1:] == ["–", "–", ".9048 (66.1%)", ".9109 (79.7%)"]
    assert "data are missing: synnumbers, svhn; a stand-in runs with: minidann table numbers-street" in text
    assert "stand-in" not in format_paper_table([], [("x", "a → b", ("svhn",), None)])
    assert "data are missing" not in format_paper_table(rows("synnumbers-svhn"), MISSING)


def test_runs_of_unequal_number_and_unknown_numbers_are_told():
    text = format_paper_table([*rows(seeds=2), row("dann", 2, 0.83)])
    assert "2 to 3 seeds" in text
    assert line(text, "METHOD")[3] == "runs"
    assert line(text, "DANN")[3] == "3"
    bare = [
        {key: r[key] for key in ("pair", "recipe", "method", "seed", "target_accuracy", "classifier")} for r in rows()
    ]
    assert line(format_paper_table(bare), "METHOD", "more of ours")[1:] == ["own gap 95%", "own min", "SVM min"]


def test_no_published_number_is_in_ours():
    figures = {f"{value}" for versions in PUBLISHED.values() for v in versions.values() for value in v.values()}
    for made in csv.DictReader(io.StringIO(format_paper_table(MANY, MISSING, "csv"))):
        assert not figures & {value for name, value in made.items() if not name.startswith("published")}
    found = json.loads(format_paper_table(MANY, MISSING, "json"))
    assert not any(f": {figure}," in json.dumps(found["summary"]) for figure in figures)
    assert set(found["published"]) == {"mnist-mnistm", "synnumbers-svhn"}  # a stand-in borrows none


def test_csv_has_a_line_for_each_pair_recipe_and_method():
    lines = list(csv.DictReader(io.StringIO(format_paper_table(MANY, MISSING, "csv"))))
    assert len(lines) == 5 * 5
    dann = next(made for made in lines if made["method"] == "dann" and made["recipe"] == "best")
    assert float(dann["svm_gap_low"]) == pytest.approx(0.38 / 0.42)
    assert (dann["chosen"], dann["published_v1"], dann["d"], dann["missing"]) == ("yes", "0.8149", "", "")
    assert next(made["d"] for made in lines if made["method"] == "sa") == "12 13 14"
    gone = next(made for made in lines if made["missing"])
    assert (gone["pair"], gone["mean"], gone["stand_in"]) == ("synnumbers-svhn", "", "numbers-street")


def test_json_keeps_the_rows_and_knows_no_nan():
    found = json.loads(format_paper_table([row("dann", 0, seconds=float("nan"))], MISSING, "json"))
    assert found["rows"][0] == row("dann", 0, seconds=None)
    assert found["summary"][0]["mean"] == 0.81
    assert found["missing"][0]["sets"] == ["synnumbers", "svhn"]
    assert found["published"]["synnumbers-svhn"]["v1"]["target_accuracy"]["dann"] == 0.9048


def test_markdown_tables_have_lines_of_one_width():
    text = format_paper_table([r | {"title": "a | b"} for r in rows()] + rows("x"), MISSING, "markdown")
    tables = [block for block in text.split("\n\n") if block.startswith("|")]
    assert len(tables) == 6
    for table in tables:
        assert len({made.replace("\\|", "").count("|") for made in table.splitlines()}) == 1
    assert "a \\| b" in text


def test_latex_is_whole_and_escaped():
    text = format_paper_table(MANY, MISSING, "latex")
    for name in ("center", "tabular"):
        assert text.count(f"\\begin{{{name}}}") == text.count(f"\\end{{{name}}}") > 0
    for table in text.split("\\toprule")[1:]:
        lines = [made for made in table.split("\\bottomrule")[0].splitlines() if made and made != "\\midrule"]
        assert len({made.count(" & ") for made in lines}) == 1
        assert all(made.endswith(r" \\") for made in lines)
    assert "DANN & .8200 $\\pm$ .0100 (61.9\\%)" in text
    assert not set(text) - {chr(code) for code in range(32, 127)} - {"\n"}
    odd = as_latex([Section("50 % of a_b & c\\d", [Table("", ["#1", "a → b"], [["x", "{$}~^"]])], [])])
    assert r"50 \% of a\_b \& c\textbackslash{}d" in odd
    assert "\\#1 & a \\\\\n & $\\to$ b \\\\\n\\midrule" in odd  # two lines, as in the lecture notes
    assert r"\{\$\}\textasciitilde{}\textasciicircum{}" in odd


def test_an_unknown_layout_is_refused():
    with pytest.raises(ValueError, match="layout: got 'html', expected one of text, markdown, latex, csv, json"):
        format_paper_table([], layout="html")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (45, "45 s"), (130, "2 min"), (7170, "2 h 00 min"), (7500, "2 h 05 min")],
)
def test_times_are_in_plain_units(seconds, words):
    assert plain_time(seconds) == words
