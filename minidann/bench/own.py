"""The side of minidann in a comparison."""

from __future__ import annotations

import numpy as np

from ..adapt.dann import DANN
from ..adapt.recipes import Recipe
from ..adapt.training import Batch, Training
from ..data.pairs import DomainPair
from ..nn.image_layers import Flatten
from ..nn.layers import Layer, Normalise, Relu, Sequential, Tanh
from ..nn.networks import mlp
from ..nn.trunks import trunk
from .workloads import ADAPT_WEIGHT, CENTRE, MOMENTUM, RATE, SCALE, Workload


def network_of(workload: Workload, weights: list[np.ndarray] | None = None) -> DANN:
    """The DANN of a workload. ``weights``: see ``workloads.draw_weights``; None for those of the layers themselves."""
    rng = np.random.default_rng(0)
    activation = {"tanh": Tanh, "relu": Relu}[workload.activation]
    maps = workload.maps()
    width = int(np.prod(maps))
    layers: list[Layer] = [Normalise(np.full(workload.shape[-1:], CENTRE), 1 / SCALE)] if workload.in_bytes else []
    if workload.blocks:
        layers.append(trunk(workload.blocks, workload.shape, rng))
    elif len(workload.shape) > 1:
        layers.append(Flatten())
    if workload.features:
        layers += mlp((width, *workload.features), rng, activation, activate_last=True).layers
        width = workload.features[-1]
    network = DANN(
        Sequential(*layers),
        mlp((width, *workload.label_hidden, workload.classes), rng, activation),
        mlp((width, *workload.domain_hidden, 1), rng, activation),
    )
    if weights is not None:
        for parameter, values in zip(network.parameters().values(), weights, strict=True):
            parameter.data = values.copy()
    return network


class OwnSide:
    """A training of minidann. Peers have the same methods: see ``peers.Side``."""

    def __init__(self, workload: Workload, weights: list[np.ndarray] | None, pair: DomainPair) -> None:
        recipe = Recipe(
            steps=10**9,
            batch_size=workload.batch,
            rate=RATE,
            momentum=MOMENTUM,
            weight_decay=0.0,
            average_decay=0.0,
            adapt_weight=ADAPT_WEIGHT,
            ramp=False,
            domain_rate=1.0,
        )
        self.training = Training(pair, recipe, network=network_of(workload, weights))

    def step(self) -> None:
        """One step of training."""
        self.training.step()

    def losses_and_gradients(
        self, x_source: np.ndarray, y_source: np.ndarray, x_target: np.ndarray
    ) -> tuple[float, float, list[np.ndarray]]:
        """L_y, L_d, and the gradients of all parameters, in the order of ``workloads.draw_weights``."""
        losses = self.training.losses(Batch(x_source, y_source, x_target))
        assert losses.domain_loss is not None  # the recipe has one
        gradients = self.training.gradients(losses)
        found = [gradients[parameter].copy() for parameter in self.training.parameters]
        return losses.label_loss.item(), losses.domain_loss.item(), found

    def predict(self, x: np.ndarray) -> np.ndarray:
        """The class of each example, (n,)."""
        return self.training.network.predict(x)
