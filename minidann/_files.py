"""Safe writing of result files: into a temporary file beside the final place, which is then renamed."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from platform import node

from . import _validate

_in_use: set[Path] = set()  # the temporaries that this process writes now


def write(path: str | Path, writer: Callable[[Path], object]) -> Path:
    """Let ``writer`` fill a temporary file with the ending of ``path``, then move it to ``path`` in one step.

    After a power cut ``path`` holds the old content or the new one. A link stays a link: the file behind it is
    replaced. The file keeps its mode. Temporary files that a killed process left of the same ``path`` are removed.
    Returns ``path`` with ``~`` expanded.

    Raises OSError with the name ``path`` if the disk is full, the folder is gone, or the place is not writable.
    """
    path = _validate.path("path", path)
    try:
        real = Path(os.path.realpath(path))
        _replace(real, path.suffix or real.suffix, writer)
        return path
    except OSError as error:  # its own text would name the temporary file
        raise OSError(f"{str(path)!r} cannot be written ({error.strerror or error})") from error


def _replace(path: Path, ending: str, writer: Callable[[Path], object]) -> None:
    fault = _fault(path)
    if fault:
        raise OSError(fault)
    start = _start_of_temporaries(path)
    with suppress(OSError):  # the write itself will say why the folder cannot be used
        _remove_leftovers(path.parent, start)
    temporary = path.parent / f"{start}-{os.getpid()}-{secrets.token_hex(4)}{ending}"
    _in_use.add(temporary)
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))  # the umask takes its part
    try:
        writer(temporary)
        _to_disk(temporary, os.O_RDWR)
        with suppress(OSError):  # there is no older file, or its disk knows no modes
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    finally:
        _in_use.discard(temporary)
    with suppress(OSError):  # Windows opens no folders
        _to_disk(path.parent, os.O_RDONLY)


def _to_disk(path: Path, flags: int) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):  # some disks cannot wait
            raise
    finally:
        os.close(handle)


def _start_of_temporaries(path: Path) -> str:
    """The first part of the names of all temporaries of ``path`` on this machine."""
    digest = hashlib.blake2b(f"{node()} {path.name}".encode(), digest_size=6).hexdigest()
    return f".{path.stem[:30]}-{digest}"


def _remove_leftovers(folder: Path, start: str) -> None:
    """Remove temporaries of one file whose process is no longer there. Those of other machines stay."""
    if os.name != "posix":  # elsewhere nobody can ask for a process without harm
        return
    for path in folder.iterdir():
        match = re.fullmatch(re.escape(start) + r"-(\d+)-[0-9a-f]{8}(\..*)?", path.name)
        if match and path not in _in_use and not _lives(int(match[1])):
            path.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    """Whether another process has this number. In a restarted container the numbers of processes come again."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)  # signal 0 only asks
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _fault(path: Path) -> str:
    """The fault of a place for a file, in a few words; "" if a file can be written there."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        return str(error.strerror or error)
    if not stat.S_ISREG(mode):
        return "expected an ordinary file"
    return "" if os.access(path, os.W_OK) else "the file is read-only"


def folder(name: str, path: str | Path) -> Path:
    """``path`` as a writable folder, made if necessary. Raises ValueError with ``name`` otherwise."""
    path = _validate.path(name, path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return path
    except FileExistsError:
        link = path.is_symlink() and not path.exists()
        reason = (_fault(path) or "a link to a place that does not exist") if link else "it is no folder"
    except OSError as error:
        reason = str(error.strerror or error)
    raise ValueError(f"{name}: got {str(path)!r}, expected a folder that can be written to ({reason})")


def file(name: str, path: str | Path) -> Path:
    """``path`` as a writable ordinary file; its folder is made if necessary.

    Raises ValueError with ``name`` otherwise.
    """
    path = _validate.path(name, path)
    fault = _fault(path)
    if fault:
        reason = f" ({fault})" * (fault != "expected an ordinary file")
        raise ValueError(f"{name}: got {str(path)!r}, expected an ordinary file{reason}")
    folder(name, path.parent)
    if path.is_symlink():  # to a file that is not there yet
        folder(name, Path(os.path.realpath(path)).parent)
    return path
