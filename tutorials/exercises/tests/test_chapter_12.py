"""The tests of chapter 12. The maps are compared with a slow loop, the counts with numbers counted by hand."""

import chapter_12 as yours
import numpy as np

from minidann.exercises import expect, several


def slow(maps, n, scale, offset):
    """The same, a domain and a channel at a time."""
    found = np.empty_like(maps)
    for rows in (slice(0, n), slice(n, None)):
        for c in range(maps.shape[3]):
            x = maps[rows, :, :, c]
            found[rows, :, :, c] = scale[c] * (x - np.mean(x)) / np.sqrt(np.var(x) + 1e-5) + offset[c]
    return found


def check_maps(name, maps, n, scale, offset):
    given = {"maps": maps, "n": n, "scale": scale, "offset": offset}
    before = {key: np.copy(value) for key, value in given.items()}
    found = yours.own_statistics(maps, n, scale, offset)
    expect(name, found, slow(before["maps"], n, before["scale"], before["offset"]), **before)


def test_own_statistics():
    rng = np.random.default_rng(0)
    maps = rng.standard_normal((7, 2, 3, 2)) * [1.0, 3.0] + [0.5, -2.0]
    maps[3:] = 2 * maps[3:] + 1  # the target has other statistics
    check_maps("maps (7, 2, 3, 2), 3 of them of the source", maps, 3, np.array([1.5, 0.5]), np.array([0.2, -0.3]))


def test_own_statistics_of_a_constant_channel():
    maps = np.concatenate([np.zeros((2, 2, 2, 1)), np.arange(8.0).reshape(2, 2, 2, 1)])
    check_maps("maps (4, 2, 2, 1), a source of zeros", maps, 2, np.array([1.0]), np.array([0.5]))


def check_counts(digits, answers, k, table, accuracy, mistake):
    given = {"digits": np.array(digits), "answers": np.array(answers), "k": k}
    found = several("what confusion returns", yours.confusion(**given), 3)
    expect("table", found[0], table, **given)
    expect("accuracy", found[1], accuracy, **given)
    expect("mistake", np.array(found[2], float), mistake, **given, table=np.array(table))


def test_confusion():
    digits = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3]
    answers = [0, 0, 1, 1, 2, 2, 2, 2, 2, 0, 0, 1, 1, 3]
    table = [[2, 1, 0, 0], [0, 1, 3, 0], [0, 0, 2, 0], [2, 2, 0, 1]]
    check_counts(digits, answers, 4, table, 6 / 14, (1, 2))


def test_confusion_without_the_last_class():
    table = [[3, 0, 0], [1, 1, 0], [0, 0, 0]]
    check_counts([0, 0, 1, 1, 0], [0, 0, 0, 1, 0], 3, table, 0.8, (1, 0))
