"""The figure of the lab's window: its opening, its size, and its letters, which grow with it."""

from __future__ import annotations

from typing import Any

from .. import _validate

SIZE, DPI = (15.2, 9.0), 80  # inches, and pixels for each: fits a projector of 1280 × 800, or a larger one
ROOM = (0.98, 0.9)  # shares of the screen's width and height for the window; a title and a task bar need the rest
PICTURES = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")  # backends of matplotlib without a window


def why_no_window() -> str | None:
    """Why pyplot opens no window that takes clicks, with the way out; None if it does."""
    import matplotlib.pyplot as plt

    backend = str(plt.get_backend())
    if "inline" in backend:
        return f"the lab needs clicks, and matplotlib's backend is {backend}: run %matplotlib widget first"
    if backend.lower() in PICTURES:
        return f"no window can be opened here (matplotlib's backend is {backend}); try minidann lab --browser"
    return None


def open_window() -> Any:
    """Open a pyplot window without a tool bar, because the zoom tool would fight with drawing by hand.

    Raises ValueError if pyplot's backend has no windows that take clicks, or if its toolkit cannot open one.
    """
    import matplotlib.pyplot as plt

    if (reason := why_no_window()) is not None:
        raise ValueError(reason)
    try:
        with plt.rc_context({"toolbar": "None"}):
            figure = plt.figure("minidann lab", figsize=SIZE, dpi=DPI)
    except Exception as error:  # of the toolkit, such as a display that does not answer
        reason = _validate.one_line(error)
        raise ValueError(f"no window can be opened here ({reason}); try minidann lab --browser") from error
    if (screen := _screen(figure.canvas.manager)) is not None:
        dpi = min(DPI, *(share * pixels / inches for share, pixels, inches in zip(ROOM, screen, SIZE)))
        if dpi < DPI:
            figure.dpi = dpi
            vars(figure)["_original_dpi"] = dpi  # from which matplotlib starts when it learns the screen's scale
    return figure


def _screen(manager: Any) -> tuple[float, float] | None:
    """Width and height of the screen in logical pixels, in which a window is opened; None where nobody knows."""
    window: Any = getattr(manager, "window", None)
    if hasattr(window, "winfo_screenwidth"):  # of Tk, which counts physical pixels
        scale = max(1.0, window.winfo_fpixels("1i") / 96)
        return window.winfo_screenwidth() / scale, window.winfo_screenheight() / scale
    if hasattr(window, "screen"):  # of Qt
        area = window.screen().availableGeometry()
        return area.width(), area.height()
    return None


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
