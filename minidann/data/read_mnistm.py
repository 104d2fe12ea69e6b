"""The reader of the released MNIST-M: two folders of images, each with a text file of its labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .. import _validate
from .._reading import Unfit, open_file
from .photographs import read_photograph
from .readers import SIDE, Images

FOLDER = "mnist_m"
RELEASED_SIDE = 32  # pixels on a side of a released image


def read_mnistm(folder: str | Path) -> Images:
    """The released MNIST-M as uint8 (n, 28, 28, 3) and labels int64 (n,): two pixels on each side are cut off.

    ``folder``: the folder with mnist_m_train/, mnist_m_train_labels.txt, mnist_m_test/ and mnist_m_test_labels.txt, or
    a folder with mnist_m/ that has them. A line of a label file is "00000000.png 5". Raises ValueError with the name
    of the file if an image is missing, is broken or has another size, and if a line is of another form.
    """
    place = mnistm_folder(folder)
    return Images(*_part(place, "train"), *_part(place, "test"))


def mnistm_folder(folder: str | Path) -> Path:
    """The folder with the two label files. Raises ValueError without one."""
    root = _validate.path("target_dir", folder)
    for place in (root, root / FOLDER, root / FOLDER / FOLDER):
        if _labels_of(place, "train").is_file():
            return place
    wanted = f"{FOLDER}_train/, {FOLDER}_train_labels.txt, {FOLDER}_test/ and {FOLDER}_test_labels.txt"
    raise ValueError(f"target_dir: got {str(folder)!r}, expected a folder with {wanted}")


def _labels_of(place: Path, part: str) -> Path:
    return place / f"{FOLDER}_{part}_labels.txt"


def _part(place: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """The images and labels of one part, in the order of its label file."""
    path, inner = _labels_of(place, part), place / f"{FOLDER}_{part}"
    try:
        with open_file(path) as file:
            text = file.read().decode("ascii")
    except (Unfit, UnicodeDecodeError) as fault:
        got = fault if isinstance(fault, Unfit) else "no readable text"
        raise ValueError(f"{path}: got {got}, expected a file of labels: a name and a label a line") from None
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"{path}: got an empty file, expected a name and a label a line")
    images = np.empty((len(lines), SIDE, SIDE, 3), np.uint8)
    labels = np.empty(len(lines), np.int64)
    edge = (RELEASED_SIDE - SIDE) // 2
    for i, words in enumerate(lines):
        if len(words) != 2 or words[1] not in tuple("0123456789"):
            line = " ".join(words)[:60]
            raise ValueError(f"{path}: got {line!r} in line {i + 1}, expected a name and a label 0 to 9")
        name, label = words
        if Path(name).name != name:  # a name such as ../x would leave the folder
            raise ValueError(f"{path}: got the name {name[:60]!r} in line {i + 1}, expected a file of {FOLDER}_{part}/")
        image_path = inner / name
        if image_path.is_symlink() and inner.resolve() not in image_path.resolve().parents:
            raise ValueError(f"{path}: got {name[:60]!r} in line {i + 1}, a link out of {inner}, expected a file in it")
        image = read_photograph(image_path)
        if image.shape[:2] not in ((RELEASED_SIDE, RELEASED_SIDE), (SIDE, SIDE)):
            size = f"{image.shape[1]}×{image.shape[0]}"
            raise ValueError(f"{image_path}: got {size} pixels, expected {RELEASED_SIDE}×{RELEASED_SIDE}")
        cut = edge if len(image) == RELEASED_SIDE else 0
        images[i], labels[i] = image[cut : cut + SIDE, cut : cut + SIDE], int(label)
    return images, labels
