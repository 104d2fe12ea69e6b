"""The hints of chapter 08."""

import numpy as np

from minidann.exercises.hints import Hints, Slip


def back(name, first, second, gives=None, **more):
    return Slip(name, first, second, what="backward", gives=gives, **more)


REVERSAL = Hints(
    "Do the example on paper: x = [1, −2], g = [4, 6], λ = 0.5. Which of the two methods differs?",
    "Two lines: forward returns x, and backward returns a tuple with −λ · g.",
    (
        Slip("forward is reversed, too", "Forward changes x. The heads must see the features as they are.",
             "R(x) = x: return the array that comes.", what="forward",
             when=lambda found, x: np.shape(found) == np.shape(x)),
        Slip("forward has no result", "Forward should return x itself, an array of the same shape.",
             "R(x) = x: return the array that comes.", what="forward"),
        Slip("no tuple", "backward returns a tuple, also for one input. Look at the comma.",
             "(a,) is a tuple of one value, and (a) is a.", what="what backward returns"),
        back("the sign is missing", "The gradient keeps its sign, so nothing is reversed.",
             "Multiply by −λ, with the minus.", lambda g, weight: weight * g),
        back("λ is missing", "The gradient is reversed, but λ takes no part.",
             "Multiply by −λ: self.adapt_weight.", lambda g: -g),
        back("λ twice", "λ takes part twice. Is it also multiplied somewhere else?",
             "The factor is −λ, and not −λ².", lambda g, weight: -(weight**2) * g),
        back("divided by λ", "A large λ should make the gradient larger. And what happens with λ = 0?",
             "The factor of the node is −λ.", lambda g, weight: -g / weight),
        back("x in the place of g", "This is −λ · x. The rule works on the gradient that arrives.",
             "Use grad, the argument of backward.", lambda x, weight: -weight * x),
        back("g is forgotten", "This is −λ, without the gradient that arrives.",
             "The chain rule: multiply by grad.", lambda g, weight: np.full_like(g, -weight)),
        back("1 − λ", "This is (1 − λ) · g. The node has the factor −λ.", "The factor of the node is −λ.",
             lambda g, weight: (1 - weight) * g),
        back("nothing is reversed", "The gradient passes unchanged, as in the forward pass.",
             "The factor of the node is −λ.", lambda g: g),
        Slip("the gradient is changed", "Your code changed the array that came. Others may need it.",
             "grad *= … works in the array that came. Write −λ * grad.", what="the gradient that came, afterwards"),
        Slip("an attribute is missing", "λ is kept in self.adapt_weight.", "self.adapt_weight, with self.",
             raises="^(NameError|AttributeError)"),
    ),
)  # fmt: skip


ONE = ("example: ", "a small network: ")


def of(part, name, first, second, gives):
    return tuple(Slip(name, first, second, what=start + part, gives=gives) for start in ONE)


