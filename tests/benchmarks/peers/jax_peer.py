"""DANN in JAX: one function of the whole step, compiled by jit; the reversal as a custom_vjp; images channels last."""

from __future__ import annotations

import os
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from minidann.bench.workloads import ADAPT_WEIGHT, CENTRE, MOMENTUM, RATE, SCALE, Workload, draw_weights
from minidann.data.pairs import DomainPair

# the reversal: x forward, −λ times the gradient backward
reverse = jax.custom_vjp(lambda x: x)
reverse.defvjp(lambda x: (x, None), lambda _, grad: (-ADAPT_WEIGHT * grad,))


def version() -> str:
    return jax.__version__


def unable(workload: Workload) -> str:
    """Why this peer leaves a workload out; "" if it does not."""
    return ""


def side(workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair, threads: int) -> JaxSide:
    os.environ["NPROC"] = str(threads)  # read when JAX makes its threads, at the first computation
    return JaxSide(workload, weights, pair)


class JaxSide:
    """One training: the parameters and their velocities as lists of arrays."""

    def __init__(self, workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair) -> None:
        self.workload = workload
        self.parameters = [jnp.array(values) for values in (draw_weights(workload) if weights is None else weights)]
        self.velocities = [jnp.zeros_like(values) for values in self.parameters]
        self.rng = np.random.default_rng(0)
        self.examples = [jnp.array(x) for x in (pair.x_source, np.asarray(pair.y_source, np.int32), pair.x_target)]
        losses = partial(losses_of, workload)

        def total(parameters, *batch):
            both = losses(parameters, *batch)
            return sum(both), both

        self.sweep = jax.jit(jax.value_and_grad(total, has_aux=True))

        @partial(jax.jit, donate_argnums=(0, 1))
        def step(parameters, velocities, examples, source, target):
            x_source, y_source, x_target = examples
            gradients = jax.grad(lambda p: sum(losses(p, x_source[source], y_source[source], x_target[target])))(
                parameters
            )
            velocities = [MOMENTUM * v + g for v, g in zip(velocities, gradients)]
            return [p - RATE * v for p, v in zip(parameters, velocities)], velocities

        self.compiled_step = step
        self.logits = jax.jit(lambda p, x: forward(workload, p, x)[0])

    def step(self) -> None:
        n, many = self.workload.batch, len(self.examples[0])
        source, target = self.rng.integers(many, size=n), self.rng.integers(many, size=n)
        self.parameters, self.velocities = self.compiled_step(
            self.parameters, self.velocities, self.examples, source, target
        )
        jax.block_until_ready(self.parameters)

    def losses_and_gradients(self, x_source, y_source, x_target):
        (_, (label, domain)), gradients = self.sweep(self.parameters, x_source, y_source.astype(np.int32), x_target)
        return float(label), float(domain), [np.asarray(gradient) for gradient in gradients]

    def predict(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.logits(self.parameters, x).argmax(1))


def losses_of(workload, parameters, x_source, y_source, x_target):
    """L_y and L_d of a batch."""
    n = len(x_source)
    label_logits, domain_logits = forward(workload, parameters, jnp.concatenate([x_source, x_target]), n)
    log_shares = jax.nn.log_softmax(label_logits)
    label_loss = -jnp.take_along_axis(log_shares, y_source[:, None], 1).mean()
    sign = jnp.where(jnp.arange(len(domain_logits))[:, None] < n, 1.0, -1.0)  # softplus(z) of source, (−z) of target
    return label_loss, jax.nn.softplus(sign * domain_logits).mean()


def forward(workload, parameters, x, n=None):
    """The label logits of the first n examples, and the domain logits of all."""
    arrays = iter(parameters)
    activation = {"tanh": jnp.tanh, "relu": jax.nn.relu}[workload.activation]
    h = (x.astype(jnp.float32) - CENTRE) * SCALE if workload.in_bytes else x
    for block in workload.blocks:
        edge = [(block.padding, block.padding)] * 2
        h = lax.conv_general_dilated(h, next(arrays), (1, 1), edge, dimension_numbers=("NHWC", "HWIO", "NHWC"))
        h = h + next(arrays)
        if block.pool is not None:
            window, stride = (1, block.pool, block.pool, 1), (1, block.pool_stride, block.pool_stride, 1)
            h = lax.reduce_window(h, -jnp.inf, lax.max, window, stride, "VALID")
        h = jax.nn.relu(h)
    h = h.reshape(len(h), -1)
    for _ in workload.features:
        h = activation(h @ next(arrays) + next(arrays))
    label = dense(h[:n], arrays, len(workload.label_hidden), activation)
    return label, dense(reverse(h), arrays, len(workload.domain_hidden), activation)


def dense(h, arrays, hidden, activation):
    for _ in range(hidden):
        h = activation(h @ next(arrays) + next(arrays))
    return h @ next(arrays) + next(arrays)
