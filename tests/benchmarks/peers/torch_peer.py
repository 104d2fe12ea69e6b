"""DANN in PyTorch, eager, as a user of PyTorch writes it: modules, a reversal as a Function, SGD with momentum.

Images are tensors (n, c, h, w) in PyTorch's usual memory format, as in most code. torch_channels_last_peer.py has the
other format, which is faster for these networks on a processor.
"""

from __future__ import annotations

import numpy as np
import torch
from channels import channels_first, channels_last
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from minidann.bench.workloads import ADAPT_WEIGHT, CENTRE, MOMENTUM, RATE, SCALE, Workload
from minidann.data.pairs import DomainPair

PIECE = 1000  # examples in a piece of a prediction, as in minidann: all at once would fill the memory


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        ctx.weight = weight
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad):
        return -ctx.weight * grad, None


def version() -> str:
    return torch.__version__


def unable(workload: Workload) -> str:
    """Why this peer leaves a workload out; "" if it does not."""
    return ""


def side(workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int) -> TorchSide:
    return TorchSide(workload, weights, pair, threads)


def dense(widths, activation, activate_last=False):
    pairs = zip(widths[:-1], widths[1:])
    layers = [layer for n_in, n_out in pairs for layer in (nn.Linear(n_in, n_out), activation())]
    return nn.Sequential(*layers if activate_last else layers[:-1])


class TorchSide:
    """One training. ``device``: "cpu" or "cuda"."""

    def __init__(
        self,
        workload: Workload,
        weights: list[np.ndarray] | None,
        pair: DomainPair,
        threads: int,
        device: str = "cpu",
        memory_format: torch.memory_format = torch.contiguous_format,
    ) -> None:
        torch.set_num_threads(threads)
        self.workload, self.device = workload, device
        self.format = memory_format
        activation = {"tanh": nn.Tanh, "relu": nn.ReLU}[workload.activation]
        layers, channels = [], workload.shape[-1]
        for block in workload.blocks:
            layers.append(nn.Conv2d(channels, block.maps, block.window, padding=block.padding))
            if block.pool is not None:
                layers.append(nn.MaxPool2d(block.pool, block.pool_stride))
            layers.append(nn.ReLU())
            channels = block.maps
        width = int(np.prod(workload.maps()))
        self.body = nn.Sequential(*layers, nn.Flatten(), dense((width, *workload.features), activation, True))
        width = (width, *workload.features)[-1]
        self.label_head = dense((width, *workload.label_hidden, workload.classes), activation)
        self.domain_head = dense((width, *workload.domain_hidden, 1), activation)
        if workload.blocks:
            self.body.to(memory_format=self.format)
        network = nn.ModuleList([self.body, self.label_head, self.domain_head]).to(device)
        self.parameters = list(network.parameters())
        if weights is not None:
            with torch.no_grad():
                for parameter, values in zip(self.parameters, self.to_torch(weights), strict=True):
                    parameter.copy_(values)
        self.optimiser = torch.optim.SGD(self.parameters, lr=RATE, momentum=MOMENTUM)
        self.x_source, self.x_target = self.inputs(pair.x_source), self.inputs(pair.x_target)
        self.y_source = torch.from_numpy(np.asarray(pair.y_source)).to(device)
        self.domains = self.domains_of(workload.batch)

    # a step -----------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        n = self.workload.batch
        source = torch.randint(0, len(self.x_source), (n,), device=self.device)
        target = torch.randint(0, len(self.x_target), (n,), device=self.device)
        self.optimiser.zero_grad()
        batch = self.x_source[source], self.y_source[source], self.x_target[target]
        label_loss, domain_loss = self.losses(*batch, self.domains)
        (label_loss + domain_loss).backward()
        self.optimiser.step()

    def losses(self, x_source, y_source, x_target, domains):
        h = self.body(self.scaled(torch.cat([x_source, x_target])))
        label_loss = cross_entropy(self.label_head(h[: len(x_source)]), y_source)
        domain_logits = self.domain_head(Reverse.apply(h, ADAPT_WEIGHT))
        return label_loss, binary_cross_entropy_with_logits(domain_logits, domains)

    def domains_of(self, n):
        return torch.cat([torch.zeros(n, 1), torch.ones(n, 1)]).to(self.device)

    def scaled(self, x):
        return (x.float() - CENTRE) * SCALE if self.workload.in_bytes else x

    # beside NumPy -----------------------------------------------------------------------------------------------------

    def inputs(self, x: np.ndarray):
        """Examples as PyTorch has them: the axes channels first."""
        x = torch.from_numpy(x).to(self.device)
        return x.permute(0, 3, 1, 2).contiguous(memory_format=self.format) if x.ndim == 4 else x

    def losses_and_gradients(self, x_source, y_source, x_target):
        self.optimiser.zero_grad()
        batch = self.inputs(x_source), torch.from_numpy(y_source).to(self.device), self.inputs(x_target)
        label_loss, domain_loss = self.losses(*batch, self.domains_of(len(x_source)))
        (label_loss + domain_loss).backward()
        gradients = self.to_numpy([parameter.grad for parameter in self.parameters])
        return label_loss.item(), domain_loss.item(), gradients

    @torch.inference_mode()
    def predict(self, x: np.ndarray) -> np.ndarray:
        pieces = [self.label_head(self.body(self.scaled(piece))).argmax(1) for piece in self.inputs(x).split(PIECE)]
        return torch.cat(pieces).cpu().numpy()

    def to_torch(self, arrays: list[np.ndarray]) -> list[torch.Tensor]:
        arrays = channels_first(self.workload, arrays)
        return [torch.from_numpy(np.ascontiguousarray(a.T if a.ndim == 2 else a)) for a in arrays]

    def to_numpy(self, tensors: list[torch.Tensor]) -> list[np.ndarray]:
        arrays = [tensor.detach().cpu().numpy() for tensor in tensors]
        return channels_last(self.workload, [a.T if a.ndim == 2 else a for a in arrays])
