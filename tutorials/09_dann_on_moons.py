# %% [markdown]
# # 9 · DANN on moons, end to end
#
# **The source moons have labels. The target moons are rotated by 35° and have no labels. How much of the gap in
# accuracy does the reversal node win back? Which facts about a run are visible without target labels, and which are
# not?**
#
# The earlier chapters built all the parts: two domains, two losses, one node. In this chapter the parts train together
# for thousands of steps. We begin with the failure that they must mend.

# %%
import math
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from sklearn.svm import SVC

from minidann.adapt import MOONS, Training, adapt_weight_at
from minidann.compare import bound, compare, gap_covered, proxy_a_distance
from minidann.data import moons_pair
from minidann.plots import BoundaryDisplay, DuelDisplay, FeaturesDisplay, LossesDisplay, show_figure, style

ROTATION = 35.0
pair = moons_pair(rotation=ROTATION, seed=0)
print(pair)
print("recipe:", MOONS)

without_node = Training(pair, replace(MOONS, adapt_weight=0.0, steps=1500), seed=0).fit().result()
source_right = without_node.accuracy(pair.x_source_test, pair.y_source_test)
failing = without_node.accuracy(pair.x_target_test, pair.y_target_test)
print(f"without adaptation: {source_right:.1%} of the source right, {failing:.1%} of the target")

# %% [markdown]
# ## One step, in four phases
#
# A **recipe** is a set of settings: sizes, rates, λ. A `Training` is one run of a recipe, kept as a value. A step has
# four phases. Each phase is a method:
#
# - `next_batch` takes a batch: source points with labels, target points without labels;
# - `losses` runs the batch forward: L_y on the source half, L_d on both halves, behind the reversal node;
# - `gradients` runs one backward sweep of L_y + L_d and returns one array for each parameter. The reversal is already
#   in these arrays;
# - `update` makes one step of gradient descent.

# %%
training = Training(pair, MOONS, seed=0)


def size(gradients, part):
    """The norm of the gradients of one part."""
    return math.sqrt(sum(float((gradients[p] ** 2).sum()) for p in training.network.parts()[part].values()))


print("step  progress p       λ      L_y      L_d   |gradient| at: features  label head  domain head")
for _ in range(3):
    batch = training.next_batch()
    losses = training.losses(batch)
    gradients = training.gradients(losses)
    sizes = [size(gradients, part) for part in ("features", "label_head", "domain_head")]
    values = (
        training.step_count,
        training.progress,
        training.adapt_weight,
        losses.label_loss.item(),
        losses.domain_loss.item(),
    )
    print("{:4d} {:11.5f} {:7.5f} {:8.4f} {:8.4f} {:21.3f} {:11.3f} {:12.3f}".format(*values, *sizes))
    training.update(gradients)

# %% [markdown]
# `step()` does the four phases, and `fit()` does all steps that are left. Calling the phases by hand gives the same
# weights, bit for bit.

# %%
by_step = Training(pair, MOONS, seed=0)
for _ in range(3):
    by_step.step()
same_steps = np.array_equal(by_step.optimiser.vector.values, training.optimiser.vector.values)
print("three steps by hand and three calls of step(), same weights:", same_steps)

# %% [markdown]
# ## λ grows
#
# In the first steps the domain head is untrained, and its gradients are noise. A small λ keeps this noise away from the
# features. λ follows the ramp of the paper over the progress p, from 0 to 1. The recipe's full weight λ_full
# (`adapt_weight`; 1 in the paper) multiplies the ramp:
#
# $$\lambda(p) = \lambda_{\text{full}} \cdot \left( \frac{2}{1 + e^{-10 p}} - 1 \right)$$

# %%
progress = np.linspace(0, 1, 201)
schedule = np.array([MOONS.adapt_weight * adapt_weight_at(p) for p in progress])
for p in (0.0, 0.1, 0.25, 0.5, 1.0):
    print(f"p = {p:4.2f}   λ = {MOONS.adapt_weight * adapt_weight_at(p):.4f}")


