"""Safe opening of data files: ordinary files only, and a name for a content that is something else."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from . import _validate

HEAD = 1024  # bytes of a file that tell its kind

# the first bytes of files that come in the place of data
MAGIC = (
    (b"\x93NUMPY", "one array in NumPy's .npy format"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file (.h5)"),
    (b"MATLAB", "a MATLAB file (.mat)"),
    (b"\x1f\x8b", "a gzip file (.gz)"),
    (b"PK", "a ZIP archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"%PDF", "a PDF file"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\0", "an SQLite file"),
    (b"version https://git-lfs", "a Git LFS pointer instead of the data (git lfs pull fetches the data)"),
)


class Unfit(ValueError):
    """A file that cannot be used. The text says in a few words what the file is: "a folder", "an HTML page"."""


def open_file(path: str | Path) -> BinaryIO:
    """The ordinary file at ``path``, open for reading. Raises Unfit for anything else.

    A pipe or a device is not opened: reading from it could wait forever.
    """
    try:
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise Unfit("a folder")
        if not stat.S_ISREG(mode):
            raise Unfit("a pipe, a socket or a device, no ordinary file")
        return open(path, "rb")
    except FileNotFoundError:
        raise Unfit("no such file") from None
    except OSError as error:
        raise Unfit(f"a file that cannot be read: {error.strerror or error}") from None


def kind_of(head: bytes) -> str:
    """The kind of a file, in a few words, from its first bytes."""
    if not head:
        return "an empty file"
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    if head[:2] == b"\0\0" and len(head) > 3 and head[2] in range(0x08, 0x0F) and 1 <= head[3] <= 4:
        return "an IDX file"
    if re.match(rb"\x80[\x02-\x05]", head):
        return "a pickle, which is never loaded because it can run any code"
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP image"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "a BMP image"
    if head[4:8] == b"ftyp":
        return "a HEIC image or a film"
    if not head.strip(b"\0"):
        return "a file of zeros"
    return _text_kind(head) or f"a file of an unknown kind, which begins 0x{head[:4].hex()}"


def _text_kind(head: bytes) -> str | None:
    """The kind of a text file; None for other bytes."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text in UTF-16"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<(!doctype|html|head|body|!--)", start):
        return "an HTML page saved instead of the data"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if re.search(rb"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f]", head):
        return None
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # not the last character, which the head can cut in half
            return None
        text = head[: error.start].decode("utf-8")
    return f"text, which begins {' '.join(text.split())[:30]!r}"


def one_line(error: BaseException) -> str:
    """The text of ``error`` in one line of at most 120 characters."""
    text = _validate.one_line(error)
    return text if len(text) <= 120 else text[:119] + "…"
