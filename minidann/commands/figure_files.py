"""The files of a figure: one or more formats, and the same bytes at every run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

# of each format, the metadata that savefig gets: without the date
FORMATS: dict[str, dict[str, Any]] = {"png": {}, "svg": {"Date": None}, "pdf": {"CreationDate": None}}
DPI = 110  # of pixels: all of a png, and the images in other formats


def in_formats(path: Path, formats: Sequence[str]) -> list[Path]:
    """The files of the figure ``path``, a .png, in ``formats``. A path with another ending, as of a film, stays."""
    if path.suffix != ".png":
        return [path]
    return [path.with_suffix(f".{name}") for name in dict.fromkeys(formats)]


def save(figure: Any, path: Path) -> None:
    """Write ``figure`` to ``path`` in the format of its ending."""
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "minidann", "svg.fonttype": "path"}):  # fixed names inside, letters without fonts
        figure.savefig(path, dpi=DPI, metadata=FORMATS[path.suffix[1:]])
