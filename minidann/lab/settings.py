"""The settings behind the lab's controls: pair, form and recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from .. import _validate
from ..adapt.recipes import MOONS, Recipe
from ..adapt.training import CHANGEABLE
from ..compare.reversal_forms import FORMS
from ..data.hand_drawn import Dab, drawn_pair
from ..data.pairs import DomainPair
from ..data.points import blobs_pair, check_shares, moons_pair

PAIRS = ("moons", "moons-origin", "blobs", "drawn")
# settings that need other data or another network
ANEW = ("pair", "seed", "rotation", "noise", "source_share", "target_share", "width")


@dataclass(frozen=True)
class Settings:
    """The settings of the controls. Those in ANEW start the run anew, the others act from the next step.

    ``pair``: moons, moons-origin (rotated about the origin), blobs, or drawn (by hand; ``rotation`` and the shares of
    class 1 then have no effect). ``form``: a name in minidann.compare.FORMS. ``width``: of both feature layers. All
    others: as in a Recipe and in moons_pair.
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
        """A copy with other settings. Raises ValueError for an unknown name or an invalid value."""
        _validate.mapping("settings", settings, words="settings by name")
        for name in settings:
            _validate.one_of("settings", name, [field.name for field in fields(self)])
        return replace(self, **settings)

    def recipe(self) -> Recipe:
        """The recipe of the moons, with these settings."""
        return replace(MOONS, features=(self.width, self.width), **self.live())

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
        }
        return make[self.pair]()
