"""Reader of USPS as one HDF5 file. The package h5py is needed for this file only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..._npz import check_bomb
from ..._reading import HEAD, Unfit, kind_of, one_line, open_file


def read_hdf5(path: Path, pixels: int, most: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Numbers float32 (n, pixels) and labels int64 (n,) of train and of test, with at most ``most`` rows.

    Raises ValueError without h5py, for another content, and for data that lie in other files.
    """
    try:
        with open_file(path) as file:
            head = file.read(HEAD)
            if not head.startswith(b"\x89HDF"):
                raise Unfit(kind_of(head))
            try:
                import h5py  # type: ignore[import-not-found,import-untyped,unused-ignore]
            except ImportError:
                raise Unfit("an HDF5 file, and the package h5py is not installed (pip install h5py)") from None
            file.seek(0)
            try:
                with h5py.File(file, "r") as content:
                    return [_part(content, part, pixels, most) for part in ("train", "test")]
            except (Unfit, MemoryError):
                raise
            except Exception as error:  # a broken file can raise errors of many kinds
                raise Unfit(f"a damaged HDF5 file ({one_line(error)})") from None
    except Unfit as fault:
        wanted = f"train/data (n, {pixels}), train/target (n,), test/data and test/target"
        raise ValueError(f"{path}: got {fault}, expected {wanted}") from None


def _part(content: Any, part: str, pixels: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    data, target = _dataset(content, part, "data"), _dataset(content, part, "target")
    rows = data.shape[0] if data.shape else 0
    if not 0 < rows <= most or int(np.prod(data.shape[1:])) != pixels or data.dtype.kind not in "uif":
        raise Unfit(f"{part}/data of {data.dtype} {data.shape}")
    if target.dtype.kind not in "uif" or target.size != rows or target.shape[0] != rows:
        raise Unfit(f"{part}/target of {target.dtype} {target.shape} for {rows} scans")
    check_bomb(data.size * data.dtype.itemsize, data.id.get_storage_size())
    x = np.empty((rows, pixels), np.float32)
    for i in range(0, rows, 1000):
        x[i : i + 1000] = data[i : i + 1000].reshape(-1, pixels)
    if not np.isfinite(x).all() or x.min() < -1 or x.max() > 255:
        raise Unfit(f"{part}/data beyond -1 to 255")
    y = target[...].ravel()
    if not np.isin(y, np.arange(10)).all():
        raise Unfit(f"{part}/target with labels beyond 0 to 9")
    return x, y.astype(np.int64)


def _dataset(content: Any, part: str, name: str) -> Any:
    """A dataset of the file itself. A link can lead to any file of the machine."""
    import h5py  # type: ignore[import-not-found,import-untyped,unused-ignore]

    place = content
    for key in (part, name):
        if not isinstance(place, h5py.Group) or key not in place:
            raise Unfit(f"an HDF5 file without {part}/{name}")
        if not isinstance(place.get(key, getlink=True), h5py.HardLink):
            raise Unfit(f"an HDF5 file whose {part}/{name} is a link")
        place = place[key]
    if not isinstance(place, h5py.Dataset) or place.external or place.is_virtual:
        raise Unfit(f"an HDF5 file whose {part}/{name} lies elsewhere")
    return place
