"""One right call of each public name of ``minidann.data.released``."""

from helpers.wrong_calls import call

from minidann.data import released

RIGHT = {
    "released.read_gtsrb": lambda: call(released.read_gtsrb, "no folder", 40, "store"),
    "released.read_synsigns": lambda: call(released.read_synsigns, "no folder", 40, "store"),
    "released.read_svhn": lambda: call(released.read_svhn, "no folder", "store"),
    "released.read_synnumbers": lambda: call(released.read_synnumbers, "no folder", "store"),
    "released.read_usps": lambda: call(released.read_usps, "no folder"),
}
