# %% [markdown]
# # 10 · When DANN fails, and how one knows
#
# **On moons rotated by 35° DANN is right on nearly every target point. On moons rotated by 90° the same code, with
# losses that look as healthy, is wrong on four points of five. Which shifts does DANN mend, and which does it make
# worse? And who tells you, if the target has no labels?**
#
# Some words before we use them:
#
# - A **swap**: the network gives the points of one class the name of another class, and the other way round.
# - The **share** of a class: the part of all points that belongs to the class, from 0 to 1.
# - A **label shift**: the classes have other shares in the target than in the source.
# - The **joint error**: the error on the source plus the error on the target of the best single head for both domains.
#   It needs target labels (chapter 07).
# - An **alarm**: a sign, seen without target labels, that the predictions for the target may be wrong.
#
# We read target labels in this chapter, but only to *look*: no training and no alarm uses them.

# %%
import math
from dataclasses import replace
from functools import partial

import matplotlib.pyplot as plt
import numpy as np

from minidann.adapt import MOONS, Training
from minidann.compare import bound, format_rotations, over_rotations
from minidann.data import blobs_pair, moons_pair
from minidann.estimators.trials import Trial
from minidann.plots import BoundaryDisplay, FeaturesDisplay, RotationsDisplay, show_figure, style

RECIPE = replace(MOONS, steps=1500)  # fewer steps than in chapter 09: we train many networks
SEEDS = (0, 1)

# %% [markdown]
# ## DANN over the angle
#
# We rotate the target by more and more, and train source only and DANN at each angle. The table has the mean over two
# seeds. (`python -m minidann rotations` makes the same table with more angles and seeds.)

# %%
rows = [row for of_one in over_rotations((35, 60, 90), RECIPE, SEEDS) for row in of_one]
print(format_rotations(rows))


def mean_of(method, rotation, name):
    """The mean over seeds of one number of the rows."""
    return np.mean([row[name] for row in rows if (row["method"], row["rotation"]) == (method, rotation)])


RotationsDisplay.from_rows(rows).plot(plt.figure(figsize=(13, 4.8), layout="constrained").subplots(1, 2))
show_figure(
    plt.gcf(),
    "10-1",
    "Left: target accuracy over the rotation; DANN is near 1 at 35° and far below one half at 90°. Right: the distance "
    "of DANN's features is below that of source only at every angle, and its joint error grows with the angle.",
)

# %% [markdown]
# Read the right picture. DANN does its work at *every* angle: its features have a smaller distance than those of source
# only. What changes is the joint error. At small angles it is near 0: one head can be right on both domains. At 90° it
# is large: the features lay the two domains on each other, but the wrong points together.
#
# ## The signs of a healthy game
#
# Chapter 09 named signs of a healthy game between features and domain head: a small label loss, a domain loss near ln 2
# = 0.693, a domain accuracy near one half. We read the same signs at 35° and at 90°, after all 4,000 steps of the
# recipe.


