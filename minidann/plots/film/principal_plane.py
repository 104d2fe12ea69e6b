"""The plane in which features are shown, the points that are shown, and the two gradients at the features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...adapt.dann import DANN
from ...adapt.placement import on_device_of
from ...data.pairs import DomainPair
from ...engine.backend import to_numpy
from ...engine.backprop import backprop
from .. import style

POINTS, ARROWS = 150, 24  # points of each domain
LONG = 0.16  # the length of the 95th percentile of the arrows, as a share of the diagonal of a fixed plane
FOLLOWED_LONG = 0.32  # the same length in a plane that follows the features, where the view goes from −1 to 1
EASE = 0.1  # the share of the way by which the view narrows in a frame; it widens at once


@dataclass(frozen=True)
class Plane:
    """The fixed plane in which features are shown: only changes of the features then move.

    ``mean`` (width,), ``directions`` (width, 2). ``low``, ``high`` (2,): the corners of the visible part. ``arrow``:
    the drawn length of a gradient of length 1.
    """

    mean: np.ndarray
    directions: np.ndarray
    low: np.ndarray
    high: np.ndarray
    arrow: float

    @classmethod
    def of(cls, networks: Sequence[DANN], pair: DomainPair) -> Plane:
        """The plane of the first two principal components of the features of all ``networks`` together.

        Give several snapshots of a run: the features at its end have lost what separates the domains at its beginning.
        """
        features = np.concatenate([features_of(network, pair) for network in networks])
        mean = features.mean(axis=0)
        directions = _first_directions(features - mean)
        seen = (features - mean) @ directions
        low, high = seen.min(axis=0), seen.max(axis=0)
        diagonal = float(np.hypot(*(high - low))) or 1.0
        pulls = np.concatenate([pull_and_push(network, pair, 1.0)[0] for network in networks]) @ directions
        longest = _long_arrow(pulls)
        return cls(mean, directions, low - 0.06 * diagonal, high + 0.06 * diagonal, LONG * diagonal / longest)


def follow(network: DANN, pair: DomainPair, last: Plane | None = None) -> Plane:
    """The plane of the first two principal components of the present features, scaled to the view from −1 to 1.

    The two directions are rotated as near as possible to the directions of ``last``, so that nothing flips.
    A film knows the end of its run and keeps one plane. In a running training the plane follows the features.
    """
    features = features_of(network, pair)
    mean = features.mean(axis=0)
    directions = _first_directions(features - mean).astype(np.float64)
    reach = 1.1 * float(np.abs((features - mean) @ directions).max()) or 1.0
    pull = pull_and_push(network, pair, 1.0)[0] @ directions
    longest = _long_arrow(pull)
    if last is not None and last.directions.shape == directions.shape:
        left, _, right = np.linalg.svd(directions.T @ last.directions)
        directions = directions @ left @ right
        before = 1 / float(np.linalg.norm(last.directions, axis=0).max())
        reach = max(reach, before + EASE * (reach - before))
        longest = max(longest, (1 - EASE) * FOLLOWED_LONG / last.arrow * before + EASE * longest)
    arrow = FOLLOWED_LONG * reach / longest  # Plane.arrow multiplies a gradient before it is scaled by the directions
    return Plane(mean, directions / reach, np.array([-1.0, -1.0]), np.array([1.0, 1.0]), arrow)


def _first_directions(centred: np.ndarray) -> np.ndarray:
    """The first two principal directions of centred features (n, width), as columns (width, 2) of the same dtype.

    A single unit has no second direction: the second column is then 0. The directions come from singular values in
    the dtype of the features. ``principal_directions`` of compare goes by a float64 covariance: other bits and signs.
    """
    directions = np.zeros((centred.shape[1], 2), centred.dtype)
    components = np.linalg.svd(centred, full_matrices=False)[2][:2]
    directions[:, : len(components)] = components.T
    return directions


def _long_arrow(arrows: np.ndarray) -> float:
    """The 95th percentile of the lengths of arrows (n, 2); 1 if that is 0."""
    return float(np.quantile(np.hypot(*arrows.T), 0.95)) or 1.0


def pull_and_push(network: DANN, pair: DomainPair, adapt_weight: float) -> tuple[np.ndarray, np.ndarray]:
    """The two gradients of L_d at the features of the first ARROWS test points of each domain, with the sign of
    descent.

    Above the reversal node it is the pull of the domain head; below the node it is the push on the features. Two arrays
    (points, width), source first. Each point has the gradient of its own share of L_d. No target label is read.
    """
    some = slice(0, ARROWS)
    batch = pair.x_source_test[some], pair.y_source_test[some], pair.x_target_test[some]
    with on_device_of(network):
        losses = network.losses(*batch, adapt_weight=adapt_weight)
    assert losses.domain_loss is not None  # ``losses`` includes the domain head by default
    assert losses.reversed_features is not None
    g = backprop(losses.domain_loss, of=[losses.features, losses.reversed_features])
    points = len(losses.features.data)  # L_d is a mean over the points
    return -points * to_numpy(g[losses.reversed_features]), -points * to_numpy(g[losses.features])


def shown_points(pair: DomainPair) -> list[tuple[np.ndarray, np.ndarray, str]]:
    """The shown test points of source and target, with labels and marker."""
    shown = slice(0, POINTS)
    return [
        (pair.x_source_test[shown], pair.y_source_test[shown], "o"),
        (pair.x_target_test[shown], style.target_labels(pair)[shown], "^"),
    ]


def features_of(network: DANN, pair: DomainPair) -> np.ndarray:
    """The features of the shown points, source first."""
    (source, _, _), (target, _, _) = shown_points(pair)
    return np.concatenate([network.transform(source, "source"), network.transform(target)])
