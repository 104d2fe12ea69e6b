"""The recipes of the pairs in the paper's table: the network of each pair, and how it is trained."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .. import _validate
from ..adapt.recipes import BEST, DIGITS, PAPER, PRINTED, Recipe

#: The settings in which the paper's three networks differ (arXiv:1409.7495, Fig. 4). The node stands behind the
#: convolutions. The padding of "svhn" is in ``nn.trunks``. The figure gives "gtsrb" 10 outputs: 43 classes need 43.
NETWORKS: dict[str, dict[str, Any]] = {
    "mnist": {"trunk": "mnist", "label_hidden": (100, 100), "domain_hidden": (100,)},
    "svhn": {"trunk": "svhn", "label_hidden": (3072, 2048), "domain_hidden": (1024, 1024)},
    "gtsrb": {"trunk": "gtsrb", "label_hidden": (512,), "domain_hidden": (1024, 1024)},
}

#: The pairs of ``digits_pair`` that stand in for a pair of the paper, and the one recipe of each.
SMALL = {"blended": {"digits": DIGITS}, "printed": {"printed": PRINTED}}

STAND_INS = ("numbers-street", "street-mnist", "mnist-scans", "scans-mnist")

#: The network of each pair. Stand-ins of SVHN have the network of MNIST, which needs a ninth of the time.
NETWORK_OF = {
    **dict.fromkeys(("mnist-mnistm", "recoloured-mnistm", "mnist-usps", "usps-mnist"), "mnist"),
    **dict.fromkeys(("synnumbers-svhn", "svhn-mnist"), "svhn"),
    **dict.fromkeys(("synsigns-gtsrb", "drawnsigns-gtsrb", "allsigns-gtsrb"), "gtsrb"),
    **dict.fromkeys(STAND_INS, "mnist"),
}

#: Settings of one pair. The paper does not anneal the rate between MNIST and SVHN (JMLR 2016, §5.2.4).
CHANGES: dict[tuple[str, str], dict[str, Any]] = {
    ("svhn-mnist", "paper"): {"schedule": "constant"},
    ("recoloured-mnistm", "best"): {"steps": 6000},
    **{(pair, "best"): {"steps": 1500} for pair in STAND_INS},  # minutes, not an hour: they are for trying
}


def pair_recipes(pair: str) -> dict[str, Recipe]:
    """The recipes of a pair of the table by name, the default first.

    "paper" is the paper's recipe with the pair's network, "best" the recipe that lifted MNIST → MNIST-M most. The small
    pairs "blended" and "printed" have one recipe each, "digits" and "printed". Raises ValueError for an unknown pair.
    """
    _validate.one_of("pair", pair, (*NETWORK_OF, *SMALL))
    if pair in SMALL:
        return dict(SMALL[pair])
    network = NETWORKS[NETWORK_OF[pair]]
    recipes = {"paper": PAPER, "best": BEST}
    return {name: replace(recipe, **network, **CHANGES.get((pair, name), {})) for name, recipe in recipes.items()}
