"""The findings of the doctor in the lab, by form, λ, step and seed: python tests/benchmarks/lab_doctor.py

Without a fault in its settings a run should get "–". ``--pair digits`` asks the same of the digits.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from threadpoolctl import threadpool_limits

from minidann.compare.reversal_forms import FORMS
from minidann.lab.experiment import Experiment

STEPS = (100, 300, 1000)
CASES = {form.title: {"form": name} for name, form in FORMS.items()}
CASES |= {"λ = 0": {"adapt_weight": 0.0}, "λ = 4, no ramp": {"adapt_weight": 4.0, "ramp": False}}
CASES |= {f"λ = {weight}, no ramp": {"adapt_weight": float(weight), "ramp": False} for weight in (10, 30, 60, 100)}


def looks(pair, settings, seeds):
    """For each of STEPS the names of the findings, counted over seeds, and the seconds of each look."""
    found, seconds = {step: Counter() for step in STEPS}, []
    for seed in range(seeds):
        experiment = Experiment(pair=pair, seed=seed, **settings)
        for step in STEPS:
            experiment.steps(step - experiment.training.step_count)
            start = time.perf_counter()
            names = experiment.diagnose().names
            seconds.append(time.perf_counter() - start)
            found[step][" + ".join(names) or "–"] += 1
    return found, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pair", default="moons")
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    print(f"{given.pair}, seeds 0–{given.seeds - 1}: findings after " + ", ".join(map(str, STEPS)) + " steps")
    with threadpool_limits(1):
        for name, settings in CASES.items():
            found, seconds = looks(given.pair, settings, given.seeds)
            said = ["; ".join(f"{names} ({n})" for names, n in each.items()) for each in found.values()]
            print(f"{name:24} {' | '.join(said)} | {max(seconds):.2f} s at most", flush=True)


if __name__ == "__main__":
    main()
