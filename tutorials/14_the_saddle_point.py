# %% [markdown]
# # 14 · The saddle point
#
# **So far, training went down a hill and stopped at the bottom. Now two players change one number. One player wants a
# small number, the other a large one, and both move at once. Where do they stop? And do they stop at all?**
#
# Chapter 07 had an idea: train the features against a judge of domains. Chapter 08 built the node for it. This chapter
# shows how the idea changes training: training is no longer the search for a minimum. All games here have two numbers,
# so we can draw everything and check every claim. Chapter 15 looks at a real network in the same way.

# %%
import matplotlib.pyplot as plt
import numpy as np
from threadpoolctl import threadpool_limits

import minidann as md
from minidann.games import (
    QuadraticGame,
    SmallestDANN,
    antisymmetric_part,
    bilinear_game,
    jacobian,
    measure_motion,
    play,
    slices,
    stationary_point,
    symmetric_part,
    verdict,
)
from minidann.plots import DistanceDisplay, FieldDisplay, SpectrumDisplay, SurfaceDisplay, show_figure

plt.rcParams["font.size"] = 12  # large enough for the last row of a lecture room
limits = threadpool_limits(1)  # the matrices are small, and more threads would mostly wait for each other

# %% [markdown]
# ## One number, two aims
#
# The network has three parts: features θf, a label head θy, and a domain head θd, the judge. L_y is the loss for the
# labels of the source. L_d is the loss for the domains of all points. The paper joins both in one number (Eq. 1):
#
# $$E(\theta_f, \theta_y, \theta_d) = \sum_{d_i = 0} L_y^i(\theta_f, \theta_y)
# - \lambda \sum_{i = 1}^{N} L_d^i(\theta_f, \theta_d)$$
#
# and looks for weights with which neither player can improve alone:
#
# $$(\hat\theta_f, \hat\theta_y) = \arg\min_{\theta_f, \theta_y} E(\theta_f, \theta_y, \hat\theta_d) \quad (0.1)
# \qquad\qquad
# \hat\theta_d = \arg\max_{\theta_d} E(\hat\theta_f, \hat\theta_y, \theta_d) \quad (0.2)$$
#
# The equation numbers come from the lecture notes behind this package. These notes have two slips. One line sums L_d
# over d_i = 0, the source alone, and the next line over all i. All i is right: a judge who sees one domain only cannot
# learn the difference. And the domain loss compares predictions with d_i, not with y_i.
#
# Why does the domain head, an honest judge, *maximise* E? Because of the minus sign: −λ L_d is large if L_d is small.
# And the features minimise E, so they want a large L_d. This is the whole conflict.
#
# ### The smallest DANN
#
# The game has one feature weight w, one domain weight v, and two Gaussians on a line: the source about −1, the target
# about +1. The feature of a point is h = w·x. The logit of the domain head is v·h, and the label's logit is h itself.
# So θf = w and θd = v, and we can draw everything about the game.

# %%
LAMBDA = 0.5
assert LAMBDA > 0, f"LAMBDA: got {LAMBDA}, expected a number above 0, because without λ there is no conflict"
dann = SmallestDANN(LAMBDA, labels=True)
print(dann)
print(f"{dann.n} points each; the source's mean is {dann.x_source.mean():.3f}, the target's {dann.x_target.mean():.3f}")


def slopes(z):
    """The slopes ∂E/∂w and ∂E/∂v by differences of E alone: the Jacobian of a function with one value has one row."""
    return jacobian(lambda point: np.array([dann.value(point)]), z)[0]


print("     w      v        E   ∂E/∂w   ∂E/∂v   the game's field")
differences = []
for z in ([0.1, 0.1], [1.0, 0.5], [0.5, 2.0]):
    to_w, to_v = slopes(z)
    print("{:6.2f} {:6.2f} {:8.4f} {:7.4f} {:7.4f}  ".format(*z, dann.value(z), to_w, to_v), dann.field(z).round(4))
    differences.append(dann.field(z) - [to_w, -to_v / LAMBDA])
field_apart = np.max(np.abs(differences))  # NaN if any difference is NaN
print(f"field = (∂E/∂w, −∂E/∂v / λ), largest difference: {field_apart:.0e}")

