"""The network of three parts, and the two losses of E(θf, θy, θd) = L_y − λ L_d (arXiv:1409.7495, Eq. 1)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine import functions as F
from ..engine import ops
from ..engine.backend import array_module, to_numpy
from ..engine.modes import no_grad
from ..engine.tensor import Tensor, apply
from ..nn import initialise, layers
from ..nn.layers import Layer, Normalise, Sequential
from ..nn.networks import mlp
from .recipes import Recipe

ACTIVATION_LAYERS: dict[str, type[Layer]] = {"tanh": layers.Tanh, "sigmoid": layers.Sigmoid, "relu": layers.Relu}


@dataclass
class Losses:
    """The two losses of one batch, and the tensors on the way that somebody may want to look at.

    The domain half is None where it was not asked for.
    """

    label: Tensor  # L_y, over the source half
    domain: Tensor | None  # L_d, over both halves, behind the reversal
    features: Tensor  # (n + m, width)
    reversed_features: Tensor | None  # the same numbers, above the reversal node
    label_logits: Tensor  # (n, classes)
    domain_logits: Tensor | None  # (n + m, 1): above 0 means "target"
    domains: Any  # (n + m, 1): 0 source, 1 target


class DANN:
    """Features G_f, a label head G_y and a domain head G_d, the last behind the gradient-reversal node.

    ``features``: x → (n, width). ``label_head``: features → logits (n, classes). ``domain_head``: features → one
    logit (n, 1).
    """

    def __init__(self, features: Layer, label_head: Layer, domain_head: Layer) -> None:
        self.features, self.label_head, self.domain_head = features, label_head, domain_head

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The parameters θf, θy and θd by part and name."""
        return {
            "features": self.features.parameters(),
            "label_head": self.label_head.parameters(),
            "domain_head": self.domain_head.parameters(),
        }

    def parameters(self) -> dict[str, Tensor]:
        """All parameters, by names such as 'features.0.weight'."""
        return {f"{part}.{name}": p for part, named in self.parts().items() for name, p in named.items()}

    def losses(
        self,
        x_source: Any,
        y_source: Any,
        x_target: Any,
        adapt_weight: float,
        domain: bool = True,
        rng: np.random.Generator | None = None,
    ) -> Losses:
        """One forward pass over the joined batch: x_source (n, …) with labels y_source (n,), x_target (m, …) without.

        ``adapt_weight`` is λ. ``domain=False`` leaves the domain head (and the target) out. ``rng`` turns dropout on.
        """
        n, xp = len(x_source), array_module(x_source)
        x = xp.concatenate([x_source, x_target]) if domain else x_source
        features = self.features(x, rng)
        label_logits = self.label_head(features[:n] if domain else features, rng)
        # the ops themselves: their functions would check at every step labels that the pair has checked once
        label = apply(ops.CrossEntropy(y_source), label_logits)
        if not domain:
            return Losses(label, None, features, None, label_logits, None, None)
        reversed_features = F.reverse_gradient(features, adapt_weight)
        domain_logits = self.domain_head(reversed_features, rng)
        if domain_logits.shape != (len(x), 1):
            raise ValueError(f"domain_head: got logits of shape {domain_logits.shape}, expected ({len(x)}, 1)")
        domains = xp.zeros((len(x), 1), dtype=domain_logits.dtype)
        domains[n:] = 1
        loss = apply(ops.BinaryCrossEntropy(domains), domain_logits)
        return Losses(label, loss, features, reversed_features, label_logits, domain_logits, domains)

    def transform(self, x: Any) -> np.ndarray:
        """The features of x, (n, width), as a NumPy array. No dropout, no graph: nor in the methods below."""
        with no_grad():
            return to_numpy(self.features(x).data)

    def label_logits(self, x: Any) -> np.ndarray:
        """Logits of the classes, (n, classes), as a NumPy array."""
        with no_grad():
            return to_numpy(self.label_head(self.features(x)).data)

    def domain_logits(self, x: Any) -> np.ndarray:
        """The domain head's logit, (n,), as a NumPy array: above 0 it takes x for target, below for source."""
        with no_grad():
            return to_numpy(self.domain_head(self.features(x)).data)[:, 0]

    def predict(self, x: Any) -> np.ndarray:
        """The most likely class of each example, (n,) whole numbers."""
        return self.label_logits(x).argmax(axis=1)

    def accuracy(self, x: Any, y: np.ndarray) -> float:
        """The share of x (n, …) whose predicted class is y (n,)."""
        return float((self.predict(x) == y).mean())

    def copy(self) -> DANN:
        """A network with the same weights that shares none of them."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        return f"DANN(\n  features={self.features},\n  label_head={self.label_head},\n  domain_head={self.domain_head})"


def dense_dann(
    n_in: int, classes: int, recipe: Recipe, rng: np.random.Generator, mean: np.ndarray | None = None
) -> DANN:
    """A DANN of dense layers with a recipe's widths. ``mean`` (n_in,) is taken off the inputs (default 0)."""
    activation, init = ACTIVATION_LAYERS[recipe.activation], getattr(initialise, recipe.init)
    mean = np.zeros(n_in, np.float32) if mean is None else mean
    width = recipe.features[-1]
    body = mlp((n_in, *recipe.features), rng, activation, init, activate_last=True)
    return DANN(
        Sequential(Normalise(mean, recipe.input_scale), *body.layers),
        mlp((width, *recipe.label_hidden, classes), rng, activation, init),
        mlp((width, *recipe.domain_hidden, 1), rng, activation, init),
    )
