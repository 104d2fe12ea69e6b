"""DANN in PyTorch as in torch_peer.py, with images in the memory format channels last."""

from __future__ import annotations

import numpy as np
import torch
from torch_peer import TorchSide, unable, version

from minidann.bench.workloads import Workload
from minidann.data.pairs import DomainPair

__all__ = ["side", "unable", "version"]


def side(workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int) -> TorchSide:
    return TorchSide(workload, weights, pair, threads, memory_format=torch.channels_last)
