"""The plane that the features of a running network are seen in."""

from __future__ import annotations

import numpy as np

from ...adapt.dann import DANN
from ...data.pairs import DomainPair
from .principal_plane import Plane, features_of, pull_and_push

LONG = 0.32  # the longest arrows but one in twenty; the view goes from −1 to 1
EASE = 0.1  # how fast the view narrows, in shares a frame: it widens at once


def follow(network: DANN, pair: DomainPair, last: Plane | None = None) -> Plane:
    """The first two principal components of the features as they are now, turned to lie as near as they can to those
    of ``last``, and scaled so that all is seen between −1 and 1.

    A film knows how its run ends and can keep one plane; here the end is not known, so the plane comes along.
    """
    features = features_of(network, pair)
    mean = features.mean(axis=0)
    components = np.linalg.svd(features - mean, full_matrices=False)[2][:2]
    directions = np.zeros((features.shape[1], 2))
    directions[:, : len(components)] = components.T  # a single unit has no second direction
    reach = 1.1 * float(np.abs((features - mean) @ directions).max()) or 1.0
    pull = pull_and_push(network, pair, 1.0)[0] @ directions
    longest = float(np.quantile(np.hypot(*pull.T), 0.95)) or 1.0
    if last is not None and last.directions.shape == directions.shape:
        left, _, right = np.linalg.svd(directions.T @ last.directions)
        directions = directions @ left @ right
        before = 1 / float(np.linalg.norm(last.directions, axis=0).max())
        reach = max(reach, before + EASE * (reach - before))
        longest = max(longest, (1 - EASE) * LONG / last.arrow * before + EASE * longest)
    arrow = LONG * reach / longest  # Plane.arrow multiplies a gradient before it is scaled by the directions
    return Plane(mean, directions / reach, np.array([-1.0, -1.0]), np.array([1.0, 1.0]), arrow)
