"""Batch normalisation of each domain by its own statistics (AdaBN; Li et al. 2016). Not in the paper.

By default a joined batch of both domains passes through the features, with one mean and one variance. The features
are then one function of an image, for both domains, and the domain head sees the whole shift.

With own statistics, each domain is brought to mean 0 and variance 1 by itself at each BatchNormalisation. This alone
removes a part of the shift, without any learning. The gain is not the gain of the reversal node: measure both.
"""

from __future__ import annotations

import copy
from typing import Any

from .. import _validate
from ..nn.layers import Layer


def with_own_statistics(layer: Layer) -> Layer:
    """A layer with the same parameters, shared, and statistics of its own; the layer itself if it keeps none.

    Use it as ``DANN(features, label_head, domain_head, source_features=with_own_statistics(features))``.
    Raises TypeError for a layer that keeps statistics and has no ``copy_statistics``.
    """
    if not _validate.instance("layer", layer, Layer).statistics():
        return layer
    other = copy.copy(layer)
    if callable(copy_statistics := getattr(other, "copy_statistics", None)):
        copy_statistics()
        return other
    inner = {name: _own(value) for name, value in vars(layer).items()}
    if all(inner[name] is value for name, value in vars(layer).items()):
        raise TypeError(
            f"layer: got a {type(layer).__name__}, which keeps statistics, expected copy_statistics() in it"
        )
    vars(other).update(inner)
    return other


def _own(value: Any) -> Any:
    """``value`` with own statistics, if it is a layer or a list or tuple with layers."""
    if isinstance(value, Layer):
        return with_own_statistics(value)
    if isinstance(value, (list, tuple)) and any(isinstance(item, Layer) for item in value):
        return type(value)(map(_own, value))
    return value
