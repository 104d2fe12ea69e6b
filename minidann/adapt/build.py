"""The network that a recipe describes."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _validate
from ..data.arrays import Layout
from ..nn import initialise, layers
from ..nn.image_layers import Flatten, StandardiseImages
from ..nn.layers import Dropout, Layer, Normalise, Sequential
from ..nn.networks import mlp, output_width
from ..nn.trunks import TRUNKS, trunk
from .cdan import CDAN
from .dann import DANN
from .own_statistics import with_own_statistics
from .recipes import Recipe

ACTIVATION_LAYERS: dict[str, type[Layer]] = {"tanh": layers.Tanh, "sigmoid": layers.Sigmoid, "relu": layers.Relu}


def build_dann(
    shape: tuple[int, ...], n_classes: int, recipe: Recipe, rng: np.random.Generator, mean: np.ndarray | None = None
) -> DANN:
    """The DANN that ``recipe`` describes, for examples of ``shape``. ``mean`` (channels,): subtracted from the inputs.

    The features are a convolutional trunk, if the recipe names one, then dense layers. Images without a trunk are
    flattened. ``rng`` draws the weights: features first, then the label head, then the domain head.
    """
    _check(shape, n_classes, recipe, mean)
    _validate.generator("rng", rng)
    activation, init = ACTIVATION_LAYERS[recipe.activation], getattr(initialise, recipe.init)
    mean = np.zeros(shape[-1:], np.float32) if mean is None else mean
    first = StandardiseImages() if recipe.standardise_images else Normalise(mean, 1 / recipe.input_scale)
    feature_layers: list[Layer] = [first]
    if recipe.trunk != "none":
        feature_layers.append(trunk(TRUNKS[recipe.trunk], shape, rng, init, recipe.batch_normalise != "none"))
    elif len(shape) > 1:
        feature_layers.append(Flatten())
    width = output_width(Sequential(*feature_layers), shape)
    feature_layers += mlp((width, *recipe.features), rng, activation, init, activate_last=True).layers
    width = (width, *recipe.features)[-1]
    features = Sequential(*feature_layers)
    label_head = mlp((width, *recipe.label_hidden, n_classes), rng, activation, init)
    domain_width = width * n_classes if recipe.conditioned else width
    domain_head = mlp((domain_width, *recipe.domain_hidden, 1), rng, activation, init)
    if recipe.head_dropout:
        label_head, domain_head = (
            Sequential(Dropout(recipe.head_dropout), *head.layers) for head in (label_head, domain_head)
        )
    # without a domain loss only one domain passes through the features
    own = recipe.batch_normalise == "own" and recipe.domain_weight > 0
    source_features = with_own_statistics(features) if own else None
    network = (CDAN if recipe.conditioned else DANN)(features, label_head, domain_head, source_features)
    network.layout = Layout(shape, None, "the network")
    return network


def _check(shape: Any, n_classes: Any, recipe: Any, mean: Any) -> None:
    """Raises TypeError or ValueError for a shape, a number of classes, a recipe or a mean of another kind."""
    for size in _validate.sequence("shape", shape, "the shape of an example, such as (2,)"):
        _validate.whole_number("shape", size, least=1)
    if not len(shape):
        raise ValueError("shape: got none, expected the shape of an example, such as (2,)")
    _validate.whole_number("n_classes", n_classes, least=1)
    _validate.instance("recipe", recipe, Recipe)
    if mean is not None and _validate.array("mean", mean, 1, "one number for each channel").shape != tuple(shape[-1:]):
        raise ValueError(f"mean: got shape {np.shape(mean)}, expected {shape[-1:]}, one number for each channel")
