"""Types of options for argparse: a wrong text is an error of one line."""

from __future__ import annotations

import argparse
import errno
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from .. import _validate
from .._jobs import check_jobs
from ..adapt.placement import backend_names
from ..adapt.recipes import CHOSEN, RECIPES, Recipe, show
from ..compare.conclusion import CHANGED
from ..compare.methods import METHODS
from ..data import shares
from .figure_files import FORMATS

MOST = sys.maxsize // 2  # a whole number that Python can still count with, also after a sum


def _checked(parse: Callable[[str], Any], expected: str) -> Callable[[str], Any]:
    def convert(text: str) -> Any:
        try:
            return parse(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"got {_validate.shown(text)}, expected {expected}") from None

    return convert


def whole(least: int) -> Callable[[str], int]:
    return _checked(lambda text: _count(int(text), least), f"a whole number of at least {least}")


def number(least: float | None = None) -> Callable[[str], float]:
    bound = "" if least is None else f" of at least {least:g}"
    low = float("-inf") if least is None else least
    return _checked(lambda text: _validate.number("", float(text), low), f"a finite number{bound}")


def share() -> Callable[[str], float]:
    return _checked(lambda text: _validate.share("", float(text)), "a share from 0 to 1")


def several(parse: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    """The type of an option of values with commas between them."""
    return lambda text: tuple(parse(each.strip()) for each in text.split(","))


def class_shares() -> Callable[[str], tuple[float, ...]]:
    def parse(text: str) -> tuple[float, ...]:
        numbers = tuple(float(number) for number in text.split(","))
        shares.class_shares("", numbers)
        return numbers

    return _checked(parse, "ten numbers of at least 0, not all 0, such as 1,1,1,1,1,1,1,1,1,0")


def one_of(choices: Sequence[str]) -> Callable[[str], str]:
    return _checked(lambda text: _validate.one_of("", text, choices), f"one of {', '.join(choices)}")


def widths(least: int) -> Callable[[str], tuple[int, ...]]:
    def parse(text: str) -> tuple[int, ...]:
        widths = () if text == "none" else tuple(_count(int(width), 1) for width in text.split(","))
        _validate.whole_number("", len(widths), least)
        return widths

    return _checked(parse, "whole numbers of at least 1, such as 16,16" + ", or none" * (least == 0))


def _count(value: int, least: int) -> int:
    if value > MOST:
        raise argparse.ArgumentTypeError(f"got {_validate.shown(str(value))}, expected at most {MOST}")
    return _validate.whole_number("", value, least)


def path(text: str) -> Path:
    """``text`` as a path. A leading ~ is the home folder, also where the shell leaves it: as in ``--out='~/runs'``."""
    if not text:
        raise argparse.ArgumentTypeError("got '', expected a path")
    try:
        found = Path(text).expanduser()
        found.lstat()
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"got {text!r}, expected a path: no such user is known") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte
        if not isinstance(error, OSError) or error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            reason = getattr(error, "strerror", None) or error
            raise argparse.ArgumentTypeError(f"got {_validate.shown(text)}, expected a path ({reason})") from None
    return found


OTHER_NAMES = {  # of the package → of an option
    **{"n": "points", "every": "checkpoint_every", "folder": "data_dir"},
    **{f"{array}_{part}": part.split("_")[0] for array in "xy" for part in ("source", "target", "target_test")},
}


def named(parser: argparse.ArgumentParser, message: str) -> str:
    """``message`` with options in the place of Python's argument names: "noise: got …" → "argument --noise: got …".

    Texts in quotes, such as file names, stay as they are.
    """
    options = {action.dest: (action.option_strings or [str(action.metavar)])[0] for action in parser._actions}
    name, colon, rest = message.partition(": ")
    if (option := options.get(OTHER_NAMES.get(name, name))) is not None and colon:
        message = f"argument {option}: {rest}"
    shown = {name: option for name, option in options.items() if "_" in name}
    for array, part in OTHER_NAMES.items():
        if array[1:2] == "_" and part in options:
            shown[array] = "the labels of " * (array[0] == "y") + options[part]
    words = "|".join(sorted(shown, key=len, reverse=True))
    if not words:
        return message
    pieces = re.split(r"""('[^']*'|"[^"]*")""", message)
    word = rf"(?<![/\w.-])({words})(?![/\w-]|\.\w)"  # no part of a path
    pieces[::2] = [re.sub(word, lambda found: shown[found[1]], piece) for piece in pieces[::2]]
    return "".join(pieces)


RECIPE_OPTIONS: dict[str, tuple[Callable[[str], Any], str]] = {
    "steps": (whole(1), "updates of each training"),
    "batch_size": (whole(1), "examples of each domain in a step"),
    "rate": (number(0), "learning rate"),
    "adapt_weight": (number(0), "λ of the reversal node, at full strength"),
    "domain_weight": (number(0), "factor of the domain loss, for head and features"),
    "domain_rate": (number(0), "factor on the domain head's learning rate"),
    "domain_steps": (whole(1), "updates of the domain head in a step, all but the last by itself"),
    "features": (widths(0), "widths of the feature layers"),
    "label_hidden": (widths(0), "hidden widths of the label head"),
    "domain_hidden": (widths(0), "hidden widths of the domain head"),
}
WIDTHS = ("features", "label_hidden", "domain_hidden")  # the settings with several numbers each


