"""The hints of chapter 15."""

import numpy as np

from minidann.exercises.hints import Hints, Slip

eigvals, eigvalsh = np.linalg.eigvals, np.linalg.eigvalsh


def columns(field, z, h, of):
    """A matrix with a column for each number k of z: ``of`` the field before, at and after a step along k."""
    steps = h * np.eye(len(z))
    return np.stack([of(field(z - e), field(z), field(z + e)) for e in steps], axis=1)


def by(name, first, second, gives):
    return Slip(name, first, second, gives=gives)


def at_once(field, z, h):
    return (field(z + h) - field(z - h)) / (2 * h)


def right_one(field, z, h):
    return columns(field, z, h, lambda before, here, after: (after - before) / (2 * h))


def not_put_back(field, z, h):
    """The columns if z keeps the steps that were made."""
    z, found = z.copy(), []
    for k in range(len(z)):
        z[k] += h
        after = field(z)
        z[k] -= 2 * h
        found.append((after - field(z)) / (2 * h))
    return np.stack(found, axis=1)


JACOBIAN = Hints(
    "Do the example on paper, with h = 0.1 at z = [0, 0]: what is field(z + h · e_0)?",
    "A loop over k: make e_k, compute two fields, and put their difference over 2 h into J[:, k].",
    (
        Slip("z is changed", "Your code changes z. Others still need the old z.",
             "Work with z + h * e, a new array, or with a copy of z.", what="z after the call"),
        by("transposed", "Rows and columns are exchanged. Moving one number of z fills a column.",
           "J[:, k] = …, and not J[k] = … .", lambda field, z, h: right_one(field, z, h).T),
        by("one side", "You compare z + h · e with z itself. This is less exact: h counts once.",
           "Compute the field on both sides of z, and divide by 2 h.",
           lambda field, z, h: columns(field, z, h, lambda before, here, after: (after - here) / h)),
        by("one side", "You compare z with z − h · e. This is less exact: h counts once.",
           "Compute the field on both sides of z, and divide by 2 h.",
           lambda field, z, h: columns(field, z, h, lambda before, here, after: (here - before) / h)),
        by("one side over 2 h", "One of your two fields is at z itself, and not at a step from it.",
           "The two places are z + h · e and z − h · e.",
           lambda field, z, h: columns(field, z, h, lambda before, here, after: (after - here) / (2 * h))),
        by("2 is missing", "The two places are 2 h apart, not h.", "Divide the difference by 2 h.",
           lambda field, z, h: 2 * right_one(field, z, h)),
        by("times h", "You multiply by h where you should divide.", "(a − b) / (2 * h), with the bracket.",
           lambda field, z, h: right_one(field, z, h) * h * h),
        by("h is missing", "You divide by 2, and not by 2 h.", "(a − b) / (2 * h), with the bracket.",
           lambda field, z, h: right_one(field, z, h) * h),
        by("no division", "This is the difference of the fields. Divide it by 2 h.",
           "(a − b) / (2 * h), with the bracket.", lambda field, z, h: right_one(field, z, h) * 2 * h),
        by("the sign", "The sign is exchanged: the field at z + h · e comes first.",
           "field(z + h * e) − field(z − h * e).", lambda field, z, h: -right_one(field, z, h)),
        by("not put back", "After a step your z keeps it, and the next columns are taken at another place.",
           "Use z + h * e, which leaves z as it is.", not_put_back),
        by("all numbers at once", "All numbers of z move at once. Only number k moves for column k.",
           "e_k has a single 1: z + h * e_k.",
           lambda field, z, h: np.repeat(at_once(field, z, h)[:, None], len(z), axis=1)),
        by("all numbers at once", "All numbers of z move at once, and J should be a matrix.",
           "Take a loop over k, and let only number k move.", at_once),
        by("the diagonal only", "Only the diagonal of J is filled. A column has n numbers.",
           "J[:, k] is the whole column.", lambda field, z, h: np.diag(np.diag(right_one(field, z, h)))),
        by("the symmetric part", "You made J symmetric. The Jacobian of a game is not symmetric.",
           "Return J as it is measured.", lambda field, z, h: (right_one(field, z, h) + right_one(field, z, h).T) / 2),
        Slip("a shape", "A column is an array (n,), and J[:, k] has the same shape.",
             "J = np.zeros((n, n)), then J[:, k] = … .", raises="^(ValueError|TypeError|IndexError)"),
    ),
)  # fmt: skip


def of(wanted, name, first, second, gives):
    def value(J, n, rate, which):
        assert which == wanted
        return gives(J, n, rate)

    return Slip(name, first, second, gives=value)


def number_of_complex(J):
    return (np.abs(eigvals(J).imag) > 1e-9).sum()