def draw_schedule(progress, schedule):
    figure, ax = plt.subplots(figsize=(6, 3), layout="constrained")
    ax.plot(progress, schedule, color=style.LAMBDA, lw=1.6)
    ax.axhline(MOONS.adapt_weight, color=style.CHANCE, lw=1, ls="--")
    ax.set(title="λ over training", xlabel="progress p", ylabel="λ of the reversal", xlim=(0, 1), ylim=(0, None))
    return figure


show_figure(
    draw_schedule(progress, schedule), "09-1", "λ over the progress of training: a fast rise from 0, then flat at 0.7."
)

# %% [markdown]
# ## Three methods, three seeds
#
# `compare` trains three methods from the same first weights:
#
# - source only: the same network with λ = 0. The domain head learns, but sends no gradient to the features;
# - DANN;
# - train on target: the only method of the three that uses the target's labels.
#
# The scored network has *averaged* weights. A later section compares these with the current weights. For that section,
# we store some scores of both while DANN runs.

# %%
SEEDS = range(3)
METHODS = ("source-only", "dann", "target-only")
late_scores = {}  # seed → target accuracies of (averaged weights, current weights), near the end of DANN's run


def score(network, pair):
    """Accuracy on the target's test points. Only this function uses the labels of these points."""
    return network.accuracy(pair.x_target_test, pair.y_target_test)


def percent(share):
    """A share in words. ``gap_covered`` is None where train on target is not above source only."""
    return "no gap" if share is None else f"{share:.1%}"


def score_near_the_end(run, seed):
    """Score DANN every twenty steps in the last tenth of its run, and after the last step."""
    left = run.recipe.steps - run.step_count
    if run.recipe == MOONS and left < run.recipe.steps / 10 and left % 20 == 0:
        late_scores.setdefault(seed, []).append((score(run.result(), pairs[seed]), score(run.network, pairs[seed])))


def fit_and_score(run, method, pair):
    """Train to the last step, and call ``score_near_the_end`` after each step."""
    run.fit(on_step=lambda run: score_near_the_end(run, run.seed))


late_scores.clear()
comparisons, pairs = {}, {}
accuracy = {method: [] for method in METHODS}
print("seed   source only      DANN   train on target")
for seed in SEEDS:
    pairs[seed] = moons_pair(rotation=ROTATION, seed=seed)
    comparisons[seed] = compare(pairs[seed], MOONS, seed, METHODS, fit=fit_and_score)
    scores = {row["method"]: row["target_accuracy"] for row in comparisons[seed].rows}
    for method in METHODS:
        accuracy[method].append(scores[method])
    print("{:4d} {:13.3f} {:9.3f} {:17.3f}".format(seed, *(scores[method] for method in METHODS)))
print("mean {:13.3f} {:9.3f} {:17.3f}".format(*(np.mean(accuracy[method]) for method in METHODS)))
covered = gap_covered(*(accuracy[method] for method in METHODS))
print(f"gap covered by DANN: (DANN − source only) / (train on target − source only) = {percent(covered)}")

# %% [markdown]
# DANN used no target label. The next figure shows the first of these runs, source only above and DANN below.


# %%
def draw_both(comparison, pair):
    """Draw boundary, features and losses of source only (above) and DANN (below)."""
    figure, axes = plt.subplots(2, 3, figsize=(13.5, 8), layout="constrained")
    names = {"source-only": "source only", "dann": "DANN"}
    for (method, name), (left, middle, _) in zip(names.items(), axes):
        network = comparison.networks[method]
        BoundaryDisplay.from_network(network, pair).plot(
            left, f"{name}: {score(network, pair):.1%} of the target right"
        )
        FeaturesDisplay.from_network(network, pair).plot(middle, f"features of {name}")
    histories = {name: comparison.histories[method] for method, name in names.items()}
    LossesDisplay.from_histories(histories).plot(axes[0, 2], "losses")
    DuelDisplay.from_histories(histories).plot(axes[1, 2], "λ, and how often the domain head is right")
    for ax in axes[1]:
        below = 0.5, -0.14 if ax.get_xlabel() else -0.02
        ax.legend(loc="upper center", bbox_to_anchor=below, ncol=2, frameon=False, fontsize=8)
    axes[0, 2].legend(loc="center right", bbox_to_anchor=(1, 0.66), frameon=False, fontsize=8)
    return figure


