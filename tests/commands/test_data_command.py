"""``minidann data show``: the contact sheet of a pair."""

import numpy as np
import pytest

from minidann import cli
from minidann.commands import generated
from minidann.data.digits import digits_pair


@pytest.mark.slow
def test_the_example_of_the_help_draws_the_sheet(tmp_path, capsys, monkeypatch):
    with pytest.raises(SystemExit) as caught:
        cli.main(["data", "show", "--help"])
    assert caught.value.code == 0
    example = capsys.readouterr().out.strip().splitlines()[-1]
    assert example.startswith("example: minidann data show blended")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "minidann.commands.digits.digits_pair", lambda name, seed, **_: digits_pair(name, seed, copies=1)
    )
    assert cli.main(example.split()[2:]) == 0
    assert (tmp_path / "results" / "data-blended.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_it_says_what_the_pair_is_and_where_the_figure_lies(tmp_path, capsys):
    assert cli.main(["data", "show", "turned", "--out", str(tmp_path / "new")]) == 0
    captured = capsys.readouterr()
    assert captured.out == (
        "DomainPair('digits → digits turned by 35°': 9600 source, 9600 target, 597 target-test, 10 classes)\n"
        f"figure: {tmp_path / 'new' / 'data-turned.png'}\n"
    )
    assert captured.err == ""
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["data-turned.png"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ([], "the following arguments are required: ACTION"),
        (["hide"], "'hide'"),
        (["show"], "the following arguments are required: NAME"),
        (["show", "all"], "argument NAME: got 'all', expected one of turned, photo, blended, printed, mnist-mnistm, "),
        (["show", "turned", "--seed", "-1"], "argument --seed: got '-1', expected a whole number of at least 0"),
        (["show", "turned", "--data-dir", "x"], "argument --data-dir: only the pair mnist-mnistm reads files"),
        (["show", "synthetic-numbers", "--data-dir", "x"], "argument --data-dir: synthetic-numbers has no such option"),
        (["show", "road-signs", "--data-dir", "nowhere"], "argument --data-dir: got 'nowhere' without photographs"),
        (["show", "road-signs", "--target-shares", "1" + ",1" * 9], "--target-shares: road-signs has no such option"),
        (["show", "mnist-mnistm"], "argument --data-dir: got none"),
        (["show", "mnist-mnistm", "--data-dir", "nowhere"], "argument --data-dir: got 'nowhere' without photographs"),
    ],
)
def test_bad_arguments_end_with_status_2_and_one_line(wrong, message, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        cli.main(["data", *wrong])
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_generator_has_a_contact_sheet_of_its_own(tmp_path, capsys):
    assert cli.main(["data", "show", "synthetic-numbers", "--seed", "3", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == (
        "synthetic-numbers: images of shape (32, 32, 3), uint8, 10 classes\n"
        f"figure: {tmp_path / 'data-synthetic-numbers.png'}\n"
    )


def test_photographs_of_a_data_folder_become_the_backgrounds(tmp_path, capsys, monkeypatch):
    from PIL import Image

    for part in ("train", "val", "test"):
        (tmp_path / "bsds500" / part).mkdir(parents=True)
        Image.new("RGB", (60, 50), (200, 10, 10)).save(tmp_path / "bsds500" / part / "red.png")
    seen = []

    def draw(n, seed, photos):
        seen.extend(photos)
        return np.zeros((2, 16, 16, 3), np.uint8), np.arange(2)

    monkeypatch.setitem(generated.GENERATORS, "road-signs", draw)
    assert cli.main(["data", "show", "road-signs", "--data-dir", str(tmp_path), "--out", str(tmp_path)]) == 0
    assert "images of shape (16, 16, 3), uint8, 2 classes" in capsys.readouterr().out
    assert [(photo.shape, *photo[0, 0]) for photo in seen] == [((50, 60, 3), 200, 10, 10)]


def test_a_place_that_cannot_be_written_is_refused_before_the_pair_is_made(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("minidann.commands.data.digits_pair", lambda *_, **__: pytest.fail("the pair was made"))
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as caught:
        cli.main(["data", "show", "turned", "--out", str(tmp_path / "file")])
    assert caught.value.code == 2
    assert "argument --out: got" in capsys.readouterr().err