READ = Hints(
    "Do the example on paper. Print μ, then 1 − η μ, then both blocks.",
    "Four lines: eigvals of J for the first two numbers, eigvalsh of a block for each of the others.",
    (
        of("radius", "the rate is missing", "The rate is missing: a step multiplies by 1 − η μ.",
           "The sizes are |1 − rate · μ|.", lambda J, n, rate: np.abs(1 - eigvals(J)).max()),
        of("radius", "the wrong way", "You have 1 + η μ. Steps descend the field.", "The sizes are |1 − rate · μ|.",
           lambda J, n, rate: np.abs(1 + rate * eigvals(J)).max()),
        of("radius", "the smallest", "This is the smallest of the sizes. The largest one decides.",
           "Take max of the sizes.", lambda J, n, rate: np.abs(1 - rate * eigvals(J)).min()),
        of("radius", "the largest μ", "This is the size of μ itself.", "Compute 1 − rate · μ first, then the sizes.",
           lambda J, n, rate: np.abs(eigvals(J)).max()),
        of("radius", "the largest μ", "This is the size of η μ. A step multiplies by 1 − η μ.",
           "Compute 1 − rate · μ first, then the sizes.", lambda J, n, rate: rate * np.abs(eigvals(J)).max()),
        of("radius", "the order of size and difference", "You take the size first. First 1 − η μ, then the size.",
           "The sizes are np.abs(1 − rate * μ).", lambda J, n, rate: (1 - rate * np.abs(eigvals(J))).max()),
        of("radius", "the order of size and difference", "You take the size first. First 1 − η μ, then the size.",
           "The sizes are np.abs(1 − rate * μ).", lambda J, n, rate: np.abs(1 - rate * np.abs(eigvals(J))).max()),
        of("radius", "the real part", "You take the real part only. The size has both parts.",
           "The sizes are np.abs(1 − rate * μ).", lambda J, n, rate: (1 - rate * eigvals(J).real).max()),
        of("radius", "the real part", "You take the real part only. The size has both parts.",
           "The sizes are np.abs(1 − rate * μ).", lambda J, n, rate: np.abs(1 - rate * eigvals(J).real).max()),
        of("radius", "eigvalsh of J", "eigvalsh believes that J is symmetric. J is not.",
           "Take np.linalg.eigvals for J.", lambda J, n, rate: np.abs(1 - rate * eigvalsh(J)).max()),
        Slip("yes or no", "You return True or False. How many are complex?", "Take .sum() in place of .any().",
             when=lambda found, which: which == "complex" and isinstance(found, (bool, np.bool_))),
        of("complex", "pairs", "You count a pair once. Both eigenvalues of a pair are complex.",
           "Count imaginary parts above 1e-9 and below −1e-9: take their absolute value.",
           lambda J, n, rate: number_of_complex(J) / 2),
        of("complex", "the real ones", "You count the real eigenvalues.", "Count imaginary parts that are not 0.",
           lambda J, n, rate: len(J) - number_of_complex(J)),
        of("complex", "all of them", "This is the number of all eigenvalues.", "Count imaginary parts that are not 0.",
           lambda J, n, rate: len(J)),
        of("complex", "the real parts", "You look at real parts. An eigenvalue is complex by its imaginary part.",
           "μ.imag has the imaginary parts.", lambda J, n, rate: (np.abs(eigvals(J).real) > 1e-9).sum()),
        of("lowest", "the largest", "This is the largest eigenvalue of the block.", "Take the smallest: min.",
           lambda J, n, rate: eigvalsh(J[:n, :n]).max()),
        of("lowest", "the other block", "This is the block of the judge.",
           "J[:n, :n] is the block of the first player.", lambda J, n, rate: eigvalsh(J[n:, n:]).min()),
        of("lowest", "the diagonal", "You look at the diagonal. E may curve down along a mixture of two weights.",
           "Take the eigenvalues of the block.", lambda J, n, rate: np.diag(J)[:n].min()),
        of("lowest", "the whole of J", "You use the whole of J. The curvature for one player is in its block.",
           "J[:n, :n] is the block of the first player.", lambda J, n, rate: eigvals(J).real.min()),
        of("lowest", "the whole of J", "You use the whole of J. The curvature for one player is in its block.",
           "J[:n, :n] is the block of the first player.", lambda J, n, rate: eigvalsh(J).min()),
        of("lowest", "the entries", "You take the smallest entry. The curvature is an eigenvalue.",
           "Take the eigenvalues of the block.", lambda J, n, rate: J[:n, :n].min()),
        of("lowest", "the sign", "The sign is exchanged: the first block of J is the curvature of E itself.",
           "The minus belongs to the judge alone.", lambda J, n, rate: eigvalsh(-J[:n, :n]).max()),
        of("lowest", "the sign", "The sign is exchanged: the first block of J is the curvature of E itself.",
           "The minus belongs to the judge alone.", lambda J, n, rate: eigvalsh(-J[:n, :n]).min()),
        of("highest", "the minus is missing",
           "The judge raises E: its block of J is minus the curvature. The minus is missing.",
           "Take the eigenvalues of −J[n:, n:].", lambda J, n, rate: eigvalsh(J[n:, n:]).max()),
        of("highest", "the smallest", "This is the lowest curvature along the judge.", "First the minus, then max.",
           lambda J, n, rate: eigvalsh(-J[n:, n:]).min()),
        of("highest", "the minus is missing", "The judge raises E: its block of J is minus the curvature.",
           "Take the eigenvalues of −J[n:, n:].", lambda J, n, rate: eigvalsh(J[n:, n:]).min()),
        of("highest", "the other block", "This is the block of the features.", "J[n:, n:] is the block of the judge.",
           lambda J, n, rate: eigvalsh(-J[:n, :n]).max()),
        of("highest", "the other block", "This is the block of the features.", "J[n:, n:] is the block of the judge.",
           lambda J, n, rate: eigvalsh(J[:n, :n]).max()),
        of("highest", "the diagonal", "You look at the diagonal. E may curve up along a mixture of two weights.",
           "Take the eigenvalues of the block.", lambda J, n, rate: (-np.diag(J)[n:]).max()),
        Slip("four numbers", "Return four numbers in the order of the text.",
             "return a, b, c, d gives a tuple of four.", what="what read_jacobian returns"),
    ),
)  # fmt: skip

HINTS = {"jacobian": JACOBIAN, "read_jacobian": READ}
