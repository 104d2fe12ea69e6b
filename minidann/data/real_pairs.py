"""The pairs of the paper's table, made of the released data sets in a data folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from .data_files import mnistm_files
from .mapped import pieces
from .mnistm import mnist_mnistm_pair
from .pairs import DomainPair
from .readers import Images, read_mnist
from .released import read_gtsrb, read_svhn, read_synnumbers, read_synsigns, read_usps
from .released.gtsrb import find_gtsrb, gtsrb_side
from .resizing import in_colour, resized
from .store import Begin, Examples, Rows, gathered, stored

DIGIT_SIDE, NUMBER_SIDE = 28, 32  # pixels on a side: MNIST, and SVHN
BORDER = 3 / 32  # of a side: the images of GTSRB have a border of about a tenth of the sign
HELD_OUT = 0.1  # the share of the source that is for testing, where a release has no test images


class Sets(NamedTuple):
    """The folder of the released data sets, and the folder for images of large sets: see ``stored``."""

    data_dir: Path
    store: Path


def mnist_mnistm(title: str, sets: Sets, seed: int, recolour: bool = False) -> DomainPair:
    """MNIST → MNIST-M as released, or made of the photographs of BSDS500 in a folder without the released images."""
    try:
        found = mnistm_files(sets.data_dir)
    except ValueError:
        found = None
    as_file = found is not None and found.is_file()
    pair = mnist_mnistm_pair(
        sets.data_dir,
        found if as_file else None,
        seed,
        target_dir=None if as_file else found,
        recolour_source=recolour,
    )
    pair.name = title
    if found is None:
        pair.name += " (made of BSDS500)"
    elif as_file:
        pair.name += f" ({found.name})"
    return pair


def synnumbers_svhn(title: str, sets: Sets, seed: int) -> DomainPair:
    """SYN NUMBERS → SVHN, in the parts of their releases."""
    return pair_of(title, read_synnumbers(*sets), read_svhn(*sets))


def svhn_mnist(title: str, sets: Sets, seed: int) -> DomainPair:
    """SVHN → MNIST, whose digits become images (n, 32, 32, 3)."""
    return pair_of(title, read_svhn(*sets), large_mnist(sets))


def synsigns_gtsrb(title: str, sets: Sets, seed: int) -> DomainPair:
    """SYN SIGNS → GTSRB, with the side of GTSRB's images in an .npz file, or 40 pixels."""
    target = gtsrb(sets)
    return pair_of(title, synsigns(sets, target.x_train.shape[1], seed), target)


def mnist_usps(title: str, sets: Sets, seed: int) -> DomainPair:
    """MNIST → USPS."""
    return pair_of(title, grey_mnist(sets), _usps(sets))


def usps_mnist(title: str, sets: Sets, seed: int) -> DomainPair:
    """USPS → MNIST."""
    return pair_of(title, _usps(sets), grey_mnist(sets))


def pair_of(title: str, source: Images, target: Images) -> DomainPair:
    """The pair of two labelled data sets."""
    return DomainPair(
        title,
        x_source=source.x_train,
        y_source=source.y_train,
        x_target=target.x_train,
        y_target=target.y_train,
        x_source_test=source.x_test,
        y_source_test=source.y_test,
        x_target_test=target.x_test,
        y_target_test=target.y_test,
    )


def grey_mnist(sets: Sets) -> Images:
    """MNIST as images (n, 28, 28, 1)."""
    images = read_mnist(sets.data_dir)
    return images._replace(x_train=images.x_train[..., None], x_test=images.x_test[..., None])


def large_mnist(sets: Sets) -> Images:
    """MNIST as images (n, 32, 32, 3)."""
    images = read_mnist(sets.data_dir)
    x_train, x_test = (in_colour(resized(x, NUMBER_SIDE)) for x in (images.x_train, images.x_test))
    return images._replace(x_train=x_train, x_test=x_test)


def gtsrb(sets: Sets) -> Images:
    """GTSRB, each image cropped to its sign: photographs as released by their regions of interest, an .npz as here.

    The images of an .npz have no regions of interest, and the border that GTSRB has around each sign. ``BORDER`` is cut
    off at each side. A sign then fills its image, as in SYN SIGNS: signs of two sizes are a shift that costs more than
    the drawing does.
    """
    side = gtsrb_side(sets.data_dir)
    images = read_gtsrb(sets.data_dir, side, sets.store)
    if not isinstance(find_gtsrb(sets.data_dir), Path):
        return images
    cut = round(BORDER * side)
    train = _without_border(sets.store, f"gtsrb-cut-train-{side}", images.x_train, images.y_train, cut)
    return Images(*train, *_without_border(sets.store, f"gtsrb-cut-test-{side}", images.x_test, images.y_test, cut))


def _without_border(store: Path, name: str, x: np.ndarray, y: np.ndarray, cut: int) -> Examples:
    """Images without ``cut`` pixels at each side, in their old size. Those of a mapped array are mapped, too."""
    inner = slice(cut, x.shape[1] - cut)

    def read(begin: Begin) -> np.ndarray:
        add = begin(x.shape)
        for piece in pieces(x):
            add(resized(piece[:, inner, inner], x.shape[1]))
        return y

    return stored(store, name, [str(x.filename)] if isinstance(x, np.memmap) else [], read, f"cut {cut}")


def synsigns(sets: Sets, side: int, seed: int, drawn: Images | None = None) -> Images:
    """SYN SIGNS, with the ``drawn`` signs behind its own. The release has no test images: a tenth is then held out.

    The images held out are chosen by ``seed``. Each class keeps an image for training. Raises ValueError if that leaves
    none for testing.
    """
    images = read_synsigns(sets.data_dir, side, sets.store)
    x, y = images.x_train, images.y_train
    if len(images.x_test):
        train = np.arange(len(y))
        test = Rows(images.x_test, images.y_test, np.arange(len(images.y_test)))
    else:
        positions = _held_out(y, seed)
        train, test = np.delete(np.arange(len(y)), positions), Rows(x, y, positions)
    more, more_test = [], []
    if drawn is not None:
        more = [Rows(drawn.x_train, drawn.y_train, np.arange(len(drawn.y_train)))]
        more_test = [Rows(drawn.x_test, drawn.y_test, np.arange(len(drawn.y_test)))]
    name = f"synsigns-{'and-drawn-' * bool(more)}{{}}-{side}-{seed}"  # of a file in the store
    return Images(
        *gathered(sets.store, name.format("kept"), Rows(x, y, train), *more),
        *gathered(sets.store, name.format("held-out"), test, *more_test),
    )


def _held_out(y: np.ndarray, seed: int) -> np.ndarray:
    """The positions of a random tenth of the examples, in order. No class is held out as a whole."""
    order = np.random.default_rng(seed).permutation(len(y))
    free = np.delete(order, np.unique(y[order], return_index=True)[1])
    if not len(free):
        raise ValueError(f"data_dir: got {len(y)} images of SYN SIGNS, one a class, expected more: some are held out")
    return np.sort(free[: max(round(HELD_OUT * len(y)), 1)])


def _usps(sets: Sets) -> Images:
    images = read_usps(sets.data_dir)
    return images._replace(x_train=resized(images.x_train, DIGIT_SIDE), x_test=resized(images.x_test, DIGIT_SIDE))
