"""A pair of moons whose target labels nobody may ask for."""

from minidann.data import moons_pair


def moons_without_target_labels(n, n_test):
    """A pair of moons. Whoever asks for the labels of the target's training points fails."""
    pair = moons_pair(n=n, n_test=n_test)
    pair._oracle = None
    return pair
