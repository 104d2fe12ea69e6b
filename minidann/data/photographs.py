"""Readers of photographs: the files of a folder, and the pixels of one file as bytes."""

from __future__ import annotations

import os
import warnings
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import _validate
from .._reading import HEAD, Unfit, kind_of, one_line, open_file

if TYPE_CHECKING:
    from PIL import Image

ENDINGS = (".jpg", ".jpeg", ".png")
FORMATS = ("JPEG", "PNG", "WEBP")  # a browser saves WebP under these endings too
MOST_PIXELS = 100_000_000
STRIP = 64  # rows that are converted at a time
ORIENTATION = 0x0112  # the tag of EXIF


def photographs(folder: str | Path) -> list[Path]:
    """The JPEG and PNG files in a folder and its inner folders, in the same order on every machine.

    A linked inner folder is followed, and each folder is read once: a loop of links has an end. Raises ValueError for
    a folder without photographs and for an inner folder that cannot be read.
    """
    root = _validate.path("folder", folder)
    wanted = f"folder: got {str(folder)!r}, expected a folder with JPEG or PNG photographs"
    if root.is_file():
        raise ValueError(f"{wanted} (it is a file)")
    found, seen = [], set()

    def refuse(error: OSError) -> None:
        raise ValueError(f"folder: {str(error.filename)!r} cannot be read ({error.strerror})") from None

    for place, inner, names in os.walk(root, followlinks=True, onerror=refuse if root.exists() else None):
        real = os.path.realpath(place)
        if real in seen:
            inner.clear()
            continue
        seen.add(real)
        inner.sort()
        # macOS copies a hidden "._name.jpg" beside each file; it is no photograph
        found += [Path(place, name) for name in names if name.lower().endswith(ENDINGS) and name[0] != "."]
    found = [path for path in found if path.is_file()]
    if not found:
        raise ValueError(wanted)
    return sorted(found, key=lambda path: path.relative_to(root).as_posix())


def read_photograph(path: str | Path) -> np.ndarray:
    """A photograph as uint8 (height, width, 3), upright as its EXIF data says.

    Any colour mode of 8 bits is converted to RGB. Transparent pixels are laid on white. 16 bits are scaled to 8. Raises
    ValueError for a broken file, another format than JPEG, PNG or WebP, an animation, and more than 100 million pixels.
    """
    from PIL import Image  # imported here, because only photographs need it

    path = _validate.path("path", path)
    try:
        with open_file(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on large or unusual files
            kind = kind_of(file.read(HEAD))
            if not os.fstat(file.fileno()).st_size:
                raise Unfit(kind)
            try:
                with (
                    # a mapped file gives no more bytes than it has: a damaged length in it asks for gigabytes
                    mmap(file.fileno(), 0, access=ACCESS_READ) as content,
                    Image.open(content, formats=FORMATS) as image,  # type: ignore[arg-type]
                ):
                    return _pixels(_upright(_checked(image)))
            except Image.UnidentifiedImageError:
                raise Unfit(kind) from None
            except Image.DecompressionBombError:
                raise Unfit(f"an image of more than {MOST_PIXELS // 10**6} million pixels") from None
    except Unfit as fault:
        raise ValueError(f"{path}: got {fault}, expected a JPEG or PNG photograph") from None
    except Exception as error:  # a broken file can raise errors of many kinds
        raise ValueError(f"{path}: got no readable photograph, expected JPEG or PNG ({one_line(error)})") from None


def _checked(image: Image.Image) -> Image.Image:
    """The image, not unpacked yet. Raises Unfit for a kind that is no photograph of bytes."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise Unfit(f"an image of {width}×{height} pixels, more than {MOST_PIXELS // 10**6} million")
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != "MPO":  # a phone's MPO is a photograph with a preview
        raise Unfit(f"an animation of {frames} images")
    return image


def _upright(image: Image.Image) -> Image.Image:
    from PIL import ImageOps

    try:
        turned = image.getexif().get(ORIENTATION, 1) in range(2, 9)
    except Exception:  # broken EXIF data say nothing of the pixels
        turned = False
    return ImageOps.exif_transpose(image) if turned else image


def _pixels(image: Image.Image) -> np.ndarray:
    """RGB bytes, converted in strips: a copy of the whole image would double the memory."""
    image.load()  # before memory is taken: a damaged header can promise a larger image than the file holds
    width, height = image.size
    pixels = np.empty((height, width, 3), np.uint8)
    most = 0
    for top in range(0, height, STRIP):
        strip = image.crop((0, top, width, min(top + STRIP, height)))
        if image.mode.startswith("I"):  # 16 bits: the high byte, as Pillow takes it for three channels
            numbers = np.asarray(strip)
            most = max(most, int(numbers.max()))
            pixels[top : top + STRIP] = (numbers >> 8).astype(np.uint8)[..., None]
        else:
            pixels[top : top + STRIP] = np.asarray(_rgb(strip))
    if 0 < most <= 0xFF:
        raise Unfit(f"an image of 16-bit numbers up to {most} only, which would become black (save 8 bits)")
    return pixels


def _rgb(image: Image.Image) -> Image.Image:
    from PIL import Image

    if image.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
