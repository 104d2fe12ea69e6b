# %% [markdown]
# # 13 · Conventions and wrong forms
#
# **You copy λ = 6 from a paper, and nothing adapts. You copy λ = 6 into another program, and the loss runs away. Two
# papers and a dozen programs write "the same" objective with another place for λ, another mean, another sign. Which are
# right, how do you translate λ between them, and what do you see when one is wrong?**
#
# Chapter 08 built the node, and met two losses without a node that fail. This chapter meets the other wrong forms, and
# makes a method of it: you can judge a program that you have never seen. Some words before we use them:
#
# - The **true gradient** of a loss at a weight: its derivative, as a numerical check finds it. The check does not
#   notice a reversal.
# - A **multiple**: the number k, if the sweep brings k times the true gradient to a weight. A step of descent with k >
#   0 lowers the loss, with k < 0 raises it.
# - A **convention**: a right form that differs from another right form by the meaning of λ alone.
# - The **parts**: features (weights θf), label head (θy), domain head (θd).

# %%
import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

import minidann as md
from minidann.adapt import JOURNAL, MOONS, Training
from minidann.compare import FORMS, FormTraining, compare_forms, multiples
from minidann.data import moons_pair
from minidann.plots import FormsDisplay, show_figure, style
from minidann.probe import diagnose

LAMBDA = 0.7

# %% [markdown]
# ## A network of three numbers
#
# The smallest DANN has one weight in each part: w in the features, v in the label head, u in the domain head. One
# source point and one target point are enough. Everything fits on paper:
#
# - features: h = w · x, for the source point x = 1 and the target point x = 3;
# - label loss: L_y = (v · h − 2)² on the source point alone (a squared error, to keep the numbers round);
# - domain loss: L_d = ½ (u · h_source − 0)² + ½ (u · h_target − 1)², the mean over both points.
#
# With w = 1, v = 1, u = 1: h is 1 and 3, L_y = 1 and L_d = ½ + 2 = 2.5. By hand:
#
# - ∂L_y/∂v = 2 (1 − 2) · 1 = −2, and ∂L_y/∂w = 2 (1 − 2) · 1 = −2;
# - ∂L_d/∂u = 1 · 1 + 2 · 3 = 7, and ∂L_d/∂w = 1 · 1 + 2 · 3 = 7.

# %%
x = np.array([1.0, 3.0])  # source, target
domain = np.array([0.0, 1.0])
w, v, u = (md.Tensor(1.0, requires_grad=True) for _ in range(3))


def two_losses(for_label_head, for_domain_head):
    """L_y of the source point and L_d of both points, each from the features that its head is given."""
    label_loss = (v * for_label_head[0] - 2.0) ** 2
    domain_loss = ((u * for_domain_head - domain) ** 2).mean()
    return label_loss, domain_loss


h = w * md.Tensor(x)
L_y, L_d = two_losses(h, h)
true = {"∂L_y/∂v": md.backprop(L_y)[v], "∂L_y/∂w": md.backprop(L_y)[w]}
true |= {"∂L_d/∂u": md.backprop(L_d)[u], "∂L_d/∂w": md.backprop(L_d)[w]}
print(
    f"L_y = {L_y.item():g}, L_d = {L_d.item():g};  ", ",  ".join(f"{name} = {value:g}" for name, value in true.items())
)

# %% [markdown]
# The objective of the paper needs these updates, with λ = 0.7:
#
# | weight | gradient for the step | by hand |
# |---|---|---|
# | v, label head | ∂L_y/∂v | −2 |
# | u, domain head | ∂L_d/∂u (or λ times this) | 7 (or 4.9) |
# | w, features | ∂L_y/∂w − λ ∂L_d/∂w | −2 − 0.7 · 7 = −6.9 |
#
# Now each form in one line. R is the reversal node. All forms have the same forward pass: the same two losses.

# %%
R = md.reverse_gradient


def right(h):
    L_y, L_d = two_losses(h, R(h, LAMBDA))
    return L_y + L_d


def on_both(h):
    L_y, L_d = two_losses(h, R(h, 1.0))
    return L_y + LAMBDA * L_d


def no_reversal(h):
    L_y, L_d = two_losses(h, h)
    return L_y + LAMBDA * L_d


def subtracted(h):
    L_y, L_d = two_losses(h, h)
    return L_y - LAMBDA * L_d


def twice_negative(h):
    L_y, L_d = two_losses(h, R(h, 1.0))
    return L_y - LAMBDA * L_d


