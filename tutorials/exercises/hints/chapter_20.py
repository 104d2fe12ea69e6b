"""The hints of chapter 20."""

import itertools

from minidann.exercises.hints import Hints, Slip
from minidann.exercises.names import of_letter, taken


def corners(gap, s, m, t, h=0.00005, moved=(1, 1, 1)):
    """The smallest and the largest value of ``gap`` over the eight ways to move the accuracies."""
    ways = itertools.product((-h, h), repeat=3)
    values = [gap(s + a * moved[0], m + b * moved[1], t + c * moved[2]) for a, b, c in ways]
    return min(values), max(values)


def covered(s, m, t):
    """The gap covered in percent."""
    return 100 * (m - s) / (t - s)


def gap(name, first, second, wrong, **options):
    """A slip in the smallest or the largest gap. ``wrong``: another formula for the gap."""

    def gives(s, m, t, which):
        return corners(wrong, s, m, t, **options)[("smallest", "largest").index(which)]

    return Slip(name, first, second, gives=gives)


def verdict(name, first, second, when):
    """A slip in True or False. ``when``: from the percentage and the two possible ends."""

    def of_it(found, right, which, percent, ends):
        return which == "follows" and bool(found) != right and when(percent, *ends)

    return Slip(name, first, second, when=of_it)


FOLLOWS = Hints(
    "Take source_only = 0.5, method = 0.6, target_only = 0.9. The gap is 25 %. Move method by +h: 25.0125 %.",
    "A loop over the eight triples of signs, a list of eight gaps, then min, max, and one comparison.",
    (
        gap("not in percent", "Your gaps are shares between 0 and 1. The percentage is 100 times as large.",
            "Multiply each gap by 100.", lambda s, m, t: (m - s) / (t - s)),
        gap("no rounding", "Both ends are the gap of the printed digits. Nothing was moved, or all three together.",
            "Each accuracy has its own sign: eight ways.", covered, h=0.0),
        gap("only the method moves", "Only the accuracy of the method is moved. The other two were rounded, too.",
            "Eight ways: a sign for each of the three.", covered, moved=(0, 1, 0)),
        gap("the ends stand still", "Source only or train on target is not moved.",
            "Eight ways: a sign for each of the three.", covered, moved=(1, 1, 0)),
        gap("the ends stand still", "Source only or train on target is not moved.",
            "Eight ways: a sign for each of the three.", covered, moved=(0, 1, 1)),
        gap("a whole digit", "You move by a whole last digit, 0.0001. Rounding moves by half of it.",
            "h is 0.00005, half of the last digit.", covered, h=0.0001),
        gap("h too large", "You move by half of the third digit. The accuracies have four.",
            "h is half of 0.0001, which is 0.00005.",
            covered, h=0.0005),
        gap("the divisor", "You divide by the accuracy of train on target. The gap is a difference.",
            "The divisor is target_only − source_only.", lambda s, m, t: 100 * (m - s) / t),
        gap("the divisor", "You divide by what is left of the way. The gap is the whole way.",
            "The divisor is target_only − source_only.", lambda s, m, t: 100 * (m - s) / (t - m)),
        gap("what is left", "This is the part of the gap that is left, 100 % − the gap covered.",
            "The numerator is method − source_only.", lambda s, m, t: 100 * (t - m) / (t - s)),
        gap("a ratio", "You divide two accuracies. The gap covered is a ratio of two differences.",
            "Subtract source_only above and below.", lambda s, m, t: 100 * m / t),
        gap("a difference", "This is method − source_only in percent. It is not divided yet.",
            "Divide by target_only − source_only.", lambda s, m, t: 100 * (m - s)),
        Slip("smallest and largest", "The two ends are exchanged.", "Return the smallest gap first, then the largest.",
             when=lambda found, which, ends: abs(found - ends[1 - ("smallest", "largest").index(which)]) < 1e-4),
        verdict("the percentage is rounded", "This percentage is outside of the ends, but rounding to 0.1 explains it.",
                "Compare with smallest − 0.05 and largest + 0.05.",
                lambda percent, low, high: low - 0.05 <= percent <= high + 0.05 and not low <= percent <= high),
        verdict("yes and no", "True means that the percentage follows. Is your answer the other way round?",
                "smallest − 0.05 <= percent <= largest + 0.05.",
                lambda percent, low, high: low <= percent <= high),
        verdict("one side only", "This percentage is too small. Does your comparison look at the smallest gap?",
                "Both sides: smallest − 0.05 <= percent <= largest + 0.05.",
                lambda percent, low, high: percent < low - 1),
        verdict("one side only", "This percentage is too large. Does your comparison look at the largest gap?",
                "Both sides: smallest − 0.05 <= percent <= largest + 0.05.",
                lambda percent, low, high: percent > high),
        verdict("too generous", "Rounding to one digit moves a percentage by at most 0.05. You allow more.",
                "smallest − 0.05 <= percent <= largest + 0.05.",
                lambda percent, low, high: low - 1 <= percent < low - 0.05),
        Slip("three results", "Return three results: smallest, largest, and True or False.",
             "return a, b, c gives a tuple of three.", what="what follows returns"),
    ),
)  # fmt: skip