show_figure(
    draw_both(comparisons[SEEDS[0]], pairs[SEEDS[0]]),
    "09-2",
    "Two rows, source only and DANN: the boundary over both domains, the features in a plane, and the "
    "losses and the accuracy of the domain head over the steps.",
)

# %% [markdown]
# From left to right:
#
# - **The boundary.** The boundary of source only fits the source alone, and cuts through the tips of the rotated moons.
#   The boundary of DANN passes between the two classes in both domains.
# - **The features**, projected onto a plane. Above, many target points lie far from all source points. Below, the two
#   domains cover nearly the same curve, and equal classes lie together.
# - **The losses and the duel.** With λ = 0 the domain head soon wins. With the reversal its loss stays just under ln 2,
#   the loss of a head that guesses. Its accuracy is only a little above one half.
#
# ## Signs of a healthy game
#
# None of the following signs needs a target label. They are means over the last fifth of each history:


# %%
def ending(history):
    """Means of the losses and of the domain accuracy over the last fifth of a run."""
    rows = history[-len(history) // 5 :]
    return {name: np.mean([row[name] for row in rows]) for name in ("label_loss", "domain_loss", "domain_accuracy")}


def judge(network, pair):
    """Proxy A-distance of the features: 2(1 − 2ε). ε is the held-out error of a kernel SVM, trained after the run."""
    parts = (pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test)
    source, target, source_test, target_test = (network.transform(x) for x in parts)
    return proxy_a_distance(source, target, SVC(), source_test=source_test, target_test=target_test)


signs = {"source-only": [], "dann": []}
print(f"chance for the domain head: loss ln 2 = {math.log(2):.3f}, accuracy 0.5")
print("seed  method         label loss   domain loss   domain accuracy   a fresh judge's distance")
for seed in SEEDS:
    for method in signs:
        end = ending(comparisons[seed].histories[method])
        end["distance"] = judge(comparisons[seed].networks[method], pairs[seed])
        signs[method].append(end)
        print("{:4d}  {:12} {:12.4f} {:13.3f} {:17.3f} {:26.2f}".format(seed, method, *end.values()))
typical = {method: {name: np.mean([end[name] for end in ends]) for name in ends[0]} for method, ends in signs.items()}

# %% [markdown]
# - The **label loss** stays small. The features still serve the label head.
# - The **domain loss** is near ln 2, and a little below: the domain head is *nearly* fooled. A loss far below ln 2
#   means that the domain head is winning: λ is too small, or the reversal never runs. The source-only rows show this. A
#   loss far above ln 2, again and again, means that the features change faster than the domain head learns.
# - The domain loss alone proves nothing. A broken or weak domain head has a loss of ln 2 as well. So we ask a **fresh
#   judge**, as in chapter 07. The judge's distance falls a long way, but does not reach 0. The features fool the domain
#   head *of their own network*. The domains are still not equal.
#
# ## A healthy game can give wrong answers
#
# The three signs describe the *game* between features and domain head. They do not measure accuracy on the target. We
# train the same recipe on moons rotated by 90°, from two seeds. There the target moons lie across the source moons.

# %%
rotated = []
print("seed   label loss   domain loss   a fresh judge's distance   target accuracy")
for seed in range(2):
    rotated_pair = moons_pair(rotation=90.0, seed=seed)
    run = Training(rotated_pair, MOONS, seed).fit()
    end = ending(run.history)
    distance, target = judge(run.result(), rotated_pair), score(run.result(), rotated_pair)
    rotated.append({**end, "distance": distance, "target": target, "network": run.result()})
    shown = [rotated[-1][name] for name in ("label_loss", "domain_loss", "distance", "target")]
    print("{:4d} {:12.4f} {:13.3f} {:26.2f} {:17.3f}".format(seed, *shown))

# %% [markdown]
# All three signs look healthy in both runs. The fresh judge's distance is even smaller than at 35°. And still one run
# is wrong on a third of the target, the other on nearly four fifths. There the features put target moons on source
# moons with the classes *swapped*. Neither the domain head nor the fresh judge uses the classes of the target, so the
# game does not punish a swap. A missing sign shows a game that went wrong. The three signs together show a game that
# went well, and no more. Accuracy on the target needs one thing more: a shift so small that the features put each class
# on the same class.
#
# The bound of chapter 07 has this as a number, the *joint error*: the error on the source plus the error on the target
# of the best single head on these features. It needs target labels, and DANN does not see it. Here are source only and
# DANN at 35°, and DANN at 90°, all from the first seed. (The judge of `bound` scales the features first, so its
# distance differs a little from that of the table above.) Chapter 10 asks when DANN fails, and how one knows.

# %%
bounds = {
    "source only, 35°": bound(comparisons[SEEDS[0]].networks["source-only"], pairs[SEEDS[0]]),
    "DANN, 35°": bound(comparisons[SEEDS[0]].networks["dann"], pairs[SEEDS[0]]),
    "DANN, 90°": bound(rotated[0]["network"], moons_pair(rotation=90.0, seed=0)),
}
for name, numbers in bounds.items():
    print(f"{name}\n{numbers}\n")

# %% [markdown]
# At 35° DANN makes the distance small, and the joint error stays near 0. At 90° the distance is small too, but the
# joint error is large: the features mix the classes of the two domains, and no head can be right on both. (The sum is
# no guarantee: a trained judge can find less than the distance of the theorem.) Without target labels the two DANN runs
# look the same.
#
# ## Averaged weights or last weights?
#
# Two players chase each other with momentum, and the weights of this recipe do not come to rest
# ([14_the_saddle_point.py](14_the_saddle_point.py) explains the reason). The scored network has an exponential average
# of the weights of the run. Does the average matter? The next table shows the same three DANN runs and two more. It
# scores each run at the end of training, and at the worst moment in the last tenth of training.

# %%
for seed in range(len(SEEDS), len(SEEDS) + 2):
    pairs[seed] = moons_pair(rotation=ROTATION, seed=seed)
    late_scores.pop(seed, None)
    Training(pairs[seed], MOONS, seed).fit(on_step=lambda run, seed=seed: score_near_the_end(run, seed))
scores = np.array([late_scores[seed] for seed in late_scores])  # (seeds, moments, 2)
final, worst = scores[:, -1], scores.min(axis=1)  # (seeds, 2) each
print(f"        at the end                 worst of {scores.shape[1]} moments")
print("seed    averaged     last          averaged       current")
for seed, end, low in zip(late_scores, final, worst):
    print("{:4d} {:11.3f} {:8.3f} {:17.3f} {:14.3f}".format(seed, *end, *low))
for name, summary in {"mean": np.mean, "min": np.min}.items():
    print("{:4} {:11.3f} {:8.3f} {:17.3f} {:14.3f}".format(name, *summary(final, axis=0), *summary(worst, axis=0)))
ahead, behind = (final[:, 0] > final[:, 1]).sum(), (final[:, 0] < final[:, 1]).sum()
print(f"at the end the average is ahead in {ahead} of {len(final)} runs, behind in {behind}")


# %%
def draw_late_scores(late_scores, scores):
    figure, ax = plt.subplots(figsize=(7, 3.4), layout="constrained")
    looks = (style.DANN, "o", "averaged weights"), (style.OTHERS[0], "x", "current weights")
    for i, (colour, marker, name) in enumerate(looks):
        places = np.array(list(late_scores)) + (i - 0.5) * 0.3
        ax.plot(np.repeat(places, scores.shape[1]), scores[:, :, i].ravel(), marker, color=colour, ms=4, label=name)
    ax.set(title=f"DANN over the last tenth of {len(scores)} runs", xlabel="seed", ylabel="target accuracy")
    ax.set_xticks(list(late_scores))
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=2)
    return figure


