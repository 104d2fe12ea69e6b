"""The places of a command's results. All are checked before any work starts."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

from .. import _files, _validate

Named = tuple[str, Path]  # an option, such as "--json", and its file


def look_ahead(out: Path, files: Sequence[tuple[str, Path | None]] = ()) -> None:
    """Refuse places where nothing can be written, before data are read or made. Makes no folder.

    ``out``: the folder of --out. ``files``: options and their files, None for an option that is not given. Raises
    ValueError that names the option.
    """
    for option, folder in [("--out", out), *((option, path.parent) for option, path in files if path is not None)]:
        above = folder.absolute()
        while not above.exists() and above != above.parent:
            above = above.parent
        if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
            reason = "is read-only" if above.is_dir() else "is no folder"
            raise ValueError(
                f"argument {option}: got {str(folder)!r}, expected a folder that can be written to "
                f"({str(above)!r} {reason})"
            )


def check_outputs(outputs: Sequence[Named], inputs: Sequence[Named] = ()) -> None:
    """Check that all ``outputs`` can be written, and make their folders.

    Raises ValueError that names the option if an output is no ordinary file in a writable folder, or is the same file
    as another output or as one of ``inputs``.
    """
    taken = {os.path.realpath(path): option for option, path in inputs}
    for option, path in reversed(outputs):  # figures come first, and the option for another file is to blame
        real = os.path.realpath(path)
        if real in taken and taken[real] != option:
            raise ValueError(f"argument {option}: got {str(path)!r}, expected another file than that of {taken[real]}")
        taken[real] = option
    for option, path in outputs:
        _files.file(f"argument {option}", path)


def check_folder(folder: Path, files: Sequence[Named]) -> None:
    """Make ``folder`` for the checkpoints. Raises ValueError if that fails, or if one of ``files`` lies in it."""
    for option, path in files:
        if os.path.realpath(path.parent) == os.path.realpath(folder):
            expected = "a file outside the folder of the checkpoints"
            raise ValueError(f"argument {option}: got {str(path)!r}, expected {expected}")
    _files.folder("argument --out", folder)


def why_no_drawing() -> str | None:
    """The reason why matplotlib cannot draw here, as one line; None if it can.

    Reasons are an unknown backend, or a missing LaTeX that the file matplotlibrc asks for.
    """
    try:
        from matplotlib.figure import Figure

        figure = Figure((1, 1))
        figure.text(0, 0, "λ")
        figure.savefig(io.BytesIO(), format="png")
    except Exception as error:  # matplotlib raises errors of many kinds; all mean the same
        advice = "change MPLBACKEND or the file matplotlibrc"
        return f"matplotlib cannot draw here ({_validate.one_line(error)}); {advice}"
    return None
