"""The data sets that a folder holds: complete, in part, faulty or missing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from fnmatch import translate
from pathlib import Path
from typing import Any, NamedTuple

from .. import _validate
from .catalogue import CATALOGUE
from .mnistm import bsds500_folder
from .photographs import photographs, read_photograph
from .read_mnistm import read_mnistm
from .readers import OTHER_SETS, Images, read_mnist
from .released import read_gtsrb, read_svhn, read_synnumbers, read_synsigns, read_usps
from .store import NOWHERE, STORE

DEPTH = 6  # folders below the data folder in which names are looked for


class Holding(NamedTuple):
    """The state of a data set in a folder: "complete", "in part", "faulty" or "missing".

    "in part": all files are sound, with fewer or more images than the release. ``words``: the numbers of images, or
    the fault in one line.
    """

    name: str
    state: str
    words: str


def _counts(read: Callable[..., Images], **options: Any) -> Callable[[Path], tuple[int, ...]]:
    def counts(folder: Path) -> tuple[int, ...]:
        images = read(folder, **options)
        return tuple(len(x) for x in (images.x_train, images.x_test) if x is not None and len(x))

    return counts


def _photographs(folder: Path) -> tuple[int, ...]:
    counts = []
    for part in ("train", "val", "test"):
        paths = photographs(bsds500_folder(folder) / part)
        for path in paths:
            read_photograph(path)
        counts.append(len(paths))
    return tuple(counts)


# the numbers of images in the parts of a data set, which are read for that. Raise ValueError without them
READERS: dict[str, Callable[[Path], tuple[int, ...]]] = {
    "mnist": _counts(read_mnist),
    "mnistm": _counts(read_mnistm),
    "bsds500": _photographs,
    "svhn": _counts(read_svhn, store=NOWHERE),
    "synnumbers": _counts(read_synnumbers, store=NOWHERE),
    "usps": _counts(read_usps),
    "synsigns": _counts(read_synsigns, store=NOWHERE),
    "gtsrb": _counts(read_gtsrb, store=NOWHERE),
}


def holdings(folder: str | Path) -> Iterator[Holding]:
    """The state of each data set of the catalogue in ``folder``. Each image is read, so a large set takes a while.

    Raises ValueError if ``folder`` is no folder.
    """
    root = _validate.folder("data_dir", folder)
    traced = _traced(root)
    return (_holding(name, root, name in traced) for name in READERS)


def holding(name: str, folder: Path) -> Holding:
    """The state of one data set: "faulty" if there is no file of it."""
    return _holding(name, folder, True)


def _holding(name: str, root: Path, traced: bool) -> Holding:
    try:
        counts = READERS[name](root)
    except (ValueError, OSError) as error:
        fault = re.sub("^(data|target)_dir: ", "", _validate.one_line(error))
        return Holding(name, "faulty", fault) if traced else Holding(name, "missing", "")
    released = CATALOGUE[name].counts
    words = f"{_sum(counts)} image{'s' * (sum(counts) != 1)}"
    if released in ((), counts):
        return Holding(name, "complete", words)
    return Holding(name, "in part", f"{words}; the release has {_sum(released)}")


def _sum(counts: tuple[int, ...]) -> str:
    return " + ".join(f"{count:,}" for count in counts)


def _traced(root: Path) -> set[str]:
    """The data sets that have a file in ``root`` or a little below, by the names of files and folders."""
    patterns = {
        name: re.compile("|".join(translate("*/" + trace) for trace in entry.traces))
        for name, entry in CATALOGUE.items()
    }
    found: set[str] = set()
    others = (*OTHER_SETS, STORE)  # in the names of folders with other images
    for place, folders, files in os.walk(root, followlinks=True):
        inner = Path(place).relative_to(root)
        folders[:] = [folder for folder in folders if not any(other in folder.lower() for other in others)]
        if len(inner.parts) == DEPTH:
            folders.clear()  # a loop of links has an end, too
        for file in files:
            path = f"/{inner.as_posix()}/{file}".lower()
            found |= {name for name in patterns.keys() - found if patterns[name].match(path)}
    return found
