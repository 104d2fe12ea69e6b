"""Where moons' weights go round, and what lies there: python tests/benchmarks/saddle.py averages|slices|verdicts

averages: last weights against averaged ones, with full batches and small, with momentum and without.
slices:   E around last, averaged and rested weights, along 20 random directions of each player.
verdicts: do steps converge, and is it a saddle, at the rested weights: for the recipe's momentum and for none.
At the full λ, with the recipe's weight decay in the game. Cells: mean ± standard deviation over --seeds seeds.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import product

import numpy as np
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from minidann.adapt import MOONS, Training
from minidann.data import moons_pair
from minidann.games import game_of, slices, verdict

FULL = 300  # all that a domain of moons has
MOTIONS = {"momentum": {}, "none": {"momentum": 0.0, "rate": 0.4}}  # 0.04/(1 − 0.9): in a valley both go as fast
RECIPES = {
    (batch, motion, schedule, "ramp" if ramp else "λ full"): replace(
        MOONS, batch_size=batch, schedule=schedule, ramp=ramp, **MOTIONS[motion]
    )
    for motion, batch, ramp, schedule in product(MOTIONS, (64, FULL), (True, False), ("constant", "annealed", "cosine"))
}
REST = replace(MOONS, batch_size=FULL, ramp=False, **MOTIONS["none"])
CONTINUED = {  # from the last weights on, at the full λ
    "last": None,
    "averaged": None,
    "on: 64, momentum": replace(MOONS, ramp=False),
    "on: full, momentum": replace(MOONS, ramp=False, batch_size=FULL),
    "on: full, momentum, cosine": replace(MOONS, ramp=False, batch_size=FULL, schedule="cosine"),
    "on: full, none, cosine": replace(REST, schedule="cosine"),
    "on: full, none": REST,
    "on: full, none, twice": replace(REST, steps=2 * REST.steps),
}


def game_at_the_end(training):
    return game_of(training, adapt_weight=MOONS.adapt_weight, weight_decay=MOONS.weight_decay)


def averaged_or_last(task):
    """Of one run: target accuracies over the last tenth of the steps and at the end, the field's norm, ‖θ − θ̄‖."""
    key, seed = task
    with threadpool_limits(1):
        pair, recipe = moons_pair(seed=seed), RECIPES[key]
        moments = []

        def watch(training):
            if training.step_count > 0.9 * recipe.steps and training.step_count % 20 == 0:
                networks = training.network, training.result()
                moments.append([network.accuracy(pair.x_target_test, pair.y_target_test) for network in networks])

        training = Training(pair, recipe, seed).fit(on_step=watch)
        game, average = game_at_the_end(training), training.average.values
        norms = [np.linalg.norm(game.field(z)) for z in (game.start, average)]
        apart = np.linalg.norm(game.start - average) / np.linalg.norm(average)
        end, swing = moments[-1], np.std(moments, axis=0)
        return key, [*end, *np.min(moments, axis=0), *swing, *norms, apart]


def averages(seeds, run):
    columns = ["last", "avg", "worst-last", "worst-avg", "swing-last", "swing-avg", "|v|-last", "|v|-avg", "apart"]
    print(f"{'batch, motion, rate, λ':34}" + "".join(f"{column:>16}" for column in columns))
    found = {}
    for key, row in run(averaged_or_last, list(product(RECIPES, seeds))):
        found.setdefault(key, []).append(row)
    for key, rows in found.items():
        cells = (f"{mean:8.4f} ± {sd:.4f}" for mean, sd in zip(np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1)))
        print(f"{', '.join(map(str, key)):34}" + " ".join(cells))
        rows = np.array(rows)
        gain = rows[:, 1] - rows[:, 0]
        error = gain.std(ddof=1) / np.sqrt(len(gain))
        print(f"{'':34}averaged − last, paired: {gain.mean():+.4f}, standard error {error:.4f}")


def looked_at(seed):
    """Of one seed: for each point how many of 20 directions E rises and falls along, the field's norm, accuracy."""
    with threadpool_limits(1):
        pair, rows = moons_pair(seed=seed), {}
        training = Training(pair, MOONS, seed).fit()
        for name, recipe in CONTINUED.items():
            network = training.result() if name == "averaged" else training.network.copy()
            continued = Training(pair, recipe or MOONS, seed, network=network)
            if recipe is not None:
                continued.fit()
            game = game_at_the_end(continued)
            found = slices(game, game.start)
            accuracy = network.accuracy(pair.x_target_test, pair.y_target_test)
            norm = np.linalg.norm(game.field(game.start))
            rows[name] = [found.rises.sum(), found.falls.sum(), norm, found.value, accuracy]
        return seed, rows


def around(seeds, run):
    found = dict(run(looked_at, seeds))
    print(f"{'weights':28}{'rises along':>20}{'falls along':>20}  |field|, mean of logarithms    E    target accuracy")
    for name in CONTINUED:
        rises, falls, norms, values, accuracies = zip(*(found[seed][name] for seed in seeds))
        counts = "".join(f"{' '.join(map(str, column)):>20}" for column in (rises, falls))
        norm = np.exp(np.mean(np.log(norms)))
        print(f"{name:28}{counts}   {norm:.1e} ({min(norms):.1e} … {max(norms):.1e})   {np.mean(values):.4f}   "
              f"{np.mean(accuracies):.4f} ± {np.std(accuracies, ddof=1):.4f}")  # fmt: skip


def judged(seed):
    """Of one seed, at its rested weights: what plain steps and the recipe's momentum would do, and E's curvatures."""
    with threadpool_limits(1):
        pair = moons_pair(seed=seed)
        last = Training(pair, MOONS, seed).fit()
        rested = Training(pair, CONTINUED["on: full, none, twice"], seed, network=last.network).fit()
        game = game_at_the_end(rested)
        plain = verdict(game, game.start, game.rates)
        slower = {name: rate * MOONS.rate / REST.rate for name, rate in game.rates.items()}
        heavy = verdict(game, game.start, slower, "momentum", momentum=MOONS.momentum)
        angles = np.degrees([plain.angle, heavy.angle])
        return seed, [
            plain.field_norm,
            plain.turning,
            plain.radius,
            angles[0],
            heavy.radius,
            angles[1],
            plain.lowest,
            plain.highest,
        ]


def verdicts(seeds, run):
    columns = ["|field|", "complex", "radius,none", "degrees", "radius,momentum", "degrees", "lowest", "highest"]
    print("seed" + "".join(f"{column:>17}" for column in columns))
    for seed, row in run(judged, seeds):
        print(f"{seed:4d}" + "".join(f"{value:17.6g}" for value in row))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("averages", "slices", "verdicts"))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:

        def run(function, tasks):
            return list(tqdm(pool.map(function, tasks), total=len(tasks), disable=None))

        {"averages": averages, "slices": around, "verdicts": verdicts}[given.what](range(given.seeds), run)


if __name__ == "__main__":
    main()
