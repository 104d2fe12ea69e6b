"""Reader of USPS, scanned digits of envelopes, 16×16 pixels: text in two layouts, and HDF5."""

from __future__ import annotations

import bz2
import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from ..._reading import HEAD, Unfit, kind_of, one_line, open_file
from ..readers import Images
from .places import places
from .usps_hdf5 import read_hdf5

SIDE = 16
PIXELS = SIDE * SIDE
MOST_SCANS = 100_000  # USPS has 9,298
LONGEST_LINE = 2**14  # bytes; a line of 256 numbers has some 2,000
TRAIN = re.compile(r"(zip\.train|usps(\.train)?)(\.txt)?(\.gz|\.bz2)?")
TEST = re.compile(r"(zip\.test|usps\.(t|test))(\.txt)?(\.gz|\.bz2)?")
HDF5 = re.compile(r"usps\.(h5|hdf5)")
WANTED = "usps.bz2 and usps.t.bz2, or zip.train.gz and zip.test.gz, or usps.h5"


class Scans(NamedTuple):
    """The content of one file: numbers float32 (n, 256), labels int64 (n,), and whether the layout is LIBSVM's."""

    numbers: np.ndarray
    labels: np.ndarray
    libsvm: bool


def read_usps(data_dir: str | Path) -> Images:
    """USPS: images uint8 (n, 16, 16, 1), bright strokes on black, and labels int64 (n,) from 0 to 9.

    The files lie in ``data_dir`` or in its folder usps, packed by gzip or bzip2 or not at all:

    - usps and usps.t (LIBSVM): a line is "7 1:-1 2:-0.5 …". The digit is the label less one.
    - zip.train and zip.test (Hastie, Tibshirani, Friedman: Elements of Statistical Learning): a line is the digit and
      256 numbers.
    - usps.h5: train/data (n, 256), train/target (n,), and the same in test. The package h5py reads it.

    Numbers from −1 to 1, from 0 to 1, or from 0 to 255 become bytes. Raises ValueError with the name of the file, and
    the line, for another content.
    """
    paths = usps_files(data_dir)
    if len(paths) == 1:
        train, test = (Scans(*part, libsvm=False) for part in read_hdf5(paths[0], PIXELS, MOST_SCANS))
    else:
        train, test = map(_text, paths)
    x_train, x_test = _bytes(paths[0], train.numbers, test.numbers)
    y_train, y_test = _digits(paths, train, test)
    return Images(x_train, y_train, x_test, y_test)


def usps_files(data_dir: str | Path) -> list[Path]:
    """The text files of both parts, or the HDF5 file. Raises ValueError without them."""
    looked = places(data_dir, "usps")
    for place in reversed(looked):  # a folder of the set's own comes first
        names = sorted(path.name for path in place.iterdir() if path.is_file())
        parts = [[name for name in names if form.fullmatch(name.lower())] for form in (TRAIN, TEST)]
        single = [name for name in names if HDF5.fullmatch(name.lower())]
        for train in parts[0]:
            of_zip = train.lower().startswith("zip")
            tests = [name for name in parts[1] if name.lower().startswith("zip") == of_zip]
            if tests:
                return [place / train, place / tests[0]]
        if single:
            return [place / single[0]]
    raise ValueError(f"data_dir: got no files of USPS in {' or '.join(map(str, looked))}, expected {WANTED}")


# text ----------------------------------------------------------------------------------------------------------------


def _text(path: Path) -> Scans:
    """The scans in a file of text, a line each."""
    rows: list[np.ndarray] = []
    labels: list[int] = []
    libsvm = False
    try:
        with open_file(path) as file:
            head = file.read(HEAD)
            file.seek(0)
            for number, line in enumerate(_lines(file, head), 1):
                words = line.split()
                if not words:
                    continue
                first = not rows
                libsvm = b":" in line if first else libsvm
                try:
                    labels.append(_label(words[0], 10 if libsvm else 9))
                    rows.append(_pairs(words[1:]) if libsvm else _numbers(words[1:]))
                except ValueError as fault:
                    if first and not kind_of(head).startswith(("text", "a bzip2", "a gzip")):
                        raise Unfit(kind_of(head)) from None
                    raise ValueError(f"{path}: line {number}: {fault}") from None
                if len(rows) > MOST_SCANS:
                    raise Unfit(f"more than {MOST_SCANS} lines")
        if not rows:
            raise Unfit("an empty file")
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected a digit and {PIXELS} numbers a line") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path}: got a file that is cut short or damaged, expected USPS ({one_line(error)})"
        ) from None
    return Scans(np.stack(rows), np.array(labels, np.int64), libsvm)


