"""What ``python -m minidann …`` can do: a file for each command, with its options and the one call behind it."""
