"""What is on the screen of the lab as a small JSON file: settings, drawn points, speed, pause, scenario."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import _files, _validate
from .._reading import Unfit, open_file
from ..compare.reversal_forms import FORMS
from ..data.hand_drawn import Dab
from .controls import SLIDERS, SPEED_MOST
from .scenarios import SCENARIOS
from .settings import Settings

SAVED = "results/lab.json"  # the file of the button "save"
MARK = "minidann lab"  # the key that tells the kind of file; its value is the version
VERSION = 1
MOST_BYTES, MOST_DABS = 1_000_000, 5000


@dataclass(frozen=True)
class Saved:
    """A screen of the lab, without its weights. Each argument is a key of the file. ``second_form``: the form beside
    the first; "" for one run. ``scenario``: a name in SCENARIOS, or "".

    Raises ValueError or TypeError for an argument that the lab cannot show.
    """

    settings: Settings = Settings()
    dabs: list[Dab] = field(default_factory=list)
    speed: int = 5
    averaged: bool = False
    pause_at: int | None = None
    second_form: str = ""
    scenario: str = ""

    def __post_init__(self) -> None:
        _validate.instance("settings", self.settings, Settings)
        for name, spec in SLIDERS.items():
            if getattr(self.settings, name) > spec.most:
                raise ValueError(f"{name}: got {getattr(self.settings, name):g}, expected at most {spec.most:g}")
        if len(self.dabs) > MOST_DABS:
            raise ValueError(f"dabs: got {len(self.dabs)}, expected at most {MOST_DABS}")
        _validate.whole_number("speed", self.speed, least=0, below=SPEED_MOST + 1)
        _validate.boolean("averaged", self.averaged)
        if self.pause_at is not None:
            _validate.whole_number("pause_at", self.pause_at, least=1)
        _validate.one_of("second_form", self.second_form, ("", *FORMS))
        _validate.one_of("scenario", self.scenario, ("", *SCENARIOS))

    def write(self, path: str | Path) -> Path:
        """Write the file. Returns its path. Raises OSError if it cannot be written."""
        values = vars(self) | {"settings": vars(self.settings), "dabs": [list(dab) for dab in self.dabs]}
        text = json.dumps({MARK: VERSION} | values, ensure_ascii=False, indent=1) + "\n"
        place = _validate.path("path", path)
        place.parent.mkdir(parents=True, exist_ok=True)
        return _files.write(place, lambda temporary: temporary.write_text(text, "utf-8"))

    @classmethod
    def read(cls, path: str | Path) -> Saved:
        """Read a file. Raises ValueError, with the path and one reason, for a file that ``write`` did not write."""
        place = _validate.path("path", path)
        try:
            with open_file(place) as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise Unfit(f"a file of more than {MOST_BYTES} bytes")
            text = content.decode("utf-8")
            return cls._of(json.loads(text, object_pairs_hook=_each_key_once, parse_constant=_no_constant))
        except Unfit as error:
            raise ValueError(f"{str(place)!r} is {error}, expected a file that the lab saved") from None
        except RecursionError:
            raise ValueError(f"{str(place)!r} is no file that the lab saved (lists in lists without end)") from None
        except (ValueError, TypeError) as error:
            reason = _validate.one_line(error)
            raise ValueError(f"{str(place)!r} is no file that the lab saved ({reason})") from None

    @classmethod
    def _of(cls, found: Any) -> Saved:
        """The screen from the content of a file. Raises ValueError or TypeError with the reason if it is another."""
        if not isinstance(found, dict) or MARK not in found:
            raise ValueError(f"there is no {MARK!r} in it")
        if found[MARK] != VERSION or isinstance(found[MARK], bool):
            raise ValueError(f"{MARK}: got {_validate.shown(found[MARK])}, expected {VERSION}")
        values = {name: value for name, value in found.items() if name != MARK}
        for name in values:
            _validate.one_of("keys", name, tuple(cls.__dataclass_fields__))
        if "settings" in values:
            values["settings"] = Settings().changed(_validate.mapping("settings", values["settings"]))
        values["dabs"] = [_dab(each) for each in _validate.sequence("dabs", values.get("dabs", []), "a list")]
        return cls(**values)


def _dab(value: Any) -> Dab:
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError(f"dabs: got {_validate.shown(value)} in it, expected [x, y, domain, label]")
    x, y, domain, label = value
    place = _validate.number("dabs", x, -1e6, 1e6), _validate.number("dabs", y, -1e6, 1e6)
    return Dab(
        *place,
        _validate.one_of("dabs", domain, ("source", "target")),
        _validate.whole_number("dabs", label, least=0, below=2),
    )


def _no_constant(name: str) -> Any:
    raise ValueError(f"got {name}, expected finite numbers")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dictionary of the pairs. Raises ValueError for a key that comes twice: one of its values would be lost."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"keys: got {_validate.shown(name)} twice, expected each key once")
        found[name] = value
    return found