# %% [markdown]
# `field` is the result of one backward sweep of L_y + L_d with the reversal in it, and a step descends the field. For
# the player who lowers E the field is ∂E/∂w. For the player who raises E the field is ∂L_d/∂v = −(∂E/∂v)/λ. This second
# part has no factor λ: the judge learns at its full rate for every λ (chapter 08 says why).
#
# Where is the field 0? Newton's method finds such a point, a **stationary point**. Near it a picture shows two facts:
# along θf the point is a minimum of E, and along θd a maximum. A mountain pass has this shape, and so has a saddle for
# riding. The picture is drawn at λ = 0.3, where the shape is easy to see. (The field is 0 at the same place for every
# λ, as a later section shows.)

# %%
saddle = stationary_point(dann.field, [1.0, 2.0])
print("the field is 0 at w, v =", saddle.round(4))
gentle = SmallestDANN(0.3, labels=True)
around = slices(gentle, saddle, directions=1)
print(around)


def draw_surface(game, centre):
    figure = plt.figure(figsize=(13, 6.6))
    left, right = figure.add_axes((0.0, 0.2, 0.46, 0.74), projection="3d"), figure.add_axes((0.58, 0.24, 0.36, 0.66))
    left.view_init(elev=28, azim=-50)
    SurfaceDisplay.from_game(game, centre=centre, span=0.6).plot(left, "E of the smallest DANN")
    SurfaceDisplay.from_game(game, centre=centre, span=0.6).plot(right, "the same from above")
    return figure


show_figure(
    draw_surface(gentle, saddle),
    "14-1",
    "E of the smallest DANN about its saddle as a surface and as contours: a valley along θf, a ridge along θd.",
)

# %% [markdown]
# ### A saddle nearby is less than Eq. (0.1)
#
# Eq. (0.1) asks for more than the picture shows. Its arg min is *global*: no other θf may have a smaller E against the
# same judge. So we keep the judge at the v of the saddle, and let w go far away.

# %%
print(f"E(w) less E at the saddle, with v = {saddle[1]:.2f} kept")
FAR = (-100.0, -5.0, -0.8, 0.0, 5.0, 100.0)
print("   λ" + "".join(f"{f'w = {w:g}':>12}" for w in FAR))
against_judge = {}
for weight in (0.3, 0.5):
    game = SmallestDANN(weight, labels=True)
    against_judge[weight] = np.array([game.value([w, saddle[1]]) for w in FAR]) - game.value(saddle)
    print(f"{weight:4.1f}" + "".join(f"{difference:12.4f}" for difference in against_judge[weight]))
at_saddle = {name: loss.item() for name, loss in dann.losses(md.Tensor(saddle)).items()}
source_only = stationary_point(SmallestDANN(0.0, labels=True).field, [1.0, 2.0])[0]  # λ = 0: w sees L_y alone
print(f"the best w for L_y alone: {source_only:.4f}; w of the saddle: {saddle[0]:.4f}")
print(f"L_d at the saddle: {at_saddle['L_d']:.3f}; of a judge that guesses: {np.log(2):.3f}")

# %% [markdown]
# At λ = 0.3 another w is a very little better: w = −0.8. At λ = 0.5 E falls without bound as w → −∞: there is no arg
# min at all. The reason is simple. A negative w flips the sign of the feature, so the judge is wrong about most points,
# and L_d grows in proportion to |w|. A judge that learns would flip v at once; Eq. (0.1) does not let the judge move.
# **So this point is a saddle only in its neighbourhood (a local saddle), and Eq. (0.1) does not hold there.** Below,
# *saddle* always means a local saddle.
#
# The last two lines say one more thing about this point. Its w is the w of training on the source only, because L_d
# depends on the product w·v alone, and v can make up for any change of w ≠ 0. For the same reason L_d is the lowest
# that any w ≠ 0 allows. The judge is not fooled at all. This game is a model of the *motion* in DANN. It is not an
# example of success: one weight can only scale its feature, and cannot remove the domain and keep the label.
#
# ## Two players who move at once
#
# Keep only the conflict: **E = θf · θd**, the *bilinear* game. Its saddle is 0. Its field is (θd, −θf): rotate the
# point (θf, θd) by 90°, and you have the field. So the field is always at a right angle to the way to the saddle! A
# step against the field goes along a tangent of the circle, and a tangent leaves the circle to the outside. By
# Pythagoras each step multiplies the distance by √(1 + η²), where η is the rate, and rotates by arctan η.
#
# These are `"simultaneous"` steps: one backward pass through a reversal gives them. Other kinds of steps exist, and we
# compare four.

