"""The training step on a GPU: minidann on CuPy beside PyTorch eager and beside itself on the processor.

    bash tests/benchmarks/gpu.sh               # tests, then this; see there
    python tests/benchmarks/gpu.py --dry-run   # all of it once and small, to see that it runs

Both sides are those of ``minidann bench`` on the workloads mnist and svhn (arXiv:1409.7495, Fig. 4 a and b), on the
device: the same layers without dropout, losses, reversal and update, float32. They take turns in rounds. A time is that
of a block of steps, divided by their number, with the device waited for before and after; the table has the median
over rounds. PyTorch is timed with TF32 off, as CuPy multiplies, and on.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers import standin

import minidann as md
from minidann.adapt.recipes import PAPER
from minidann.adapt.resume import move_training
from minidann.adapt.training import Training
from minidann.bench import peers, workloads
from minidann.bench.own import OwnSide
from minidann.bench.workloads import WORKLOADS, Workload
from minidann.compare.methods import score
from minidann.data.mnistm import mnist_mnistm_pair
from minidann.data.pairs import DomainPair
from minidann.engine.backend import register_library
from minidann.engine.devices import backends
from minidann.engine.threads import cores

Step = Callable[[], Any]
TARGETS = {"mnist": 1.5, "svhn": 1.3}  # of the step time of PyTorch eager
LONG = 20_000  # steps of MNIST → MNIST-M, to be made in two minutes


def made_up_digits(n: int) -> DomainPair:
    """Bytes of MNIST's size: a blob whose place is its class, and in the target all colours turned round."""
    rng, test = np.random.default_rng(0), max(n // 10, 1)
    y = rng.integers(0, 10, 2 * (n + test))
    images = rng.integers(0, 60, (len(y), 28, 28, 3), dtype=np.uint8)
    for image, label in zip(images, y):
        row, column = divmod(int(label), 4)
        image[8 * row : 8 * row + 7, 7 * column : 7 * column + 6] += np.uint8(150)
    images[n + test :] = 255 - images[n + test :]
    x_source, x_source_test, x_target, x_target_test = np.split(images, [n, n + test, 2 * n + test])
    y_source, y_source_test, _, y_target_test = np.split(y, [n, n + test, 2 * n + test])
    return DomainPair(
        "made-up images",
        x_source=x_source,
        y_source=y_source,
        x_target=x_target,
        x_source_test=x_source_test,
        y_source_test=y_source_test,
        x_target_test=x_target_test,
        y_target_test=y_target_test,
    )


def torch_sides(workload: Workload, pair: DomainPair, dry: bool) -> tuple[dict[str, Step], Step, str]:
    """PyTorch's steps by name, a function that waits for its device, and words for a missing PyTorch or GPU."""
    if "torch" not in peers.installed():
        return {}, lambda: None, 'PyTorch is not installed: pip install -e ".[bench]"'
    import torch

    make = peers.load("torch").TorchSide
    if not torch.cuda.is_available():
        missing = f"PyTorch {torch.__version__} finds no GPU"
        return {"PyTorch": make(workload, None, pair, cores()).step} if dry else {}, lambda: None, missing
    side = make(workload, None, pair, cores(), "cuda")

    def with_tf32(allowed: bool) -> Step:
        def run() -> None:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
            side.step()

        return run

    return {"PyTorch, TF32 off": with_tf32(False), "PyTorch, TF32 on": with_tf32(True)}, torch.cuda.synchronize, ""


# timing ---------------------------------------------------------------------------------------------------------------


def wait_for(training: Training) -> None:
    """Until the device has done all that it was given."""
    md.to_numpy(training.optimiser.vector.values[:1])


def ms_a_step(step: Step, wait: Step, steps: int) -> float:
    wait()
    start = time.perf_counter()
    for _ in range(steps):
        step()
    wait()
    return (time.perf_counter() - start) / steps * 1e3


def compare_steps(workload: Workload, backend: str, rounds: int, steps: int, on_cpu: int, dry: bool) -> None:
    """A block of the table: the step of one network on every side."""
    pair = workloads.made_up_pair(workload)
    training = move_training(OwnSide(workload, None, pair).training, backend)
    sides: dict[str, tuple[Step, Step]] = {f"minidann, {backend}": (training.step, lambda: wait_for(training))}
    others, wait, missing = torch_sides(workload, pair, dry)
    sides |= {name: (step, wait) for name, step in others.items()}
    for step, wait in sides.values():
        ms_a_step(step, wait, steps)  # kernels are compiled, memory is taken
    times = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (step, wait) in sides.items():
            times[name].append(ms_a_step(step, wait, steps))
    found = {name: statistics.median(of) for name, of in times.items()}
    host = OwnSide(workload, None, pair)
    host.step()
    found["minidann, numpy"] = statistics.median(ms_a_step(host.step, lambda: None, 1) for _ in range(on_cpu))
    own = found[f"minidann, {backend}"]
    name, n, side = workload.name, workload.batch, workload.shape[0]
    print(f"\nthe paper's {name.upper()} network, {n} + {n} images of {side}×{side}×3")
    for name, ms in found.items():
        spread = f"rounds {min(times[name]):.2f} to {max(times[name]):.2f}" if name in times else f"{on_cpu} steps"
        print(f"  {name:20} {ms:9.2f} ms a step   ours / this {own / ms:8.3f}   ({spread})", flush=True)
    goal = f"at most {TARGETS[workload.name]} × PyTorch" + ", at most 1/8 of numpy" * (workload.name == "svhn")
    print(f"  goal: {goal}" + f"; {missing}" * bool(missing))


def long_run(backend: str, pair: DomainPair, steps: int, limit: float) -> None:
    """MNIST → MNIST-M with the paper's recipe, or as many of its steps as the time allows."""
    training = move_training(Training(pair, replace(PAPER, steps=steps)), backend)
    start = time.perf_counter()
    while training.step_count < steps and time.perf_counter() - start < limit:
        training.step()
    wait_for(training)
    seconds, done = time.perf_counter() - start, training.step_count
    print(f"\n{pair.name}, {steps} steps of the paper's recipe on {backend}")
    if done < steps:
        print(f"  stopped after {done} steps in {seconds:.0f} s; {steps} at this pace: {seconds / done * steps:.0f} s")
    else:
        print(f"  {seconds:.1f} s; goal: under 120 s for {LONG}")
    scores = score(pair, training.result())
    print(f"  target accuracy {scores['target_accuracy']:.4f}, source {scores['source_accuracy']:.4f}")


def say_where(backend: str) -> None:
    """What computes here."""
    print(f"numpy {np.__version__}, backend {backend}")
    if backend == "cupy":
        import cupy

        runtime = cupy.cuda.runtime
        name = runtime.getDeviceProperties(0)["name"].decode()
        print(
            f"CuPy {cupy.__version__}, CUDA {runtime.runtimeGetVersion()}, {name}; CuPy multiplies in float32, not TF32"
        )
    try:
        import torch

        print(f"PyTorch {torch.__version__}, CUDA {torch.version.cuda}")
    except ImportError:
        print("PyTorch is not installed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    register_library(standin.DeviceArray, standin.library, "standin")
    parser.add_argument("--backend", choices=backends(), default="cupy")
    parser.add_argument("--data-dir", type=Path, help="mnist/ and bsds500/ for the long run; else images are made up")
    parser.add_argument("--dry-run", action="store_true", help="everything once and small, to see that it runs")
    parser.add_argument("--limit", type=float, default=150, help="seconds for the long run")
    arguments = parser.parse_args()
    dry = arguments.dry_run
    try:
        md.move(np.zeros(1), arguments.backend)
    except ValueError as error:
        print(f"nothing was measured: {error}")
        return 3
    say_where(arguments.backend)
    rounds, steps, on_cpu = (1, 1, 1) if dry else (10, 50, 5)
    for name in TARGETS:
        compare_steps(WORKLOADS[name], arguments.backend, rounds, steps, on_cpu, dry)
    if arguments.data_dir is None:
        pair = made_up_digits(200 if dry else 60_000)
        print("\nno --data-dir: the long run is on made-up images of MNIST's size: its accuracy says nothing")
    else:
        pair = mnist_mnistm_pair(arguments.data_dir)
    long_run(arguments.backend, pair, 5 if dry else LONG, 5 if dry else arguments.limit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