@contextmanager
def data_of(source: str, target: str) -> Iterator[None]:
    """A block that makes a pair. An error about an array of the pair names the option the array came by."""
    try:
        yield
    except ValueError as error:
        found = re.match(r"[xy]_(source|target)(_test)?: ", str(error))
        if found is None:
            raise
        raise ValueError(f"argument {source if found[1] == 'source' else target}: {error}") from None


def add_runs(parser: argparse.ArgumentParser, seeds: int) -> None:
    """The options of every training command: seeds, and the places of results."""
    runs = parser.add_argument_group("the runs and their results")
    runs.add_argument("--seeds", type=whole(1), default=seeds, metavar="N", help=f"how many seeds, default {seeds}")
    runs.add_argument("--seed", type=whole(0), default=0, metavar="FIRST", help="the first seed, default 0")
    runs.add_argument(
        "--out", type=path, default="results", metavar="DIR", help="folder of the figures, default results"
    )
    add_format(runs)
    runs.add_argument("--json", type=path, metavar="FILE", help="write the rows here after each seed, a list of dicts")
    add_jobs(runs)
    add_backend(runs)


def add_backend(group: Any) -> None:
    """The option for the device of the arrays."""
    group.add_argument(
        "--backend",
        type=one_of(backend_names()),
        default="numpy",
        metavar="NAME",
        help="the device: numpy (default), or cupy for an NVIDIA GPU; a seed gives the same random numbers on both",
    )


def add_jobs(group: Any, same: str = "the rows are equal") -> None:
    """The option --jobs of a command of many runs. ``same``: the words for the result that does not depend on N."""
    group.add_argument(
        "--jobs",
        type=_checked(lambda text: check_jobs("", int(text)), "a whole number of workers, or -1 for one a core"),
        default=1,
        metavar="N",
        help=f"worker processes that share the runs, default 1: this process alone; -1: one a core; {same}",
    )


def add_format(parser: Any) -> None:
    """The option --format of a command that draws figures, in a parser or in a group of its options."""
    parser.add_argument(
        "--format",
        type=one_of(tuple(FORMATS)),
        nargs="+",
        default=["png"],
        metavar="NAME",
        help=f"write the figures as one or more of {', '.join(FORMATS)}, default png",
    )


def add_methods(parser: argparse.ArgumentParser) -> None:
    """The option of the rows of the table."""
    parser.add_argument(
        "--methods",
        type=one_of(METHODS),
        nargs="+",
        metavar="NAME",
        help=f"which of {', '.join(METHODS)} (default: all that the labels allow, without cdan: DANN class by class)",
    )


def add_going(parser: argparse.ArgumentParser) -> None:
    """The options of a training command whose runs leave checkpoints in DIR/checkpoints."""
    going = parser.add_argument_group("leaving and coming back (Ctrl-C, SIGTERM and SIGHUP save)")
    going.add_argument("--checkpoint-every", type=whole(1), default=1000, metavar="STEPS", help="default 1000")
    going.add_argument(
        "--resume",
        action="store_true",
        help="continue from the checkpoints in DIR/checkpoints; with more --steps than before the runs are prolonged",
    )
    going.add_argument("--overwrite", action="store_true", help="begin anew, and replace the checkpoints there")
    going.add_argument(
        "--init-from",
        type=path,
        metavar="FILE",
        help="start new runs from the weights in a checkpoint of a network of the same shape",
    )


def check_going(arguments: argparse.Namespace) -> None:
    """Raises ValueError if both --resume and --overwrite are given."""
    if arguments.resume and arguments.overwrite:
        raise ValueError("argument --overwrite: got --resume too, expected one of them")


def add_recipe(group: Any, recipes: Sequence[str]) -> None:
    """An option for each setting that readers often change, with its values in ``recipes`` in brackets."""
    for name, (parse, text) in RECIPE_OPTIONS.items():
        option = "--" + name.replace("_", "-")
        defaults = " / ".join(show(getattr(RECIPES[of], name)) for of in recipes)
        flags = (option, "--lambda") if name == "adapt_weight" else (option,)
        group.add_argument(*flags, type=parse, metavar="X", help=f"{text} ({defaults})")


def changed(recipe: Recipe, arguments: argparse.Namespace) -> Recipe:
    """``recipe`` with the settings of the command line."""
    given = {name: getattr(arguments, name) for name in RECIPE_OPTIONS}
    return replace(recipe, **{name: value for name, value in given.items() if value is not None})


def how_chosen(name: str, recipe: Recipe) -> str:
    """Words on the choice of the settings in ``recipe``, the recipe ``name`` with the settings of the command line."""
    return CHOSEN[name] if replace(recipe, steps=RECIPES[name].steps) == RECIPES[name] else CHANGED
