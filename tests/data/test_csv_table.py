"""CSV files with named columns: what is read, and what is refused with its line."""

import gzip

import numpy as np
import pytest

from minidann.data.csv_table import read_csv, standardised


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


GOOD = "a,b,kind\n1,2.5,up\n-3,4e2,down\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        GOOD.replace(",", ", "),
        GOOD.rstrip("\n"),
        GOOD + "\n\n",
        "\ufeff" + GOOD,
        '"a","b","kind"\n"1","2.5","up"\n"-3","4e2","down"\n',
        ",a,b,kind\n0,1,2.5,up\n1,-3,4e2,down\n",
    ],
)
def test_usual_forms_of_csv_are_read(tmp_path, text):
    table, labels, _ = read_csv(written(tmp_path, text), "kind")
    assert table.columns == ["a", "b"]
    assert table.to_numpy().tolist() == [[1, 2.5], [-3, 400]]
    assert labels.tolist() == ["up", "down"]


def test_columns_are_left_out_by_name_and_truths_are_numbers(tmp_path):
    table, labels, _ = read_csv(written(tmp_path, "who,a,old\nAnn,1,True\nBob,2,False\n"), "kind", ["who"])
    assert table.columns == ["a", "old"]
    assert table.to_numpy().tolist() == [[1, 1], [2, 0]]
    assert labels is None


def test_a_column_of_empty_labels_is_no_label(tmp_path):
    assert read_csv(written(tmp_path, "a,kind\n1,\n2,\n"), "kind")[1] is None


REFUSED = {
    "nothing": ("", "got 0 lines, expected a line of column names"),
    "names alone": ("a,b\n", "got 1 lines"),
    "no names": ("1,2\n3,4\n", "got numbers '1', '2' in the first line, expected the names of the columns"),
    "a name twice": ("a,a\n1,2\n", "got a column named 'a' twice"),
    "no name": ("a,\n1,2\n", "got a column without a name"),
    "a short line": ("a,b\n1,2\n3\n", "line 3 has 1 columns, expected 2 as in line 1"),
    "text": ("a,city\n1,Bonn\n", "line 2, column 'city': got 'Bonn', expected a number: --ignore leaves out"),
    "a decimal comma": (
        "a;b\n1,5;2\n",
        "column 'a': got '1,5', expected a number: write 1234.5, with a decimal point and without signs for thousands",
    ),
    "nothing in a cell": ("a,b\n1,2\n,3\n", "line 3, column 'a': got nothing, expected a number: give it a value"),
    "NA": ("a,b\n1,NA\n", "line 2, column 'b': got 'NA', expected a number: give it a value, or leave the line out"),
    "nan": ("a,b\n1,nan\n", "line 2, column 'b': got 'nan'"),
    "infinity": ("a,b\n1,inf\n", "line 2, column 'b': got 'inf'"),
    "a missing label": ("a,kind\n1,x\n2,\n", "line 3, column 'kind': got no label"),
    "labels alone": ("kind\nx\n", "expected at least one column of numbers"),
    "another encoding": ("a,kind\n1,ü\n".encode("latin-1"), "line 2 is no text in UTF-8"),
    "a workbook": (b"PK\x03\x04 rest", "got an archive, .* or other bytes, expected text: save it as CSV in UTF-8"),
    "gzip": (gzip.compress(GOOD.encode()), "got an archive"),
    "an open quote": ('a,b\n1,"2\n', "line 2 is no CSV"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_other_files_are_refused_with_file_and_line(tmp_path, kind):
    text, message = REFUSED[kind]
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=message) as caught:
        read_csv(path, "kind")
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_places_without_a_file_are_refused(tmp_path):
    for path, got in ((tmp_path, "a folder"), (tmp_path / "none.csv", "no such file")):
        with pytest.raises(ValueError, match=f"got {got}, expected a CSV file"):
            read_csv(path, "kind")


def test_columns_are_standardised_over_both_files_in_the_order_of_the_source(tmp_path):
    source = read_csv(written(tmp_path, "a,b,c\n0,1,7\n2,3,7\n"), "kind")[0]
    target = read_csv(written(tmp_path, "c,b,a\n7,5,4\n7,7,6\n"), "kind")[0]
    one, other = standardised(source, target)
    both = np.concatenate([one.to_numpy(), other.to_numpy()])
    np.testing.assert_allclose(both.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(both.std(axis=0), [1, 1, 0])
    assert one.columns == other.columns == ["a", "b", "c"]
    assert other.to_numpy()[1, 0] > other.to_numpy()[0, 0] > one.to_numpy()[1, 0]


def test_other_columns_are_refused_by_name(tmp_path):
    source = read_csv(written(tmp_path, "a,b\n0,1\n2,3\n"), "kind")[0]
    target = read_csv(written(tmp_path, "a,c\n0,1\n2,3\n"), "kind")[0]
    with pytest.raises(ValueError, match="x_target: got columns with 'c' and without 'b'"):
        standardised(source, target)


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("'1,212'", "write 1234.5"),
        ("1'712", "write 1234.5"),
        ("12%", "write 1234.5"),
        ("1e999", "a finite one"),
        ("nan", "give it a value"),
        ("none", "give it a value"),
    ],
)
def test_a_cell_that_is_no_number_gets_the_advice_for_its_kind(tmp_path, cell, advice):
    path = written(tmp_path, f"a;kind\n{cell};up\n")
    with pytest.raises(ValueError, match=f"line 2, column 'a': got .*, expected a number: {advice}"):
        read_csv(path, "kind")


@pytest.mark.parametrize("missing", ["NA", "NaN", "n/a", "NULL", "?"])
def test_a_missing_label_is_no_class(tmp_path, missing):
    some = written(tmp_path, f"a,kind\n1,up\n2,{missing}\n")
    with pytest.raises(ValueError, match="line 3, column 'kind': got .* for a label, expected one"):
        read_csv(some, "kind")
    none = written(tmp_path, f"a,kind\n1,{missing}\n2,{missing}\n")
    assert read_csv(none, "kind").labels is None
    with pytest.raises(ValueError, match="expected a column with labels"):
        read_csv(none, "kind", required=True)


def test_letters_in_two_forms_of_unicode_are_the_same(tmp_path):
    two_signs = "o\u0308"
    found = read_csv(written(tmp_path, f"gr{two_signs}\u00dfe,{two_signs}\n1,sch{two_signs}n\n"), "\u00f6")
    assert found.names == ["gr\u00f6\u00dfe", "\u00f6"]
    assert list(found.labels) == ["sch\u00f6n"]


def test_commas_in_quoted_names_do_not_part_columns(tmp_path):
    assert read_csv(written(tmp_path, '"length, mm"\t"width, mm"\tkind\n1\t2\tup\n'), "kind").names[0] == "length, mm"


@pytest.mark.parametrize("domain", ["source", "target"])
def test_values_beyond_float32_are_refused_in_both_files(tmp_path, domain):
    tables = {name: read_csv(written(tmp_path, "a,b\n0,1\n2,3\n"), "kind")[0] for name in ("source", "target")}
    tables[domain] = read_csv(written(tmp_path, "a,b\n1e200,1\n2e200,3\n"), "kind")[0]
    with pytest.raises(
        ValueError, match=f"x_{domain}: got values up to 2e\\+200, expected values that float32 can hold"
    ):
        standardised(**tables)
