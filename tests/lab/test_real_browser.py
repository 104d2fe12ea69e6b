"""The lab in a page of a real browser: only where tornado, selenium and Chromium happen to be installed."""

import signal
import socket
import subprocess
import sys
import time

import pytest
from helpers.browsers import chromium, needs, open_lab, picture, screen, until
from helpers.hands import make_lab

pytestmark = needs("tornado")


@pytest.fixture(scope="module")
def browser():
    with chromium("headless") as browser:
        yield browser


@pytest.fixture(scope="module")
def server():
    """A lab in pages at an own port: the process, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "minidann", "lab", "--browser", "--no-open", "--port", str(port), "--width", "4"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout.readline() == f"the lab is at http://127.0.0.1:{port}/ (Ctrl-C ends it)\n"
    yield process, f"http://127.0.0.1:{port}/"
    process.kill()
    process.communicate()


@pytest.mark.parametrize("ratio", [1, 1.25, 3])
def test_the_picture_fits_the_page_on_every_screen_and_follows_its_size(browser, server, ratio):
    screen(browser, 640, 380, ratio)
    open_lab(browser, server[1])
    assert browser.title == "minidann lab"
    for size in ([640, 380], [500, 400]):
        screen(browser, *size, ratio)
        until(lambda size=size: picture(browser)[0] == [round(ratio * side) for side in size])
        assert picture(browser)[1:] == [size, size]  # no scroll bars


def test_mouse_and_keys_reach_the_lab_in_a_page_of_another_shape(browser, server):
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By

    def colours(left, bottom, width, height):
        return browser.execute_script(
            """const c = document.querySelector("canvas"), [l, b, w, h] = arguments;
            return context.getImageData(l * c.width, (1 - b - h) * c.height, w * c.width, h * c.height).data.join()
            """,
            *(left, bottom, width, height),
        )

    screen(browser, 640, 380, 1)
    open_lab(browser, server[1])
    lab = make_lab()  # which knows the places
    state, panel = (0.225, 0.92, 0.6, 0.03), lab.view.axes["label"].get_position().bounds
    button = lab.buttons["toggle"].ax.get_position()
    before = colours(*state), colours(*panel)
    canvas = browser.find_element(By.TAG_NAME, "canvas")
    x, y = round((button.x0 + button.x1 - 1) * 320), round((1 - button.y0 - button.y1) * 190)
    ActionChains(browser).move_to_element_with_offset(canvas, x, y).click().perform()  # run
    until(lambda: colours(*panel) != before[1] and colours(*state) != before[0])
    ActionChains(browser).send_keys("p").perform()
    until(lambda: (seen := colours(*panel)) == (time.sleep(0.5) or colours(*panel)) and seen)
    assert browser.execute_script("return document.querySelector('p').hidden")


def test_closing_a_page_and_the_lab_prints_nothing(browser, server):
    process, url = server
    screen(browser, 640, 380, 1)
    for _ in range(3):
        open_lab(browser, url)
        browser.execute_script('send("key", {key: " "})')  # run: pictures are under way
        time.sleep(0.2)
        browser.get("about:blank")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 0
    assert process.stdout.read() == ""
