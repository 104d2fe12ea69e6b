"""Two pages of a class in a real browser: only where tornado, selenium and Chromium happen to be installed."""

import socket
import subprocess
import sys
import time

import pytest
from helpers.browsers import chromium, needs, open_lab, picture, screen, until

pytestmark = needs("tornado")


@pytest.fixture(scope="module")
def browser():
    with chromium("headless") as browser:
        yield browser


@pytest.fixture
def served():
    """A lab with two pages at most: the process, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "minidann",
        "lab",
        "--browser",
        "--each",
        "--no-open",
        "--pages",
        "2",
        "--width",
        "4",
    ]
    process = subprocess.Popen(
        [*command, "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout.readline() == f"the lab is at http://127.0.0.1:{port}/ (Ctrl-C ends it)\n"
    yield process, f"http://127.0.0.1:{port}/"
    process.kill()
    process.communicate()


def pixels(browser):
    return browser.execute_script("return canvas.toDataURL()")


def test_each_page_has_its_run_and_keeps_it_when_it_is_loaded_again(browser, served):
    process, url = served
    screen(browser, 640, 380, 1)
    open_lab(browser, url)
    first = browser.current_window_handle
    browser.switch_to.new_window("window")
    screen(browser, 500, 300, 2)
    open_lab(browser, url)
    until(lambda: picture(browser)[0] == [1000, 600])
    still = pixels(browser)
    browser.switch_to.window(first)
    assert picture(browser)[0] == [640, 380]
    address, before = browser.current_url, pixels(browser)
    assert address != url
    browser.execute_script('send("key", {key: "enter"})')  # one step
    until(lambda: pixels(browser) != before)
    time.sleep(0.5)
    after = pixels(browser)
    browser.refresh()
    until(
        lambda: browser.execute_script("return document.readyState") == "complete" and picture(browser)[0] == [640, 380]
    )
    until(lambda: pixels(browser) == after)
    assert browser.current_url == address
    browser.execute_script('send("key", {key: "y"})')
    lines = until(lambda: browser.execute_script("return document.querySelector('textarea').value"))
    assert "training.step()" in lines
    browser.switch_to.window(browser.window_handles[-1])
    assert pixels(browser) == still
    browser.switch_to.new_window("window")
    browser.get(url)
    line = browser.execute_script("return document.body.textContent")
    assert line.strip() == "this lab has 2 pages, which is its limit; close one"
    browser.close()
    browser.switch_to.window(first)
    process.kill()
    until(lambda: "has ended" in browser.execute_script("return document.querySelector('p').textContent"))
