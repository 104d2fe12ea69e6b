"""Safe writing of result files: into a temporary file beside the final place, which is then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def write(path: Path, writer: Callable[[Path], object]) -> None:
    """Let ``writer`` fill a temporary file with the same ending, then move it to ``path`` in one step.

    Raises OSError with the name ``path`` if the disk is full, the folder is gone, or the place is not writable.
    """
    try:
        _replace(Path(os.path.realpath(path)), writer)  # a link stays a link: the file behind it is replaced
    except OSError as error:  # its own text would name the temporary file
        raise OSError(f"{str(path)!r} cannot be written ({error.strerror or error})") from error


def _replace(path: Path, writer: Callable[[Path], object]) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        writer(temporary)
        temporary.chmod(0o666 & ~_umask())  # mkstemp makes a file that only its owner can read
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def folder(name: str, path: Path) -> Path:
    """``path`` as a writable folder, made if necessary. Raises ValueError with ``name`` otherwise."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        reason = error.strerror or error
        raise ValueError(f"{name}: got {str(path)!r}, expected a folder that can be written to ({reason})") from None


def file(name: str, path: Path) -> Path:
    """``path`` as a writable ordinary file; its folder is made if necessary.

    Raises ValueError with ``name`` otherwise.
    """
    if path.exists() and not path.is_file():
        raise ValueError(f"{name}: got {str(path)!r}, expected an ordinary file")
    folder(name, path.parent)
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
