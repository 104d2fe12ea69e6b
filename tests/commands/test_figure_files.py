"""``--format``: a figure in one or more formats, the same bytes at every run, and no place taken twice."""

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from minidann import cli
from minidann.commands.figure_files import FORMATS, in_formats, save

STARTS = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
FAST = {  # commands with little work, and the stems of their figures
    "data": (["data", "show", "turned"], ["data-turned"]),
    "inspect": (
        ["inspect", "moons", "--at", "2", "--points", "40"],
        ["inspect-moons-gradients", "inspect-moons-graph"],
    ),
}


def figure():
    drawn = Figure((3, 2), layout="constrained")
    ax = drawn.subplots()
    ax.plot([0, 1], [0, 2], label="λ")
    ax.imshow([[0, 1], [1, 0]], alpha=0.5)
    ax.fill_between([0, 1], [1, 1])
    ax.legend()
    return drawn


@pytest.mark.parametrize("kind", FORMATS)
def test_two_writes_of_a_figure_are_equal_and_hold_no_date(kind, tmp_path):
    files = [tmp_path / f"{i}.{kind}" for i in range(2)]
    for file in files:
        save(figure(), file)
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.startswith(STARTS[kind])
    assert not re.search(rb"CreationDate|ModDate|<dc:date>|20\d\d-\d\d-\d\d", first)


def test_a_figure_keeps_its_stem_and_a_film_its_ending():
    assert in_formats(Path("out/moons.png"), ["svg", "pdf", "svg"]) == [Path("out/moons.svg"), Path("out/moons.pdf")]
    assert in_formats(Path("out/moons-film.gif"), ["svg"]) == [Path("out/moons-film.gif")]


@pytest.mark.parametrize("command", FAST)
def test_a_command_writes_all_formats_and_names_them(command, tmp_path, capsys):
    arguments, stems = FAST[command]
    assert cli.main([*arguments, "--out", str(tmp_path), "--format", "pdf", "svg"]) == 0
    names = sorted(f"{stem}.{kind}" for stem in stems for kind in ("pdf", "svg"))
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    text = capsys.readouterr().out
    for name in names:
        assert str(tmp_path / name) in text
        assert (tmp_path / name).read_bytes().startswith(STARTS[name[-3:]])


def test_without_the_option_it_is_a_png(tmp_path, capsys):
    assert cli.main(["data", "show", "turned", "--out", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["data-turned.png"]


@pytest.mark.parametrize("command", ["moons", "digits", "run", "inspect", "data show turned"])
def test_another_format_is_refused_in_one_line(command, tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main([*command.split(), "--out", str(tmp_path / "new"), "--format", "svg", "jpg"])
    assert caught.value.code == 2
    assert "argument --format: got 'jpg', expected one of png, svg, pdf" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_place_of_any_format_is_checked_before_the_work(tmp_path, capsys):
    (tmp_path / "moons.svg").mkdir()
    with pytest.raises(SystemExit):
        cli.main(["moons", "--out", str(tmp_path), "--format", "png", "svg"])
    assert f"argument --out: got '{tmp_path / 'moons.svg'}'" in capsys.readouterr().err


def test_help_tells_of_it(capsys):
    with pytest.raises(SystemExit):
        cli.main(["moons", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "write the figures as one or more of png, svg, pdf, default png" in text
