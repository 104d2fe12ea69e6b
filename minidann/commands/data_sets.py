"""``minidann data list``, ``get`` and ``check``: the data sets of the paper's table, and their files."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path
from typing import Any

from .. import _files, _validate
from ..data.catalogue import CATALOGUE, DataSet, RemoteFile
from ..data.fetching import FetchError, fetch
from ..data.holdings import Holding, holding, holdings
from ..data.unpacking import unpack
from . import options, streams

DATA_DIR = "data"  # the folder of all data sets, unless an option names another


def add(actions: Any) -> None:
    """Add the three actions to ``actions``, the subparsers of ``minidann data``."""
    listing = actions.add_parser(
        "list",
        help="the data sets: which pair needs which, their sizes, licences and sources",
        description="Lists the data sets of the paper's table: the pairs that need each, its size, licence and source.",
        epilog="example: minidann data list",
    )
    listing.set_defaults(run=run_list, parser=listing, save_memory="close other programs")
    get = actions.add_parser(
        "get",
        help="download data sets, and unpack archives",
        description=(
            "Downloads the files of data sets into DIR and unpacks archives. A file that is there with the right\n"
            "sha256 is not downloaded again. A download that was stopped goes on where it ended."
        ),
        epilog=f"example: minidann data get mnist bsds500 --data-dir {DATA_DIR}",
    )
    get.add_argument(
        "names",
        type=options.one_of(tuple(CATALOGUE)),
        nargs="+",
        metavar="NAME",
        help=f"one or more of {', '.join(CATALOGUE)}",
    )
    get.add_argument(
        "--data-dir",
        type=options.path,
        default=DATA_DIR,
        metavar="DIR",
        help=f"the folder of all data sets, default {DATA_DIR}",
    )
    get.set_defaults(run=run_get, parser=get, save_memory="close other programs")
    check = actions.add_parser(
        "check",
        help="read all data sets that a folder holds, and name what is missing or faulty",
        description=(
            "Reads each image of the data sets in DIR. Prints for each set: complete, in part (sound, but another\n"
            "number of images than released), faulty (with the fault), or missing. Ends with status 2 if one is faulty."
        ),
        epilog=f"example: minidann data check {DATA_DIR}",
    )
    check.add_argument("data_dir", type=options.path, metavar="DIR", help="the folder of all data sets")
    check.set_defaults(run=run_check, parser=check, save_memory="close other programs")


def run_list(arguments: argparse.Namespace) -> int:
    """Print the catalogue."""
    return streams.status(streams.write("\n".join(_entry(name) for name in CATALOGUE)))


def _entry(name: str) -> str:
    """The lines of a data set."""
    wanted = CATALOGUE[name]
    counts = " + ".join(f"{count:,}" for count in wanted.counts)
    lines = {
        "pairs": ", ".join(wanted.pairs),
        "files": f"{_number(wanted.files, 'file')}, {_megabytes(wanted.size)}",
        "licence": wanted.licence,
        "source": wanted.source,
        "to get it": f"by hand: {_by_hand(wanted, Path('DIR'))}" if wanted.by_hand else f"minidann data get {name}",
        "instead": wanted.instead,
    }
    text = "".join(f"  {key:9} {value}\n" for key, value in lines.items() if value)
    return f"{name}: {wanted.title}, {counts}{' ' * bool(counts)}{wanted.images}\n{text}"


def _number(files: tuple[RemoteFile, ...], word: str) -> str:
    return f"{len(files)} {word}{'s' * (len(files) > 1)}"


def _megabytes(size: int | None) -> str:
    return "size not known" if size is None else f"{size / 1e6:,.1f} MB"


def _by_hand(wanted: DataSet, data_dir: Path) -> str:
    """The words that say which files a person puts where."""
    names = ", ".join(file.name for file in wanted.files)
    return f"put {names} from {wanted.source} into {data_dir / wanted.folder}"


def run_get(arguments: argparse.Namespace) -> int:
    """Download, unpack and read each data set, and print its state."""
    for name in dict.fromkeys(arguments.names):
        wanted, data_dir = CATALOGUE[name], arguments.data_dir
        folder = _files.folder("argument --data-dir", data_dir / wanted.folder)
        there = holding(name, data_dir)
        if there.state != "complete":  # in whatever layout
            for file in wanted.files:
                path = _had(name, file, folder, data_dir)
                if file.unpack is not None:
                    _unpack(path, folder, file.unpack)
            there = holding(name, data_dir)
        if there.state == "faulty":
            raise ValueError(f"{name} is faulty: {there.words}")
        if error := streams.write(_line(there)):
            return streams.status(error)
    return 0


def _line(there: Holding) -> str:
    return f"{there.name:10}  {there.state:8}  {there.words}\n"


def _unpack(archive: Path, folder: Path, start: str) -> None:
    try:
        unpack(archive, folder, start)
    except ValueError as error:
        raise ValueError(f"{error}; remove the file and run this again") from None


def _had(name: str, file: RemoteFile, folder: Path, data_dir: Path) -> Path:
    """The path of a file, downloaded if necessary. Raises ValueError that says which files to put where."""
    from tqdm import tqdm

    wanted = CATALOGUE[name]
    path = folder / file.name
    if file.url is None:
        if not path.is_file():
            raise ValueError(f"{name} has no address for a download: {_by_hand(wanted, data_dir)}, and run this again")
        return path
    try:
        with tqdm(total=file.size, desc=file.name, unit="B", unit_scale=True, disable=None, leave=False) as bar:

            def report(done: int, total: int | None) -> None:
                bar.total = total
                bar.update(done - bar.n)

            return fetch(file, folder, report)
    except FetchError as error:
        raise ValueError(f"{error}; run this again, or {_by_hand(wanted, data_dir)}") from None
    except OSError as error:  # the disk
        reason = _validate.one_line(error)
        raise ValueError(f"argument --data-dir: {str(path)!r} cannot be written ({reason})") from None


def run_check(arguments: argparse.Namespace) -> int:
    """Print the state of each data set. Raises ValueError if one is faulty."""
    faulty = []
    for each in holdings(arguments.data_dir):
        if each.state == "missing":
            place = shlex.quote(str(arguments.data_dir))
            each = each._replace(words=f"to get it: minidann data get {each.name} --data-dir {place}")
        if error := streams.write(_line(each)):
            return streams.status(error)
        faulty += [each.name] * (each.state == "faulty")
    if faulty:
        found = f"got {str(arguments.data_dir)!r} with faulty files of {', '.join(faulty)}"
        raise ValueError(f"argument DIR: {found}; minidann data get NAME brings missing files")
    return 0
