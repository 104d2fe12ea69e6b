# %% [markdown]
# # 7 · Domain shift: the same labels, other inputs
#
# **A classifier is right on practically every held-out point. We rotate the same moons by 35°. Why does the classifier
# now fail? And how much of the failure can we measure without a label of the rotated moons?**
#
# The labels have not changed. A point of the upper moon is still a point of the upper moon. Only the inputs have moved.
# The domain with labels is called the *source*, and the other one the *target*. The difference between the two is a
# *domain shift*.

# %%
from dataclasses import replace
from unittest import mock

import matplotlib.pyplot as plt
import numpy as np
from sklearn.svm import SVC, LinearSVC

from minidann import compare
from minidann.adapt import MOONS, Training
from minidann.data import DomainPair, moons_pair
from minidann.data.points import rotate
from minidann.plots import BoundaryDisplay, show_figure, style

ANGLE = 35.0

# %% [markdown]
# ## Two domains
#
# A `DomainPair` holds both domains. The source has inputs and labels. The target has inputs only. The two test sets are
# different points, and serve for scoring only.

# %%
pair = moons_pair(rotation=ANGLE, seed=0)
print(pair)
for name in ("x_source", "y_source", "x_target", "x_source_test", "y_source_test", "x_target_test", "y_target_test"):
    print(f"  pair.{name:<14} {getattr(pair, name).shape}")

# %% [markdown]
# ## Train on the source, score on both
#
# The recipe below is the package's recipe for moons without its adaptation: features, a label head, and the label loss
# on the source. Every table of domain adaptation begins with this row, *source only*.

# %%
SOURCE_ONLY = replace(MOONS, adapt_weight=0.0, domain_weight=0.0)

network = Training(pair, SOURCE_ONLY, seed=0).fit().result()
on_source = network.accuracy(pair.x_source_test, pair.y_source_test)
on_target = network.accuracy(pair.x_target_test, pair.y_target_test)
rotated_back = network.accuracy(rotate(pair.x_target_test, -ANGLE), pair.y_target_test)
print(f"held-out source points       {on_source:.3f}")
print(f"target points                {on_target:.3f}")
print(f"target points, rotated back  {rotated_back:.3f}")

# %% [markdown]
# The last line is the main fact of this chapter. Rotate the target points back by hand, and the same network is right
# again. So the target is not harder, not noisier, and holds no less information. The network has learnt a boundary that
# is right *where the source has points*. The rotated moons have their tips where the source has no points, and there
# training never tested the boundary.

# %%
figure, ax = plt.subplots(figsize=(6.5, 5.4), layout="constrained")
display = BoundaryDisplay.from_network(network, pair)
display.plot(ax, f"trained on source only: {on_target:.1%} of the target right")
wrong = network.predict(display.x_target) != display.y_target
ax.scatter(*display.x_target[wrong].T, s=90, marker="s", facecolors="none", edgecolors="0.45", lw=0.6, label="wrong")
ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.01), ncol=3, fontsize=8, frameon=False)
show_figure(
    figure,
    "07-1",
    "Source moons and rotated target moons with the boundary of the source: many target points at both "
    "ends are on the wrong side.",
)

# %% [markdown]
# ## How far is too far?
#
# We train one classifier for each of five seeds, on the source of a pair with rotation 0°. Then we score each
# classifier on new target points at every angle.

# %%
ANGLES = np.arange(0, 181, 15)
SEEDS = range(5)

classifiers = [Training(moons_pair(rotation=0, seed=seed), SOURCE_ONLY, seed).fit().result() for seed in SEEDS]
pairs = {(angle, seed): moons_pair(rotation=float(angle), seed=seed) for angle in ANGLES for seed in SEEDS}


def accuracy(angle, seed):
    rotated = pairs[angle, seed]
    return classifiers[seed].accuracy(rotated.x_target_test, rotated.y_target_test)


accuracies = np.array([[accuracy(angle, seed) for seed in SEEDS] for angle in ANGLES])  # (angles, seeds)
print("angle   target accuracy: mean ± standard deviation over seeds")
for angle, row in zip(ANGLES, accuracies):
    print(f"{angle:4d}°   {row.mean():.3f} ± {row.std(ddof=1):.3f}")

# %% [markdown]
# A small rotation costs nothing: the space between the moons is wide enough. Then the curve falls. It passes one half,
# the accuracy of guessing, and ends at 0. At 180° practically every answer is wrong! We return to this end below.
#
# ## What can we measure without target labels?
#
# The curve needed target labels, and in a real task there are none. But one question never needs them: *can the two
# domains be told apart?* The domain of every point is known. So give the source points the label 0 and the target
# points the label 1, and train a classifier. We call this classifier the judge. Measure its error ε on held-out points.
# Then
#
# $$\hat d_A = 2\,(1 - 2\varepsilon)$$
#
# is the *proxy A-distance* (Ben-David et al. 2006). It is 0 if the judge can only guess (ε = 1/2), and 2 if the judge
# is never wrong (ε = 0). The usual judge is a linear SVM. We use this judge and a second one with a curved boundary,
# the SVM with an RBF kernel. Both have scikit-learn's default settings.


