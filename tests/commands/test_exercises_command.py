"""``minidann exercises``: what it writes, how it answers, and code that does not end."""

import re

import pytest

from minidann import cli
from minidann.exercises import material

CHAPTERS = material.chapters()


def change(path, *pairs):
    """Put replacements for passages into a student's file, each once."""
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_start_writes_stubs_and_tests_and_keeps_a_students_work(tmp_path, capsys):
    place = tmp_path / "new" / "folder"
    assert cli.main(["exercises", "start", str(place), "--chapter", "2"]) == 0
    assert sorted(path.name for path in place.iterdir()) == ["README.md", "chapter_02.py", "test_chapter_02.py"]
    stub = place / "chapter_02.py"
    text = stub.read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    assert text.count("NotImplementedError") == 7  # places to write
    assert f"written  {stub}" in capsys.readouterr().out
    stub.write_text("# my work\n")
    assert cli.main(["exercises", "start", str(place)]) == 0
    assert stub.read_text() == "# my work\n"
    said = capsys.readouterr().out
    assert f"kept     {stub}" in said
    instructions = (place / "README.md").read_text(encoding="utf-8")
    for number, chapter in CHAPTERS.items():
        assert (place / f"chapter_{number:02d}.py").exists()
        assert all(f": {exercise.name} | {exercise.aim} |" in instructions for exercise in chapter.exercises)


def test_code_without_an_end_and_an_exit_get_one_answer_each(tmp_path, capsys):
    chapter = CHAPTERS[2]
    path = tmp_path / "chapter_02.py"
    path.write_text(chapter.solution, encoding="utf-8")
    change(
        path,
        ("    while g.ndim > len(shape):", "    while True:\n        pass\n    while g.ndim > len(shape):"),
        ("        # BEGIN SOLUTION matmul", '        print("λ here")\n        raise SystemExit(0)'),
        ("        # BEGIN SOLUTION sweep", "        import os\n        os._exit(3)"),
    )
    assert cli.main(["exercises", "check", str(tmp_path), "--chapter", "2", "--seconds", "2"]) == 1
    said = capsys.readouterr().out
    assert re.search(
        r"no end +unbroadcast\n +reason +no end after 2 seconds\n +hint +Is there a loop without an end", said
    )
    assert re.search(r"right +operators\n", said)
    assert re.search(r"an error +matmul\n +reason +SystemExit: 0\n +where +line \d+: raise SystemExit\(0\)", said)
    assert re.search(r"ended +sweep\n +reason +Python ended with status 3", said)
    assert "    | λ here\n" in said
    assert "1 of 4 exercises are right; next: unbroadcast in chapter_02.py" in said
    assert "      second " not in said


def test_a_file_that_is_no_python_and_the_second_hint(tmp_path, capsys):
    cli.main(["exercises", "start", str(tmp_path), "--chapter", "3"])
    path = tmp_path / "chapter_03.py"
    check = ["exercises", "check", str(tmp_path), "--chapter", "3"]
    good = CHAPTERS[3].solution
    path.write_text(good.replace("theta - rate", "theta + rate"), encoding="utf-8")
    capsys.readouterr()
    assert cli.main(check) == 1
    first = capsys.readouterr().out
    assert cli.main(check) == 1
    assert capsys.readouterr().out == first.replace(
        "θ moved up the hill: the loss grows.\n",
        "θ moved up the hill: the loss grows.\n      second    Subtract rate · v from θ.\n",
    )
    path.write_text(good, encoding="utf-8")
    assert cli.main(check) == 0
    assert capsys.readouterr().out.endswith("all 2 exercises are right\n")
    path.write_text(f"{good}\nx = = 1\n", encoding="utf-8")
    assert cli.main(check) == 1
    said = capsys.readouterr().out
    assert "the file cannot be run: SyntaxError" in said
    assert f"line {len(good.splitlines()) + 2}: x = = 1" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "nowhere"], "argument DIR: got 'nowhere' without a file chapter_NN.py"),
        (["check", "nowhere", "--chapter", "77"], "argument --chapter: got 77, expected one of 1, 2, 3, 4"),
        (["start", "file"], "argument DIR: got 'file', expected a folder"),
        (["start", str(material.folder() / "new")], "the folder of the solutions"),
        (["check", ".", "--seconds", "0"], "argument --seconds: got '0'"),
        (["start"], "the following arguments are required: DIR"),
        ([], "the following arguments are required: ACTION"),
    ],
)
def test_a_wrong_call_is_one_line(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as end:
        cli.main(["exercises", *arguments])
    assert end.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert message in said.err
