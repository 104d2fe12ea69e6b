"""Batch normalisation of each domain by its own statistics (AdaBN; Li et al. 2016). Not in the paper.

By default a joined batch of both domains passes through the features, with one mean and one variance. The features
are then one function of an image, for both domains, and the domain head sees the whole shift.

With own statistics, each domain is brought to mean 0 and variance 1 by itself at each BatchNormalisation. This alone
removes a part of the shift, without any learning. The gain is not the gain of the reversal node: measure both.
"""

from __future__ import annotations

import copy

from ..nn.layers import Layer, Sequential


def with_own_statistics(layer: Layer) -> Layer:
    """A layer with the same parameters, shared, and statistics of its own; the layer itself if it keeps none.

    Use it as ``DANN(features, label_head, domain_head, source_features=with_own_statistics(features))``.
    Raises TypeError for a layer that keeps statistics and has no ``copy_statistics``.
    """
    if not layer.statistics():
        return layer
    if isinstance(layer, Sequential):
        return Sequential(*map(with_own_statistics, layer.layers))
    other = copy.copy(layer)
    copy_statistics = getattr(other, "copy_statistics", None)
    if copy_statistics is None:
        raise TypeError(
            f"layer: got a {type(layer).__name__}, which keeps statistics, expected copy_statistics() in it"
        )
    copy_statistics()
    return other
