"""Unpacking of downloaded archives: ordinary files only, and none outside the folder."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from .._npz import CHUNK, check_bomb
from .._reading import HEAD, Unfit, kind_of, one_line, open_file

BROKEN = (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)

DISK = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO)  # no fault of the archive
MOST_FILES = 1_000_000  # of a TAR archive: its headers pack to almost nothing


class _Member(NamedTuple):
    """A file in an archive. ``open`` gives its bytes."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


def unpack(archive: Path, folder: Path, start: str = "") -> int:
    """Unpack the files of a ZIP or TAR archive whose names begin with ``start`` into ``folder``. Returns their number.

    A file that is there with its full size stays, so an unpacking that was stopped goes on. Each file is written to a
    temporary and renamed. Raises ValueError with the name of the archive if it is damaged or of another format, if it
    holds a link or a device, if a name leaves the folder, and if the disk has too little room. All names and sizes
    are checked before the first file is written.
    """
    try:
        with open_file(archive) as file, _members(file) as members:
            found = [member for member in members if member.name.startswith(start)]
            if not found:
                raise Unfit(f"an archive without files named {start}…" if start else "an archive without files")
            size = sum(member.size for member in found)
            check_bomb(size, os.fstat(file.fileno()).st_size)
            if size > (free := shutil.disk_usage(folder).free):
                raise Unfit(f"{size:,} bytes to unpack, and the disk has {free:,} free")
            for member in found:
                _write(member, folder / member.name)
            return len(found)
    except Unfit as fault:
        raise ValueError(f"{archive}: got {fault}, expected a ZIP or TAR archive") from None


@contextmanager
def _members(file: IO[bytes]) -> Iterator[list[_Member]]:
    """The files of an open archive. Raises Unfit for another format, a damaged archive and an unsafe member."""
    head = file.read(HEAD)
    file.seek(0)
    try:
        if head.startswith(b"PK"):
            with zipfile.ZipFile(file) as packed:
                yield [_of_zip(packed, info) for info in packed.infolist() if not info.is_dir()]
        elif head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")) or head[257:262] == b"ustar":
            with tarfile.open(fileobj=file) as packed_tar:
                members = [_of_tar(packed_tar, info) for info in islice(packed_tar, MOST_FILES) if not info.isdir()]
                if len(members) == MOST_FILES:
                    raise Unfit(f"an archive with at least {MOST_FILES:,} files")
                while packed_tar.fileobj.read(CHUNK):  # at the end a sum is compared
                    pass
                yield members
        else:
            raise Unfit(kind_of(head))
    except BROKEN as error:
        if getattr(error, "errno", None) in DISK:
            raise
        raise Unfit(f"a damaged archive ({one_line(error)})") from None


def _of_zip(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    kind = info.external_attr >> 28  # the kind of a file on Unix; 0 where the archive does not say
    if kind not in (0, 8):
        raise Unfit(f"an archive with {info.filename[:60]!r}, which is no ordinary file")
    return _Member(_safe(info.filename), info.file_size, lambda: packed.open(info))


def _of_tar(packed: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    if not info.isreg() or info.sparse is not None:
        raise Unfit(f"an archive with {info.name[:60]!r}, which is no ordinary file")
    return _Member(_safe(info.name), info.size, lambda: packed.extractfile(info))  # type: ignore[arg-type,return-value]


def _safe(name: str) -> str:
    """``name`` without a leading "./". Raises Unfit for a name that can leave the folder, on any system."""
    name = name.removeprefix("./")
    parts = re.split(r"[/\\]", name)
    if not name or ".." in parts or not parts[0] or re.match(r"[A-Za-z]:", name) or "\0" in name:
        raise Unfit(f"an archive with the name {name[:60]!r}, which leaves the folder")
    return name


def _write(member: _Member, path: Path) -> None:
    """Write a file unless it is there with its full size."""
    if path.is_file() and path.stat().st_size == member.size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.unpacking")
    try:
        with member.open() as source, open(temporary, "wb") as file:
            shutil.copyfileobj(source, file)
        if temporary.stat().st_size != member.size:
            raise Unfit(f"a damaged archive ({member.name[:60]} is cut short)")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
