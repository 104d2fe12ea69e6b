"""The lab in a page of a real browser: only where tornado, selenium and Chromium happen to be installed."""

import hashlib
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest
from helpers.hands import make_lab

PORT = 8997
FLAGS = ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "window-size=1400,900")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")

pytestmark = pytest.mark.skipif(
    not (find_spec("tornado") and find_spec("selenium") and CHROMIUM and DRIVER),
    reason="needs tornado, selenium, chromium and chromedriver",
)


@pytest.fixture
def opened():
    """Opens browsers on a screen of a given scale."""
    from selenium import webdriver

    drivers = []

    def browser(scale):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in (*FLAGS, f"force-device-scale-factor={scale}"):
            options.add_argument(f"--{flag}")
        drivers.append(webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER)))
        return drivers[-1]

    yield browser
    for driver in drivers:
        driver.quit()


@pytest.fixture
def served():
    command = [sys.executable, "-m", "minidann", "lab", "--browser", "--no-open", "--port", str(PORT)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    yield f"http://127.0.0.1:{PORT}/"
    server.terminate()
    server.communicate()


def until(what, seconds=600):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            found = what()
        except Exception:  # the server is not up yet
            found = None
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError("nothing came within ten minutes")


def seen(browser, left, bottom, width, height):
    """A digest of what a part of the canvas shows, in shares of it, and how many colours there are."""
    code = """
        const c = document.querySelector("canvas"), [l, b, w, h] = arguments;
        return Array.from(c.getContext("2d").getImageData(
            l * c.width, (1 - b - h) * c.height, w * c.width, h * c.height).data).join()"""
    pixels = bytes(map(int, browser.execute_script(code, left, bottom, width, height).split(",")))
    return hashlib.sha256(pixels).hexdigest(), len({pixels[i : i + 4] for i in range(0, len(pixels), 4)})


LABEL, STATE = (0.225, 0.165, 0.245, 0.355), (0.225, 0.92, 0.6, 0.03)
TRACK = make_lab().controls.widgets["adapt_weight"].ax.get_position()  # of the slider of λ
WEIGHT, MIDDLE = TRACK.bounds, (TRACK.y0 + TRACK.y1) / 2


def loaded(browser, served):
    """Wait until the page at ``served`` shows the lab."""

    def drawn():
        browser.get(served)
        time.sleep(3)
        return seen(browser, *LABEL)[1] > 20

    until(drawn)


def at(browser, x, y):
    """The mouse at a place of the canvas, in shares of the canvas."""
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    canvas = browser.find_elements(By.TAG_NAME, "canvas")[-1]  # the one on top, which gets the mouse
    wide, high = canvas.size["width"], canvas.size["height"]
    place = int(x * wide - wide / 2), int((1 - y) * high - high / 2)
    return ActionChains(browser).move_to_element_with_offset(canvas, *place)


def size(browser):
    return browser.execute_script("const c = document.querySelector('canvas'); return [c.width, c.height]")


def test_it_runs_in_a_page_and_a_slider_moves(opened, served):
    browser = opened(1)
    loaded(browser, served)
    before = seen(browser, *LABEL)[0], seen(browser, *STATE)[0]
    at(browser, 0.25, 0.975).click().perform()  # run
    until(lambda: seen(browser, *LABEL)[0] != before[0] and seen(browser, *STATE)[0] != before[1])
    slider = seen(browser, *WEIGHT)[0]
    at(browser, 0.05, MIDDLE).click_and_hold().move_by_offset(40, 0).release().perform()  # λ
    until(lambda: seen(browser, *WEIGHT)[0] != slider)
    at(browser, 0.25, 0.975).click().perform()  # pause


def test_pages_on_screens_of_different_scales_show_the_whole_lab(opened, served):
    browsers = {scale: opened(scale) for scale in (2, 1, 1.25)}
    for browser in browsers.values():
        loaded(browser, served)
    for scale, browser in browsers.items():
        for _ in range(3):
            assert size(browser) == [1216 * scale, 720 * scale]
            time.sleep(1)
        assert seen(browser, 0.745, 0.165, 0.245, 0.355)[1] > 20  # the panel at the right
        slider = seen(browser, *WEIGHT)[0]
        at(browser, 0.04 + 0.04 * scale, MIDDLE).click().perform()  # λ
        until(lambda browser=browser, slider=slider: seen(browser, *WEIGHT)[0] != slider)
