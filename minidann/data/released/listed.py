"""Images that a text file lists: names that stay in their folder, and pixels cropped and resized to one side."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ... import _validate
from ..._reading import HEAD, Unfit, kind_of, one_line, open_file
from ..store import Begin, stored

if TYPE_CHECKING:
    from PIL import Image

FORMATS = ("PPM", "PNG", "JPEG")
MODES = ("RGB", "RGBA", "P", "L", "LA")
MOST_PIXELS = 1_000_000  # GTSRB's largest image has 232×266
MOST_BYTES = 4 * MOST_PIXELS
LEAST_SIDE, MOST_SIDE = 8, 512

Box = tuple[int, int, int, int]


class Listed(NamedTuple):
    """An image of a list. ``box``: the region that is cropped, (left, top, right, bottom), None for all of the image.

    ``size``: the width and height that the list gives, if it gives them. ``line``: the place in the list.
    """

    path: str
    label: int
    line: str
    box: Box | None = None
    size: tuple[int, int] | None = None


def checked_side(side: int) -> int:
    """``side`` if it is a possible number of pixels. Raises ValueError otherwise."""
    return _validate.whole_number("side", side, least=LEAST_SIDE, below=MOST_SIDE + 1)


def text_of(path: Path) -> str:
    """The text of a list. Raises ValueError for a missing file and for one that is no text."""
    try:
        with open_file(path) as file:
            data = file.read()
            kind = kind_of(data[:HEAD])
            if not kind.startswith("text, "):
                raise Unfit(kind)
            return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: got a file of other bytes than UTF-8, expected a list of images") from None
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected a list of images and labels") from None


def finder(folder: Path) -> Callable[[str, str], str]:
    """A function of (name, line) that returns the path of a listed file in ``folder``.

    The function raises ValueError for a name that leaves the folder, by ".." or as an absolute path or over a link, for
    a missing file, and for a file that is listed twice. Paths are text: Python keeps the parts of each ``Path`` in a
    table that grows.
    """
    root, seen, real = os.path.realpath(folder), set[str](), dict[str, str]()

    def path_of(name: str, line: str) -> str:
        parts = name.split("/")
        if not parts[0] or ".." in parts or set(name) & set("\\:\0") or len(name) > 255:
            raise ValueError(f"{line}: got the name {_validate.shown(name)}, expected a file in {folder}")
        path = os.path.join(folder, *parts)
        parent = os.path.dirname(path)
        if parent not in real:
            real[parent] = os.path.realpath(parent)
        place = os.path.realpath(path) if os.path.islink(path) else os.path.join(real[parent], parts[-1])
        if not place.startswith(os.path.join(root, "")):
            raise ValueError(f"{line}: got {_validate.shown(name)}, a link out of {folder}, expected a file in it")
        if not os.path.isfile(path):
            raise ValueError(
                f"{line}: got {_validate.shown(name)}, which is no file in {folder}, expected all listed images"
            )
        if place in seen:
            raise ValueError(f"{line}: got {_validate.shown(name)} twice in the list, expected each image once")
        seen.add(place)
        return path

    return path_of


def read_listed(listed: Sequence[Listed], side: int, name: str, store: Path | None) -> tuple[np.ndarray, np.ndarray]:
    """The images uint8 (n, side, side, 3) and the labels int64 (n,) of a list, in its order.

    With a ``store`` the images of a large list are mapped from a file there, whose name begins with ``name``.

    A region of another size is resized linearly, with an average over the pixels that become one. Raises ValueError for
    an image that is broken or of another format, and for a size or a region that does not fit the image.
    """

    def read(begin: Begin) -> np.ndarray:
        add = begin((len(listed), side, side, 3))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on unusual files
            for entry in listed:
                add(_pixels(entry, side)[None])
        return np.array([entry.label for entry in listed], np.int64)

    also = blake2b(digest_size=8)
    for entry in listed:
        also.update(f"{entry.label} {entry.box}\n".encode())
    files = (entry.path for entry in listed)
    return stored(store, f"{name}-{side}", files, read, also.hexdigest())


def _pixels(entry: Listed, side: int) -> np.ndarray:
    from PIL import Image  # imported here, because only images need it

    try:
        with _opened(entry.path) as image:
            size = f"{image.width}×{image.height} pixels"
            left, top, right, bottom = box = entry.box or (0, 0, *image.size)
            inside = 0 <= left < right <= image.width and 0 <= top < bottom <= image.height
            if inside and entry.size in (None, image.size):
                # the box of resize alone would mix in pixels from around the region
                region = image.convert("RGB").crop(box)
                return np.asarray(region.resize((side, side), Image.Resampling.BILINEAR))
    except Unfit as error:
        raise ValueError(f"{entry.path}: got {error}, expected a PPM, PNG or JPEG image") from None
    except Exception as error:  # a broken file can raise errors of many kinds
        wanted = "expected PPM, PNG or JPEG"
        raise ValueError(f"{entry.path}: got no readable image, {wanted} ({one_line(error)})") from None
    if entry.size is None or entry.size == image.size:
        raise ValueError(f"{entry.line}: got the region {box}, expected one in {size}")
    raise ValueError(f"{entry.path}: got {size}, expected {entry.size[0]}×{entry.size[1]} ({entry.line})")


def _opened(path: str) -> Image.Image:
    """An image that is not unpacked yet. Raises Unfit for a file that is none, and for one that is too large."""
    from PIL import Image

    with open_file(path) as file:
        if os.fstat(file.fileno()).st_size > MOST_BYTES:
            raise Unfit(f"a file of more than {MOST_BYTES:,} bytes")
        content = file.read()  # Pillow reads from memory: a damaged length in a file would ask for megabytes
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.UnidentifiedImageError:
        kind = kind_of(content[:HEAD])
        raise Unfit(f"a damaged {kind[2:]}" if kind in ("a PNG image", "a JPEG image") else kind) from None
    except Image.DecompressionBombError:
        raise Unfit("an image of many millions of pixels") from None
    pixels, size = image.width * image.height, f"{image.width}×{image.height} pixels"
    if pixels > MOST_PIXELS or image.mode not in MODES or getattr(image, "n_frames", 1) > 1:
        raise Unfit(f"an image of {size} in mode {image.mode}")
    if image.format == "PPM" and len(content) < pixels * len(image.getbands()):
        raise Unfit(f"an image that is cut short, of {size}")
    return image


def label_of(text: str, classes: int, line: str) -> int:
    """A label below ``classes``. Raises ValueError for another text."""
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) >= classes:
        raise ValueError(f"{line}: got the label {_validate.shown(text)}, expected 0 to {classes - 1}")
    return int(text)