def two_nodes(h):
    L_y, L_d = two_losses(h, R(R(h, LAMBDA), LAMBDA))
    return L_y + L_d


def below_both_heads(h):
    L_y, L_d = two_losses(R(h, LAMBDA), R(h, LAMBDA))
    return L_y + L_d


SMALL_FORMS = (right, on_both, no_reversal, subtracted, twice_negative, two_nodes, below_both_heads)
small = {}
print(f"{'form':18}{'at v':>8}{'at u':>8}{'at w':>8}")
for form in SMALL_FORMS:
    g = md.backprop(form(w * md.Tensor(x)))
    small[form.__name__] = tuple(float(g[weight]) for weight in (v, u, w))
    print(f"{form.__name__:18}" + "".join(f"{value:8.2f}" for value in small[form.__name__]))

# %% [markdown]
# Read the columns one by one. Two columns are not enough: *subtracted* is right at v and w, and only u shows the
# mistake. *No reversal* is right at v and u, and only w shows it. **A form is right if all three are.**
#
# ## Convention 1 and convention 2: the place of λ
#
# The first two rows are both right. They differ at u alone: 7 against 4.9 = 0.7 · 7.
#
# 1. **λ on the features** (Ganin & Lempitsky 2015; JMLR 2016, §5.2.2): the node multiplies by −λ, the domain head
#    learns with its full rate. In this package: `adapt_weight=λ, domain_weight=1`.
# 2. **λ on both** (JMLR 2016, Eqs. 13–15 and Algorithm 1): the node multiplies by −1 and λ multiplies L_d. The domain
#    head learns λ times as fast. In this package: `adapt_weight=1, domain_weight=λ`.
#
# So convention 2 is convention 1 with another rate of the domain head, λ times its own. We train both and compare the
# weights. λ is constant, and there is no weight decay, because decay uses the rate as well.

# %%
PLAIN = replace(MOONS, steps=100, ramp=False, weight_decay=0.0, domain_rate=1.0)


def weights_after(**settings):
    """All weights after the steps of PLAIN with other settings, as one vector."""
    return Training(moons_pair(), replace(PLAIN, **settings), seed=0).fit().optimiser.vector.values


first = weights_after(adapt_weight=LAMBDA, domain_weight=1.0)
first_slower = weights_after(adapt_weight=LAMBDA, domain_weight=1.0, domain_rate=LAMBDA)
second = weights_after(adapt_weight=1.0, domain_weight=LAMBDA)
apart = {"equal rates": np.abs(first - second).max(), "head's rate × λ": np.abs(first_slower - second).max()}
for name, difference in apart.items():
    print(f"convention 1, {name:16} against convention 2: largest difference of a weight {difference:.1e}")

# %% [markdown]
# The second difference is rounding (the weights are float32). So a λ of convention 1 is a λ of convention 2, if you
# also translate the rate of the domain head. Where λ is a ramp that starts at 0, convention 2 starts with a domain head
# that does not learn.
#
# ## Mean over the joined batch, or sum of two means: a factor of 2
#
# The next trap is L_d itself. Here it is the mean over the joined batch. The journal takes the mean over the source,
# the mean over the target, and *adds* the two. With equal halves the sum is twice the joined mean:
#
# $$\tfrac1n \sum_{\text{source}} + \tfrac1n \sum_{\text{target}} = 2 \cdot \tfrac1{2n} \sum_{\text{both}}$$


# %%
def domain_losses(n_source, n_target, logits):
    """L_d in both conventions: the joined mean, and the sum of the two means."""
    labels = np.repeat([[0.0], [1.0]], [n_source, n_target], axis=0)
    joined = md.binary_cross_entropy_with_logits(logits, labels)
    source = md.binary_cross_entropy_with_logits(logits[:n_source], labels[:n_source])
    target = md.binary_cross_entropy_with_logits(logits[n_source:], labels[n_source:])
    return joined, source + target


def pulls(n_source, n_target):
    """The ratio of the two conventions at each domain: the gradients of the logits, sum of means over joined mean."""
    logits = md.Tensor(np.random.default_rng(0).normal(size=(n_source + n_target, 1)), requires_grad=True)
    joined, summed = (md.backprop(loss)[logits] for loss in domain_losses(n_source, n_target, logits))
    ratio = (summed / joined)[:, 0]
    return ratio[:n_source], ratio[n_source:]