# %%
def proxy_a_distance(judge, source, target, source_test, target_test):
    """2(1 − 2ε): the judge learns on the first two sets (n, width), and ε is its error on the other two."""
    domains, domains_test = (
        np.repeat([0, 1], [len(a), len(b)]) for a, b in ((source, target), (source_test, target_test))
    )
    judge.fit(np.concatenate([source, target]), domains)
    error = (judge.predict(np.concatenate([source_test, target_test])) != domains_test).mean()
    return 2 * (1 - 2 * error)


def sets(pair, transform=lambda x: x):
    """The four sets of inputs of a pair. No label is among them."""
    return [transform(x) for x in (pair.x_source, pair.x_target, pair.x_source_test, pair.x_target_test)]


# the package has the same function, and takes any classifier of scikit-learn as the judge
source, target, source_test, target_test = sets(pair)
by_package = compare.proxy_a_distance(source, target, SVC(), source_test=source_test, target_test=target_test)
by_hand = proxy_a_distance(SVC(), *sets(pair))

JUDGES = {"linear": lambda: LinearSVC(dual=False), "kernel": SVC}

print(f"proxy A-distance at {ANGLE:g}°   raw inputs   features")
distance = {}
for name, judge in JUDGES.items():
    distance[name, "raw"] = proxy_a_distance(judge(), *sets(pair))
    distance[name, "features"] = proxy_a_distance(judge(), *sets(pair, network.transform))
    print(f"  {name} judge            {distance[name, 'raw']:10.2f} {distance[name, 'features']:10.2f}")
distance["linear", "origin"] = proxy_a_distance(LinearSVC(dual=False), *sets(moons_pair(ANGLE, pivot="origin")))
print(f"the target rotated about the origin instead, linear judge, raw inputs: {distance['linear', 'origin']:.2f}")
error = (1 - distance["kernel", "raw"] / 2) / 2  # the formula, solved for ε
print(f"the kernel judge is right about the domain of {1 - error:.0%} of the held-out raw points; chance is 50%")

mirrored = network.transform(rotate(pair.x_source_test, 180.0))
opposite = np.corrcoef(network.transform(pair.x_source_test).ravel(), mirrored.ravel())[0, 1]
print(f"correlation between the features of a point and those of its mirror image: {opposite:.2f}")

# %% [markdown]
# The linear judge sees (almost) nothing, in the inputs and in the features. The kernel judge is right about most
# points. Why? The two moons together look the same after a rotation by 180° about their centre. So every straight line
# through the centre has half of the source on each side, and half of the target too. Our target is rotated about this
# same centre, so a line gains little. With a rotation about the origin the mean of the target moves, and a line can see
# the difference of the means. The features nearly keep the symmetry, because tanh is an odd function: opposite points
# have (almost) opposite features. The printed correlation measures this.
#
# Remember: **a small distance says that *this* judge cannot tell the domains apart. It does not say that the domains
# are the same.** A large distance is evidence of a difference. A small distance is no evidence that there is none.
#
# Now we measure the distance at all angles, on the features of the source-only networks, with the accuracy beside it.

# %%
curves = {
    name: np.array(
        [
            [proxy_a_distance(judge(), *sets(pairs[angle, seed], classifiers[seed].transform)) for seed in SEEDS]
            for angle in ANGLES
        ]
    )
    for name, judge in JUDGES.items()
}
print("angle   accuracy   linear judge   kernel judge   (means over seeds)")
for angle, *rows in zip(ANGLES, accuracies, curves["linear"], curves["kernel"]):
    print("{:4d}° {:10.3f} {:14.2f} {:14.2f}".format(angle, *(row.mean() for row in rows)))


# %%
def band(ax, values, colour, marker, label):
    """Mean over seeds as a line, one standard deviation as a band."""
    mean, sd = values.mean(axis=1), values.std(axis=1, ddof=1)
    ax.plot(ANGLES, mean, color=colour, marker=marker, ms=4, lw=1.6, label=label)
    ax.fill_between(ANGLES, mean - sd, mean + sd, color=colour, alpha=0.25, lw=0)


figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
band(left, accuracies, style.SOURCE_ONLY, "o", "source only, five seeds")
left.axhline(0.5, color=style.CHANCE, lw=1, ls="--", label="guessing")
left.axvline(ANGLE, color="black", lw=0.8, ls=":", label=f"our pair: {ANGLE:g}°")
left.set(title="needs target labels: the accuracy", xlabel="rotation of the target (degrees)", ylabel="target accuracy")
band(right, curves["kernel"], style.OTHERS[0], "s", "kernel judge")
band(right, curves["linear"], style.OTHERS[1], "^", "linear judge")
right.axvline(ANGLE, color="black", lw=0.8, ls=":")
right.set(title="needs none: can the domains be told apart?", xlabel="rotation of the target (degrees)")
right.set_ylabel("proxy A-distance of the features")
for ax in (left, right):
    ax.set_xticks(np.arange(0, 181, 30))
    ax.legend(frameon=False, fontsize=9)
