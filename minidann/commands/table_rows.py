"""The finished rows of ``minidann table`` on disk: a folder for each pair and recipe, a file for each row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import _files, _validate
from ..adapt.recipes import Recipe
from .results import write_again, write_json

SETTINGS = "settings.json"

Row = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """All runs of one pair by one recipe. ``folder``: the place of their rows and checkpoints."""

    pair: str
    recipe_name: str
    recipe: Recipe
    data_dir: Path | None
    folder: Path

    def row_file(self, method: str, seed: int) -> Path:
        """The file of one finished row."""
        return self.folder / f"{method}-seed-{seed}.json"

    def settings(self) -> dict[str, Any]:
        """What fixes the rows: rows of other settings do not stand in one table."""
        data_dir = None if self.data_dir is None else str(self.data_dir.resolve())
        made: dict[str, Any] = {"pair": self.pair, "recipe": asdict(self.recipe), "data_dir": data_dir}
        found: dict[str, Any] = json.loads(json.dumps(made))  # lists in the place of tuples, as in a file
        return found

    def check(self) -> None:
        """Raises ValueError if the folder holds runs of other settings."""
        path = self.folder / SETTINGS
        if not path.exists():
            return
        kept, own = _read(path), self.settings()
        before, now = ({**each.pop("recipe", {}), **each} for each in (kept, own))
        other = [name for name in now if before.get(name) != now[name]]
        if other:
            got, expected = (
                ", ".join(f"{name} {_validate.shown(of.get(name))}" for name in other) for of in (before, now)
            )
            raise ValueError(
                f"argument --out: {str(self.folder)!r} holds runs with {got}, expected {expected}; "
                "--overwrite begins anew, another --out keeps them"
            )

    def begin(self, overwrite: bool) -> None:
        """Make the folder. ``overwrite``: delete the rows and checkpoints of earlier runs."""
        _files.folder("argument --out", self.folder)
        if overwrite:
            for file in (*self.folder.glob("*-seed-*.json"), *self.folder.glob("*-seed-*.npz")):
                file.unlink()
        _files.write(self.folder / SETTINGS, lambda temporary: write_json(self.settings(), temporary))

    def row(self, method: str, seed: int) -> Row | None:
        """The finished row of one method and seed; None if there is none."""
        path = self.row_file(method, seed)
        return _read(path) if path.exists() else None

    def keep(self, row: Row, seed: int) -> None:
        """Write a finished row. A folder that was deleted during the run is made again."""
        whole = row | {"pair": self.pair, "recipe": self.recipe_name, "steps": self.recipe.steps}
        write_again(self.row_file(row["method"], seed), lambda path: write_json(whole, path))


def _words(settings: dict[str, Any], names: Sequence[str]) -> str:
    return ", ".join(f"{name} {_validate.shown(settings.get(name))}" for name in names)


def _read(path: Path) -> dict[str, Any]:
    """A file of this command. Raises ValueError that names the file if it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise ValueError(f"{str(path)!r} cannot be read ({_validate.one_line(error)}); delete it") from None
    if not isinstance(found, dict):
        raise ValueError(f"{str(path)!r}: got no row of a table; delete it")
    return found


def rows_of(blocks: Sequence[Block], seeds: Sequence[int], methods: Sequence[str]) -> list[Row]:
    """All finished rows, a block after the other."""
    found = [block.row(method, seed) for block in blocks for seed in seeds for method in methods]
    return [row for row in found if row is not None]