guess = md.Tensor(np.zeros((128, 1)))
chance = [loss.item() for loss in domain_losses(64, 64, guess)]
print(f"a head that guesses: joined mean {chance[0]:.4f} = ln 2, sum of two means {chance[1]:.4f} = 2 ln 2")
ratios = {}
print("batch: source + target   factor at the source   factor at the target")
for sizes in ((64, 64), (64, 16)):
    ratios[sizes] = [factors.mean() for factors in pulls(*sizes)]
    print("{:13} + {:<6} {:20.3f} {:22.3f}".format(*sizes, *ratios[sizes]))

# %% [markdown]
# With equal halves there is one factor, 2. So for the same push **λ_here = 2 λ_journal**: the journal's λ = 6 for the
# moons is 12 here, and the recipe `JOURNAL` says so. With 64 source and 16 target points there is no single factor: the
# sum of means gives each *domain* the same weight, the joined mean gives each *point* the same weight.
#
# Two numbers on the screen tell you the convention of a program that you do not know: the domain loss of an untrained
# head (0.69 or 1.39), and the norm of the gradient on both sides of the node.

# %%
print(f"recipe JOURNAL: domain_weight {JOURNAL.domain_weight:g}, adapt_weight {JOURNAL.adapt_weight:g}")


def our_weight(printed, mean="joined"):
    """λ of this package for a λ in print. ``mean``: "joined", or "summed" for the sum of two means."""
    return {"joined": 1, "summed": 2}[mean] * printed


print(f"the journal's λ = 6 is λ = {our_weight(6.0, 'summed'):g} here")

# %% [markdown]
# A last difference is none: the domain label 0 is the source in the text of the journal, 1 in its Algorithm 1. An
# exchange of the labels, with the sign of the logits, gives the same loss and the same gradient of the features.

# %%
labels = np.repeat([[0.0], [1.0]], 64, axis=0)
logits = md.Tensor(np.random.default_rng(1).normal(size=(128, 1)), requires_grad=True)
either_way = [
    md.binary_cross_entropy_with_logits(logits, labels),
    md.binary_cross_entropy_with_logits(-logits, 1 - labels),
]
same_gradient = np.allclose(*(md.backprop(loss)[logits] for loss in either_way))
print(
    f"source = 0: {either_way[0].item():.6f}   source = 1: {either_way[1].item():.6f}   same gradient: {same_gradient}"
)

# %% [markdown]
# ## All forms on moons
#
# `compare_forms` trains the two right forms and six wrong ones, from equal weights with equal batches. Four columns
# have the multiples, measured on the first batch at the full λ by least squares. The other columns have what was
# learnt.

# %%
SHORT = replace(MOONS, steps=600)
comparison = compare_forms(moons_pair(), SHORT)
print(comparison)
by_form = {row["form"]: row for row in comparison.rows}

FormsDisplay.from_comparison(comparison).plot(
    plt.figure(figsize=(12.5, 6.8), layout="constrained").subplots(1, 2, sharey=True, width_ratios=(3, 2))
)
show_figure(
    plt.gcf(),
    "13-1",
    "A row for each form. Left: the multiples of the true gradients; only the two right forms have the signs + + − +, "
    "wrong signs are hatched. Right: what each form learns on the source and on the target, and its domain loss.",
)

# %% [markdown]
# ## What a student sees
#
# No form raises an error. What is on the screen?
#
# | mistake | on the screen |
# |---|---|
# | no reversal, two nodes | all losses fall nicely; L_d far below ln 2; the target is hardly better than without DANN |
# | subtracted, above the head, Eq. 18 | L_d in the thousands; the label loss stops falling |
# | below both heads | L_d near ln 2, as it should be; L_y first rises, the *source* is worse than guessing |
#
# The first kind is the dangerous one, because everything looks like learning. The curves show it: the domain loss of a
# right form stays near ln 2, because the features work against the head.


