"""DANN in HIPS autograd: NumPy's functions, differentiated; the reversal as a primitive."""

from __future__ import annotations

import autograd
import autograd.numpy as np
import numpy
from autograd.extend import defvjp, primitive

from minidann.bench.workloads import ADAPT_WEIGHT, MOMENTUM, RATE, Workload, draw_weights
from minidann.data.pairs import DomainPair

reverse = primitive(lambda x: x)
defvjp(reverse, lambda answer, x: lambda grad: -ADAPT_WEIGHT * grad)


def version() -> str:
    from importlib.metadata import version

    return version("autograd")


def unable(workload: Workload) -> str:
    """Why this peer leaves a workload out; "" if it does not."""
    return "autograd has no convolution that is fast enough" if workload.blocks else ""


class AutogradSide:
    """One training: the parameters and their velocities as lists of arrays."""

    def __init__(self, workload: Workload, weights: list[numpy.ndarray] | None, pair: DomainPair) -> None:
        self.workload, self.pair = workload, pair
        self.parameters = draw_weights(workload) if weights is None else [values.copy() for values in weights]
        self.velocities = [numpy.zeros_like(values) for values in self.parameters]
        self.gradients = autograd.grad(lambda *arguments: sum(self.losses(*arguments)))
        self.rng = numpy.random.default_rng(0)

    def step(self) -> None:
        pair, n = self.pair, self.workload.batch
        source, target = (self.rng.integers(len(x), size=n) for x in (pair.x_source, pair.x_target))
        gradients = self.gradients(self.parameters, pair.x_source[source], pair.y_source[source], pair.x_target[target])
        for parameter, velocity, gradient in zip(self.parameters, self.velocities, gradients):
            velocity *= MOMENTUM
            velocity += gradient
            parameter -= RATE * velocity

    def losses(self, parameters, x_source, y_source, x_target):
        n = len(x_source)
        label_logits, domain_logits = self.forward(parameters, np.concatenate([x_source, x_target]), n)
        top = np.max(label_logits, axis=1, keepdims=True)
        log_sum = top[:, 0] + np.log(np.sum(np.exp(label_logits - top), axis=1))
        label_loss = np.mean(log_sum - label_logits[np.arange(n), y_source])
        zero = np.float32(0)
        domain_loss = np.logaddexp(zero, domain_logits[:n]), np.logaddexp(zero, -domain_logits[n:])
        return label_loss, np.mean(np.concatenate(domain_loss))

    def forward(self, parameters, h, n):
        arrays = iter(parameters)
        activation = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0)}[self.workload.activation]
        for _ in self.workload.features:
            h = activation(h @ next(arrays) + next(arrays))
        label = dense(h[:n], arrays, len(self.workload.label_hidden), activation)
        return label, dense(reverse(h), arrays, len(self.workload.domain_hidden), activation)

    def losses_and_gradients(self, x_source, y_source, x_target):
        batch = x_source, y_source, x_target
        label_loss, domain_loss = self.losses(self.parameters, *batch)
        return float(label_loss), float(domain_loss), self.gradients(self.parameters, *batch)

    def predict(self, x: numpy.ndarray) -> numpy.ndarray:
        return self.forward(self.parameters, x, len(x))[0].argmax(1)


def dense(h, arrays, hidden, activation):
    for _ in range(hidden):
        h = activation(h @ next(arrays) + next(arrays))
    return h @ next(arrays) + next(arrays)


def side(workload: Workload, weights: list[numpy.ndarray] | None, pair: DomainPair, threads: int) -> AutogradSide:
    return AutogradSide(workload, weights, pair)  # BLAS has its threads already
