"""The files of the data sets in a data folder: looked for by name, and not read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from .mnistm import bsds500_folder
from .read_mnistm import mnistm_folder
from .readers import mnist_files
from .released.gtsrb import find_gtsrb
from .released.places import places, plain
from .released.svhn import svhn_files, synnumbers_files
from .released.synsigns import synsigns_file
from .released.usps import usps_files


def mnistm_files(data_dir: Path) -> Path:
    """The folder of the released MNIST-M, or an .npz file with mnistm in its name.

    Raises ValueError without them, and for several .npz files.
    """
    try:
        return mnistm_folder(data_dir)
    except ValueError as fault:
        found = [path for place in places(data_dir, "mnistm") for path in sorted(place.glob("*.npz"))]
        found = [path for path in found if "mnistm" in plain(path.stem)]
        if len(found) > 1:
            several = " and ".join(str(path) for path in found[:3])
            raise ValueError(f"data_dir: got {several}, expected one .npz file of MNIST-M") from None
        if not found:
            raise ValueError(f"{fault}, or mnistm.npz".replace("target_dir", "data_dir")) from None
        return found[0]


# each raises ValueError if files are missing, by their names
FINDERS: dict[str, Callable[[Path], object]] = {
    "mnist": mnist_files,
    "mnistm": mnistm_files,
    "bsds500": partial(bsds500_folder, otherwise=", or the released MNIST-M in mnist_m/, or mnistm.npz"),
    "svhn": svhn_files,
    "synnumbers": synnumbers_files,
    "usps": usps_files,
    "synsigns": synsigns_file,
    "gtsrb": find_gtsrb,
}
INSTEAD = {"bsds500": "mnistm"}  # MNIST-M as released needs no photographs


def fault_of(name: str, data_dir: Path) -> str:
    """The files that a data set lacks in ``data_dir``, in one line; "" if they are there."""
    try:
        FINDERS[name](data_dir)
    except ValueError as fault:
        if name in INSTEAD and not fault_of(INSTEAD[name], data_dir):
            return ""
        return str(fault)
    return ""