# %%
START, RATE = [0.6, 0.6], 0.1
assert any(START), "START: got the saddle itself, expected another place, because nothing moves at the saddle"
bilinear = bilinear_game()
path = play(bilinear, START, 200, RATE)
growth = path.distances[1:] / path.distances[:-1]
print(f"simultaneous: each step multiplies the distance by {growth.min():.9f} to {growth.max():.9f}")
print(f"              √(1 + η²) = {np.sqrt(1 + RATE**2):.9f}")

paths = {
    "simultaneous": path,
    "alternating": play(bilinear, START, 200, RATE, "alternating"),
    "extragradient": play(bilinear, START, 200, RATE, "extragradient"),
    "optimistic": play(bilinear, START, 200, RATE, "optimistic"),
}
figure, axes = plt.subplots(1, 2, figsize=(12, 6.4), layout="constrained")
FieldDisplay.from_game(bilinear, paths, span=2.4).plot(axes[0], "the bilinear game, 200 steps (■: the last)")
DistanceDisplay.from_paths(paths).plot(axes[1], "in, out, or round and round")
show_figure(
    figure,
    "14-2",
    "Left: the paths of four kinds of steps in the bilinear game. Right: their distance to the saddle, "
    "growing, constant, and falling.",
)

# %% [markdown]
# - **simultaneous**: outwards, at every rate. A smaller rate only makes the motion slower.
# - **alternating** (first the judge steps, then the features, who see the new judge): round and round, neither in nor
#   out.
# - **extragradient** (take the step, compute the field *there*, go back, and step with that field): inwards.
# - **optimistic** (the same idea with one gradient a step: twice the new field less the last one): inwards.
#
# ### Rates and angles, measured and known
#
# Near a stationary point a step multiplies the offset from the point by a matrix. The eigenvalues of the matrix give
# all answers: the size of the largest one is the factor a step, and its angle is the angle a step. `measure_motion`
# measures factor and angle from the **iterates**, the points after each step, without any matrix. `verdict` computes
# the eigenvalues, without any step. The table compares both, for five kinds of steps in three games of the form E = θf
# θd + a/2 θf² − b/2 θd². With a > 0 or b > 0 this player has **damping**: its own term pulls it to 0.

# %%
games = {"bilinear": bilinear, "damped": QuadraticGame(0.3, 0.1), "judge damped": QuadraticGame(0.0, 0.3)}
DYNAMICS = {
    "simultaneous": {},
    "alternating": {},
    "momentum": {"momentum": -0.3},
    "extragradient": {},
    "optimistic": {},
}
errors = []
print("game          dynamics         factor a step: measured, known      degrees a step: measured, known")
for game_name, game in games.items():
    for dynamics, options in DYNAMICS.items():
        moved = measure_motion(play(game, START, 300, RATE, dynamics, **options).points, game.saddle)
        known = verdict(game, game.saddle, RATE, dynamics, **options)
        angles = np.degrees([moved.angle, known.angle])
        print(
            f"{game_name:13} {dynamics:14} {moved.factor:16.6f} {known.radius:12.6f} {angles[0]:20.3f} {angles[1]:9.3f}"
        )
        # relative errors of the factor's distance from 1, and of the angle
        errors.append(abs(moved.factor - known.radius) / max(abs(known.radius - 1), 1e-6))
        errors.append(abs(moved.angle - known.angle) / max(known.angle, 1e-6))
print(f"largest relative error of all {len(errors)}: {np.max(errors):.1e}")

# %% [markdown]
# With a little damping, simultaneous steps go inwards as well. So the conflict rotates the iterates, and damping pulls
# them in. The result depends on which of the two is stronger, and on the rate.
#
# ### Momentum
#
# Most people train with momentum 0.9. On a hillside momentum helps, because steps in the same direction add up. On a
# circle the directions differ. The velocity still has the direction of the field some steps ago, and this direction
# leads outwards. For a fair comparison we use the same pace: momentum m makes steps 1/(1 − m) times as long, so we make
# the rate (1 − m) times as large. To first order in the pace, the push outwards is then (1 + m)/(1 − m) times that of
# plain steps. For m = 0.9 this factor is 19.

