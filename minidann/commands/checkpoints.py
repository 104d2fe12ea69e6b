"""The checkpoints of a command's runs: where a run begins, where it is saved, and which files may be replaced."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import _validate
from ..adapt.recipes import Recipe
from ..adapt.resume import check_run, data_digest, load_checkpoint, prolonged, read_run, save_checkpoint
from ..adapt.start import start_digest, start_from
from ..adapt.training import Training
from ..compare.methods import TRAINED, recipe_of
from ..data.pairs import DomainPair


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of a command's runs.

    Parameters
    ----------
    folder : Path
        The place of the files.
    every : int
        The number of steps between two checkpoints.
    resume : bool
        Whether a run continues from its file, if there is one. The run may have more steps than the saved one.
    overwrite : bool
        Whether a run may begin anew where its file exists.
    init_from : Path, optional
        A checkpoint of any run. New runs start from its weights: see ``start_from``.
    complain : function, optional
        It receives the error of a checkpoint that cannot be written, and the run goes on. By default the error is
        raised.

    Raises ValueError if ``every`` is not a whole number of at least 1.
    """

    folder: Path
    every: int = 1000
    resume: bool = False
    overwrite: bool = False
    init_from: Path | None = None
    complain: Callable[[OSError], Any] | None = None

    def __post_init__(self) -> None:
        _validate.whole_number("every", self.every, least=1)

    def path(self, method: str, seed: int) -> Path:
        """The file of one run."""
        return self.folder / f"{method}-seed-{seed}.npz"

    def existing(self, methods: Sequence[str], seeds: Sequence[int]) -> list[tuple[Path, str, int]]:
        """The files of earlier runs of these methods and seeds, each with its method and seed."""
        found = []
        for path in sorted(self.folder.glob("*-seed-*.npz")):  # not all seeds one by one: there may be 10**18
            parts = re.fullmatch(r"(.+)-seed-(\d+)\.npz", path.name)
            if parts and parts[1] in methods and int(parts[2]) in seeds and path == self.path(parts[1], int(parts[2])):
                found.append((path, parts[1], int(parts[2])))
        return found

    def check(
        self, methods: Sequence[str], seeds: Sequence[int], recipe: Recipe, pair_of: Callable[[int], DomainPair]
    ) -> int:
        """Check all files before the first step. Returns the fewest steps of a run that is resumed for more, or 0.

        Raises ValueError if files of earlier runs are there, and neither ``resume`` nor ``overwrite`` is given; if a
        file to resume from is broken or of another run; if the run would replace the file of ``init_from``.
        """
        self._check_start(methods, seeds)
        files = self.existing(methods, seeds)
        if files and not (self.resume or self.overwrite):
            self._refuse([path for path, *_ in files])
        if not self.resume:
            return 0
        start = "" if self.init_from is None else start_digest(self.init_from)
        steps = []
        for seed in dict.fromkeys(seed for _, _, seed in files):  # the pair of each seed is made once
            pair = pair_of(seed)
            for path, method, _ in (file for file in files if file[2] == seed):
                expected = {"method": method, "seed": seed, "recipe": recipe_of(method, recipe), "started_from": start}
                expected["data"] = data_digest(pair.target_as_source() if method == "target-only" else pair)
                steps.append(_check_resumed(path, expected))
        return min([n for n in steps if n < recipe.steps], default=0)

    def begin(self, training: Training, method: str) -> bool:
        """Bring ``training``, made anew, to its first state. Returns whether a checkpoint is resumed.

        Raises ValueError if there is a file of an earlier run, and neither ``resume`` nor ``overwrite`` is given.
        """
        path = self.path(method, training.seed)
        exists = path.exists()
        if exists and not (self.resume or self.overwrite):
            self._refuse([path])
        if self.init_from is not None:
            start_from(self.init_from, training)
        if not (exists and self.resume):
            return False
        load_checkpoint(path, training, method, prolong=True)
        return True

    def save(self, training: Training, method: str) -> None:
        """Save the state of ``training``. A folder that was deleted during the run is made again."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            save_checkpoint(self.path(method, training.seed), training, method)
        except OSError as error:
            if self.complain is None:
                raise
            self.complain(error)

    def _check_start(self, methods: Sequence[str], seeds: Sequence[int]) -> None:
        if self.init_from is None:
            return
        try:
            read_run(self.init_from)
        except ValueError as error:
            raise ValueError(str(error).replace("checkpoint:", "argument --init-from:", 1)) from None
        real = os.path.realpath(self.init_from)
        for path, *_ in self.existing(methods, seeds):
            if os.path.realpath(path) == real:
                raise ValueError(
                    f"argument --init-from: got {str(self.init_from)!r}, which this run would replace; "
                    "copy the file, or choose another --out"
                )

    def _refuse(self, paths: Sequence[Path]) -> None:
        names = ", ".join(path.name for path in paths[:3]) + ", …" * (len(paths) > 3)
        raise ValueError(
            f"argument --out: {str(self.folder)!r} holds checkpoints of an earlier run ({names}); "
            "--resume goes on from them, --overwrite begins anew"
        )


def _check_resumed(path: Path, expected: dict[str, Any]) -> int:
    """The steps of the run in ``path``. Raises ValueError that names --resume if ``expected`` differs."""
    try:
        run = read_run(path)
        same_data = expected | {"data": run["data"]}
        check_run(path, prolonged(run, expected["recipe"].steps), same_data)
    except ValueError as error:
        raise ValueError(str(error).replace("checkpoint:", "argument --resume:", 1)) from None
    if run["data"] != expected["data"]:
        advice = "give the options of its data, or begin anew with --overwrite"
        raise ValueError(f"argument --resume: {str(path)!r} is a run on other examples; {advice}")
    steps: int = run["recipe"].steps
    return steps


def check_init(file: Path, pair: DomainPair, recipe: Recipe, methods: Sequence[str]) -> None:
    """Raises ValueError if the weights in the checkpoint ``file`` do not fit the networks of all ``methods``."""
    for method in methods:
        if method in TRAINED:
            try:
                start_from(file, Training(pair, recipe_of(method, recipe)))
            except ValueError as error:
                raise ValueError(f"argument --init-from: {method} cannot start from it ({error})") from None


def prolonging(recipe: Recipe, steps: int) -> str:
    """The words for a run of ``steps`` steps that is resumed with ``recipe``, which has more."""
    changing = [f"the rate ({recipe.schedule})"] * (recipe.schedule != "constant")
    changing += ["λ (ramp)"] * (recipe.ramp and recipe.adapt_weight > 0)
    line = f"--resume prolongs runs of {steps} steps to {recipe.steps}: "
    if not changing:
        return line + f"λ and the rate are constant, so each run ends as one of {recipe.steps} steps would"
    of = f"of a run of {recipe.steps} steps, p = step / {recipe.steps}"
    return line + f"from here on {' and '.join(changing)} {'are those' if len(changing) > 1 else 'is that'} {of}"
