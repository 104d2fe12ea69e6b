"""The tests of chapter 18."""

import chapter_18 as yours
import numpy as np

from minidann.exercises import expect, several


def domains():
    """A source (5, 3) and a target (4, 3). The last column of the source has one value only."""
    rng = np.random.default_rng(2)
    x_source, x_target = rng.normal(2.0, 3.0, (5, 3)), rng.normal(7.0, 1.0, (4, 3))
    x_source[:, 2] = 4.0
    return x_source, x_target


def test_standardise():
    x_source, x_target = domains()
    with np.errstate(all="ignore"):
        both = several("what standardise returns", yours.standardise(x_source, x_target), 2)
    s, t = domains()
    mean, scale = s.mean(axis=0), np.array([s[:, 0].std(), s[:, 1].std(), 1.0])
    for name, found, right in zip(("source", "target"), both, ((s - mean) / scale, (t - mean) / scale)):
        for column in (0, 1, 2):
            what = f"{name}, column {column}"
            given = np.shape(found) == right.shape
            given = found[:, column] if given else found
            expect(what, given, right[:, column], s=s, t=t, which=name, column=column)
    expect("the source after the call", x_source, s)
    expect("the target after the call", x_target, t)


CASES = {  # (right, asked) → 2ᵃ · P, without the limit of 1, and the decision
    (15, 20): (43400, "DANN"),
    (14, 20): (120920, "more labels"),
    (5, 20): (43400, "source only"),
    (10, 20): (1233332, "more labels"),
    (6, 6): (2, "DANN"),
    (1, 20): (42, "source only"),
    (0, 0): (2, "more labels"),
}


def test_decide():
    for (right, asked), (count, decision) in CASES.items():
        found = several("what decide returns", yours.decide(right, asked), 2)
        given = {"n": asked, "r": right, "decision": decision}
        expect(f"P for {right} right of {asked}", found[0], min(1.0, count / 2**asked), **given)
        expect(f"the decision for {right} right of {asked}", found[1], decision, **given)
