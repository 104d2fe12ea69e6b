"""The tests of chapter 14. The numbers of the first two games stand in the chapter, too."""

import chapter_14 as yours
import numpy as np

from minidann.exercises import expect, several


def test_play_step():
    for f, d, a, b, rate in ((1.2, 2.0, 0.5, 0.25, 0.1), (0.6, -0.7, 0.0, 0.0, 0.2), (-1.5, 0.4, 0.3, 2.0, 0.05)):
        new_f, new_d = several("what play_step returns", yours.play_step(f, d, a, b, rate), 2)
        right = (1 - rate * a) * f - rate * d, (1 - rate * b) * d + rate * f
        given = {"f": f, "d": d, "a": a, "b": b, "rate": rate}
        at = f"f = {f:g}, d = {d:g}, a = {a:g}, b = {b:g}, rate {rate:g}"
        expect(f"new f at {at}", new_f, right[0], which="f", **given)
        expect(f"new d at {at}", new_d, right[1], which="d", **given)


def check(a, b, rate, matrix, factor, angle):
    found = several("what motion returns", yours.motion(a, b, rate), 3)
    game = f"a = {a:g}, b = {b:g}, rate {rate:g}"
    given = {"a": a, "b": b, "rate": rate, "matrix": np.array(matrix)}
    for name, value, right in zip(("matrix", "factor", "angle"), found, (matrix, factor, angle)):
        expect(f"{name} of {game}", value, right, tolerance=1e-5, which=name, **given)


def test_motion_of_a_damped_game():
    check(0.3, 0.1, 0.1, [[0.97, -0.1], [0.1, 0.99]], 0.985038, 5.797337)


def test_motion_of_the_bilinear_game():
    check(0.0, 0.0, 0.1, [[1.0, -0.1], [0.1, 1.0]], 1.004988, 5.710593)


def test_motion_with_real_eigenvalues():
    check(5.0, 0.5, 0.2, [[0.0, -0.2], [0.2, 0.9]], 0.853113, 0.0)


def test_motion_with_a_negative_eigenvalue():
    check(5.0, 0.5, 0.3, [[-0.5, -0.3], [0.3, 0.85]], 0.779674, 0.0)
