"""A player for the images of a film: matplotlib's, as text that asks for nothing from the net."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

# the buttons of matplotlib's player load their signs from the net. Letters need no net, and are larger. The image
# leaves room for slider and buttons in the window: nobody has to scroll
STYLE = """<style>
.animation { max-width: 100%; }
.animation img { display: block; margin: auto; max-width: 100%; max-height: calc(100vh - 90px); }
.animation .anim-slider { width: 90% !important; }
.animation .anim-buttons, .animation .anim-state { display: inline-block; margin: 4px 12px; }
.animation .anim-buttons button { width: 3.2em; font-size: 1.1em; }
.fa { font-style: normal; }
.fa-minus::before { content: "−"; }
.fa-plus::before { content: "+"; }
.fa-pause::before { content: "❚❚"; }
.fa-play::before { content: "▶"; }
.fa-play.fa-flip-horizontal::before { content: "◀"; }
.fa-step-backward::before { content: "❙◀"; }
.fa-step-forward::before { content: "▶❙"; }
.fa-fast-backward::before { content: "◀◀"; }
.fa-fast-forward::before { content: "▶▶"; }
</style>
"""
LARGE = """<style>
.animation { display: block; }
.animation img { width: 100%; height: calc(100vh - 90px); object-fit: contain; }
</style>
"""
PLAYER = '<div class="animation">'  # the text before it belongs to the head of a page
MOVED = "document.getElementById(this.slider_id).value = this.current_frame;"  # in the script, for each frame
SAYS = f"""{MOVED}
    var slider = document.getElementById(this.slider_id);
    var said = JSON.parse(slider.dataset.said)[this.current_frame];
    slider.setAttribute("aria-valuetext", said);
    document.getElementById(this.img_id).alt = said;"""


def player(figure: Any, images: Sequence[Any], said: Sequence[str], fps: int) -> str:
    """The player of ``images``, Pillow images of ``figure``. ``said``: the words for each one, for a screen reader."""
    from matplotlib.animation import HTMLWriter

    writer: Any = HTMLWriter(fps, embed_frames=True, embed_limit=1000)
    writer.supported_formats = ["webp"]  # the smallest format that keeps each pixel
    writer.frame_format = "webp"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.html"
        writer.setup(figure, path)
        for image in images:
            writer.fig = _Drawn(image)
            writer.grab_frame()
        writer.finish()
        text = path.read_text(encoding="utf-8")
    text = re.sub(r"<link[^>]*>", "", text).replace('<script language="javascript">', "<script>")
    text = text.replace("<img ", '<img alt="a moment of a training" src="data:," ')
    words = html.escape(json.dumps(list(said), ensure_ascii=False))
    text = text.replace('type="range"', f'type="range" aria-label="moment of the training" data-said="{words}"')
    return text.replace(MOVED, SAYS).replace(PLAYER, STYLE + PLAYER)


def page(title: str, text: str) -> str:
    """A whole page of a player: one file without outside addresses."""
    head, body = text.split(PLAYER)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{html.escape(title)}</title>{head}{LARGE}</head>\n"
        f'<body style="text-align: center; margin: 4px">\n{PLAYER}{body}</body>\n</html>\n'
    )


class _Drawn:
    """An image in the place of the figure that the writer of the player would draw."""

    def __init__(self, image: Any) -> None:
        self.image = image

    def savefig(self, file: Any, **options: Any) -> None:
        self.image.convert("RGB").save(file, "WEBP", lossless=True, quality=50, method=3)
