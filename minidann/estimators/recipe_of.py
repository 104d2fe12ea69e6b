"""The recipe and the seed of an estimator, from its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from .. import _validate
from ..adapt.recipes import RECIPES, Recipe

SETTINGS = tuple(field.name for field in fields(Recipe))  # each is a parameter of DANNClassifier


def recipe_of(parameters: Mapping[str, Any]) -> Recipe:
    """The recipe ``parameters["recipe"]``, with every setting of ``parameters`` that is not None in place of its own.

    Raises TypeError or ValueError with the name of a bad parameter.
    """
    recipe = parameters["recipe"]
    if isinstance(recipe, str):
        recipe = RECIPES[_validate.one_of("recipe", recipe, tuple(RECIPES))]
    _validate.instance("recipe", recipe, Recipe, f"one of {', '.join(RECIPES)}, or a Recipe")
    given = {name: parameters[name] for name in SETTINGS if parameters[name] is not None}
    for name in ("features", "label_hidden", "domain_hidden"):
        if isinstance(given.get(name), list):
            given[name] = tuple(given[name])  # a search space from JSON has lists
    if parameters["standardise"] and parameters["input_shape"] is not None:
        given.setdefault("input_scale", 1.0)  # that of a recipe for images is made for bytes
    return replace(recipe, **given)


def seed_of(random_state: Any) -> int:
    """The seed of a training: a whole number as it is, or one that the generator of scikit-learn's kind draws.

    Raises ValueError unless ``random_state`` is a whole number of at least 0, a RandomState or None.
    """
    if random_state is None or isinstance(random_state, np.random.RandomState):
        return int(check_random_state(random_state).randint(2**31 - 1))
    return _validate.whole_number("random_state", random_state, least=0)
