"""The directive command-help: what a command says with --help."""

from __future__ import annotations

import contextlib
import io
import os

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

from minidann import cli

WIDTH = "100"  # letters of a line


class CommandHelp(Directive):
    """``{command-help} moons``: the help of ``minidann moons`` as it is today."""

    required_arguments = 1
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The help as a block of text."""
        before, os.environ["COLUMNS"] = os.environ.get("COLUMNS"), WIDTH
        try:
            with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
                cli.main([*self.arguments, "--help"])
        finally:
            os.environ.pop("COLUMNS")
            os.environ |= {} if before is None else {"COLUMNS": before}
        return [nodes.literal_block("", said.getvalue().rstrip(), language="text")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_directive("command-help", CommandHelp)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