def _lines(file: IO[bytes], head: bytes) -> Iterator[bytes]:
    """The lines of a file, packed or not. The content decides."""
    stream: IO[bytes] = file
    if head.startswith(b"BZh"):
        stream = bz2.BZ2File(file)
    elif head.startswith(b"\x1f\x8b"):
        stream = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    while line := stream.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Unfit(f"a line of more than {LONGEST_LINE} bytes")
        yield line


def _label(word: bytes, most: int) -> int:
    try:
        label = float(word)
    except ValueError:
        label = -1
    if label not in range(most + 1):
        raise ValueError(f"got the label {_shown(word)}, expected 0 to {most}")
    return int(label)


def _numbers(words: list[bytes]) -> np.ndarray:
    if len(words) != PIXELS:
        raise ValueError(f"got {len(words)} numbers, expected {PIXELS}")
    return np.array([_number(word) for word in words], np.float32)


def _pairs(words: list[bytes]) -> np.ndarray:
    """The numbers of "1:-1 3:0.5 …". Numbers that are absent are 0."""
    row, last = np.zeros(PIXELS, np.float32), 0
    for word in words:
        index, colon, number = word.partition(b":")
        if not colon or not index.isdigit() or not last < int(index[:9]) <= PIXELS:
            raise ValueError(f"got {_shown(word)}, expected index:number with rising indices 1 to {PIXELS}")
        last = int(index)
        row[last - 1] = _number(number)
    return row


def _number(word: bytes) -> float:
    try:
        number = float(word)
    except ValueError:
        number = np.nan
    if not -1 <= number <= 255:
        raise ValueError(f"got {_shown(word)}, expected a number from -1 to 1, or from 0 to 255")
    return number


def _shown(word: bytes) -> str:
    return ascii(word[:20].decode("latin-1"))


# numbers and labels --------------------------------------------------------------------------------------------------


def _bytes(path: Path, *parts: np.ndarray) -> list[np.ndarray]:
    """The numbers of all parts as bytes (n, 16, 16, 1), by one scale."""
    least, most = float(min(part.min() for part in parts)), float(max(part.max() for part in parts))
    if least == most or (least < 0 and most > 1):
        got = f"numbers from {least:g} to {most:g}"
        raise ValueError(f"{path}: got {got}, expected -1 to 1, 0 to 1, or 0 to 255 for each file of the set")
    scale, shift = (127.5, 1) if least < 0 else (255, 0) if most <= 1 else (1, 0)
    images = []
    for part in parts:
        x = np.empty((len(part), SIDE, SIDE, 1), np.uint8)
        for image, numbers in zip(x, part):
            image[...] = np.round((numbers + np.float32(shift)) * np.float32(scale)).reshape(SIDE, SIDE, 1)
        images.append(x)
    return images


def _digits(paths: list[Path], *parts: Scans) -> list[np.ndarray]:
    """The labels as digits. LIBSVM's are the digits plus one, unless a file has a label 0."""
    from_one = parts[0].libsvm and not any((part.labels == 0).any() for part in parts)
    if parts[0].libsvm != parts[1].libsvm:
        raise ValueError(f"{paths[1]}: got another layout than {paths[0].name}, expected the same")
    for path, part in zip(paths, parts):
        if not from_one and part.labels.max() > 9:
            raise ValueError(f"{path}: got labels 0 and 10 in the set, expected 0 to 9 or 1 to 10")
    return [part.labels - from_one for part in parts]