SLIPS = Hints(
    "Write the factors or the losses of the paper's form beside the measured ones. Which number differs?",
    "Chapter 20 has each of these numbers: find the table in which it stands.",
    (
        Slip("not in the list", "This name is not in the list SLIPS. Copy the name from there, letter by letter.",
             "Names are those of the list, such as \"no schedule\".", when=lambda listed: not listed),
        taken("A", "classes as domain labels", "With classes as labels L_d cannot fall to 0.001 here, and the source "
              "suffers.", "Which labels d does a domain head see, if only one domain is in the sum?"),
        taken("A", "no schedule", "A constant λ would still give target rows a gradient.",
              "Which rows are in the sum of L_d?"),
        taken("B", "sum over the source only", "Only source rows are in the sum: true. But with d_i all labels would "
              "be 0, and L_d near 0.", "The source suffers. What does the reversal make the features forget?"),
        taken("C", "Eq. 18 as printed", "The factor at the features is −λ, as it should be. Eq. 18 turns it back.",
              "Multiply out: which of ∂L_d at the features and at the head does −λ L_d change?"),
        taken("D", "subtracted, no node", "Subtracted without a node, the features have the right sign.",
              "Here the features have +λ: two minus signs. And the head has −λ."),
        taken("D", "two nodes", "With two nodes the domain head keeps the factor +1.",
              "Which factor stands before L_d itself?"),
        taken("E", "lambda unused", "The factor at the features follows λ: 0.25 for ½, and 1 for 1.",
              "Which power of λ gives 0.25 for ½?"),
        taken("F", "two nodes", "Two nodes give λ², which is 0.25 for λ = ½.", "Does any number here follow λ?"),
        taken("G", "scored on the last source batch", "This is a score of the domain head, not of the classes.",
              "What is 1 − 0.165, and what would it mean?"),
        taken("H", "scored on the training target", "A perfect network would get 100 % on its training target.",
              "60,000 examples in batches of 128: how full is the last batch?"),
        taken("I", "scored on the training target", "In chapter 20 the score on the training target is no higher.",
              "Which moment of a training has a higher score than the last one, and who can know it?"),
        taken("J", "lambda unused", "The factor is −1, so λ is used.",
              "Which λ has the paper at the first step?"),
        of_letter("A", "L_d falls to 0.001: the question for the domain head is too easy.",
                "No target row gets a gradient. Which rows are in L_d, and which labels have they?"),
        of_letter("B", "L_d is far below ln 2, the features work against it, and the source suffers.",
                "The second head learns something that the label head needs, too."),
        of_letter("C", "The features are right, and the domain head climbs its loss.",
                "Write L_y − λ L_d: which factor arrives at each part without a node?"),
        of_letter("D", "Both signs are wrong. How many minus signs does a gradient meet on its way to the features?",
                "One in the sum, and one in the node: L_y − λ L_d(R)."),
        of_letter("E", "The head is right. At the features the sign is wrong, and ½ became 0.25.",
                "Multiply (−½) by (−½), and compare."),
        of_letter("F", "Nothing follows λ. What is missing between features and domain head?",
                "λ is computed, and no node takes it."),
        of_letter("G", "Far below one half: such a head knows the domains very well.",
                "1 − 0.165 = 0.835. Which meaning has 1 in the training, and which in the score?"),
        of_letter("H", "75.04 % is three quarters. What is three quarters full?",
                "60,000 = 468 · 128 + 96, and 96 / 128 = 0.75."),
        of_letter("I", "The reported number is above that of the last weights.",
                "The best of twenty moments has 0.923. By which labels was it found?"),
        of_letter("J", "The factor is the same at all steps. How does the paper's λ begin?",
                "λ should rise from 0 over the training."),
    ),
)  # fmt: skip

HINTS = {"follows": FOLLOWS, "slips": SLIPS}
