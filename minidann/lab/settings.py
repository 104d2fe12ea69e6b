"""The settings behind the lab's controls: pair, form and recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .. import _validate
from ..adapt.recipes import DIGITS, MOONS, Recipe
from ..adapt.training import CHANGEABLE
from ..compare.reversal_forms import FORMS
from ..data.digits import digits_pair
from ..data.hand_drawn import Dab, drawn_pair
from ..data.pairs import DomainPair
from ..data.points import blobs_pair, check_shares, moons_pair

PAIRS = ("moons", "moons-origin", "blobs", "drawn", "digits")
# settings that need other data or another network
ANEW = ("pair", "seed", "rotation", "noise", "source_share", "target_share", "width")
IMAGES = replace(DIGITS, batch_normalise="none")  # the forms are compared on plain networks
NO_EFFECT = {  # the settings without an effect on a pair
    "drawn": ("rotation", "source_share", "target_share"),
    "digits": ("noise", "source_share", "target_share"),
}


@dataclass(frozen=True)
class Settings:
    """The settings of the controls. Those in ANEW start the run anew, the others act from the next step.

    ``pair``: moons, moons-origin (rotated about the origin), blobs, drawn (by hand), or digits (scans, rotated). The
    settings in NO_EFFECT have no effect on a pair. ``form``: a name in minidann.compare.FORMS. ``width``: of both
    feature layers; of the dense one for digits. All others: as in a Recipe and in moons_pair.
    """

    pair: str = "moons"
    form: str = "features"
    seed: int = 0
    rotation: float = 35.0
    noise: float = 0.05
    source_share: float = 0.5
    target_share: float = 0.5
    width: int = 16
    adapt_weight: float = MOONS.adapt_weight
    ramp: bool = MOONS.ramp
    rate: float = MOONS.rate
    momentum: float = MOONS.momentum
    domain_rate: float = MOONS.domain_rate
    domain_steps: int = MOONS.domain_steps

    def __post_init__(self) -> None:
        _validate.one_of("pair", self.pair, PAIRS)
        _validate.one_of("form", self.form, tuple(FORMS))
        _validate.number("rotation", self.rotation)
        _validate.number("noise", self.noise, least=0, below=1e30)
        check_shares(self.source_share, self.target_share)
        _validate.whole_number("seed", self.seed, least=0)
        _validate.whole_number("width", self.width, least=1)
        self.recipe()  # the recipe refuses invalid values

    def changed(self, settings: Mapping[str, Any]) -> Settings:
        """A copy with other settings. Raises ValueError for an unknown name or an invalid value.

        With another pair, a setting at the default of its recipe takes the default of the new recipe.
        """
        _validate.mapping("settings", settings, words="settings by name")
        for name in settings:
            _validate.one_of("settings", name, [field.name for field in fields(self)])
        pair = _validate.one_of("pair", settings.get("pair", self.pair), PAIRS)
        old, new = _defaults(self.pair), _defaults(pair)
        return replace(self, **{name: new[name] for name in new if getattr(self, name) == old[name]} | dict(settings))

    def recipe(self) -> Recipe:
        """The recipe of the pair, with these settings."""
        recipe = _recipe(self.pair)
        return replace(recipe, features=(self.width,) * len(recipe.features), **self.live())

    def live(self) -> dict[str, Any]:
        """The settings that can change during a training."""
        return {name: getattr(self, name) for name in CHANGEABLE}

    def make_pair(self, dabs: Sequence[Dab]) -> DomainPair:
        """The pair; from ``dabs`` if it is drawn by hand."""
        names = ("rotation", "noise", "seed", "source_share", "target_share")
        turned: dict[str, Any] = {name: getattr(self, name) for name in names}
        make: dict[str, Callable[[], DomainPair]] = {
            "moons": lambda: moons_pair(**turned),
            "moons-origin": lambda: moons_pair(**turned, pivot="origin"),
            "blobs": lambda: blobs_pair(**turned),
            "drawn": lambda: drawn_pair(dabs, self.noise, self.seed),
            "digits": lambda: digits_pair("turned", self.seed, rotation=self.rotation),
        }
        return make[self.pair]()


def _recipe(pair: str) -> Recipe:
    return IMAGES if pair == "digits" else MOONS


def _defaults(pair: str) -> dict[str, Any]:
    """The first settings of a run on a pair, from its recipe."""
    recipe = _recipe(pair)
    return {name: getattr(recipe, name) for name in CHANGEABLE} | {"width": recipe.features[0]}