show_figure(
    figure,
    "07-2",
    "Over the rotation of the target: the accuracy of source only falls from 1 to 0; the distance by a "
    "kernel judge rises and falls, by a linear judge it stays near 0.",
)

# %% [markdown]
# Look at the two ends of the right-hand picture. At 0° the distance is 0, and every prediction is right. At 180° the
# distance is 0 *again*, because the rotated moons cover the same places, and yet every label is wrong: the moons have
# changed places. The inputs alone cannot tell these two cases apart.
#
# So there is a limit that no method can remove. Adaptation without target labels makes an *assumption*: points with
# similar features also have the same label. At 35° the assumption is good. At 180° it is wrong, and nothing in the
# inputs gives a warning.
#
# ## Why the target's labels are out of reach
#
# A method that uses target labels, even only to choose a setting, solves another task. So the package keeps these
# labels away from training by construction:
#
# - a pair has no `y_target`, and neither has a batch;
# - the labels of the training target exist under the name `pair.oracle`. Only rows of a table that are named for it may
#   read them;
# - target-train (inputs for training, without labels) and target-test (for scoring) are different points.
#
# Let us test this. We make every reading of `oracle` raise an error, and train.

# %%
batch = Training(pair, MOONS, seed=0).next_batch()
print("a batch has:", ", ".join(batch._fields))


def forbidden(self):
    raise AssertionError("the target's labels were read")


with mock.patch.object(DomainPair, "oracle", property(forbidden)):
    without_oracle = Training(pair, SOURCE_ONLY, seed=0).fit().result()
    try:
        pair.target_as_source()
        opened = False
    except AssertionError as error:
        opened = True
        print("train on target:", error)
same = all(
    np.array_equal(a.data, b.data) for a, b in zip(network.parameters().values(), without_oracle.parameters().values())
)
shared = {tuple(x) for x in pair.x_target} & {tuple(x) for x in pair.x_target_test}
print("source only finishes, with the same weights:", same)
print("points that are in both target-train and target-test:", len(shared))

# %% [markdown]
# ## The two ends of the table
#
# What is the best possible result? *Train on target* reads the oracle and trains on the labelled target: this is the
# upper end. Source only is the lower end. The difference is the gap. A method of adaptation tries to cover it.

# %%
lower, upper = [], []
print("seed   source only   train on target      gap")
for seed in range(3):
    pair_of_seed = moons_pair(ANGLE, seed=seed)
    for trained_on, scores in ((pair_of_seed, lower), (pair_of_seed.target_as_source(), upper)):
        trained = Training(trained_on, SOURCE_ONLY, seed).fit().result()
        scores.append(trained.accuracy(pair_of_seed.x_target_test, pair_of_seed.y_target_test))
    print(f"{seed:4d} {lower[-1]:13.3f} {upper[-1]:17.3f} {upper[-1] - lower[-1]:8.3f}")
gap = np.mean(upper) - np.mean(lower)
print(f"mean {np.mean(lower):13.3f} {np.mean(upper):17.3f} {gap:8.3f}")

# %% [markdown]
# Geometric methods are older than adversarial ones. Subspace Alignment (Fernando et al. 2013) aligns the main
# directions of the source features with those of the target features, and trains a linear SVM on the result. It also
# has a row in the table.
#
# ## What we now know

# %%
# the classifier is good and the target is not harder, and yet the classifier fails on the target
assert on_source > 0.98
assert on_target < 0.92
assert rotated_back > 0.98

# a larger rotation gives a lower accuracy; 180° swaps the classes
means = accuracies.mean(axis=1)
assert means[0] > 0.98
assert means[1] > 0.95  # a small rotation costs little
assert means[-1] < 0.02
assert (np.diff(means) < 0.02).all()

# the distance of this chapter is that of the package
assert by_package == by_hand

# without target labels a kernel judge sees the shift, and a linear judge does not
assert distance["kernel", "raw"] > 0.8
assert distance["kernel", "features"] > 0.8
assert abs(distance["linear", "raw"]) < 0.4
assert abs(distance["linear", "features"]) < 0.4
assert opposite < -0.9
assert distance["linear", "origin"] > distance["linear", "raw"] + 0.1

# the kernel judge sees no difference between 0° (accuracy 1) and 180° (accuracy 0)
assert np.abs(curves["kernel"].mean(axis=1)[[0, -1]]).max() < 0.2

# training does not read the target's labels, and the points for scoring are different points
assert batch._fields == ("x_source", "y_source", "x_target")
assert not hasattr(pair, "y_target")
assert opened
assert same
assert not shared

# there is a gap to cover
assert gap > 0.1

# %% [markdown]
# - A domain shift moves the inputs and leaves the labels as they are. A boundary learnt on the source need not be right
#   on the target.
# - A judge can measure a domain shift without target labels. The result depends on the judge.
# - Source only and train on target are the two ends. Adaptation tries to cover the gap between them.
#
# **An idea for the next chapters:** we want features from which no judge can tell the domains apart. So why not train
# the features against a judge? Then features and judge change the same number in opposite directions, and training is
# no longer the search for a minimum.
#
# **Next:** [08_the_reversal_node.py](08_the_reversal_node.py). One node gives features and judge their opposite
# directions in one backward pass.
