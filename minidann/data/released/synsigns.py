"""Reader of SYN SIGNS, drawn traffic signs: PNG images with a list of their labels, and NPZ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ... import _validate
from ..readers import Images
from ..store import checked_store
from .listed import Listed, checked_side, finder, label_of, read_listed, text_of
from .npz_signs import CLASSES, no_images, npz_in, read_npz_signs
from .places import places

LIST = "train_labelling.txt"
FOLDERS = ("synsigns", "syntheticsigns", "syntheticdata")


def read_synsigns(data_dir: str | Path, side: int = 40, store: str | Path | None = None) -> Images:
    """SYN SIGNS (Moiseev et al. 2013): images uint8 (n, side, side, 3), labels int64 (n,) 0 to 42 as GTSRB's.

    train_labelling.txt and its folder train lie in ``data_dir``, in its folder synsigns, or in synthetic_data there, as
    their archive unpacks. A line of the list is "train/1.png 21 0": the image, the class, and a number that is not
    used. One .npz file with synsigns in its name is read too: x_train and y_train. The release has no test images:
    x_test (0, side, side, 3) and y_test (0,) are empty, unless an .npz has them.

    Images of another size than ``side`` are resized. ``store``: a folder for the images of a large release, which are
    then mapped from the disk. Raises ValueError with the name of the file, and the line, for a
    missing, broken or unsafe file, and for a label that is no class.
    """
    side, store = checked_side(side), checked_store(store)
    path = synsigns_file(data_dir)
    if path.name == LIST:
        return Images(*read_listed(list(_lines(path)), side, "synsigns-train", store), *no_images(side))
    return read_npz_signs(path, side, "synsigns", store, with_test=False)


def synsigns_file(data_dir: str | Path) -> Path:
    """The list of SYN SIGNS, or its .npz file. Raises ValueError without them."""
    looked = places(data_dir, *FOLDERS)
    for place in reversed(looked):  # a folder of the set's own comes first
        path = place / LIST
        found = path if path.is_file() else npz_in(place, "synsigns")
        if found is not None:
            return found
    wanted = f"synthetic_data/{LIST} and synthetic_data/train/, or synsigns.npz"
    raise ValueError(f"data_dir: got no files of SYN SIGNS in {' or '.join(map(str, looked))}, expected {wanted}")


def _lines(path: Path) -> Iterator[Listed]:
    path_of, label = finder(path.parent), None
    for number, text in enumerate(text_of(path).splitlines(), 1):
        words, line = text.split(), f"{path}: line {number}"
        if not words:
            continue
        if len(words) not in (2, 3):
            raise ValueError(f"{line}: got {_validate.shown(text)}, expected a name, a label and a number")
        label = label_of(words[1], CLASSES, line)
        yield Listed(path_of(words[0], line), label, line)
    if label is None:
        raise ValueError(f"{path}: got no lines, expected a name, a label and a number a line")
