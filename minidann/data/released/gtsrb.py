"""Reader of GTSRB, photographs of 43 traffic signs: folders of PPM images with GT-*.csv, and NPZ."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ... import _validate
from ..readers import Images
from ..store import checked_store
from .listed import Listed, checked_side, finder, label_of, read_listed, text_of
from .npz_signs import CLASSES, npz_in, npz_side, read_npz_signs
from .places import places

# the folders of the archives, unpacked into one folder or each into a folder of its name
TOPS = (
    "GTSRB",
    ".",
    "GTSRB_Final_Training_Images/GTSRB",
    "GTSRB_Final_Test_Images/GTSRB",
    "GTSRB-Training_fixed/GTSRB",
)
RELEASED_SIDE = 40  # the side of an image where the release has many
TRAINING = ("Final_Training/Images", "Training")
TEST = "Final_Test/Images"
TEST_LABELS = ("GT-final_test.csv", "GTSRB_Final_Test_GT/GT-final_test.csv")
KAGGLE = ("Train.csv", "Test.csv")  # PNG images in Train/ and Test/, as spread on Kaggle
REGION = ("Roi.X1", "Roi.Y1", "Roi.X2", "Roi.Y2")
WANTED = (
    "GTSRB/Final_Training/Images/00000/GT-00000.csv and so on, GTSRB/Final_Test/Images and GT-final_test.csv, "
    "or Train.csv and Test.csv, or gtsrb.npz"
)


def read_gtsrb(data_dir: str | Path, side: int = RELEASED_SIDE, store: str | Path | None = None) -> Images:
    """GTSRB (Stallkamp et al. 2012): images uint8 (n, side, side, 3), labels int64 (n,) from 0 to 42.

    The files lie in ``data_dir`` or in its folder gtsrb, as their archives unpack:

    - Final_Training/Images/00000 … 00042, each with its GT-*.csv, Final_Test/Images, and GT-final_test.csv, which has
      the labels of the test images and comes in an archive of its own;
    - Train.csv and Test.csv with a column Path, and their folders;
    - one .npz file with gtsrb in its name: x_train, y_train, x_test, y_test.

    Each image is cropped to its region of interest, columns Roi.X1 to Roi.X2 − 1 and rows alike, and resized to
    ``side``×``side``. Images of an .npz are resized only. ``store``: a folder for the images of a large release, which
    are then mapped from the disk.

    Raises ValueError with the name of the file, and the line, for a missing, broken or unsafe file, a false size, and a
    label that is no class.
    """
    side, store = checked_side(side), checked_store(store)
    found = find_gtsrb(data_dir)
    if isinstance(found, Path):
        return read_npz_signs(found, side, "gtsrb", store, with_test=True)
    train, test = map(list, found)  # all lists are checked before the first image is read
    return Images(*read_listed(train, side, "gtsrb-train", store), *read_listed(test, side, "gtsrb-test", store))


def gtsrb_side(data_dir: str | Path) -> int:
    """The side of the images in GTSRB's .npz file; 40, as in SYN SIGNS, for the photographs as released.

    Raises ValueError if there are no files of GTSRB.
    """
    found = find_gtsrb(data_dir)
    return npz_side(found) if isinstance(found, Path) else RELEASED_SIDE


def find_gtsrb(data_dir: str | Path) -> tuple[Iterator[Listed], Iterator[Listed]] | Path:
    """The lists of both parts, which are not read yet, or the .npz file. Raises ValueError without them."""
    looked = places(data_dir, "gtsrb")
    for place in reversed(looked):  # a folder of the set's own comes first
        found = _released(place, looked[0]) or npz_in(place, "gtsrb")
        if found is not None:
            return found
    raise ValueError(f"data_dir: got no files of GTSRB in {' or '.join(map(str, looked))}, expected {WANTED}")


def _released(place: Path, data_dir: Path) -> tuple[Iterator[Listed], Iterator[Listed]] | None:
    """The lists of both parts in a folder, or None without any. Raises ValueError if one of them is missing."""
    train = _first(place / top / inner for top in TOPS for inner in TRAINING if _classes(place / top / inner))
    images = _first(place / top / TEST for top in TOPS if (place / top / TEST).is_dir())
    if train is not None and images is not None:
        above = [images, *(folder for folder in images.parents if folder == data_dir or data_dir in folder.parents)]
        labels = _first(folder / name for folder in above for name in TEST_LABELS if (folder / name).is_file())
        if labels is None:
            missing = f"no {TEST_LABELS[0]} in {images} or in a folder above"
            raise ValueError(f"data_dir: got {missing}, expected the labels of the test images")
        return _of_folders(train), _rows(labels, images)
    tables = [place / name for name in KAGGLE]
    if all(table.is_file() for table in tables):
        return _rows(tables[0], place), _rows(tables[1], place)
    if train is not None or images is not None:
        missing = TEST if images is None else TRAINING[0]
        raise ValueError(f"data_dir: got no {missing} in {place}, expected both parts of GTSRB")
    return None


def _first(paths: Iterable[Path]) -> Path | None:
    return next(iter(paths), None)


def _classes(folder: Path) -> list[Path]:
    """The lists in the folders of the classes."""
    return sorted(path for path in folder.glob("*/GT-*.csv") if re.fullmatch(r"\d{5}", path.parent.name))


def _of_folders(folder: Path) -> Iterator[Listed]:
    for path in _classes(folder):
        for entry in _rows(path, path.parent):
            if entry.label != int(path.parent.name):
                raise ValueError(f"{entry.line}: got the class {entry.label}, expected {int(path.parent.name)}")
            yield entry


def _rows(path: Path, folder: Path) -> Iterator[Listed]:
    """The images of one list. Semicolons or commas part its columns."""
    text = text_of(path)
    try:
        rows = csv.DictReader(text.splitlines(), delimiter=";" if ";" in text.split("\n", 1)[0] else ",")
        names = rows.fieldnames or []
        name = "Path" if "Path" in names else "Filename"
        missing = [column for column in (name, "Width", "Height", *REGION, "ClassId") if column not in names]
        if missing:
            got = f"got no column {' and no '.join(missing)}"
            raise ValueError(f"{path}: {got}, expected {name}, Width, Height, {', '.join(REGION)} and ClassId")
        path_of, row = finder(folder), None
        for row in rows:
            line = f"{path}: line {rows.line_num}"
            if None in row or None in row.values():
                raise ValueError(f"{line}: got another number of columns than {len(names)}")
            width, height, *region = (_pixel(row[column], column, line) for column in ("Width", "Height", *REGION))
            left, top, right, bottom = region
            label = label_of(row["ClassId"], CLASSES, line)
            yield Listed(path_of(row[name], line), label, line, (left, top, right, bottom), (width, height))
        if row is None:
            raise ValueError(f"{path}: got no line below the names of the columns, expected a line for each image")
    except csv.Error as error:
        raise ValueError(f"{path}: got no CSV, expected a list of images ({error})") from None


def _pixel(text: str, column: str, line: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ValueError(f"{line}: got {column} {_validate.shown(text)}, expected a number of pixels")
    return int(text)
