"""Pairs of moons whose target labels nobody may ask for."""

from minidann.data import DomainPair, moons_pair


def moons_without_target_labels(n, n_test):
    """A pair of moons. Whoever asks for the labels of the target's training points fails."""
    pair = moons_pair(n=n, n_test=n_test)
    pair._oracle = None
    return pair


def moons_without_any_target_label(n, n_test):
    """A pair of moons as an unsupervised user has it: no label of the target, not even of its test set."""
    return moons_pair(n=n, n_test=n_test).without_target_labels()


class Guarded(DomainPair):
    """A pair whose target labels, those of the test set too, may not be read. Whoever reads one fails."""

    @property
    def oracle(self):
        raise AssertionError("somebody opened pair.oracle")

    @property
    def y_target_test(self):
        raise AssertionError("somebody read pair.y_target_test")


def guard(pair):
    """``pair`` with a guard on all labels of its target."""
    guarded = Guarded.__new__(Guarded)
    guarded.__dict__ |= {name: value for name, value in vars(pair).items() if name != "y_target_test"}
    return guarded
