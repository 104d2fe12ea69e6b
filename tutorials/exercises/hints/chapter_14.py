"""The hints of chapter 14."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def step(name, first, second, f_of, d_of):
    """A slip that shows in the new f or in the new d."""

    def gives(f, d, a, b, rate, which):
        return (f_of if which == "f" else d_of)(f, d, a, b, rate)

    return Slip(name, first, second, gives=gives)


def right_f(f, d, a, b, rate):
    return f - rate * (d + a * f)


def right_d(f, d, a, b, rate):
    return d + rate * (f - b * d)


STEP = Hints(
    "Do the example on paper: the two derivatives first. f · d has the derivative d by f, and f by d.",
    "∂E/∂f = d + a · f and ∂E/∂d = f − b · d. f goes down, d goes up.",
    (
        step("the features climb", "f moves uphill. The features want a small E.", "Take f − rate · ∂E/∂f.",
             lambda f, d, a, b, rate: f + rate * (d + a * f), right_d),
        step("the judge descends", "d moves downhill. The judge wants a large E.", "Take d + rate · ∂E/∂d.", right_f,
             lambda f, d, a, b, rate: d - rate * (f - b * d)),
        step("one after the other", "d sees the new f. Simultaneous means: both derivatives at the old place.",
             "Compute both derivatives before you change f.", right_f,
             lambda f, d, a, b, rate: right_d(right_f(f, d, a, b, rate), d, a, b, rate)),
        step("one after the other", "f sees the new d. Simultaneous means: both derivatives at the old place.",
             "Compute both derivatives before you change d.",
             lambda f, d, a, b, rate: right_f(f, right_d(f, d, a, b, rate), a, b, rate), right_d),
        step("no damping", "The damping is missing: the terms with a and b have derivatives, too.",
             "a/2 · f² has the derivative a · f.", lambda f, d, a, b, rate: f - rate * d,
             lambda f, d, a, b, rate: d + rate * f),
        step("half of the damping", "The square has the derivative 2 f, and the 2 takes the ½ away.",
             "a/2 · f² has the derivative a · f, and b/2 · d² has b · d.",
             lambda f, d, a, b, rate: f - rate * (d + a * f / 2), lambda f, d, a, b, rate: d + rate * (f - b * d / 2)),
        step("twice the damping", "The damping is too strong by the factor 2. Where is the ½ of E?",
             "a/2 · f² has the derivative a · f.", lambda f, d, a, b, rate: f - rate * (d + 2 * a * f),
             lambda f, d, a, b, rate: d + rate * (f - 2 * b * d)),
        step("the sign of the damping", "The term of b has a minus in E, and so in ∂E/∂d. The term of a has a plus.",
             "∂E/∂f = d + a · f and ∂E/∂d = f − b · d.", lambda f, d, a, b, rate: f - rate * (d - a * f),
             lambda f, d, a, b, rate: d + rate * (f + b * d)),
        step("the other factor", "The derivative of f · d by f is d, the other factor.",
             "∂E/∂f has d in it, and ∂E/∂d has f.", lambda f, d, a, b, rate: f - rate * (f + a * f),
             lambda f, d, a, b, rate: d + rate * (d - b * d)),
        step("no rate", "The step is the whole derivative.", "Multiply each derivative by rate.",
             lambda f, d, a, b, rate: f - (d + a * f), lambda f, d, a, b, rate: d + (f - b * d)),
        step("the change alone", "This is the change of f. Return the new f.", "Add the change to the old f.",
             lambda f, d, a, b, rate: -rate * (d + a * f), lambda f, d, a, b, rate: rate * (f - b * d)),
        step("the derivatives", "These are the derivatives. Make the step with them.", "Take f − rate · ∂E/∂f.",
             lambda f, d, a, b, rate: d + a * f, lambda f, d, a, b, rate: f - b * d),
        step("the order of the two", "The first number is the new d. Return f first.",
             "return new f, new d: in this order.", right_d, right_f),
        Slip("two numbers", "Return two numbers: the new f and the new d.", "return a, b gives a tuple of two.",
             what="what play_step returns"),
    ),
)  # fmt: skip


def by(wanted, name, first, second, gives):
    """A slip that shows in one of the three values, from a, b, rate and the right matrix."""

    def value(a, b, rate, matrix, which):
        assert which == wanted
        return gives(a, b, rate, matrix)

    return Slip(name, first, second, gives=value)


def game(a, b):
    return np.array([[a, 1.0], [-1.0, b]])


def sizes(matrix):
    return np.abs(np.linalg.eigvals(matrix))


def angles(matrix):
    """The angles of the eigenvalues in degrees, the largest eigenvalue first."""
    s = np.linalg.eigvals(matrix)
    return np.degrees(np.angle(s[np.argsort(-np.abs(s))]))


MOTION = Hints(
    "Do the example on paper. Print the matrix, then its eigenvalues, then their sizes.",
    "np.eye(2) − rate · J, then eigvals, then the eigenvalue of the largest size.",
    (
        by("matrix", "the wrong way", "The matrix is I + η J. Steps descend the field.", "The matrix is I − η J.",
           lambda a, b, rate, matrix: np.eye(2) + rate * game(a, b)),
        by("matrix", "J itself", "This is J. A step multiplies by I − η J.", "The matrix is np.eye(2) − rate · J.",
           lambda a, b, rate, matrix: game(a, b)),
        by("matrix", "I is missing", "A step keeps the old place, too: I is missing.",
           "The matrix is np.eye(2) − rate · J.", lambda a, b, rate, matrix: -rate * game(a, b)),
        by("matrix", "I is missing", "This is η J. A step multiplies by I − η J.",
           "The matrix is np.eye(2) − rate · J.", lambda a, b, rate, matrix: rate * game(a, b)),
        by("matrix", "no rate", "The rate is missing before J.", "The matrix is np.eye(2) − rate · J.",
           lambda a, b, rate, matrix: np.eye(2) - game(a, b)),
        by("matrix", "ones in the place of I", "1 − η J subtracts from each of the four entries. I has two zeros.",
           "np.eye(2) is the matrix I.", lambda a, b, rate, matrix: 1 - rate * game(a, b)),
        by("matrix", "both want a small number", "Your J is symmetric: both players descend E.",
           "The second row of J is [−1, b].",
           lambda a, b, rate, matrix: np.eye(2) - rate * np.array([[a, 1], [1, -b]])),
        by("matrix", "the sign of a 1 in J", "J has 1 in the first row and −1 in the second.", "J = [[a, 1], [−1, b]].",
           lambda a, b, rate, matrix: np.eye(2) - rate * np.array([[a, 1], [1, b]])),
        by("matrix", "transposed", "The 1 and the −1 of J have changed places.", "The first row of J is [a, 1].",
           lambda a, b, rate, matrix: matrix.T),
        by("matrix", "the sign of b", "The field of the judge is −f + b · d: b has a plus in J.",
           "The second row of J is [−1, b].",
           lambda a, b, rate, matrix: np.eye(2) - rate * np.array([[a, 1], [-1, -b]])),
        by("factor", "the eigenvalues of J", "You take eigenvalues of J. The factor belongs to the matrix of the step.",
           "Take the eigenvalues of I − η J.", lambda a, b, rate, matrix: sizes(game(a, b)).max()),
        by("factor", "the real part", "You take the real part. The size of a complex number has both parts.",
           "abs(s) is the size of an eigenvalue s.", lambda a, b, rate, matrix: np.linalg.eigvals(matrix).real.max()),
        by("factor", "the smallest", "This is the smaller eigenvalue. In the long run the larger one counts.",
           "Take the largest size.", lambda a, b, rate, matrix: sizes(matrix).min()),
        by("factor", "the determinant", "This is the determinant, the product of both eigenvalues.",
           "The factor is the size of one eigenvalue.", lambda a, b, rate, matrix: np.linalg.det(matrix)),
        by("factor", "the determinant",
           "This is the root of the determinant. With two real eigenvalues it is not the larger one.",
           "Take the largest size of the eigenvalues.", lambda a, b, rate, matrix: np.sqrt(np.linalg.det(matrix))),
        by("factor", "the square", "This is the square of the size.", "abs(s) is the size of an eigenvalue s.",
           lambda a, b, rate, matrix: sizes(matrix).max() ** 2),
        by("factor", "another size of a matrix",
           "This is a norm of the matrix: the factor of one step in the worst direction.",
           "Take the eigenvalues: they give the factor in the long run.",
           lambda a, b, rate, matrix: np.linalg.norm(matrix, 2)),
        by("factor", "another size of a matrix", "This is the root of the sum of squares of the four entries.",
           "Take the eigenvalues of the matrix.", lambda a, b, rate, matrix: np.linalg.norm(matrix)),
        by("angle", "radians", "This is the angle in radians.", "np.degrees(…) makes degrees of it.",
           lambda a, b, rate, matrix: abs(np.radians(angles(matrix)[0]))),
        by("angle", "the sign of the angle", "Both eigenvalues of a pair count. Take the angle without its sign.",
           "Take abs(…) of the angle.", lambda a, b, rate, matrix: -abs(angles(matrix)[0])),
        by("angle", "the angle of J", "This is the angle of an eigenvalue of J.", "Take the eigenvalues of I − η J.",
           lambda a, b, rate, matrix: abs(angles(game(a, b))[0])),
        by("angle", "arctan of the rate", "arctan η is the angle of the bilinear game. With damping the angle differs.",
           "np.angle of the largest eigenvalue.", lambda a, b, rate, matrix: np.degrees(np.arctan(rate))),
        by("angle", "the angle of the other eigenvalue", "A negative number has the angle 180°. Whose angle is this?",
           "Take the angle of the eigenvalue whose size is the factor.",
           lambda a, b, rate, matrix: max(map(abs, angles(matrix)))),
        by("angle", "between the two", "You measure from one eigenvalue of the pair to the other.",
           "The angle of one eigenvalue is half of this.", lambda a, b, rate, matrix: 2 * abs(angles(matrix)[0])),
        Slip("two eigenvalues", "The factor is one number: the largest of the sizes.", "Take .max() of the sizes.",
             when=lambda found, which: which != "matrix" and np.ndim(found) > 0),
        Slip("a complex number", "The eigenvalue itself is complex. The factor is its size.",
             "abs(s) is the size of an eigenvalue s.",
             when=lambda found, which: which != "matrix" and np.iscomplexobj(found)),
        Slip("three values", "Return three values: the matrix, the factor, the angle.",
             "return a, b, c gives a tuple of three.", what="what motion returns"),
    ),
)  # fmt: skip

HINTS = {"play_step": STEP, "motion": MOTION}