# %%
def signs(run, pair):
    """Means over the last fifth of the history of a run, and its share of class 1 among the target's predictions."""
    ending = run.history[-max(1, len(run.history) // 5) :]
    found = {name: np.mean([row[name] for row in ending]) for name in ("label_loss", "domain_loss", "domain_accuracy")}
    return found | {"share": (run.result().predict(pair.x_target) == 1).mean()}


def target_accuracy(network, pair):
    """The accuracy on the target's test points. It reads their labels: we only look at it."""
    return network.accuracy(pair.x_target_test, pair.y_target_test)


moons = {angle: moons_pair(rotation=angle, seed=1) for angle in (35.0, 90.0)}
runs = {angle: Training(pair, MOONS, seed=1).fit() for angle, pair in moons.items()}
healthy = {angle: signs(run, moons[angle]) for angle, run in runs.items()}
accuracy = {angle: target_accuracy(run.result(), moons[angle]) for angle, run in runs.items()}
print("angle   label loss   domain loss   domain accuracy   predicted share of class 1   (target accuracy)")
for angle in moons:
    print("{:4.0f}° {:12.3f} {:13.3f} {:17.3f} {:28.3f}".format(angle, *healthy[angle].values()), end="")
    print(f" {accuracy[angle]:17.3f}")

# %% [markdown]
# Without the last column nobody can say which run failed. The signs are healthy in both. Half of the target is called
# class 1 in both, as it should be. But at 90° most names are exchanged. A table of true against predicted classes shows
# the swap, and so do the pictures. (Another seed can end between the two matches. [The page on
# failure](pages/failure.md) has five seeds.)


# %%
def confusion(network, pair):
    """A table (2, 2): the share of the points of each true class (row) that get each name (column)."""
    predicted = network.predict(pair.x_target_test)
    return np.array([[(predicted[pair.y_target_test == c] == k).mean() for k in (0, 1)] for c in (0, 1)])


def draw_both_runs():
    """Boundary and features of the two runs. In the features, the colour is the domain and the marker the class."""
    figure, axes = plt.subplots(2, 2, figsize=(10.5, 8.5), layout="constrained")
    for (angle, run), (left, right) in zip(runs.items(), axes):
        BoundaryDisplay.from_network(run.result(), moons[angle]).plot(left, f"{angle:g}°: {accuracy[angle]:.1%} right")
        FeaturesDisplay.from_network(run.result(), moons[angle]).plot(right, f"features at {angle:g}°")
    for ax in axes[1]:
        style.legend_below(ax)
    return figure


confusions = {angle: confusion(run.result(), moons[angle]) for angle, run in runs.items()}
for angle, table in confusions.items():
    print(f"{angle:g}°: of class 0 {table[0, 1]:.0%} are called 1, of class 1 {table[1, 0]:.0%} are called 0")
show_figure(
    draw_both_runs(),
    "10-2",
    "Two rows, 35° and 90°: the boundary over both domains, and the features. At 35° equal classes of the domains lie "
    "together. At 90° the domains lie on each other as well, but each class of the target on the other class.",
)

# %% [markdown]
# ## Why a swap fools the game
#
# The domain head sees where the target lies, never which class a point has. So the game cannot prefer the right match
# to the swapped one. Which of the two does it find? Mostly the one that needs the smaller move.
#
# Two round blobs make this exact. The blobs of the source lie at distance 1 on both sides of the middle. Rotate them by
# an angle a. A blob is then 2 sin(a/2) away from its own blob of the source, and 2 cos(a/2) from the other one. The two
# are equal at 90°. Below 90° the right match is nearer, above 90° the swap.

# %%
BLOB_STEPS = replace(MOONS, steps=500)
blob_accuracy = {}
print("angle   to the own blob   to the other   target accuracy of DANN (each seed)")
for angle in (60.0, 120.0):
    own, other = 2 * math.sin(math.radians(angle) / 2), 2 * math.cos(math.radians(angle) / 2)
    pairs = [blobs_pair(rotation=angle, seed=seed) for seed in SEEDS]
    networks = [Training(pair, BLOB_STEPS, seed).fit().result() for seed, pair in zip(SEEDS, pairs)]
    blob_accuracy[angle] = [target_accuracy(network, pair) for network, pair in zip(networks, pairs)]
    print(f"{angle:4.0f}° {own:17.2f} {other:14.2f}    {'  '.join(f'{value:.3f}' for value in blob_accuracy[angle])}")

# %% [markdown]
# At 120° DANN is wrong on nearly all points. This is no fault of the code: without target labels the blobs at 120°
# cannot be told from two blobs at −60° whose names were exchanged. **DANN assumes that the shift is small enough: that
# nearer means equal.** No algorithm without target labels can do without such an assumption.
#
# ## Label shift: DANN below source only
#
# Now the angle stays at 35°, and the shares change. Half of the source is class 1. In the target it is 90 %.
#
# Two lines on paper say what must happen. Suppose DANN reached its aim: the features of both domains have the *same*
# distribution. Then the label head names the same share of both domains class 1. It is right on the source, so this
# share is 0.5. But 0.9 of the target is class 1, so at least 0.9 − 0.5 = 0.4 of the target gets a wrong name. In words
# (Zhao et al. 2019, with a proof):
#
# target error ≥ |share in the target − share in the source| − source error, if the features are equal.
#
# Measured runs do not reach their aim exactly. How far they go depends on λ.

# %%
WEIGHTS = (0.0, 0.1, MOONS.adapt_weight)
TRUE_SHARE = 0.9
shifted = {}
print(f"share of class 1 in the target: {TRUE_SHARE};  means over two seeds")
print("   λ   target accuracy   share named class 1   label loss   domain loss")
for weight in WEIGHTS:
    found = []
    for seed in SEEDS:
        pair = moons_pair(rotation=35.0, seed=seed, target_share=TRUE_SHARE)
        run = Training(pair, replace(RECIPE, adapt_weight=weight), seed).fit()
        network, losses = run.result(), signs(run, pair)
        named = (network.predict(pair.x_target_test) == 1).mean()
        found.append([target_accuracy(network, pair), named, losses["label_loss"], losses["domain_loss"]])
    shifted[weight] = np.mean(found, axis=0)
    print("{:4g} {:17.3f} {:21.3f} {:12.3f} {:13.3f}".format(weight, *shifted[weight]))
least_error = abs(TRUE_SHARE - 0.5)
print(f"least target error, if the features were equal: {least_error:.1f}")


def draw_label_shift():
    """Bars of the target accuracy and of the share that is named class 1, for each λ."""
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    names = [f"λ = {weight:g}" for weight in WEIGHTS]
    titles = ("target accuracy", "share of the target named class 1")
    for i, (ax, title) in enumerate(zip(axes, titles)):
        ax.bar(names, [shifted[weight][i] for weight in WEIGHTS], 0.5, color=style.DANN)
        ax.set(title=title, ylim=(0, 1.05))
    axes[0].patches[0].set_color(style.SOURCE_ONLY)
    axes[1].patches[0].set_color(style.SOURCE_ONLY)
    axes[1].axhline(TRUE_SHARE, color="black", ls=":", lw=1.2, label="the true share")
    axes[1].axhline(0.5, color=style.CHANCE, ls="--", lw=1.2, label="the share in the source")
    style.legend_below(axes[1])
    return figure


show_figure(
    draw_label_shift(),
    "10-3",
    "Bars over λ on moons with 90 % of class 1 in the target. Left: a small λ is best, the full λ is below source "
    "only. Right: the share that the full λ names class 1 lies between the source's one half and the true 0.9.",
)

# %% [markdown]
# With equal shares DANN was far above source only at this angle. At 90 % the full λ is *below* source only with these
# two seeds: it moves points of the large class over to the small class, so that the domains look more alike. Adaptation
# did harm, and the losses do not say so. A small λ does not go so far: it leaves the shares nearly true. (Our runs are
# short, and with other seeds the full λ can end above. After all 4,000 steps it is below on each of five seeds, 0.739
# against 0.794 in the mean: `minidann moons --target-share 0.9`.)
#
# ## How one knows without labels
#
# Three signs need no target label. `minidann choose` computes them and raises an alarm (chapter 11 has the details):
#
# 1. **The way back.** The predictions for the target become labels. A second network learns from the target with these
#    labels, and adapts to the source. The alarm: its accuracy on held-out source points is more than 0.10 below the
#    accuracy of the first network.
# 2. **The seeds disagree** on more than 15 % of the target. Then at least one of the two is wrong there.
# 3. **Less equal classes.** With another setting, here λ = 0.1, the classes that are named in the target have less
#    equal shares. The measure is the *diversity*: the entropy of the mean probabilities, ln 2 for two equal classes.
#    The alarm: the diversity is more than 5 % smaller with this other setting. It points to a label shift.
#
# A `Trial` trains one network on nine tenths of both domains and keeps the held-out tenth. We make trials of four
# situations and compute the three signs by hand.


# %%
def diversity(trial):
    """The entropy of the mean probabilities of the target, in nats: ln 2 if both classes have the share 1/2."""
    p = trial.p_target.mean(axis=0)
    return -(p * np.log(p)).sum()


def three_signs(pair_of, recipe):
    """The three signs of DANN beside λ = 0.1, over two seeds, and the target accuracy beside them."""
    assert len(SEEDS) > 1, "SEEDS: one seed alone cannot disagree, take two or more"
    pairs = [pair_of(seed=seed) for seed in SEEDS]
    trials = [Trial(pair, recipe, seed, reverse_steps=500) for seed, pair in zip(SEEDS, pairs)]
    small = Trial(pairs[0], replace(recipe, adapt_weight=0.1), SEEDS[0])
    there = np.mean([trial.correct.mean() for trial in trials])
    back = np.mean([trial.reverse_accuracy for trial in trials])
    first, *others = [trial.network.predict(pairs[0].x_target) for trial in trials]
    own = np.mean([diversity(trial) for trial in trials])
    return {
        "lost on the way back": there - back,
        "seeds disagree": np.mean([(first != other).mean() for other in others]),
        "diversity lost by λ = 0.1": 1 - diversity(small) / own,
        "accuracy": np.mean([target_accuracy(t.network, pair) for t, pair in zip(trials, pairs)]),
    }


BOUNDS = {"lost on the way back": 0.10, "seeds disagree": 0.15, "diversity lost by λ = 0.1": 0.05}
SITUATIONS = {
    "moons, 35°": (partial(moons_pair, rotation=35.0), RECIPE),
    "moons, 90°": (partial(moons_pair, rotation=90.0), RECIPE),
    "moons, 35°, class 1: 90 %": (partial(moons_pair, rotation=35.0, target_share=0.9), RECIPE),
    "blobs, 120°": (partial(blobs_pair, rotation=120.0), BLOB_STEPS),
}
seen, alarms = {}, {}
print(f"{'':26}" + "".join(f"{name:>26}" for name in BOUNDS) + "   (target accuracy)")
for name, (pair_of, recipe) in SITUATIONS.items():
    seen[name] = three_signs(pair_of, recipe)
    alarms[name] = [sign for sign, most in BOUNDS.items() if seen[name][sign] > most]
    cells = [f"{seen[name][sign]:.3f} {'▲' if sign in alarms[name] else ' '}" for sign in BOUNDS]
    print(f"{name:26}" + "".join(f"{cell:>26}" for cell in cells) + f"{seen[name]['accuracy']:15.3f}")

# %% [markdown]
# - At 35° no alarm sounds, and DANN is right.
# - At 90° the way back sounds: the labels that the network gave the target do not lead back to the source.
# - With a label shift the third sign sounds: a small λ names less equal classes than the full λ. (With these two seeds
#   the second sign sounds as well.) The trials have nine tenths of the points and other steps, so their accuracies
#   differ from those above: label shift makes the outcome a matter of luck.
# - DANN is wrong on nearly *all* of the blobs at 120°, and **no alarm sounds**. All seeds make the same swap, and the
#   way back swaps the classes once more: two errors cancel. No sign without labels can see this failure.
#
# So an alarm is a reason to stop, and silence is no proof.
#
# ## A few labels end the doubt
#
# What is the cheapest proof? Label ten target points by hand. If the network is right on a share a of the target, it is
# right on all ten with the probability a¹⁰. A network that is right on half of the target passes one time in a
# thousand.

# %%
FEW = 10
n_test = min(len(pair.x_target_test) for pair in moons.values())
assert n_test >= FEW, f"FEW: got {FEW}, expected at most {n_test}, the number of target points for scoring"
print(f"share right   passes a test of {FEW} labelled points")
for share in (0.2, 0.5, 0.9, 0.99):
    print(f"{share:11.2f} {share**FEW:17.6f}")
rng = np.random.default_rng(0)
found_right = {}
for angle, run in runs.items():
    chosen = rng.choice(len(moons[angle].x_target_test), FEW, replace=False)
    predicted = run.result().predict(moons[angle].x_target_test[chosen])
    found_right[angle] = int((predicted == moons[angle].y_target_test[chosen]).sum())
    print(f"{angle:g}°: right on {found_right[angle]} of {FEW} labelled target points")

# %% [markdown]
# A good network misses one of ten now and then: this one is right on 99 % and missed one. The other is right on one of
# ten, and there is no doubt left. The bound of chapter 07 says the same in its own words: the number that decides, the
# joint error, needs target labels.

# %%
bounds = {angle: bound(run.result(), moons[angle]) for angle, run in runs.items()}
for angle, numbers in bounds.items():
    print(f"{angle:g}°\n{numbers}\n")

# %% [markdown]
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Rotate the blobs by 80° and by 100° in place of 60° and 120°. On paper the right match is nearer below 90°.
#    Measured: at 80° both seeds are above 0.95. At 100° one seed is at 0.96 and the other at 0.01: near 90° the start
#    decides.
# 2. Set `TRUE_SHARE = 0.1`. The least error on paper is 0.4 again: the shares are as far apart on the other side. Which
#    λ is best with our short runs and two seeds? (The full one, with 0.963.) Then run all steps over five seeds:
#    `minidann moons --target-share 0.1`. (DANN 0.734, source only 0.779: two seeds had luck.)
# 3. Set `FEW = 3`. How often does a network pass that is right on half of the target? (0.125: three points are too
#    few.)
# 4. In one line: undo a swap by hand. Print `1 - accuracy[90.0]`, the accuracy after an exchange of the two names:
#    0.794. Why is this no method? (Nothing without labels says when to exchange. At 35° the same line gives 0.011.)
# 5. In five lines: find the angle at which DANN on moons is right on less than 0.9 of the target for the first time.
#    Train at 40°, 45°, …, 60° with `Training(moons_pair(rotation=angle), RECIPE).fit().result()`. (55°, with 0.895.)
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 10`.
#
# ## Facts
#
# The facts of the next cell hold for any change of the numbers above.

# %%
for name, found in healthy.items():
    assert 0 <= found["domain_accuracy"] <= 1, f"{name}: the domain accuracy is a share"
for table in confusions.values():
    assert np.allclose(table.sum(axis=1), 1), "the shares of each true class have the sum 1"
for numbers in bounds.values():
    expected = numbers.source_error + max(0, numbers.divergence) / 2 + numbers.joint_error
    assert np.isclose(numbers.total, expected), "the sum of the bound is source error + ½ distance + joint error"
assert math.isclose(2 * math.sin(math.pi / 4), 2 * math.cos(math.pi / 4)), (
    "at 90° both matches of the blobs are as near"
)

# %% [markdown]
# The facts of this cell hold with the numbers as printed. After a change some of them may fail.

# %%
PRINTED = "with the numbers as printed: "
angles = sorted({row["rotation"] for row in rows})
for angle in angles:
    smaller = mean_of("dann", angle, "divergence") < mean_of("source-only", angle, "divergence")
    assert smaller, PRINTED + "DANN makes the distance smaller at each angle"
assert mean_of("dann", angles[0], "target_accuracy") > 0.95, PRINTED + "DANN is right at 35°"
assert mean_of("dann", angles[-1], "target_accuracy") < 0.75, PRINTED + "DANN is wrong at 90°"
rises = mean_of("dann", angles[-1], "joint_error") > mean_of("dann", angles[0], "joint_error") + 0.05
assert rises, PRINTED + "the joint error of DANN's features grows"
near, far = min(moons), max(moons)
for found in healthy.values():
    assert found["label_loss"] < 0.05, PRINTED + "the label loss is small at both angles"
    assert abs(found["domain_loss"] - math.log(2)) < 0.1, PRINTED + "the domain loss is near ln 2 at both angles"
    assert abs(found["domain_accuracy"] - 0.5) < 0.15, PRINTED + "the domain accuracy is near one half at both angles"
    assert abs(found["share"] - 0.5) < 0.1, PRINTED + "half of the target is called class 1 at both angles"
assert accuracy[far] < 0.75 < 0.95 < accuracy[near], PRINTED + "and yet only the run at 35° is right"
below, above = min(blob_accuracy), max(blob_accuracy)
assert min(blob_accuracy[below]) > 0.95, PRINTED + "blobs below 90° find the right match"
assert max(blob_accuracy[above]) < 0.05, PRINTED + "blobs above 90° find the swap"
accuracies = [shifted[weight][0] for weight in WEIGHTS]
assert accuracies[2] < accuracies[0] < accuracies[1], PRINTED + "under label shift: full λ < no λ < small λ"
assert shifted[WEIGHTS[2]][1] < 0.8 < shifted[WEIGHTS[1]][1], PRINTED + "the full λ makes the shares more equal"
assert alarms["moons, 35°"] == [], PRINTED + "no alarm at 35°"
assert "lost on the way back" in alarms["moons, 90°"], PRINTED + "the way back sounds at 90°"
third = "diversity lost by λ = 0.1" in alarms["moons, 35°, class 1: 90 %"]
assert third, PRINTED + "less equal classes sound under label shift"
assert seen["blobs, 120°"]["accuracy"] < 0.05, PRINTED + "the blobs at 120° are wrong on nearly all"
assert alarms["blobs, 120°"] == [], PRINTED + "and no alarm sounds"
assert found_right[far] < FEW / 2 < found_right[near], PRINTED + "ten labels tell the two runs apart"
assert bounds[near].joint_error < 0.05 < 0.2 < bounds[far].joint_error, PRINTED + "so does the joint error"

print("all facts hold")

# %% [markdown]
# **You can now** say which shifts DANN mends (small ones with equal class shares), name two that it makes worse,
# compute three alarms without a label, and say what they cannot see. [The page on failure](pages/failure.md) has more
# pairs and seeds.
#
# **Next:** [11_choosing_lambda_without_labels.py](11_choosing_lambda_without_labels.py). Under label shift a small λ
# was right and the full λ was wrong. Which λ do you take, if you have no target labels?
