"""A real browser without a window, where selenium, Chromium and its driver happen to be installed."""

import shutil
import time
from contextlib import contextmanager
from importlib.util import find_spec

import pytest

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = ("no-sandbox", "disable-gpu", "disable-background-networking")


def needs(*modules):
    """The marks of slow tests that need a browser, selenium and these modules."""
    there = CHROMIUM and DRIVER and all(map(find_spec, ("selenium", *modules)))
    wanted = ", ".join((*modules, "selenium", "chromium"))
    return [pytest.mark.slow, pytest.mark.skipif(not there, reason=f"needs {wanted} and chromedriver")]


@contextmanager
def chromium(*flags, **capabilities):
    """A browser, closed at the end of the block."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, *flags):
        options.add_argument(f"--{flag}")
    for name, value in capabilities.items():
        options.set_capability(f"goog:{name}", value)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def until(what, seconds=120):
    """Wait for ``what()`` to be true, and return it."""
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end, "nothing came in time"
        time.sleep(0.02)
    return found


def screen(browser, width, height, ratio):
    """Give the page this size in its own pixels, on a screen of this scale."""
    metrics = {"width": width, "height": height, "deviceScaleFactor": ratio, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def picture(browser):
    """The sizes of the lab's picture, of the page and of its content."""
    return browser.execute_script(
        """const c = document.querySelector("canvas"), root = document.documentElement;
        return [[c.width, c.height], [innerWidth, innerHeight], [root.scrollWidth, root.scrollHeight]]
        """
    )


def open_lab(browser, url):
    """Open a page of the lab, and wait for its first picture."""
    browser.get(url)
    until(lambda: picture(browser)[0] != [300, 150])  # an empty canvas
