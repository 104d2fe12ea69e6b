"""The pairs of the paper's table, made of the released data sets in a data folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .data_files import mnistm_files
from .mnistm import bsds500_folder, mnist_mnistm_pair
from .pairs import DomainPair
from .readers import Images, read_mnist
from .released import read_gtsrb, read_svhn, read_synnumbers, read_synsigns, read_usps
from .released.gtsrb import gtsrb_side
from .resizing import in_colour, resized

DIGIT_SIDE, NUMBER_SIDE = 28, 32  # pixels on a side: MNIST, and SVHN
HELD_OUT = 0.1  # the share of the source that is for testing, where a release has no test images


def mnist_mnistm(title: str, data_dir: Path, seed: int, recolour: bool = False) -> DomainPair:
    """MNIST → MNIST-M, made of the photographs of BSDS500; of the released images in a folder without photographs."""
    try:
        bsds500_folder(data_dir)
        found = None
    except ValueError:
        found = mnistm_files(data_dir)
    as_file = found is not None and found.is_file()
    pair = mnist_mnistm_pair(
        data_dir,
        found if as_file else None,
        seed,
        target_dir=None if as_file else found,
        recolour_source=recolour,
    )
    pair.name = title
    if found is not None:
        pair.name += f" ({found.name if as_file else 'released images'})"
    return pair


def synnumbers_svhn(title: str, data_dir: Path, seed: int) -> DomainPair:
    """SYN NUMBERS → SVHN, in the parts of their releases."""
    return pair_of(title, read_synnumbers(data_dir), read_svhn(data_dir))


def svhn_mnist(title: str, data_dir: Path, seed: int) -> DomainPair:
    """SVHN → MNIST, whose digits become images (n, 32, 32, 3)."""
    return pair_of(title, read_svhn(data_dir), large_mnist(data_dir))


def synsigns_gtsrb(title: str, data_dir: Path, seed: int) -> DomainPair:
    """SYN SIGNS → GTSRB, with the side of GTSRB's images in an .npz file, or 40 pixels."""
    side = gtsrb_side(data_dir)
    return pair_of(title, synsigns(data_dir, side, seed), read_gtsrb(data_dir, side))


def mnist_usps(title: str, data_dir: Path, seed: int) -> DomainPair:
    """MNIST → USPS."""
    return pair_of(title, grey_mnist(data_dir), _usps(data_dir))


def usps_mnist(title: str, data_dir: Path, seed: int) -> DomainPair:
    """USPS → MNIST."""
    return pair_of(title, _usps(data_dir), grey_mnist(data_dir))


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


def grey_mnist(data_dir: Path) -> Images:
    """MNIST as images (n, 28, 28, 1)."""
    images = read_mnist(data_dir)
    return images._replace(x_train=images.x_train[..., None], x_test=images.x_test[..., None])


def large_mnist(data_dir: Path) -> Images:
    """MNIST as images (n, 32, 32, 3)."""
    images = read_mnist(data_dir)
    x_train, x_test = (in_colour(resized(x, NUMBER_SIDE)) for x in (images.x_train, images.x_test))
    return images._replace(x_train=x_train, x_test=x_test)


def synsigns(data_dir: Path, side: int, seed: int) -> Images:
    """SYN SIGNS. The release has no test images: a tenth is then held out, by ``seed``.

    Each class keeps an image for training. Raises ValueError if that leaves none for testing.
    """
    images = read_synsigns(data_dir, side)
    if len(images.x_test):
        return images
    x, y = images.x_train, images.y_train
    order = np.random.default_rng(seed).permutation(len(y))
    free = np.delete(order, np.unique(y[order], return_index=True)[1])
    if not len(free):
        raise ValueError(f"data_dir: got {len(y)} images of SYN SIGNS, one a class, expected more: some are held out")
    test = np.sort(free[: max(round(HELD_OUT * len(y)), 1)])
    return Images(np.delete(x, test, axis=0), np.delete(y, test), x[test], y[test])


def _usps(data_dir: Path) -> Images:
    images = read_usps(data_dir)
    return images._replace(x_train=resized(images.x_train, DIGIT_SIDE), x_test=resized(images.x_test, DIGIT_SIDE))
