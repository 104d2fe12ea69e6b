"""The folder of a data set in a data folder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ... import _validate


def places(data_dir: str | Path, *names: str) -> list[Path]:
    """``data_dir``, and its folders and their folders that have one of ``names``.

    Case, "-", "_" and spaces do not count. Raises ValueError if ``data_dir`` is no folder.
    """
    folder = _validate.path("data_dir", data_dir)
    try:
        inner = _named(folder, names)
        return [folder, *inner, *(path for place in inner for path in _named(place, names))]
    except OSError as error:
        got = "a file" if folder.is_file() else error.strerror or error
        raise ValueError(f"data_dir: got {str(data_dir)!r} ({got}), expected a folder") from None


def _named(folder: Path, names: Sequence[str]) -> list[Path]:
    return sorted(path for path in folder.iterdir() if plain(path.name) in names and path.is_dir())


def plain(name: str) -> str:
    """A name in small letters, without "-", "_" and spaces."""
    return re.sub(r"[-_ ]", "", name.lower())


def files_in(data_dir: str | Path, wanted: Sequence[str], *names: str) -> list[Path]:
    """The files ``wanted``, all in one of the ``places``. Raises ValueError with the names of missing files."""
    looked = places(data_dir, *names)
    best = max(looked, key=lambda place: sum((place / name).exists() for name in wanted))
    missing = [name for name in wanted if not (best / name).exists()]
    if missing:
        where = " or ".join([str(looked[0]), *(f"its folder {path.relative_to(looked[0])}" for path in looked[1:])])
        inner = f", or in its folder {names[0]}" * (len(looked) == 1)
        raise ValueError(f"data_dir: got no {' and no '.join(missing)} in {where}{inner}, expected {_all(wanted)}")
    return [best / name for name in wanted]


def _all(names: Sequence[str]) -> str:
    return " and ".join(names)
