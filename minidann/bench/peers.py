"""The frameworks that the bench can compare with: a file NAME_peer.py each, in tests/benchmarks/peers of a checkout."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from ..data.pairs import DomainPair
from .own import OwnSide
from .workloads import Workload

PEERS = ("torch", "torch-channels-last", "jax", "mygrad", "autograd")
FOLDER = Path(__file__).parents[2] / "tests" / "benchmarks" / "peers"
OWN = "minidann"


class Side(Protocol):
    """One training of one framework, and what it is asked in a comparison."""

    def step(self) -> object:
        """One step: draw a batch, forward, both losses, backward, update. It returns when all is computed."""

    def losses_and_gradients(
        self, x_source: np.ndarray, y_source: np.ndarray, x_target: np.ndarray
    ) -> tuple[float, float, list[np.ndarray]]:
        """L_y, L_d, and the gradients of all parameters, in the order and the shapes of ``workloads.draw_weights``."""

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The class of each example, (n,)."""


class PeerModule(Protocol):
    """What a file NAME_peer.py defines."""

    def version(self) -> str:
        """The version of the framework."""

    def unable(self, workload: Workload) -> str:
        """The reason why the framework leaves a workload out, in a few words; "" if it does not."""

    def side(self, workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int) -> Side:
        """A training. ``weights``: as ``workloads.draw_weights`` draws them; None for those of the framework."""


def package(name: str) -> str:
    """The package of a peer: a name such as torch-channels-last is another way to use one."""
    return name.partition("-")[0]


def installed() -> list[str]:
    """The peers whose framework is installed; none without the folder of the peers."""
    return [name for name in PEERS if FOLDER.is_dir() and importlib.util.find_spec(package(name)) is not None]


def why_none() -> str:
    """The way to peers where ``installed`` finds none, in a few words."""
    if not FOLDER.is_dir():
        return "the peers are files of the repository, in tests/benchmarks/peers: run the command in a clone of it"
    return 'pip install -e ".[bench]" brings them'


def check_peers(names: Sequence[str]) -> list[str]:
    """``names``, each once. Raises ValueError for a framework that is not installed, or without the peers' folder."""
    there = installed()
    for name in names:
        if name not in there:
            found = ", ".join(there) or "no name, because none is installed"
            raise ValueError(f"against: got {name!r}, expected {found}; {why_none()}")
    return list(dict.fromkeys(names))


def load(name: str) -> PeerModule:
    """The file of a peer, imported."""
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    module: PeerModule = importlib.import_module(f"{name.replace('-', '_')}_peer")
    return module


def make_side(
    framework: str, workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int
) -> Side:
    """A training of minidann or of a peer."""
    if framework == OWN:
        return OwnSide(workload, weights, pair)
    return load(framework).side(workload, weights, pair, threads)
