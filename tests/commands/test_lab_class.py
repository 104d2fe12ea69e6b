"""``minidann lab --browser --each``: its options, its words, and its end."""

import signal
import socket
import subprocess
import sys
from importlib.util import find_spec

import pytest

from minidann.cli import main

EACH = ["lab", "--browser", "--each", "--no-open"]
needs_tornado = pytest.mark.skipif(not find_spec("tornado"), reason="needs tornado")


def refused(capsys, *arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lab", "--each"], "argument --each: only goes with --browser"),
        (["lab", "--browser", "--pages", "3"], "argument --pages: only goes with --browser --each"),
        (["lab", "--idle", "3"], "argument --idle: only goes with --browser --each"),
        (["lab", "--browser", "--host", "0.0.0.0"], "argument --host: only goes with --browser --each"),
        ([*EACH, "--pages", "0"], "argument --pages: got '0', expected a whole number of at least 1"),
        ([*EACH, "--idle", "0"], "argument --idle: got 0, expected a number above 0"),
        ([*EACH, "--idle", "nan"], "argument --idle: got 'nan', expected a finite number"),
        ([*EACH, "--save", "x.json"], "argument --save: does not go with --each, because no page writes files"),
        ([*EACH, "--host", ""], "argument --host: got '', expected an address of this machine"),
    ],
)
def test_what_cannot_be_is_one_line(capsys, arguments, said):
    assert said in refused(capsys, *arguments)


@needs_tornado
@pytest.mark.parametrize("host", ["192.0.2.77", "a..b"])
def test_an_address_of_another_machine_is_one_line(capsys, host):
    said = refused(capsys, *EACH, "--host", host)
    assert f"argument --host: got {host!r}, expected an address of this machine" in said


@needs_tornado
def test_a_port_in_use_is_one_line(capsys):
    with socket.socket() as used:
        used.bind(("127.0.0.1", 0))
        used.listen()
        port = used.getsockname()[1]
        said = refused(capsys, *EACH, "--port", str(port))
    assert said == f"minidann lab: argument --port: got {port}, expected a port that no program uses"


@needs_tornado
@pytest.mark.slow
@pytest.mark.parametrize("host", [None, "127.0.0.1", "0.0.0.0"])
def test_it_says_where_it_is_and_ends_with_ctrl_c(host):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "minidann", *EACH, "--port", str(port), *(["--host", host] if host else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line, others = process.stdout.readline(), host == "0.0.0.0"
    assert line.endswith(f":{port}/ (Ctrl-C ends it)\n")
    assert line.startswith("the lab is at http://" if others else "the lab is at http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert err.startswith("warning: everyone on") if others else err == ""
    assert len(err.splitlines()) == (2 if others else 0)
