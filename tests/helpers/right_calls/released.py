"""One right call of each public name of ``minidann.data.released``."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import made_sets
from helpers.wrong_calls import call

from minidann.data import released


@cache
def made():
    """A folder with small sets in the formats of their releases. It is removed at the end of the tests."""
    folder = TemporaryDirectory()
    made_sets.write_all(Path(folder.name))
    return folder


RIGHT = {
    "released.read_gtsrb": lambda: call(released.read_gtsrb, made().name, 40, "store"),
    "released.read_synsigns": lambda: call(released.read_synsigns, made().name, 40, "store"),
    "released.read_svhn": lambda: call(released.read_svhn, made().name, "store"),
    "released.read_synnumbers": lambda: call(released.read_synnumbers, made().name, "store"),
    "released.read_usps": lambda: call(released.read_usps, made().name),
}