# %%
PACE = 0.002
pushes = {}
print(f"bilinear game at the pace of plain steps with rate {PACE}")
print("momentum   factor − 1 of plain steps, times   (1 + m)/(1 − m)")
for m in (-0.5, -0.3, 0.0, 0.5, 0.9):
    outward = verdict(bilinear, bilinear.saddle, PACE * (1 - m), "momentum", momentum=m).radius - 1
    pushes[m] = outward / (np.sqrt(1 + PACE**2) - 1), (1 + m) / (1 - m)
    print("{:8.1f} {:34.2f} {:17.2f}".format(m, *pushes[m]))

barely = QuadraticGame(0.06, 0.06)
print(f"{barely} at the pace of plain steps with rate 0.1: the distance after 300 steps, as a share of the first")
damped_ends = {}
for m in (-0.5, -0.3, 0.0, 0.5, 0.9):
    distances = play(barely, START, 300, RATE * (1 - m), "momentum", momentum=m).distances
    damped_ends[m] = distances[-1] / distances[0]
    print(f"momentum {m:4.1f} {damped_ends[m]:12.4g}")

# %% [markdown]
# So in a game that rotates, negative momentum helps and the usual momentum hurts (Gidel et al. 2019). Remember the 19:
# the recipe for moons has momentum 0.9.
#
# ### Several steps for the judge
#
# Let the judge take k steps for each step of the features (`inner`). Then the judge comes nearer to its best answer.
# Take the game where only the judge has damping, E = θf θd − b/2 θd². The best answer of the judge is θd = θf/b, and
# then E = θf²/2b: a plain valley for the features. In the bilinear game the judge *has no* best answer, and k steps
# change only the pace.

# %%
inner_factors = {}
print("k    bilinear   judge damped: factor a step (of the features)")
for k in (1, 2, 5, 20):
    inner_factors[k] = [
        verdict(games[name], [0, 0], RATE, "alternating", inner=k).radius for name in ("bilinear", "judge damped")
    ]
    print("{:2d} {:10.4f} {:14.4f}".format(k, *inner_factors[k]))

# %% [markdown]
# ## The gradient of no function
#
# Why can a field rotate the iterates at all? Steps down a hill never return to their start. Suppose the field v is the
# gradient of a function. Then its Jacobian ∂v/∂z is the Hessian of the function, and a Hessian is symmetric: the order
# of two derivatives does not matter. So we split the Jacobian into a symmetric and an antisymmetric part. The
# antisymmetric part of the paper's field is not 0. In the blocks that join θf and θd it is ∓(1 + λ)/2 · ∂²L_d/∂θf∂θd,
# and elsewhere it is 0. Here we measure the mixed derivative from values of L_d alone.


# %%
def domain_loss(z):
    return np.array([dann.losses(md.Tensor(z))["L_d"].item()])


there = np.array([1.0, 0.5])
mixed = jacobian(lambda z: jacobian(domain_loss, z, 1e-4)[0], there, 1e-4)[1, 0]
antisymmetric = {}
print(f"∂²L_d/∂w∂v at w = {there[0]}, v = {there[1]} by differences of L_d: {mixed:.6f}")
print("   λ   symmetric part                 antisymmetric part             (1 + λ)/2 · ∂²L_d/∂w∂v")
for weight in (0.0, 0.5, 1.0, 2.0):
    J = jacobian(SmallestDANN(weight, labels=True).field, there)
    antisymmetric[weight] = antisymmetric_part(J)[1, 0]
    parts = [
        np.array2string(part(J).ravel(), precision=3, sign=" ", suppress_small=True)
        for part in (symmetric_part, antisymmetric_part)
    ]
    print(f"{weight:4.1f}   {parts[0]:30} {parts[1]:30} {(1 + weight) / 2 * mixed:10.6f}")

# %% [markdown]
# At λ = 0 the antisymmetric part is not 0 either. Does it rotate the iterates? No: the features do not see the judge
# then, the matrix is triangular, and its eigenvalues are real. Asymmetry makes rotation possible. The eigenvalues
# decide: a complex eigenvalue means rotation.
#
# A round trip shows the same without derivatives. Walk along a closed path in the hills, and you return to the height
# of your start. Add up v · dz round a circle: for the gradient of a function the sum is 0.

