"""DANN in MyGrad: its tensors, its layers for images (channels first), the reversal as an Operation."""

from __future__ import annotations

import mygrad as mg
import numpy as np
from channels import channels_first, channels_last
from mygrad.nnet.activations import relu, tanh
from mygrad.nnet.layers import conv_nd, max_pool
from mygrad.nnet.losses import softmax_crossentropy
from mygrad.operation_base import Operation

from minidann.bench.workloads import ADAPT_WEIGHT, CENTRE, MOMENTUM, RATE, SCALE, Workload, draw_weights
from minidann.data.pairs import DomainPair

LARGEST = 28  # the side of the largest images that a step takes within a second or two

mg.turn_memory_guarding_off()  # the advice of its documentation for speed


class Reverse(Operation):
    """x forward, −λ times the gradient backward."""

    def __call__(self, x):
        self.variables = (x,)
        return x.data.copy()

    def backward_var(self, grad, index, **kwargs):
        return -ADAPT_WEIGHT * grad


def version() -> str:
    return mg.__version__


def unable(workload: Workload) -> str:
    """Why this peer leaves a workload out; "" if it does not."""
    return "a step takes too many seconds" if workload.blocks and workload.shape[0] > LARGEST else ""


class MyGradSide:
    """One training: the parameters as tensors, their velocities as arrays."""

    def __init__(self, workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair) -> None:
        self.workload = workload
        weights = channels_first(workload, draw_weights(workload) if weights is None else weights)
        self.parameters = [mg.tensor(values.copy()) for values in weights]
        self.velocities = [np.zeros_like(values) for values in weights]
        self.x_source, self.x_target = inputs(pair.x_source), inputs(pair.x_target)
        self.y_source = pair.y_source
        self.rng = np.random.default_rng(0)

    def step(self) -> None:
        source, target = (self.rng.integers(len(x), size=self.workload.batch) for x in (self.x_source, self.x_target))
        label_loss, domain_loss = self.losses(self.x_source[source], self.y_source[source], self.x_target[target])
        (label_loss + domain_loss).backward()
        for parameter, velocity in zip(self.parameters, self.velocities):
            velocity *= MOMENTUM
            velocity += parameter.grad
            parameter.data -= RATE * velocity

    def losses(self, x_source, y_source, x_target):
        n = len(x_source)
        label_logits, domain_logits = self.forward(np.concatenate([x_source, x_target]), n)
        signs = np.where(np.arange(len(domain_logits))[:, None] < n, np.float32(1), np.float32(-1))
        domain_loss = mg.logaddexp(np.float32(0), signs * domain_logits).mean()  # softplus(z) of source, (−z) of target
        return softmax_crossentropy(label_logits, y_source), domain_loss

    def forward(self, x, n):
        """The label logits of the first n examples, and the domain logits of all."""
        arrays, activation = iter(self.parameters), {"tanh": tanh, "relu": relu}[self.workload.activation]
        h = (x.astype(np.float32) - np.float32(CENTRE)) * np.float32(SCALE) if self.workload.in_bytes else x
        for block in self.workload.blocks:
            h = conv_nd(h, next(arrays), stride=1, padding=block.padding)
            h = h + next(arrays).reshape(1, -1, 1, 1)
            if block.pool is not None:
                h = max_pool(h, (block.pool, block.pool), block.pool_stride)
            h = relu(h)
        h = h.reshape(len(h), -1)
        for _ in self.workload.features:
            h = activation(h @ next(arrays) + next(arrays))
        label = dense(h[:n], arrays, len(self.workload.label_hidden), activation)
        reversed_h = mg.Tensor._op(Reverse, h)
        return label, dense(reversed_h, arrays, len(self.workload.domain_hidden), activation)

    def losses_and_gradients(self, x_source, y_source, x_target):
        label_loss, domain_loss = self.losses(inputs(x_source), y_source, inputs(x_target))
        (label_loss + domain_loss).backward()
        gradients = channels_last(self.workload, [parameter.grad.copy() for parameter in self.parameters])
        return label_loss.item(), domain_loss.item(), gradients

    def predict(self, x: np.ndarray) -> np.ndarray:
        with mg.no_autodiff:
            return self.forward(inputs(x), len(x))[0].data.argmax(1)


def inputs(x: np.ndarray) -> np.ndarray:
    """Examples channels first."""
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)) if x.ndim == 4 else x


def dense(h, arrays, hidden, activation):
    for _ in range(hidden):
        h = activation(h @ next(arrays) + next(arrays))
    return h @ next(arrays) + next(arrays)


def side(workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int) -> MyGradSide:
    return MyGradSide(workload, weights, pair)  # BLAS has its threads already