show_figure(
    draw_late_scores(late_scores, scores),
    "09-3",
    "Target accuracy over the last tenth of five DANN runs, a column a seed: current weights swing, "
    "averaged weights hardly do.",
)

# %% [markdown]
# At the end the average need not be ahead. Most runs stop at a good moment, and then either score can be higher by a
# little. But moments differ: the scores of the current weights swing, and the last step falls on a good or a bad moment
# by luck. The scores of the average hardly swing. This steadiness is the benefit of the average.
#
# Five seeds are few, and single runs vary a lot. Another processor rounds sums a little differently, and the game
# between two players amplifies small differences. So your numbers will differ a little from the numbers of other
# readers. Quote means over many seeds, and never one run.
#
# ## Too little, enough, too much
#
# The last question is λ itself. We train the same recipe with other weights of the reversal, on the same three seeds.

# %%
trained_above = {0.0: "source-only", MOONS.adapt_weight: "dann"}
print("    λ   label loss   domain loss   source accuracy   gap covered   target accuracy (each seed)")
results = {}
for weight in (0.0, MOONS.adapt_weight, 5.0, 200.0):
    ends, on_source, on_target = [], [], []
    for seed in SEEDS:
        if weight in trained_above:
            method = trained_above[weight]
            network, history = comparisons[seed].networks[method], comparisons[seed].histories[method]
        else:
            run = Training(pairs[seed], replace(MOONS, adapt_weight=weight), seed).fit()
            network, history = run.result(), run.history
        ends.append(ending(history))
        on_source.append(network.accuracy(pairs[seed].x_source_test, pairs[seed].y_source_test))
        on_target.append(score(network, pairs[seed]))
    label, domain = (np.mean([end[name] for end in ends]) for name in ("label_loss", "domain_loss"))
    results[weight] = {"label_loss": label, "domain_loss": domain, "source": on_source, "target": on_target}
    results[weight]["covered"] = gap_covered(accuracy["source-only"], on_target, accuracy["target-only"])
    each = "  ".join(f"{value:.3f}" for value in on_target)
    print(f"{weight:5g} {label:12.4f} {domain:13.3f} {np.mean(on_source):17.3f}", end=" ")
    print(f"{percent(results[weight]['covered']):>13}   {np.mean(on_target):.3f}  ({each})")