# %%
def draw_losses(names):
    """Label loss and domain loss over the steps for some forms, on logarithmic axes."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for ax, column, title in zip(axes, ("label_loss", "domain_loss"), ("label loss L_y", "domain loss L_d")):
        for name, line, colour in zip(names, ("-", "--", "-.", ":"), (style.DANN, *style.OTHERS)):
            rows = [row for row in comparison.histories[name] if column in row]
            smooth = np.convolve([row[column] for row in rows], np.ones(5) / 5, "valid")
            ax.plot([row["step"] for row in rows][4:], smooth, line, color=colour, lw=1.8, label=FORMS[name].title)
        ax.axhline(math.log(2), color=style.CHANCE, lw=0.8)
        ax.set(title=title, xlabel="step", yscale="log")
    axes[1].legend()
    return figure


show_figure(
    draw_losses(("features", "no-reversal", "subtracted", "below-both-heads")),
    "13-2",
    "Label loss and domain loss over 600 steps. The right form keeps the domain loss at ln 2. Without reversal it "
    "falls below; subtracted it climbs to thousands; below both heads it is near ln 2, but the label loss rises.",
)

# %% [markdown]
# ## From four signs to a name
#
# The signs of the multiples are enough for a diagnosis. Here is the whole method in ten lines. `multiples(training,
# batch)` measures; you only read signs. To make it a test, we let chance choose a form and hide its name.


# %%
def name_the_mistake(found):
    """A sentence for the multiples {"L_y at theta_y": …, …} of a form."""
    if found["L_y at theta_f"] < 0:
        return "a node below both heads: the features unlearn the labels"
    head_descends, features_ascend = found["L_d at theta_d"] > 0, found["L_d at theta_f"] < 0
    if head_descends and features_ascend:
        return "right"
    if head_descends:
        return "no reversal, or an even number of nodes: the features help the domain head"
    if features_ascend:
        return "subtracted, or a node above the head: the domain head learns to be wrong"
    return "subtracted and reversed: both signs of L_d are wrong"


training = FormTraining(moons_pair(), replace(MOONS, ramp=False), seed=0)
named = {}
for form in FORMS:
    training.form = form
    found = multiples(training, training.next_batch())
    named[form] = name_the_mistake(found)
    signs = " ".join("+" if value > 0 else "−" for value in found.values())
    print(f"{signs}   {FORMS[form].title:24} → {named[form]}")

hidden = str(np.random.default_rng().choice([form for form in FORMS if not FORMS[form].right]))  # another one each time
training.form = hidden
print("\na hidden form has the multiples")
for key, value in multiples(training, training.next_batch()).items():
    print(f"   {key:16} {value:+.2f}")
print("Which one is it? Decide before you print `FORMS[hidden].title`.")

# %% [markdown]
# ## The doctor's words
#
# `multiples` needs the parts of a Training. `diagnose` examines any loop, yours included, and says what it found and
# what to do. These are its words for each form.

# %%
words = {}
for form in FORMS:
    training = FormTraining(moons_pair(), MOONS, seed=0, form=form)
    diagnosis = diagnose(training, training.next_batch())
    words[form] = diagnosis.names
    print(FORMS[form].title)
    for finding in diagnosis.findings:
        print("    finds: ", finding.title)
        print("    advice:", finding.remedy)
    if not diagnosis.findings:
        print("    finds nothing wrong with the reversal")

# %% [markdown]
# ## A mistake without a wrong sign
#
# One more mistake, because a published library had it: a domain head that ends in *one* unit and a softmax. A softmax
# gives shares that add up to 1, so over one number it is always 1. The loss is a finite number, and the node is right.

# %%
one_logit = (u * R(w * md.Tensor(x), LAMBDA)).reshape(2, 1)
p, tiny = md.exp(md.log_softmax(one_logit, axis=1))[:, 0], 1e-7
dead_loss = -(domain * md.log(p + tiny) + (1 - domain) * md.log(1 - p + tiny)).mean()
dead = md.backprop(dead_loss)
print(f"softmax: {p.data}   L_d = {dead_loss.item():.4f}   at u: {dead[u]:g}   at w: {dead[w]:g}")

# %% [markdown]
# Both gradients of L_d are zero, so L_d never changes. A zero has no sign: look at the sizes of the multiples, too.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. In *two nodes* of the small network, what arrives at w? Compute before you look: λ² = 0.49, so −2 + 0.49 · 7 =
#    1.43. Add a third node. The multiple is −0.343, and w gets −4.401: the signs are right again, and λ is not.
# 2. Set `LAMBDA = 0.0` in the first cell. All forms except *below both heads* now give w the gradient −2, but they are
#    not equal at u: 7 or 0. Which have a domain head that still learns? (*right* and *two nodes*, and *below both
#    heads*.)
# 3. Put momentum to 0 in `PLAIN`. Are the two conventions still equal after the translation? (Yes: momentum adds up
#    gradients, and a factor goes through a sum.) Set `weight_decay=0.01`: now they are not, the difference is about
#    0.2.
# 4. In five lines: write the form of Keras codes that scale the *features* in place of the gradient: `two_losses(h,
#    -LAMBDA * h)` and L_y + L_d. It has another forward pass: L_d is no longer 2.5 but 5.05. So it is no form at all.
# 5. In three lines: 64 source points, and fewer and fewer target points. At which number does the sum of means pull
#    each target point at least ten times as hard as the joined mean? (At 7: `pulls(64, 7)` gives 10.14, and 8 gives 9.)
#
# Then find the mistake in twelve loops that were written by others: `python -m minidann exercises start DIR --chapter
# 13`.
#
# ## Facts
#
# The facts of the next cell hold for any change of λ and of the numbers above.

# %%
truth = [float(true[name]) for name in ("∂L_y/∂v", "∂L_d/∂u", "∂L_y/∂w", "∂L_d/∂w")]
assert np.allclose(small["right"], (truth[0], truth[1], truth[2] - LAMBDA * truth[3])), (
    "the node gives the paper's updates"
)
assert dead[u] == dead[w] == 0, "a softmax over one unit has no gradient"
assert np.isclose(small["on_both"][1], LAMBDA * truth[1]), "λ on both: the domain head learns λ times as fast"
assert np.isclose(small["on_both"][2], small["right"][2]), "both conventions give the features the same gradient"
assert np.isclose(small["subtracted"][2], small["right"][2]), "subtracted is right at the features"
assert np.isclose(small["subtracted"][1], -small["on_both"][1]), "and wrong at the domain head"
assert apart["head's rate × λ"] < 1e-4, "convention 2 is convention 1 with the head's rate × λ"
assert np.isclose(chance[1], 2 * chance[0]), "the sum of two means is twice the joined mean at chance"
assert same_gradient, "which domain is called 1 changes nothing"
for (n_source, n_target), factors in ratios.items():
    by_hand = (n_source + n_target) / n_source, (n_source + n_target) / n_target
    assert np.allclose(factors, by_hand), "the factor of a domain is all points over its own; 2 for equal halves"
assert JOURNAL.domain_weight == our_weight(6.0, "summed"), "the recipe of the journal has the translated λ"
for form, row in by_form.items():
    if form != "without":
        measured = [row[key] for key in FORMS[form].arriving(SHORT.adapt_weight)]
        formula = list(FORMS[form].arriving(SHORT.adapt_weight).values())
        assert np.allclose(measured, formula, atol=1e-2), f"{form}: the measured multiples are those of the formula"
assert all((named[form] == "right") == FORMS[form].right for form in FORMS), "four signs tell right from wrong"
assert all((not words[form]) == FORMS[form].right for form in FORMS), "the doctor accuses the wrong forms, and no other"

# %% [markdown]
# The facts of this cell hold with the numbers as printed. After a change some of them may fail.

# %%
PRINTED = "with the numbers as printed: "
assert truth == [-2, 7, -2, 7], PRINTED + "the four true gradients are −2, 7, −2, 7"
assert np.allclose(small["right"], (-2, 7, -6.9)), PRINTED + "the right form brings −2, 7, −6.9"
assert np.allclose(small["two_nodes"], (-2, 7, 1.43)), PRINTED + "two nodes bring 1.43 to the features"
assert np.allclose(small["below_both_heads"], (-2, 7, -3.5)), PRINTED + "below both heads w gets −0.7 · (−2 + 7)"
assert apart["equal rates"] > 0.01, PRINTED + "with equal rates the conventions go different ways"
assert np.allclose(list(ratios.values()), ((2, 2), (1.25, 5))), (
    PRINTED + "64 + 16 points: the factors are 80/64 and 80/16"
)
assert abs(by_form["features"]["L_d"] - math.log(2)) < 0.1, PRINTED + "the right form ends with L_d near ln 2"
for form in ("no-reversal", "two-nodes"):
    assert by_form[form]["L_d"] < 0.4, PRINTED + f"{form}: L_d far below ln 2"
    assert by_form[form]["target"] < by_form["features"]["target"], PRINTED + f"{form}: the target is worse"
for form in ("subtracted", "eq-18", "above-the-head"):
    assert by_form[form]["L_d"] > 100, PRINTED + f"{form}: L_d runs away"
assert abs(by_form["below-both-heads"]["L_d"] - math.log(2)) < 0.3, PRINTED + "below both heads: L_d looks right"
assert by_form["below-both-heads"]["source"] < 0.6, PRINTED + "below both heads: the source is lost"

print("all facts hold")

# %% [markdown]
# **You can now** translate λ between the papers and this package, recognise a wrong form by four signs or by its
# curves, and say why one curve is not enough. `minidann lab` has the forms as well: change one while it runs.
#
# **Next:** [14_the_saddle_point.py](14_the_saddle_point.py). The right form is two players with opposite aims. Do their
# steps come to rest at all?
