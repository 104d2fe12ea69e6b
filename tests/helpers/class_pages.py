"""Stand-ins for the labs and the pages of a class, which cost nothing."""

from types import SimpleNamespace


class QuietLab:
    """Draws a new empty picture at each tick while it runs."""

    def __init__(self, figure):
        self.figure, self.running, self.said, self.ticks = figure, False, "", 0
        self.drive, self.experiment = SimpleNamespace(step_seconds=None), SimpleNamespace(settings=object())
        self.timer = SimpleNamespace(stop=lambda: None)
        figure.canvas.mpl_connect("key_press_event", self.press)

    def press(self, event):
        if event.key == "x":
            raise OSError("no such thing")
        self.running = not self.running

    def pause(self):
        self.running = False

    def say(self, line):
        self.said = line

    def tick(self):
        self.ticks += 1
        self.figure.patch.set_facecolor(f"{self.ticks % 10 / 10}")
        if self.running or self.ticks == 1:
            self.figure.canvas.draw()


class StillPage:
    """A page that never answers. ``got``: the texts and pictures that it was sent; ``reason``: why it was closed."""

    def __init__(self):
        self.got, self.reason = [], None

    def send(self, message):
        self.got.append(message)

    def refuse(self, reason):
        self.reason = reason

    @property
    def pictures(self):
        return sum(isinstance(message, bytes) for message in self.got)