# %% [markdown]
# - **λ = 0** adapts nothing. The domain head wins, and its loss is far below ln 2.
# - **λ = 5**, seven times the recipe's λ, still adapts, but covers much less of the gap: for us 61 %, where the
#   recipe's λ covers 97 %. The label loss and the domain loss hardly show this difference.
# - **λ = 200** makes the label loss unimportant: the reversed domain loss dominates the gradient of the features. One
#   way to fool the domain head is to lose all information about a point, and its class is a part of that information.
#   The domain loss looks right! The *label loss* reveals the failure, and so does the accuracy on held-out *source*
#   points. Both are visible without target labels.
#
# It is tempting to pick the λ with the best target accuracy from such a list. Do not pick λ in this way. You would use
# the target's labels in training, and the score would no longer describe a method without target labels. (The recipe's
# own λ was chosen by target accuracy, on other seeds than these. For this reason we say so.) Chapter
# [11](11_choosing_lambda_without_labels.py) shows honest ways to choose λ.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Set `ROTATION = 15.0`. Source only is already above 95 %, and there is little gap to cover.
# 2. Set `SEEDS = range(1)`. One seed: DANN is still above 93 %. Would you publish it?
# 3. Add 0.05 to the list of λ, `(0.0, 0.05, MOONS.adapt_weight, 5.0, 200.0)`. So small a λ already covers nearly nine
#    tenths of the gap, and its domain loss is 0.64, between those of λ = 0 and of the recipe.
# 4. Take the ramp away: `replace(MOONS, ramp=False)`, trained like the runs of the last section. On these moons each of
#    the three seeds stays above 98 %. Chapter 15 shows a game in which the ramp decides.
# 5. In ten lines: write `fit` yourself, with the four phases in a loop over `MOONS.steps`. The weights must equal those
#    of `Training(pair, MOONS, seed=0).fit()` in every bit.
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 9`.
#
# ## Facts
#
# The facts of the next cell hold for any change of seeds, rotation and λ.

# %%
assert same_steps, "the phases by hand give the weights of step()"
assert batch._fields == ("x_source", "y_source", "x_target"), "no batch has target labels"
assert schedule[0] == 0, "λ starts at 0"
assert (np.diff(schedule) > 0).all(), "λ always grows"
assert 0.999 * MOONS.adapt_weight < schedule[-1] < MOONS.adapt_weight, "λ ends close to its full weight"
for found in bounds.values():
    assert abs(found.total - found.source_error - max(0, found.divergence) / 2 - found.joint_error) < 1e-9, (
        "three terms"
    )
ln_2 = math.log(2)
assert typical["source-only"]["domain_loss"] < typical["dann"]["domain_loss"] < 1.5 * ln_2, "the node fools the head"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
plain, dann = typical["source-only"], typical["dann"]
assert failing < 0.9 < 0.98 < source_right, PRINTED + "without adaptation the target fails"
assert np.mean(accuracy["source-only"]) < 0.9, PRINTED + "source only is below 90 %"
assert min(accuracy["dann"]) > max(accuracy["source-only"]), PRINTED + "DANN is better on each seed"
assert min(accuracy["target-only"]) > 0.98, PRINTED + "train on target is above 98 %"
assert (covered or 0) > 0.75, PRINTED + "DANN covers three quarters of the gap"
assert abs(dann["domain_loss"] - ln_2) < 0.05, PRINTED + "DANN nearly fools the domain head"
assert plain["domain_loss"] < 0.5, PRINTED + "without λ the domain head wins"
assert dann["label_loss"] < 0.05, PRINTED + "the label loss stays small"
assert 0.05 < dann["distance"] < plain["distance"] - 0.3, PRINTED + "the judge's distance falls, but not to 0"
for end in rotated:
    healthy = end["label_loss"] < 0.05 and abs(end["domain_loss"] - ln_2) < 0.05 and end["distance"] < 0.5
    assert healthy, PRINTED + "at 90° each run has the signs of a healthy game"
    assert end["target"] < 0.8, PRINTED + "and is wrong on a fifth of the target or more"
assert min(end["target"] for end in rotated) < 0.3, PRINTED + "one run swaps the classes"
assert bounds["DANN, 35°"].joint_error < 0.05, PRINTED + "at 35° one head can be right on both domains"
assert bounds["DANN, 90°"].joint_error > 0.2, PRINTED + "at 90° none can"
swing = scores.std(axis=1).mean(axis=0)
assert swing[0] < swing[1], PRINTED + "averaged weights swing less than current ones"
assert final[:, 0].min() > 0.93, PRINTED + "at the end each averaged DANN is above 93 %"
assert (results[5.0]["covered"] or 1) < 0.8 < 0.9 < (covered or 0), PRINTED + "λ = 5 covers much less of the gap"
label_losses = [results[weight]["label_loss"] for weight in (MOONS.adapt_weight, 200.0)]
assert label_losses[1] > 5 * label_losses[0], PRINTED + "λ = 200 spoils the label loss"
assert abs(results[200.0]["domain_loss"] - ln_2) < 0.05, PRINTED + "and its domain loss looks right"

print("all facts hold")

# %% [markdown]
# **You can now** train DANN, read the signs of its game without a target label, and name what they do not say: at 90°
# the signs hold for runs that swap the classes. The joint error decides whether DANN can be right.
#
# More to try: `python -m minidann moons --help`.
#
# **Next:** [10_when_dann_fails.py](10_when_dann_fails.py). Which shifts does DANN mend, which does it make worse, and
# who tells you without target labels?