# %%
angle = np.linspace(0, 2 * np.pi, 400, endpoint=False)
circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)  # (400, 2)
tangent = np.stack([-np.sin(angle), np.cos(angle)], axis=1) * (2 * np.pi / len(angle))
round_trip = sum(bilinear.field(z) @ dz for z, dz in zip(circle, tangent))
print(f"once round the bilinear game's saddle: Σ v·dz = {round_trip:.6f}, and −2π = {-2 * np.pi:.6f}")

# %% [markdown]
# ## Two questions, kept apart
#
# 1. **Do the steps converge?** A step multiplies the offset by I − ηJ. So the eigenvalues μ of ηJ answer this question:
#    steps converge if all μ lie within the circle |1 − μ| < 1, and they rotate if some μ are complex. (Momentum, or a
#    rate for each part, gives the same circle for another matrix. `verdict` knows both.)
# 2. **Is the point a saddle?** The curvature of E answers this question: upwards along θf, downwards along θd. No step
#    is needed.
#
# Neither answer gives the other one. The bilinear game has a saddle, and all simultaneous steps run away from it. And
# the opposite case? The field of our smallest DANN is 0 at the same place for every λ. Watch this place as λ grows.

# %%
WEIGHTS = (0.1, 0.3, 0.5, 0.7, 1.0)
verdicts = {}
print("   λ   converge?  rotate?  saddle?   curvature of E along θf, of E/λ along θd     μ of J")
for weight in WEIGHTS:
    found = verdict(SmallestDANN(weight, labels=True), saddle, rate=1.0)
    verdicts[f"λ = {weight:g}"] = found
    says = ("yes" if answer else "no" for answer in (found.converges, found.turns, found.is_saddle))
    mu = np.array2string(found.eigenvalues, precision=3, suppress_small=True)
    print("{:4.1f}   {:>9} {:>8} {:>8} {:16.3f} {:18.3f}     ".format(weight, *says, found.lowest, found.highest), mu)
print()
print(verdicts.get("λ = 0.7", found))

figure, axes = plt.subplots(1, 2, figsize=(12, 6.6), layout="constrained")
SpectrumDisplay.from_verdicts(verdicts).plot(axes[0], "the smallest DANN: μ of its stationary point")
SpectrumDisplay.from_verdicts(verdicts).plot(axes[1], "the same, nearer", whole=False)
show_figure(
    figure,
    "14-3",
    "Eigenvalues of the smallest DANN for five λ, with the circle of convergence: real for λ = 0.1, "
    "complex within the circle up to 0.7, outside at 1.",
)

# %% [markdown]
# - λ = 0.1: two real eigenvalues. No rotation.
# - λ = 0.3 and 0.5: a pair of complex eigenvalues within the circle. The iterates rotate and come in.
# - **λ = 0.7: steps converge, and the point is no saddle, not even a local one.** Along θf, E has a *maximum* there.
#   Against a fixed judge the features could improve in either direction. But the judge moves, and the judge's damping
#   brings both players in (theory: Daskalakis & Panageas 2018, Adolphs et al. 2019). So "the training came to rest"
#   does not prove Eq. (0.1), not even nearby.
# - λ = 1: outside the circle. The features are too strong for this judge.
#
# ## Try
#
# Change one thing, run the chapter again, and compare with the number. A fact "with the numbers as printed" may then
# stop the chapter at its end: it speaks of the old numbers.
#
# 1. Give each player of the bilinear game its own rate, `{"features": 0.2, "domain": 0.05}`. By which factor does a
#    simultaneous step multiply the distance, in the long run? Guess from √(1 + η²), then ask `verdict` and
#    `measure_motion`: 1.00499. Why do single steps have other factors? (Draw the path.)
# 2. `SmallestDANN(weight)` without labels has its saddle at 0, and the eigenvalues ±i√λ · C. Find C from the two means:
#    a quarter of their distance, 0.467. Check the angle a step with `measure_motion` for λ = 0.1, 0.4 and 1.6.
# 3. Between λ = 0.5 and 0.7 the stationary point of the smallest DANN stops being a saddle, and between 0.7 and 1 its
#    steps of rate 1 stop converging. Find both values by halving the interval: 0.624 and 0.734. Which of the two
#    depends on the rate?
# 4. Find the momentum with the smallest factor a step in `QuadraticGame(0.2, 0.2)` at rate 0.3, and in
#    `QuadraticGame(3.0, 3.0)` at rate 0.1, where the conflict is weak: −0.5 and +0.2. Why do their signs differ?
#
# Write parts of this chapter yourself, and let a patient teacher check them ([exercises](pages/exercises.md)):
# `python -m minidann exercises start my-exercises --chapter 14`. The package also has a window to try all this by hand:
# `minidann lab`.
#
# ## Facts
#
# The facts of the next cell hold for any change of rates, starts and λ.

