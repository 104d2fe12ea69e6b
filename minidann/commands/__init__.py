"""The commands of ``python -m minidann``: a file for each command, with its options and its one call."""
