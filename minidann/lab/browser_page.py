"""The lab in the pages of browsers: all pages show one figure, on screens of different scales."""

from __future__ import annotations

from typing import Any

# matplotlib draws a picture pixel by pixel onto a page's canvas. The picture has the scale of the last page that was
# opened: a page of half that scale would show a quarter of the picture, and would send the mouse to other places.
SCRIPT = """
(function () {
    const init = mpl.figure.prototype._init_canvas, mouse = mpl.figure.prototype.mouse_event;
    mpl.figure.prototype._init_canvas = function () {
        init.call(this);
        const canvas = this.canvas, context = this.context, draw = context.drawImage.bind(context);
        context.drawImage = (image) => draw(image, 0, 0, canvas.width, canvas.height);
    };
    mpl.figure.prototype.mouse_event = function (event, name) {
        const own = this.ratio;
        this.ratio = this.imageObj.width / this.canvas.clientWidth || own;  // picture pixels for each pixel of the page
        const result = mouse.call(this, event, name);
        this.ratio = own;
        return result;
    };
})();
"""


def fit_pictures(manager: Any) -> None:
    """Let the pages of ``manager``, a FigureManagerWebAgg class, stretch each picture over their whole canvas."""
    script = manager.get_javascript()
    manager.get_javascript = classmethod(lambda cls, stream=None: script + SCRIPT)
