"""Standard output closed, full or without a reader: one line at most, no traceback, and all files are written."""

import os
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a POSIX shell and /dev/full"),
]

MOONS = ["moons", "--seeds", "1", "--steps", "5", "--points", "40"]


def shell(arguments, redirection, **options):
    """Run ``python -m minidann`` with a redirection of sh. Returns status and standard error."""
    command = f'"{sys.executable}" -m minidann "$@" {redirection}'
    done = subprocess.run(["sh", "-c", command, "sh", *map(str, arguments)], capture_output=True, text=True, **options)
    return done.returncode, done.stderr


def outputs(tmp_path):
    return ["--out", tmp_path / "out", "--json", tmp_path / "rows.json"]


def written(tmp_path):
    return (tmp_path / "out" / "moons.png").exists() and (tmp_path / "rows.json").exists()


@pytest.mark.parametrize(("redirection", "reason"), [(">&-", "Bad file descriptor"), (">/dev/full", "No space left")])
def test_a_closed_or_full_standard_output_is_one_line(redirection, reason, tmp_path):
    status, said = shell([*MOONS, *outputs(tmp_path)], redirection)
    assert status == 2
    assert said.startswith(f"minidann: standard output cannot be written ({reason}")
    assert said.count("\n") == 1
    assert written(tmp_path)


@pytest.mark.parametrize("redirection", ["2>&-", "<&- >&- 2>&-"])
def test_closed_streams_cost_no_file(redirection, tmp_path):
    status, said = shell([*MOONS, *outputs(tmp_path)], redirection)
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


@pytest.mark.parametrize(
    "arguments",
    [MOONS, ["--help"], ["inspect", "--steps", "4"], ["data", "show", "photo"], ["nothing"]],
    ids=["moons", "help", "inspect", "data", "error"],
)
def test_a_pipe_without_a_reader_is_no_traceback(arguments, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "minidann", *arguments]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    os.close(writer)
    assert done.returncode == (2 if arguments == ["nothing"] else 1)
    assert done.stderr.count("\n") == (arguments == ["nothing"])


def test_both_streams_in_a_pipe_without_a_reader_still_give_the_files(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "minidann", *MOONS, *map(str, outputs(tmp_path))]
    done = subprocess.run(command, stdout=writer, stderr=writer)
    os.close(writer)
    assert done.returncode == 1
    assert written(tmp_path)
