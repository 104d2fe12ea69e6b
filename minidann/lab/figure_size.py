"""The figure of the lab's window: its opening, its size, and its letters, which grow with it."""

from __future__ import annotations

from typing import Any

SIZE, DPI = (15.2, 9.0), 80  # inches, and pixels for each: fits a projector of 1280 × 800, or a larger one


def open_window() -> Any:
    """Open a pyplot window without a tool bar, because the zoom tool would fight with drawing by hand."""
    import matplotlib.pyplot as plt

    with plt.rc_context({"toolbar": "None"}):
        return plt.figure("minidann lab", figsize=SIZE, dpi=DPI)


def fit(figure: Any) -> bool:
    """Scale the content of ``figure``, letters too, to its present size. Returns whether the scale has changed.

    The size in pixels stays, so the window is not resized again. All sizes here are in physical pixels: a resize event
    counts logical ones, which are larger on a scaled screen. The new resolution is also the one from which matplotlib
    starts when a screen's scale changes: without that, the window would return to the size of its opening.
    """
    width, height = figure.bbox.size
    dpi = float(min(width / SIZE[0], height / SIZE[1]))
    if dpi <= 0 or abs(dpi - figure.dpi) <= 0.5:
        return False
    figure.set_size_inches(width / dpi, height / dpi, forward=False)
    figure._set_dpi(dpi, forward=False)  # the public ``figure.dpi = dpi`` resizes the window
    figure._original_dpi = dpi / figure.canvas.device_pixel_ratio
    return True
