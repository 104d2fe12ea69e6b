"""The pairs of the paper's table, and the pairs that stand in where data is missing, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .. import _validate
from . import real_pairs, stand_ins
from .catalogue import CATALOGUE
from .data_files import fault_of
from .pairs import DomainPair
from .real_pairs import Sets
from .store import checked_store, default_store


class PaperPair(NamedTuple):
    """A pair of the paper's table, or a stand-in.

    Parameters
    ----------
    name : str
        The key in ``PAPER_PAIRS``, such as "svhn-mnist".
    title : str
        The title for tables and figures. A stand-in's title does not name the set that it stands in for.
    needs : tuple of str
        The data sets in the data folder, by their names in ``minidann data list``. MNIST-M as released serves instead
        of "bsds500".
    make : function of (title, sets, seed)
        It makes the pair.
    stand_in : str
        The pair that can run instead if data is missing; "" if there is none.
    stands_for : str
        The pair that this one is a stand-in for; "" for a pair of real data.
    """

    name: str
    title: str
    needs: tuple[str, ...]
    make: Callable[..., DomainPair]
    stand_in: str = ""
    stands_for: str = ""


_PAIRS = (
    PaperPair("mnist-mnistm", "MNIST → MNIST-M", ("mnist", "bsds500"), real_pairs.mnist_mnistm, "blended"),
    PaperPair(
        "synnumbers-svhn", "SYN NUMBERS → SVHN", ("synnumbers", "svhn"), real_pairs.synnumbers_svhn, "numbers-street"
    ),
    PaperPair("svhn-mnist", "SVHN → MNIST", ("svhn", "mnist"), real_pairs.svhn_mnist, "street-mnist"),
    PaperPair(
        "synsigns-gtsrb", "SYN SIGNS → GTSRB", ("synsigns", "gtsrb"), real_pairs.synsigns_gtsrb, "drawnsigns-gtsrb"
    ),
    PaperPair("mnist-usps", "MNIST → USPS", ("mnist", "usps"), real_pairs.mnist_usps, "mnist-scans"),
    PaperPair("usps-mnist", "USPS → MNIST", ("mnist", "usps"), real_pairs.usps_mnist, "scans-mnist"),
    PaperPair(
        "recoloured-mnistm",
        "MNIST, recoloured → MNIST-M",
        ("mnist", "bsds500"),
        partial(real_pairs.mnist_mnistm, recolour=True),
        "blended",
    ),
    PaperPair(
        "allsigns-gtsrb",
        "SYN SIGNS and drawn road signs → GTSRB",
        ("synsigns", "gtsrb"),
        stand_ins.allsigns_gtsrb,
        "drawnsigns-gtsrb",
    ),
    PaperPair(
        "numbers-street",
        "synthetic numbers → street numbers",
        (),
        stand_ins.numbers_street,
        stands_for="synnumbers-svhn",
    ),
    PaperPair("street-mnist", "street numbers → MNIST", ("mnist",), stand_ins.street_mnist, stands_for="svhn-mnist"),
    PaperPair(
        "drawnsigns-gtsrb",
        "drawn road signs → GTSRB",
        ("gtsrb",),
        stand_ins.drawnsigns_gtsrb,
        stands_for="synsigns-gtsrb",
    ),
    PaperPair("mnist-scans", "MNIST → scanned digits", ("mnist",), stand_ins.mnist_scans, stands_for="mnist-usps"),
    PaperPair("scans-mnist", "scanned digits → MNIST", ("mnist",), stand_ins.scans_mnist, stands_for="usps-mnist"),
    PaperPair(
        "blended",
        "digits → digits blended with photographs",
        (),
        stand_ins.small_pair("blended"),
        stands_for="mnist-mnistm",
    ),
    PaperPair(
        "printed",
        "printed digits → scanned digits",
        (),
        stand_ins.small_pair("printed"),
        stands_for="synnumbers-svhn",
    ),
)
PAPER_PAIRS = {pair.name: pair for pair in _PAIRS}


def paper_pair(
    name: str, data_dir: str | Path | None = None, seed: int = 0, store: str | Path | None = None
) -> DomainPair:
    """The pair called ``name`` in ``PAPER_PAIRS``. ``pair.name`` is its title.

    Images are bytes (n, side, side, channels): digits 28×28, numbers 32×32 in colour, signs 40×40 in colour (or of the
    side of GTSRB's .npz file), cropped to the sign. "blended" and "printed" are the pairs of ``digits_pair``.

    ``data_dir``: the folder with the data sets that the pair needs: see ``missing_data``. Pairs that need none do not
    look into it. ``seed``: the seed of the data, not of the training. It draws images, and chooses test images where a
    release has none. "mnist-mnistm" has the released MNIST-M, or mnistm.npz as ``read_npz_target`` reads it. In a
    folder without these it is ``mnist_mnistm_pair(data_dir)``, made of photographs, and its title says so.

    ``store``: the folder where the images of large sets are unpacked once; they are then mapped from the disk, so a set
    may be larger than the memory. By default it is minidann-store in ``data_dir``, or in the user's folder of caches if
    ``data_dir`` is read-only. It may be removed at any time.

    Raises ValueError for another name. If data is missing, the message names the files, the command that gets them, and
    the stand-in. A faulty file is named as its reader does.
    """
    entry = PAPER_PAIRS[_validate.one_of("name", name, tuple(PAPER_PAIRS))]
    _validate.whole_number("seed", seed, least=0)
    folder = None if data_dir is None else _validate.path("data_dir", data_dir)
    place = checked_store(store)
    if entry.needs:
        _check_data(entry, folder)
    sets = None if folder is None else Sets(folder, place or default_store(folder))
    return entry.make(entry.title, sets, seed)


def missing_data(name: str, data_dir: str | Path | None) -> list[str]:
    """The data sets of the catalogue that the pair ``name`` needs, and that have no files in ``data_dir``.

    Names and places of files are looked at; no image is read. Without a ``data_dir`` all needed sets are missing.
    Raises ValueError for another name, and if ``data_dir`` is no folder.
    """
    entry = PAPER_PAIRS[_validate.one_of("name", name, tuple(PAPER_PAIRS))]
    if data_dir is None:
        return list(entry.needs)
    folder = _validate.folder("data_dir", data_dir)
    return [needed for needed in entry.needs if fault_of(needed, folder)]


def _check_data(entry: PaperPair, folder: Path | None) -> None:
    """Raises ValueError with the ways out if a data set of the pair is missing."""
    missing = missing_data(entry.name, folder)
    if not missing:
        return
    if folder is None:
        got = f"data_dir: got None, expected a folder with {' and '.join(CATALOGUE[each].title for each in missing)}"
    else:
        got = fault_of(missing[0], folder)
    way = f"'minidann data get {' '.join(missing)}' gets them or says where they are"
    instead = f"; the pair {entry.stand_in!r} can stand in" * bool(entry.stand_in)
    raise ValueError(f"{got}; {way}{instead}")
