"""``minidann lab``: the classroom window, on the desktop or in a browser."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..compare.reversal_forms import FORMS
from ..lab.figure_size import why_no_window
from ..lab.keys import KEYS
from ..lab.saved import SAVED, Saved
from ..lab.scenarios import SCENARIOS
from ..lab.settings import PAIRS, Settings
from . import lab_class, options, places

if TYPE_CHECKING:
    from ..lab.window import Lab

HINT = "try minidann lab --browser"
START = Settings()


def add(commands: Any) -> None:
    """Add the command to ``commands``, the subparsers of the command line."""
    parser = commands.add_parser(
        "lab",
        help="an interactive window: run DANN on moons, step through it, change each setting, draw points by hand",
        description=(
            "Opens a window in which DANN trains before your eyes: pause, single phases (forward, label gradient,\n"
            "domain gradient, update), sliders for λ, rotation, rates and more, wrong forms, points drawn by hand.\n"
            + textwrap.fill(f"Keys: {'; '.join(f'{key.shown}: {key.action}' for key in KEYS.values())}.", 110)
        ),
        epilog="examples: minidann lab --scenario swapped-blobs\n          minidann lab --browser --rotation 45\n"
        "          minidann lab --browser --each --host 0.0.0.0     for a class: a run of its own for each page",
    )
    group = parser.add_argument_group("the first settings; all can be changed in the window")
    group.add_argument(
        "--scenario",
        type=options.one_of(tuple(SCENARIOS)),
        metavar="NAME",
        help=f"a start with a question for the class: {', '.join(SCENARIOS)}. Other options replace its settings",
    )
    group.add_argument(
        "--pair",
        type=options.one_of(PAIRS),
        help=f"{', '.join(PAIRS)} (default {START.pair}); digits bring the defaults of their recipe",
    )
    group.add_argument("--form", type=options.one_of(tuple(FORMS)), help=f"{', '.join(FORMS)} (default {START.form})")
    for name, parse, text in (
        ("rotation", options.number(), "rotation of the target in degrees"),
        ("noise", options.number(0), "standard deviation of the noise of each coordinate"),
        ("source_share", options.share(), "share of class 1 among the points of the source"),
        ("target_share", options.share(), "share of class 1 among the points of the target"),
        ("width", options.whole(1), "of the two feature layers"),
        ("seed", options.whole(0), "of data, weights and batches"),
        ("adapt_weight", options.number(0), "λ of the reversal node, at full strength"),
        ("rate", options.number(0), "learning rate"),
        ("momentum", options.number(0), "of the updates, below 1"),
        ("domain_rate", options.number(0), "factor on the domain head's learning rate"),
        ("domain_steps", options.whole(1), "updates of the domain head in a step"),
    ):
        flags = ["--" + name.replace("_", "-")] + ["--lambda"] * (name == "adapt_weight")
        group.add_argument(*flags, type=parse, metavar="X", help=f"{text} (default {getattr(START, name):g})")
    where = parser.add_argument_group("where")
    where.add_argument("--browser", action="store_true", help="in a page of this machine's browser (extra lab)")
    where.add_argument(
        "--port", type=options.whole(1), default=8988, metavar="N", help="port of the page, default 8988"
    )
    where.add_argument("--no-open", action="store_true", help="print the address of the page, and do not open it")
    lab_class.add(parser)
    look = parser.add_argument_group("how it looks")
    look.add_argument("--large", action="store_true", help="larger letters, for a projector (key v: no controls)")
    files = parser.add_argument_group("files")
    files.add_argument(
        "--save", default=SAVED, metavar="FILE", help=f"the file of the button save: small JSON (default {SAVED})"
    )
    files.add_argument("--load", metavar="FILE", help="a saved screen to begin with; other options replace settings")
    parser.set_defaults(run=run, parser=parser, save_memory="close other programs")


def run(arguments: argparse.Namespace) -> int:
    """Open the window, and stay until it is closed."""
    settings = {name: getattr(arguments, name) for name in vars(START) if getattr(arguments, name, None) is not None}
    if not arguments.browser and (arguments.port != 8988 or arguments.no_open):
        raise ValueError(f"argument {'--no-open' if arguments.no_open else '--port'}: only goes with --browser")
    if arguments.port > 65535:
        raise ValueError(f"argument --port: got {arguments.port}, expected a number below 65536")
    lab_class.check(arguments)
    first = START if arguments.scenario is None else START.changed(SCENARIOS[arguments.scenario].settings)
    first.changed(settings)  # an invalid setting is refused before a window opens
    saved = None if arguments.load is None else Saved.read(arguments.load)

    def make(figure: Any = None) -> Lab:
        from ..lab.window import Lab

        lab = Lab(figure, large=arguments.large, scenario=arguments.scenario, **settings)
        lab.save_to = lab.load_from = Path(arguments.save)
        if saved is not None:
            lab.load_from = Path(arguments.load)
            lab.show_saved(saved)
            lab.set(**settings)  # other options replace those of the file
        return lab

    if (reason := places.why_no_drawing()) is not None:
        raise ValueError(reason)
    if arguments.each:
        _need_tornado()
        lab_class.serve(arguments, make)
        return 0
    if arguments.browser:
        _in_browser(make, arguments.port, not arguments.no_open)
        return 0
    plt = _desktop()
    lab = make()
    try:
        plt.show()
    finally:
        lab.timer.stop()
    return 0


def _desktop() -> Any:
    """pyplot with a backend that opens windows. Raises ValueError if there is none."""
    import matplotlib.pyplot as plt

    try:
        plt.switch_backend(plt.get_backend())
    except ImportError as error:  # the missing toolkit, or the missing screen
        raise ValueError(f"no window can be opened here ({error}); {HINT}") from None
    if (reason := why_no_window()) is not None:
        raise ValueError(reason)
    return plt


def _in_browser(make: Callable[[Any], Lab], port: int, opened: bool) -> None:
    """Serve one lab to all pages until Ctrl-C. Raises ValueError if the port cannot be used, or without tornado."""
    _need_tornado()
    from ..lab.browser_page import Pages
    from ..lab.page_server import serve

    labs: list[Lab] = []

    def join() -> Pages:
        if not labs:
            labs.append(make(Pages().figure))
        return labs[0].figure.canvas.pages

    try:
        serve(join, port, opened)
    except OSError as error:
        raise lab_class.refused(error, port) from None


def _need_tornado() -> None:
    """Raises ValueError if tornado is not installed."""
    if find_spec("tornado") is None:
        raise ValueError("argument --browser: it needs tornado, which is not installed: pip install tornado")
