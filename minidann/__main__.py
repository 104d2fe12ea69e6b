"""The entry point of ``python -m minidann``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
