"""Show a figure, or save it where there is no display: no figure of a script is lost."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import _files, _validate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WITHOUT_DISPLAY = {"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"}  # backends that can only write files


def show_figure(figure: Figure, name: str, alt: str, folder: str | Path = "results/tutorials") -> None:
    """Show a figure of ``pyplot``, or save it as ``folder/name.png`` and print its path and ``alt``.

    Use ``show_figure`` in the place of ``plt.show()``. With a display it opens a window. In a notebook the figure
    appears below the cell, with ``alt`` as its alternative text. Without a display the file is written, with ``alt`` as
    its description. A second run of the same cell replaces the file. In a notebook, and after a file is written, the
    figure is closed.

    ``name``: the name of the file without its ending, of letters, digits, "-" and "_", such as "03-2". ``alt``: a
    sentence that says what the figure shows, for readers who cannot see it.

    Raises TypeError for a ``figure`` that is no figure of matplotlib, or a text that is none. Raises ValueError for an
    unusable ``name``, an empty ``alt`` or a folder that cannot be written to.
    """
    from matplotlib.figure import Figure

    _validate.instance("figure", figure, Figure, "a figure of matplotlib")
    if not re.fullmatch(r"[\w-]+", _validate.text("name", name)):
        raise ValueError(f"name: got {name!r}, expected letters, digits, '-' and '_'")
    if not _validate.text("alt", alt).strip():
        raise ValueError(f"alt: got {alt!r}, expected a sentence that says what the figure shows")
    import matplotlib.pyplot as plt

    backend = plt.get_backend().lower()
    if backend in WITHOUT_DISPLAY:
        path = _files.file("folder", Path(_files.folder("folder", folder)) / f"{name}.png")
        _files.write(path, lambda place: figure.savefig(place, metadata={"Description": alt}))
        print(textwrap.fill(f"figure: {path.as_posix()}: {alt}", 118, subsequent_indent="  ", break_on_hyphens=False))
        plt.close(figure)
    elif "inline" in backend:
        _show_below_the_cell(figure, alt)
        plt.close(figure)  # or the notebook shows it once more at the end of the cell
    else:
        plt.show()


def _show_below_the_cell(figure: Any, alt: str) -> None:
    from IPython.display import display

    display(figure, metadata={"image/png": {"alt": alt}})
