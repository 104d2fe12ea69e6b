"""Readers of data sets in the formats of their releases: SVHN, SYN NUMBERS, USPS, GTSRB, SYN SIGNS.

A reader takes a data folder and returns ``Images``: x uint8 (n, height, width, channels), y int64 (n,) from 0. It
raises ValueError in one line with the name of the file, the content that came, and the content that was expected. No
reader unpickles, and no reader follows a name out of its folder.
"""

from .gtsrb import read_gtsrb
from .svhn import read_svhn, read_synnumbers
from .synsigns import read_synsigns
from .usps import read_usps

__all__ = ["read_gtsrb", "read_svhn", "read_synnumbers", "read_synsigns", "read_usps"]
