"""The paper's networks in PyTorch, as peers for gpu.py: the same batch, layers, losses, reversal and update."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minidann.data.pairs import DomainPair

Step = Callable[[], None]
Widths = tuple[tuple[int, ...], tuple[int, ...]]  # hidden, of label and domain head
N = 64  # examples of each domain in a step


def torch_step(trunk: str, pair: DomainPair, widths: Widths, device: str) -> Step:
    """One step of training, as eager PyTorch does it: forward, both losses, backward, update."""
    import torch
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

    class Reverse(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, weight):
            ctx.weight = weight
            return x.view_as(x)

        @staticmethod
        def backward(ctx, grad):
            return -ctx.weight * grad, None

    def dense(widths: list[int]) -> Any:
        pairs = zip(widths[:-1], widths[1:])
        layers = [layer for n_in, n_out in pairs for layer in (nn.Linear(n_in, n_out), nn.ReLU())]
        return nn.Sequential(*layers[:-1])

    if trunk == "mnist":
        features = [nn.Conv2d(3, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 48, 5), nn.ReLU(), nn.MaxPool2d(2)]
    else:
        features = [nn.Conv2d(3, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)]
        features += [nn.Conv2d(64, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)]
        features += [nn.Conv2d(64, 128, 5, padding=2), nn.ReLU(), nn.Dropout(0.5)]
    body = nn.Sequential(*features, nn.Flatten()).to(device)
    x_source, x_target = (
        torch.from_numpy(x).permute(0, 3, 1, 2).contiguous().to(device) for x in (pair.x_source, pair.x_target)
    )
    y_source = torch.from_numpy(pair.y_source).to(device)
    width = body(x_source[:1].float()).shape[1]
    label, domain = widths
    label_head, domain_head = dense([width, *label, 10]).to(device), dense([width, *domain, 1]).to(device)
    parameters = [p for part in (body, label_head, domain_head) for p in part.parameters()]
    optimiser = torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    domains = torch.cat([torch.zeros(N, 1), torch.ones(N, 1)]).to(device)

    def step() -> None:
        source = torch.randint(0, len(x_source), (N,), device=device)
        target = torch.randint(0, len(x_target), (N,), device=device)
        optimiser.zero_grad()
        h = body((torch.cat([x_source[source], x_target[target]]).float() - 128) / 255)
        label_loss = cross_entropy(label_head(h[:N]), y_source[source])
        domain_loss = binary_cross_entropy_with_logits(domain_head(Reverse.apply(h, 0.5)), domains)
        (label_loss + domain_loss).backward()
        optimiser.step()

    return step


def torch_sides(trunk: str, pair: DomainPair, widths: Widths, dry: bool) -> tuple[dict[str, Step], Step, str]:
    """PyTorch's steps by name, what waits for its device, and what is missing, if anything is."""
    try:
        import torch
    except ImportError:
        return {}, lambda: None, 'PyTorch is not installed: pip install -e ".[bench]"'
    if not torch.cuda.is_available():
        missing = f"PyTorch {torch.__version__} finds no GPU"
        return ({"PyTorch": torch_step(trunk, pair, widths, "cpu")} if dry else {}), lambda: None, missing
    step = torch_step(trunk, pair, widths, "cuda")

    def with_tf32(allowed: bool) -> Step:
        def run() -> None:
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
            step()

        return run

    sides = {"PyTorch, TF32 off": with_tf32(False), "PyTorch, TF32 on": with_tf32(True)}
    return sides, torch.cuda.synchronize, ""
