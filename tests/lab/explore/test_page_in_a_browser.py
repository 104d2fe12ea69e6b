"""The page in a real browser, from a file and with the network off: only where selenium and Chromium are installed."""

import json
from functools import partial

import pytest
from helpers.browsers import chromium, needs, until

from minidann.lab.explore.run import NUMBERS

pytestmark = needs()
until = partial(until, seconds=20)


@pytest.fixture(scope="module")
def browser():
    with chromium("headless=new", "window-size=1280,900", loggingPrefs={"browser": "ALL"}) as browser:
        browser.set_network_conditions(offline=True, latency=0, throughput=0)
        yield browser


@pytest.fixture(scope="module")
def address(page, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "page.html"
    file.write_text(page, "utf-8")
    return file.as_uri()


@pytest.fixture
def opened(browser, address):
    """Open the page with some settings; at the end of the test nothing may have failed or been asked for."""

    def open_page(settings=""):
        browser.get("about:blank")
        browser.get(f"{address}#{settings}")
        until(lambda: browser.execute_script("return !document.getElementById('main').hidden"))
        return browser

    yield open_page
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0


def text(browser, name):
    return browser.execute_script("return document.getElementById(arguments[0]).textContent", name)


def chosen(browser):
    return browser.execute_script("return JSON.stringify(page)")


def pictures(browser):
    return browser.execute_script("return [...document.querySelectorAll('canvas')].map((each) => each.toDataURL())")


def press(browser, name, *keys):
    from selenium.webdriver.common.by import By

    element = browser.find_element(By.ID, name)
    browser.execute_script("arguments[0].focus()", element)
    element.send_keys(*keys)
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")


def test_each_slider_moves_by_keyboard_and_everything_follows(opened, grid):
    from selenium.webdriver.common.keys import Keys

    browser = opened("form=features&rotation=20&lambda=0&seed=3&step=5&phase=1")
    for slider, first, second in (
        ("rotation", "20°", "50°"),
        ("weight", "0", "2"),
        ("step", "5", "7"),
        ("point", "1", "2"),
    ):
        before, drawn = text(browser, "state"), pictures(browser)
        assert text(browser, f"{slider}-said") == first
        press(browser, slider, Keys.ARROW_RIGHT)
        assert text(browser, f"{slider}-said") == second
        assert browser.find_element("id", slider).get_attribute("aria-valuetext") == second
        changed = [old != new for old, new in zip(drawn, pictures(browser))]
        assert changed[2], slider  # the features
        assert slider == "weight" or all(changed[:2])  # five steps with another λ need not be seen in the heads
        assert (text(browser, "state") != before) == (slider != "point")
    assert browser.current_url.endswith("#form=features&rotation=50&lambda=2&seed=3&step=7&phase=1")
    until(lambda: text(browser, "live") == text(browser, "state"))
    press(browser, "point", Keys.ARROW_RIGHT)
    until(lambda: text(browser, "live") == text(browser, "point-words"))


def test_form_seed_phases_and_table_by_keyboard(opened, grid, runs):
    from selenium.webdriver.common.keys import Keys

    browser = opened("rotation=20&lambda=0&step=9&phase=1")
    press(browser, "form", "✗ sub")
    assert json.loads(chosen(browser))["form"] == grid.forms.index("subtracted")
    assert text(browser, "form-words").startswith("✗ wrong: L_y − λ L_d.")
    browser.find_element("css selector", "#seeds input").send_keys(Keys.ARROW_RIGHT)
    assert json.loads(chosen(browser))["seed"] == 1
    said = []
    for button in browser.find_elements("css selector", "#phases button"):
        button.send_keys(Keys.ENTER)
        browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        said.append(text(browser, "phase-words"))
        assert said[-1] in browser.find_element("id", "diagram").get_attribute("aria-label")
    assert [words.split(":")[0] for words in said] == ["Forward", "Label gradient", "Domain gradient", "Update"]
    browser.find_element("css selector", "#map button[tabindex='0']").send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    assert (text(browser, "rotation-said"), text(browser, "weight-said")) == ("50°", "2")
    scores = [
        100 * each.numbers[-1, NUMBERS.index("averaged weights")]
        for each, settings in zip(runs, grid.settings())
        if (settings["form"], settings["rotation"], settings["adapt_weight"]) == ("subtracted", 50, 2)
    ]
    label = browser.switch_to.active_element.get_attribute("aria-label")
    assert label == f"rotation 50 degrees, λ 2: target {', '.join(f'{score:.3g} %' for score in scores)}"


def test_play_goes_to_the_last_step_and_space_pauses(opened):
    browser = opened("step=0")
    press(browser, "play", " ")
    until(lambda: text(browser, "step-said") != "0")
    assert text(browser, "play") == "❚❚ pause"
    press(browser, "step", " ")
    assert text(browser, "play") == "▶ play"
    browser.execute_script(
        "document.activeElement.blur(); page.snapshot = contents.snapshots.length - 2; requestShow()"
    )
    browser.find_element("tag name", "body").send_keys(" ")
    until(lambda: text(browser, "step-said") == "9")
    until(lambda: text(browser, "play") == "▶ play")


def test_unknown_settings_of_an_address_are_left_out(opened):
    browser = opened("form=<b>&rotation=77&lambda=2&step=-1&seed=4")
    found = json.loads(chosen(browser))
    assert (found["form"], found["weight"], found["seed"]) == (0, 1, 1)


def test_a_click_chooses_the_nearest_point(opened):
    browser = opened()
    browser.find_element("id", "domain-picture").click()
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    (x, y), others = browser.execute_script(
        "const batch = batchOf(page), middle = view.low.map((low) => low + view.size / 2);"
        "const far = batch.domains.map((_, i) =>"
        " Math.hypot(batch.x[2 * i] - middle[0], batch.x[2 * i + 1] - middle[1]));"
        "return [[far[page.point], Math.min(...far)], far]"
    )
    assert x == pytest.approx(y, abs=0.01)
    assert max(others) > 1


@pytest.mark.parametrize("width", [375, 800, 1280, 1920])
def test_nothing_is_wider_than_the_screen(opened, width):
    browser = opened("form=subtracted&lambda=2")
    size = {"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": width < 800}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
        wide, room = browser.execute_script(
            "const page = document.documentElement; return [page.scrollWidth, page.clientWidth]"
        )
        assert room - 20 < wide <= room <= width  # beside a scroll bar
        # letters of a diagram grow and shrink with it
        shown, drawn = browser.execute_script(
            "const svg = document.getElementById('diagram');"
            "return [svg.getBoundingClientRect().width, svg.viewBox.baseVal.width]"
        )
        assert 15 * shown / drawn >= 14
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
