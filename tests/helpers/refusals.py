"""The refusal of a command: status 2, one line on standard error, nothing on standard output."""

import pytest

from minidann import cli


def refused(capsys, *arguments):
    """The line with which the command line ``arguments`` is refused."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as caught:
        cli.main(list(map(str, arguments)))
    assert caught.value.code == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err