UPDATES = Hints(
    "Write the three lines of the formula as three lines of code, and do the example on paper.",
    "Each part: new = old − μ · (its gradient). Only the features have two losses.",
    (
        *of("domain_head", "the domain head is reversed, too",
            "The domain head raises L_d. Fooling a bad judge proves nothing.",
            "θd ← θd − μ ∂L_d/∂θd: with the minus of an ordinary step, and without λ.",
            lambda old, d, rate: old + rate * d),
        *of("domain_head", "the domain head is reversed, too",
            "The domain head raises L_d. Fooling a bad judge proves nothing.",
            "θd ← θd − μ ∂L_d/∂θd: with the minus of an ordinary step, and without λ.",
            lambda old, d, rate, weight: old + rate * weight * d),
        *of("domain_head", "λ at the domain head",
            "λ multiplies the step of the domain head, too. The journal prints this; Eq. 6 here has no λ.",
            "θd ← θd − μ ∂L_d/∂θd. With λ = 0 the domain head still learns.",
            lambda old, d, rate, weight: old - rate * weight * d),
        *of("label_head", "uphill", "The label head climbs its loss.", "A step downhill is old − μ · gradient.",
            lambda old, y, rate: old + rate * y),
        *of("label_head", "no rate", "The step is the whole gradient. μ makes it shorter.",
            "Multiply the gradient by rate.",
            lambda old, y: old - y),
        *of("label_head", "λ at the label head", "λ takes part at the label head. L_y has the weight 1.",
            "θy ← θy − μ ∂L_y/∂θy.", lambda old, y, rate, weight: old - rate * weight * y),
        *of("label_head", "the label head does not learn", "The label head stays as it is.", "θy ← θy − μ ∂L_y/∂θy.",
            lambda old: old),
        *of("domain_head", "the domain head does not learn",
            "The domain head stays as it is. Who then judges the features?",
            "θd ← θd − μ ∂L_d/∂θd.", lambda old: old),
        *of("features", "nothing is reversed",
            "The features help the domain head: + λ in the bracket. They must work against it.",
            "∂L_y/∂θf − λ ∂L_d/∂θf.", lambda old, y, d, rate, weight: old - rate * (y + weight * d)),
        *of("features", "nothing is reversed",
            "The features help the domain head: both gradients are added. And where is λ?",
            "∂L_y/∂θf − λ ∂L_d/∂θf.", lambda old, y, d, rate: old - rate * (y + d)),
        *of("features", "λ is missing", "The gradient of L_d is subtracted whole. Where is λ?",
            "∂L_y/∂θf − λ ∂L_d/∂θf.", lambda old, y, d, rate: old - rate * (y - d)),
        *of("features", "λ twice", "λ² stands before the gradient of L_d. Is λ multiplied in two lines?",
            "λ stands once before ∂L_d/∂θf.", lambda old, y, d, rate, weight: old - rate * (y - weight**2 * d)),
        *of("features", "both losses are reversed", "The features work against the label head, too.",
            "Only ∂L_d gets −λ. ∂L_y keeps its sign.",
            lambda old, y, d, rate, weight: old - rate * (-weight) * (y + d)),
        *of("features", "both losses are reversed", "The features work against the label head, too: the sign of ∂L_y.",
            "Only ∂L_d gets −λ. ∂L_y keeps its sign.", lambda old, y, d, rate, weight: old - rate * (-y - weight * d)),
        *of("features", "the label loss is forgotten",
            "The features get no gradient of L_y. They must help the label head, too.",
            "∂L_y/∂θf − λ ∂L_d/∂θf.", lambda old, d, rate, weight: old + rate * weight * d),
        *of("features", "the domain loss is forgotten",
            "The features get the gradient of L_y alone: this is source only.",
            "∂L_y/∂θf − λ ∂L_d/∂θf.", lambda old, y, rate: old - rate * y),
        *of("features", "uphill", "The whole step of the features has the opposite sign.",
            "old − μ · (∂L_y − λ ∂L_d): count the minus signs.",
            lambda old, y, d, rate, weight: old + rate * (y - weight * d)),
        *of("features", "the bracket", "μ multiplies only the first term. Put a bracket around both.",
            "− μ · (∂L_y/∂θf − λ ∂L_d/∂θf).", lambda old, y, d, rate, weight: old - rate * y - weight * d),
        *of("features", "the bracket", "μ multiplies only the first term. Put a bracket around both.",
            "− μ · (∂L_y/∂θf − λ ∂L_d/∂θf).", lambda old, y, d, rate, weight: old - rate * y + weight * d),
        *of("features", "λ at the label loss", "λ multiplies ∂L_y. It belongs to ∂L_d.", "∂L_y/∂θf − λ ∂L_d/∂θf.",
            lambda old, y, d, rate, weight: old - rate * (weight * y - d)),
        *(Slip("an old array is changed", "Your code changed the old θ. The caller may need it.",
               "-= works in the array that came. Write old - rate * … .", what=f"{start}the old {part}, afterwards")
          for start in ONE for part in ("features", "label_head", "domain_head")),
        *(Slip("the parts", "The result is a dict with three keys: features, label_head and domain_head.",
               "Return {\"features\": …, \"label_head\": …, \"domain_head\": …}.", what=f"{start}the parts")
          for start in ONE),
    ),
)  # fmt: skip

HINTS = {"reversal": REVERSAL, "three_updates": UPDATES}
