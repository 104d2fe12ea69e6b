"""What the lab's controls say: which pair, which form, which recipe."""

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
from ..data.points import blobs_pair, moons_pair

PAIRS = ("moons", "moons-origin", "blobs", "drawn")
ANEW = ("pair", "seed", "rotation", "noise", "width")  # settings that need other data or another network


@dataclass(frozen=True)
class Settings:
    """What the controls say. Those in ANEW begin the run anew, the others act from the next step.

    ``pair``: moons, moons-origin (turned about the origin), blobs, or drawn (by hand: ``rotation`` does nothing then).
    ``form``: of minidann.adapt.FORMS. ``width``: of both feature layers. The rest: as in a Recipe and in moons_pair.
    """

    pair: str = "moons"
    form: str = "features"
    seed: int = 0
    rotation: float = 35.0
    noise: float = 0.05
    width: int = 16
    adapt_weight: float = MOONS.adapt_weight
    ramp: bool = MOONS.ramp
    rate: float = MOONS.rate
    domain_rate: float = MOONS.domain_rate
    domain_steps: int = MOONS.domain_steps

    def __post_init__(self) -> None:
        _validate.one_of("pair", self.pair, PAIRS)
        _validate.one_of("form", self.form, tuple(FORMS))
        _validate.number("rotation", self.rotation)
        _validate.number("noise", self.noise, least=0, below=1e30)
        _validate.whole_number("seed", self.seed, least=0)
        _validate.whole_number("width", self.width, least=1)
        self.recipe()  # which says what it does not like

    def changed(self, settings: Mapping[str, Any]) -> Settings:
        """These with others of them. ValueError for a name that is none, or a value that cannot be."""
        for name in settings:
            _validate.one_of("settings", name, [field.name for field in fields(self)])
        return replace(self, **settings)

    def recipe(self) -> Recipe:
        """That of the moons, with these settings."""
        return replace(MOONS, features=(self.width, self.width), **self.live())

    def live(self) -> dict[str, Any]:
        """Those that a training can change under way."""
        return {name: getattr(self, name) for name in CHANGEABLE}

    def make_pair(self, dabs: Sequence[Dab]) -> DomainPair:
        """The pair, from ``dabs`` if it is drawn by hand."""
        turned: dict[str, Any] = {"rotation": self.rotation, "noise": self.noise, "seed": self.seed}
        make: dict[str, Callable[[], DomainPair]] = {
            "moons": lambda: moons_pair(**turned),
            "moons-origin": lambda: moons_pair(**turned, pivot="origin"),
            "blobs": lambda: blobs_pair(**turned),
            "drawn": lambda: drawn_pair(dabs, self.noise, self.seed),
        }
        return make[self.pair]()
