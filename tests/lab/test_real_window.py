"""The lab's window of Tk on virtual screens: only where Tk and Xvfb happen to be installed."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

XVFB = shutil.which("Xvfb")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (find_spec("_tkinter") and XVFB), reason="needs Tk and Xvfb"),
]

# What a user does: drags the window's edge, presses keys that were matplotlib's, and closes the window while it runs.
USER = """
import sys
from minidann.cli import main
from minidann.lab import window

class Used(window.Lab):
    def __init__(self, *arguments, **settings):
        super().__init__(*arguments, **settings)
        self.top, self.sizes = self.figure.canvas.manager.window, [(1400, 900), (1000, 700), (1280, 757)]
        self.top.after(500, self.use)

    def use(self):
        if self.sizes:
            self.size = self.sizes.pop()
            self.top.geometry("%dx%d" % self.size)
            self.top.after(100, self.reach)
        else:
            self.top.focus_force()
            for key in "qkgrW":
                self.figure.canvas.get_tk_widget().event_generate(f"<Key-{key}>")
            self.run()
            self.top.after(100, self.close)

    def has_size(self):
        window = self.top.winfo_width(), self.top.winfo_height()
        return window == self.figure.canvas.get_width_height(physical=True) == self.size

    def reach(self):  # a busy machine needs its time
        self.top.after(100, *((self.hold, 3) if self.has_size() else (self.reach,)))

    def hold(self, times):
        if not self.has_size():
            sys.exit(f"{self.size} does not hold")
        self.top.after(300, *((self.hold, times - 1) if times else (self.use,)))

    def close(self):
        if not self.experiment.training.step_count:  # it closes while it runs
            return self.top.after(100, self.close)
        print("all held, after", self.experiment.training.step_count > 0)
        self.top.tk.call(self.top.protocol("WM_DELETE_WINDOW"))

window.Lab = Used
sys.exit(main(["lab", "--width", "4"]))
"""


@pytest.fixture(params=[120, 192])
def screen(request, tmp_path):
    """The environment for a virtual screen of this many pixels an inch."""
    reads, writes = os.pipe()
    options = [
        "-displayfd",
        str(writes),
        "-dpi",
        str(request.param),
        "-screen",
        "0",
        "2600x1700x24",
        "-nolisten",
        "tcp",
    ]
    with open(tmp_path / "xvfb", "w") as log:
        server = subprocess.Popen([XVFB, *options], pass_fds=[writes], stdout=log, stderr=log)
    os.close(writes)
    with os.fdopen(reads) as number:
        display = number.readline().strip()
    yield os.environ | {"DISPLAY": f":{display}", "MPLBACKEND": "TkAgg"}
    server.terminate()
    server.wait()


def test_its_size_holds_keys_do_no_harm_and_closing_ends_with_status_0(screen):
    done = subprocess.run([sys.executable, "-c", USER], env=screen, capture_output=True, text=True, timeout=300)
    assert (done.stdout, done.stderr, done.returncode) == ("all held, after True\n", "", 0)
