"""The tests of chapter 17."""

import chapter_17 as yours
import numpy as np

from minidann.exercises import expect, several


def images():
    """Two digits (2, 2, 3) and their patches (2, 2, 3, 3), as bytes."""
    rng = np.random.default_rng(1)
    digits = np.array([[[0, 0, 90], [0, 255, 3]], [[10, 0, 0], [200, 0, 0]]], np.uint8)
    patches = rng.integers(0, 256, (2, 2, 3, 3)).astype(np.uint8)
    patches[0, 0, 2] = 0, 255, 1  # black, white and nearly black inside a stroke
    return digits, patches


def test_blend():
    digits, patches = images()
    given = {"digits": digits.astype(int), "patches": patches.astype(int)}
    found = yours.blend(digits, patches)
    inside = given["digits"][..., None] > 0
    right = np.where(inside, 255 - given["patches"], given["patches"])  # a stroke inverts the photograph
    expect("the blended images", found, right, **given)
    expect("the type of the result", str(np.asarray(found).dtype), "uint8")
    again, _ = images()
    expect("the digits after the call", digits, again)


CASES = {  # (k, n) → μ, λ
    (1, 5): (0.004386913, 0.761594),
    (50, 100): (0.002608473, 0.986614),
    (0, 100): (0.01, 0.0),
    (20, 200): (0.005946036, 0.462117),
    (10, 1000): (0.009310063, 0.049958),
}


def test_schedules():
    for (k, n), right in CASES.items():
        found = several("what schedules returns", yours.schedules(k, n), 2)
        for name, value, expected in zip(("μ", "λ"), found, right):
            scale = 100 if name == "μ" else 1  # μ is small: percents are compared
            what = f"{'100 · ' if name == 'μ' else ''}{name} at step {k} of {n}"
            value = scale * value if isinstance(value, (int, float, np.number)) else value
            expect(what, value, scale * expected, tolerance=1e-5, k=k, n=n, which=name)