# %%
assert field_apart < 1e-6, "the field of the smallest DANN has the slopes of E"
assert np.allclose(growth, np.sqrt(1 + RATE**2)), "each plain step of the bilinear game multiplies by √(1 + η²)"
for weight, measured in antisymmetric.items():
    assert abs(measured / ((1 + weight) / 2 * mixed) - 1) < 1e-4, (
        "the antisymmetric part is (1 + λ)/2 of the mixed part"
    )
assert abs(round_trip + 2 * np.pi) < 1e-9, "once round the saddle, v · dz adds up to −2π: v is no gradient"

# %% [markdown]
# These hold with the numbers as printed.

# %%
PRINTED = "with the numbers as printed: "
pushed = all(abs(got / known - 1) < 0.02 for got, known in pushes.values())
assert pushed, PRINTED + "momentum pushes out by (1 + m)/(1 − m)"
first_distance = paths["simultaneous"].distances[0]
assert around.rises.all(), PRINTED + "near the saddle E rises along θf"
assert around.falls.all(), PRINTED + "and falls along θd"
assert against_judge[0.3].min() < 0, PRINTED + "at λ = 0.3 another w is a little better against the same judge"
assert against_judge[0.5][0] < 5 * against_judge[0.5][1] < 0, PRINTED + "at λ = 0.5 E falls without bound"
assert abs(source_only - saddle[0]) < 1e-4, PRINTED + "the w of the saddle is the w of source only"
assert at_saddle["L_d"] < 0.6 * np.log(2), PRINTED + "the judge is not fooled there"
assert paths["simultaneous"].distances[-1] > 2 * first_distance, PRINTED + "simultaneous steps go out"
assert 0.8 < paths["alternating"].distances[-1] / first_distance < 1.2, PRINTED + "alternating steps go round"
assert paths["extragradient"].distances[-1] < 0.5 * first_distance, PRINTED + "extragradient comes in"
assert paths["optimistic"].distances[-1] < 0.5 * first_distance, PRINTED + "optimistic steps come in"
assert np.max(errors) < 0.01, PRINTED + "measured factors and angles agree with the eigenvalues to 1 %"
assert damped_ends[-0.3] < damped_ends[0.0] < damped_ends[0.5] < damped_ends[0.9], PRINTED + "momentum leads outwards"
assert damped_ends[0.0] < 1 < damped_ends[0.9], PRINTED + "with momentum 0.9 the damped game runs away"
assert all(abs(factor - 1) < 1e-9 for factor, _ in inner_factors.values()), (
    PRINTED + "the bilinear judge has no best answer"
)
assert (np.diff([factor for _, factor in inner_factors.values()]) < 0).all(), PRINTED + "a damped judge has one"
answers = {name: (found.converges, found.turns, found.is_saddle) for name, found in verdicts.items()}
assert answers.get("λ = 0.1") == (True, False, True), PRINTED + "λ = 0.1 converges without rotation to a saddle"
assert answers.get("λ = 0.5") == (True, True, True), PRINTED + "λ = 0.5 rotates, and converges to a saddle"
assert answers.get("λ = 0.7") == (True, True, False), PRINTED + "λ = 0.7 converges, and the point is no saddle"
assert answers.get("λ = 1") == (False, True, False), PRINTED + "λ = 1 does not converge"

print("all facts hold")

# %% [markdown]
# **You can now** say what DANN looks for, and why only in a neighbourhood: Eq. (0.1) asks for more than a local saddle.
# You can read from eigenvalues whether steps rotate, go out or come in, and keep two questions apart: do the steps
# converge, and is the point a saddle?
#
# **Next:** [15_the_saddle_point_in_dann.py](15_the_saddle_point_in_dann.py). The schedule of λ, the falling rate and
# the averaged weights come from practice. What does each of them do to this motion, and does a real network move so?
