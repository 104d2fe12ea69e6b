"""A lab on a canvas in memory, and the mouse and the keys that drive it."""

import matplotlib as mpl
import numpy as np
from matplotlib.backend_bases import KeyEvent, MouseEvent
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.lab import Lab
from minidann.lab.figure_size import SIZE

mpl.use("Agg")


class Hand:
    """A user's hand: what it does comes to the lab as events of its canvas, at pixels, as from a real mouse."""

    def __init__(self, lab):
        self.lab, self.canvas = lab, lab.figure.canvas

    def mouse(self, kind, place, button=1):
        self.canvas.callbacks.process(kind, MouseEvent(kind, self.canvas, *place, button))

    def click(self, place):
        self.mouse("button_press_event", place)
        self.mouse("button_release_event", place)

    def press(self, key, place=(0, 0)):
        self.canvas.callbacks.process("key_press_event", KeyEvent("key_press_event", self.canvas, key, *place))

    def type(self, *keys):
        for key in keys:
            self.press(key)

    def button(self, name):
        """A button of the row on top, or one of the column."""
        button = self.lab.buttons[name] if name in self.lab.buttons else self.control(name)
        self.click(button.ax.transAxes.transform((0.5, 0.5)))

    def control(self, name):
        """A control of the column, on its tab."""
        controls = self.lab.controls
        widget = controls.widgets[name]
        for tab, axes in controls._tabs.items():
            if widget.ax in axes and controls.tab != tab:
                self.click(controls.widgets[f"tab {tab}"].ax.transAxes.transform((0.5, 0.5)))
        assert widget.ax.get_visible()
        return widget

    def choose(self, menu, i):
        box = self.control(menu).labels[i].get_window_extent()
        self.click(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))

    def number(self, name, text, end="enter"):
        """Click the number of a slider, or another number, and type."""
        controls = self.lab.controls
        box = self.control(f"{name} typed" if f"{name} typed" in controls.widgets else name)
        self.click(box.ax.transAxes.transform((0.5, 0.5)))
        self.type(*text, end)

    def slide(self, name, value):
        """Press in the middle, and drag to ``value``."""
        widget = self.control(name)
        middle = (widget.valmin + widget.valmax) / 2
        start, end = (widget.ax.transData.transform((v, 0.5)) for v in (middle, value))
        self.mouse("button_press_event", start)
        for share in (0.5, 1):
            self.mouse("motion_notify_event", start + share * (end - start))
        self.mouse("button_release_event", end)

    def draw(self, points):
        """A stroke over ``points`` of the plane, with the button held."""
        places = [self.lab.view.axes["label"].transData.transform(point) for point in points]
        self.mouse("button_press_event", places[0])
        for place in places[1:]:
            self.mouse("motion_notify_event", place)
        self.mouse("button_release_event", places[-1])


def make_lab(**settings):
    figure = Figure(SIZE, dpi=50)
    FigureCanvasAgg(figure)
    return Lab(figure, **settings)


def theta(lab):
    return np.array(lab.experiment.training.optimiser.vector.values)
