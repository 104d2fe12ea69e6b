"""The tests of chapter 16. The alignment is compared with singular vectors, another way to principal directions."""

import chapter_16 as yours
import numpy as np

from minidann.exercises import expect, several


def principal(x, d):
    """The first d principal directions of x as columns."""
    return np.linalg.svd(x - x.mean(axis=0), full_matrices=False)[2][:d].T


def same_ends(found, by):
    """``found`` (n, d) with each column multiplied by the sign of the largest number in this column of ``by``."""
    found, by = np.asarray(found, float), np.asarray(by, float)
    if found.ndim != 2 or by.ndim != 2 or found.shape[1] != by.shape[1]:
        return found
    return found * np.sign(by[np.abs(by).argmax(axis=0), np.arange(by.shape[1])])


def check(x_source, x_target, d):
    source, target = several("what align returns", yours.align(x_source.copy(), x_target.copy(), d), 2)
    P_s, P_t = principal(x_source, d), principal(x_target, d)
    seen = (x_target - x_target.mean(axis=0)) @ P_t
    aligned = (x_source - x_source.mean(axis=0)) @ P_s @ P_s.T @ P_t
    given = {"x_source": x_source, "x_target": x_target, "d": d}
    expect(f"target, d = {d}", same_ends(target, target), same_ends(seen, seen), which="target", **given)
    expect(f"aligned source, d = {d}", same_ends(source, target), same_ends(aligned, seen), which="source", **given)


def features(seed, n):
    """Features (n, 4) with four different variances."""
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.standard_normal((4, 4)))[0]
    return rng.standard_normal((n, 4)) * [3.0, 2.0, 1.0, 0.5] @ rotation + rng.standard_normal(4)


def test_align():
    check(features(1, 12), features(2, 15), 2)
    check(features(3, 9), features(4, 8), 3)


def test_align_with_one_direction():
    check(np.array([[0.0, 0], [2, 0], [4, 0]]), np.array([[0.0, 0], [1, 1], [2, 2]]), 1)


def test_gap_covered():
    for source_only, method, target_only, right in (
        ([0.55, 0.7, 0.61], [0.82, 0.77, 0.9], [0.91, 0.95, 0.99], 0.636364),
        ([0.5, 0.7], [0.8, 0.8], [0.9, 0.9], 0.666667),
        ([0.5], [0.4], [0.9], -0.25),
        ([0.9], [0.95], [0.9], None),
        ([0.9, 0.8], [0.7, 0.95], [0.8, 0.7], None),
    ):
        found = yours.gap_covered(np.array(source_only), np.array(method), np.array(target_only))
        given = {"low": np.array(source_only), "middle": np.array(method), "high": np.array(target_only)}
        expect(f"gap covered by {method} between {source_only} and {target_only}", found, right, **given)
