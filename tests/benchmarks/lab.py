"""Frames a second of the lab, in memory, in a window of Tk and in a page: python tests/benchmarks/lab.py

A window needs a screen, for example a virtual one: xvfb-run -s "-screen 0 1920x1080x24" python tests/benchmarks/lab.py
A page needs tornado. Its pictures are counted as they come: by a client that shows nothing and, if selenium and
Chromium are installed, by Chromium, which shows them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib.util import find_spec

import matplotlib.pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minidann.lab import Lab
from minidann.lab.figure_size import DPI, SIZE

FRAMES, ROUNDS, SECONDS = 40, 5, 10
PAGES = [
    (1280, 757, 1),
    (1280, 757, 1.25),
    (1280, 757, 2),
]  # width and height in a page's pixels, and the screen's scale


def rate(lab):
    """Frames a second, and milliseconds of a processor for a frame, which other programs do not change."""
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(FRAMES):
        lab.tick()
    return FRAMES / (time.perf_counter() - start), 1e3 * (time.process_time() - busy) / FRAMES


def in_memory(pair):
    figure = Figure(SIZE, dpi=DPI)
    FigureCanvasAgg(figure)
    lab = Lab(figure, pair=pair)
    print(f"{pair} in memory: steps in a frame   frames a second (median, least)   processor for a frame, ms")
    for speed in (1, 5, 20, 50):
        lab.controls.speed = speed
        lab.begin()
        lab.tick()  # whose picture is drawn whole
        lab.run()
        rates, busy = zip(*(rate(lab) for _ in range(ROUNDS)))
        print(f"{speed:27} {statistics.median(rates):12.1f} {min(rates):14.1f} {statistics.median(busy):28.1f}")
        lab.pause()
    times = []
    for i in range(ROUNDS):
        start = time.perf_counter()
        lab.set(rotation=20.0 + i)
        lab.tick()
        times.append(time.perf_counter() - start)
    print(f"another rotation is seen after {1e3 * statistics.median(times):.0f} ms")


def in_a_window():
    plt.switch_backend("TkAgg")
    lab = Lab()
    canvas = lab.figure.canvas
    lab.controls.speed = 5
    counts = []

    def note():
        frames = lab.experiment.training.step_count / lab.controls.speed
        counts.append((frames, time.perf_counter(), time.process_time()))
        if len(counts) == 2:
            plt.close(lab.figure)

    lab.run()
    timer = canvas.new_timer(interval=1000 * SECONDS)
    timer.add_callback(note)
    timer.start()  # the first count comes when the window is there
    plt.show()
    frames, seconds, busy = (last - first for first, last in zip(*counts))
    print(f"in a window of Tk: {frames / seconds:.1f} frames a second, processor for each {1e3 * busy / frames:.1f} ms")


def in_pages():
    chromium = find_spec("selenium") and shutil.which("chromium") and shutil.which("chromedriver")
    for width, height, ratio in PAGES:
        with served() as port:
            sent = asyncio.run(received(port, width * ratio, height * ratio))
        print(f"in a page of {width} × {height} at ratio {ratio}: {sent:.1f} pictures a second are sent", end="")
        if chromium:
            with served() as port:
                print(f", {shown(port, width, height, ratio):.1f} are shown by Chromium", end="")
        print()


@contextmanager
def served():
    """A new lab in pages, at a port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "minidann", "lab", "--browser", "--no-open", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    server.stdout.readline()  # it is up
    try:
        yield port
    finally:
        server.kill()
        server.communicate()


async def received(port, width, height):
    """Pictures a second that a page is sent which answers at once."""
    from tornado.websocket import websocket_connect

    page = await websocket_connect(f"ws://127.0.0.1:{port}/ws")
    await page.write_message(json.dumps({"type": "resize", "width": width, "height": height}))
    await page.write_message(json.dumps({"type": "key", "key": " "}))
    count, start = 0, None
    while start is None or time.perf_counter() < start + SECONDS:
        if isinstance(await page.read_message(), bytes):
            count += 1
            if start is None and count == 5:  # the first ones are whole
                count, start = 0, time.perf_counter()
            await page.write_message('{"type": "shown"}')
    page.close()
    return count / (time.perf_counter() - start)


def shown(port, width, height, ratio):
    """Pictures a second that Chromium shows."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking"):
        options.add_argument(f"--{flag}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get(f"http://127.0.0.1:{port}/")
        browser.execute_script("""
            window.count = 0;
            const tell = send;
            send = (type, more) => { count += type === "shown"; tell(type, more); };
            send("key", {key: " "});""")
        time.sleep(2)
        before, start = browser.execute_script("return count"), time.perf_counter()
        time.sleep(SECONDS)
        return (browser.execute_script("return count") - before) / (time.perf_counter() - start)
    finally:
        browser.quit()


if __name__ == "__main__":
    for pair in ("moons", "digits"):
        in_memory(pair)
    if find_spec("tkinter") and os.environ.get("DISPLAY"):
        in_a_window()
    if find_spec("tornado"):
        in_pages()
