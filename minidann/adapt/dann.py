"""The network of three parts, and the two losses of E(θf, θy, θd) = L_y − λ L_d (arXiv:1409.7495, Eq. 1)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import _validate
from ..engine import functions as F
from ..engine import ops
from ..engine.backend import Array, array_module, as_array, backend_of, is_array, move, to_numpy, use_backend
from ..engine.modes import no_grad
from ..engine.tensor import Tensor, apply
from ..nn import initialise, layers
from ..nn.image_layers import Flatten
from ..nn.layers import Layer, Normalise, Sequential
from ..nn.networks import TRUNKS, mlp, output_width, trunk
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

    def named(self) -> dict[str, Tensor]:
        """The losses by the paper's names for them, "L_y" and, where there is one, "L_d"."""
        return {"L_y": self.label} | ({} if self.domain is None else {"L_d": self.domain})


class DANN:
    """Features G_f, a label head G_y and a domain head G_d, the last behind the gradient-reversal node.

    ``features``: x → (n, width). ``label_head``: features → logits (n, classes). ``domain_head``: features → one
    logit (n, 1).

    ``joined``: whether a batch of both domains passes through the features together, or each domain by itself. That
    makes a difference to batch normalisation alone, which then brings each domain to mean 0 and variance 1 on its own,
    and predicts by that domain's statistics: ``source_features`` are the same layers with those of the source. So all
    that predicts asks which ``domain`` x is from, "target" (the default) or "source".

    ``conditioned``: the domain head sees, for each class, the features times the probability that the label head gives
    to that class, (n + m, classes · width) in all, instead of the features alone (CDAN; Long et al. 2018, §3.2). So it
    compares the domains class by class, and features that lie on one another with classes swapped no longer fool it.
    """

    def __init__(
        self,
        features: Layer,
        label_head: Layer,
        domain_head: Layer,
        joined: bool = True,
        conditioned: bool = False,
    ) -> None:
        self.features, self.label_head, self.domain_head = features, label_head, domain_head
        self._twin: tuple[Layer, Layer] | None = None
        self.joined, self.conditioned = joined, conditioned

    @property
    def source_features(self) -> Layer:
        """What the source passes through: the features, or their twin with the source's own statistics."""
        if self.joined:
            return self.features
        if self._twin is None or self._twin[0] is not self.features:  # the features may have been swapped
            self._twin = self.features, self.features.twin()
        return self._twin[1]

    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The parameters θf, θy and θd by part and name."""
        return {part: layer.parameters() for part, layer in self._layers().items()}

    def parameters(self) -> dict[str, Tensor]:
        """All parameters, by names such as 'features.0.weight'."""
        return {f"{part}.{name}": p for part, named in self.parts().items() for name, p in named.items()}

    def statistics(self) -> dict[str, Array]:
        """What batch normalisation keeps besides parameters, by names such as 'features.1.2.mean'."""
        layers = self._layers() | ({} if self.joined else {"source_features": self.source_features})
        return {f"{part}.{name}": s for part, layer in layers.items() for name, s in layer.statistics().items()}

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

        ``adapt_weight`` is λ. ``domain=False`` leaves the domain head (and the target) out. ``rng`` makes it
        training: dropout is on, and batch normalisation goes by the batch, not by what it has seen.
        """
        x_source, y_source, x_target = as_array(x_source), as_array(y_source), as_array(x_target)
        n, xp = len(x_source), array_module(x_source)
        if domain and not self.joined:
            features = F.concatenate([self.source_features(x_source, rng), self.features(x_target, rng)])
        else:
            features = self.features(xp.concatenate([x_source, x_target]) if domain else x_source, rng)
        if domain and self.conditioned:  # only here do the target's logits matter
            every = self.label_head(features, rng)
            label_logits = every[:n]
        else:
            label_logits = self.label_head(features[:n] if domain else features, rng)
        # the ops themselves: their functions would check at every step labels that the pair has checked once
        label = apply(ops.CrossEntropy(y_source), label_logits)
        if not domain:
            return Losses(label, None, features, None, label_logits, None, None)
        reversed_features = F.reverse_gradient(features, adapt_weight)
        seen = _by_class(reversed_features, every) if self.conditioned else reversed_features
        domain_logits = self.domain_head(seen, rng)
        if domain_logits.shape != (len(features), 1):
            raise ValueError(f"domain_head: got logits of shape {domain_logits.shape}, expected ({len(features)}, 1)")
        domains = xp.zeros((len(features), 1), dtype=domain_logits.dtype)
        domains[n:] = 1
        loss = apply(ops.BinaryCrossEntropy(domains), domain_logits)
        return Losses(label, loss, features, reversed_features, label_logits, domain_logits, domains)

    def transform(self, x: Any, domain: str = "target") -> np.ndarray:
        """The features of x, (n, width), as a NumPy array. No dropout, no graph: nor in the methods below."""
        return self._in_pieces(self._features_of(domain), x)

    def label_logits(self, x: Any, domain: str = "target") -> np.ndarray:
        """Logits of the classes, (n, classes), as a NumPy array."""
        features = self._features_of(domain)
        return self._in_pieces(lambda piece: self.label_head(features(piece)), x)

    def domain_logits(self, x: Any, domain: str = "target") -> np.ndarray:
        """The domain head's logit, (n,), as a NumPy array: above 0 it takes x for target, below for source."""
        features = self._features_of(domain)

        def logit(piece: Any) -> Tensor:
            h = features(piece)
            return self.domain_head(_by_class(h, self.label_head(h)) if self.conditioned else h)

        return self._in_pieces(logit, x)[:, 0]

    def predict(self, x: Any, domain: str = "target") -> np.ndarray:
        """The most likely class of each example, (n,) whole numbers."""
        return self.label_logits(x, domain).argmax(axis=1)

    def accuracy(self, x: Any, y: np.ndarray, domain: str = "target") -> float:
        """The share of x (n, …) whose predicted class is y (n,), both on any backend."""
        return float((self.predict(x, domain) == (to_numpy(y) if is_array(y) else y)).mean())

    def _in_pieces(self, function: Callable[[Any], Tensor], x: Any, piece: int = 1000) -> np.ndarray:
        """``function`` of all of x without a graph, some examples at a time: the maps of 10,000 images fill a memory.

        x may be on any backend: a piece at a time it is moved to where the weights are.
        """
        with no_grad(), use_backend(self.backend):
            starts = range(0, max(1, len(x)), piece)
            pieces = [to_numpy(function(move(x[i : i + piece], self.backend)).data) for i in starts]
        return np.concatenate(pieces) if len(pieces) > 1 else pieces[0]

    def _features_of(self, domain: str) -> Layer:
        _validate.one_of("domain", domain, ("source", "target"))
        return self.source_features if domain == "source" else self.features

    def _layers(self) -> dict[str, Layer]:
        return {"features": self.features, "label_head": self.label_head, "domain_head": self.domain_head}

    @property
    def backend(self) -> str:
        """Where its weights are: "numpy" or "cupy"."""
        return backend_of(next(iter(self.parameters().values())).data)

    def to(self, backend: str) -> DANN:
        """This network moved to ``backend``, "numpy" or "cupy", with its statistics. Returns itself.

        A training is moved by its own ``to``, which moves its network too.
        """
        twins = () if self._twin is None else self._twin[1:]
        for layer in (*self._layers().values(), *twins):
            layer.to(backend)
        return self

    def copy(self) -> DANN:
        """A network with the same weights that shares none of them."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        return f"DANN(\n  features={self.features},\n  label_head={self.label_head},\n  domain_head={self.domain_head})"


def _by_class(features: Tensor, label_logits: Tensor) -> Tensor:
    """features (n, width) times each class's probability: (n, classes · width). No gradient enters the probabilities,
    else the label head could please the domain head by being less sure.
    """
    xp = array_module(label_logits.data)
    probabilities = xp.exp(F.log_softmax(label_logits).data)
    n, width = features.shape
    product = F.reshape(features, (n, 1, width)) * Tensor(probabilities[:, :, None])
    return F.reshape(product, (n, -1))


def build_dann(
    shape: tuple[int, ...], classes: int, recipe: Recipe, rng: np.random.Generator, mean: np.ndarray | None = None
) -> DANN:
    """The DANN that a recipe describes, for examples of ``shape``. ``mean`` is taken off the inputs (default 0).

    The features are a convolutional trunk, if the recipe names one, then dense layers; images without a trunk are
    flattened.
    """
    activation, init = ACTIVATION_LAYERS[recipe.activation], getattr(initialise, recipe.init)
    mean = np.zeros(shape[-1:], np.float32) if mean is None else mean
    layers: list[Layer] = [Normalise(mean, recipe.input_scale)]
    if recipe.trunk != "none":
        layers.append(trunk(TRUNKS[recipe.trunk], shape, rng, init, recipe.batch_normalise != "none"))
    elif len(shape) > 1:
        layers.append(Flatten())
    width = output_width(Sequential(*layers), shape)
    layers += mlp((width, *recipe.features), rng, activation, init, activate_last=True).layers
    width = (width, *recipe.features)[-1]
    seen = width * classes if recipe.conditioned else width
    return DANN(
        Sequential(*layers),
        mlp((width, *recipe.label_hidden, classes), rng, activation, init),
        mlp((seen, *recipe.domain_hidden, 1), rng, activation, init),
        joined=recipe.batch_normalise != "own" or not recipe.domain_weight,  # without it there is but one domain to see
        conditioned=recipe.conditioned,
    )
