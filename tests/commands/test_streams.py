"""Standard output closed, full or without a reader: one line at most, no traceback, and all files are written."""

import os
import subprocess
import sys

import pytest

from minidann import cli

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a POSIX shell and /dev/full"),
]

MOONS = ["moons", "--seeds", "1", "--steps", "5", "--points", "40"]


@pytest.fixture(scope="module")
def own_data(tmp_path_factory):
    """A command that draws nothing and needs no scikit-learn: such a process ends in a third of the time of MOONS."""
    folder = tmp_path_factory.mktemp("csv")
    for name, shift in (("source", 0), ("target", 0.5)):
        rows = [f"{i + shift},{i * i % 7},{'ab'[i % 2]}" for i in range(20)]
        (folder / f"{name}.csv").write_text("\n".join(["one,two,kind", *rows]), "utf-8")
    data = ["--source", folder / "source.csv", "--label", "kind", "--target", folder / "target.csv"]
    return ["run", *data, "--methods", "dann", "--seeds", "1", "--steps", "5"]


def shell(arguments, redirection, **options):
    """Run ``python -m minidann`` with a redirection of sh. Returns status and standard error."""
    command = f'"{sys.executable}" -m minidann "$@" {redirection}'
    done = subprocess.run(["sh", "-c", command, "sh", *map(str, arguments)], capture_output=True, text=True, **options)
    return done.returncode, done.stderr


def outputs(tmp_path):
    return ["--out", tmp_path / "out", "--json", tmp_path / "rows.json"]


def written(tmp_path):
    return (tmp_path / "out" / "checkpoints" / "run" / "dann-seed-0.npz").exists() and (tmp_path / "rows.json").exists()


@pytest.fixture
def nobody_reads():
    """The end of a pipe to write to, whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


def test_a_closed_standard_output_is_one_line(own_data, tmp_path):
    status, said = shell([*own_data, *outputs(tmp_path)], ">&-")
    assert status == 2
    assert said == "minidann: standard output cannot be written (Bad file descriptor)\n"
    assert written(tmp_path)


def test_a_full_standard_output_costs_neither_rows_nor_figure(tmp_path):
    status, said = shell([*MOONS, *outputs(tmp_path)], ">/dev/full")
    assert status == 2
    assert said == "minidann: standard output cannot be written (No space left on device)\n"
    assert (tmp_path / "rows.json").exists()
    assert (tmp_path / "out" / "moons.png").exists()


@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_cost_no_file(redirection, own_data, tmp_path):
    status, said = shell([*own_data, *outputs(tmp_path)], redirection)
    assert status == (2 if ">&- " in redirection else 0)
    assert said == ""
    assert written(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "redirection", "unbuffered"),
    [
        (["--help"], ">&-", ""),
        (["--help"], ">/dev/full", ""),
        (["--version"], ">/dev/full", "1"),
        (["moons", "--help"], ">&-", "1"),
    ],
)
def test_help_on_a_closed_or_full_standard_output_is_one_line(arguments, redirection, unbuffered):
    status, said = shell(arguments, redirection, env={**os.environ, "PYTHONUNBUFFERED": unbuffered})
    assert status == 2
    assert said.startswith("minidann: standard output cannot be written (")
    assert said.count("\n") == 1


@pytest.mark.parametrize("argument", ["--help", "nothing"])
def test_a_pipe_without_a_reader_is_no_traceback(argument, nobody_reads):
    command = [sys.executable, "-m", "minidann", argument]
    done = subprocess.run(command, stdout=nobody_reads, stderr=subprocess.PIPE, text=True)
    assert done.returncode == (2 if argument == "nothing" else 1)
    assert done.stderr.count("\n") == (argument == "nothing")


def test_a_pipe_without_a_reader_costs_no_file(own_data, tmp_path, nobody_reads):
    command = [sys.executable, "-m", "minidann", *map(str, [*own_data, *outputs(tmp_path)])]
    done = subprocess.run(command, stdout=nobody_reads, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    assert written(tmp_path)


@pytest.mark.parametrize(
    "arguments", [MOONS, ["inspect", "--steps", "4"], ["data", "show", "photo"]], ids=["moons", "inspect", "data"]
)
def test_every_command_knows_a_pipe_without_a_reader(arguments, tmp_path, monkeypatch, capsys, nobody_reads):
    with open(nobody_reads, "w", closefd=False) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert cli.main([*arguments, "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == ""
    assert list((tmp_path / "out").glob("*.png"))


def test_both_streams_in_a_pipe_without_a_reader_still_give_the_files(own_data, tmp_path, nobody_reads):
    command = [sys.executable, "-m", "minidann", *map(str, [*own_data, *outputs(tmp_path)])]
    done = subprocess.run(command, stdout=nobody_reads, stderr=nobody_reads)
    assert done.returncode == 1
    assert written(tmp_path)
