"""The film shows what was, in a page that asks for nothing and in a GIF; its panels can be painted live."""

import base64
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from helpers.browsers import chromium, needs, screen
from helpers.hidden_labels import moons_without_target_labels
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from minidann.adapt import JOURNAL, MOONS, Training
from minidann.compare.reversal_forms import FormTraining
from minidann.data import moons_pair
from minidann.plots.film.film import HOLD, animate
from minidann.plots.film.player import SAYS
from minidann.plots.film.principal_plane import ARROWS, Plane, pull_and_push
from minidann.plots.film.recording import Recording
from minidann.plots.film.training_panels import TrainingPanels

SLOW, IN_A_BROWSER = needs()


def record(pair, recipe, frames=6):
    training = Training(pair, recipe, 1)
    recording = Recording(training, pair, frames)
    training.fit(recording)
    return recording


@pytest.fixture(scope="module")
def pair():
    return moons_without_target_labels(n=60, n_test=80)


@pytest.fixture(scope="module")
def recording(pair):
    return record(pair, replace(MOONS, steps=60))


@pytest.fixture(scope="module")
def film(recording):
    return animate(recording, fps=5, dpi=60)


@pytest.fixture(scope="module")
def page(film, tmp_path_factory):
    path = film.save_html(tmp_path_factory.mktemp("film") / "film.html")
    assert [p.name for p in path.parent.iterdir()] == ["film.html"]
    return path.read_text(encoding="utf-8")


def frames_of(page):
    found = re.findall(r'frames\[\d+\] = "data:image/webp;base64,([^"]*)"', page)
    return [Image.open(io.BytesIO(base64.b64decode(frame.replace("\\\n", "")))) for frame in found]


# the two gradients --------------------------------------------------------------------------------------------------


def test_the_push_is_the_pull_reversed_and_weighed(pair, recording):
    pull, push = pull_and_push(recording.network(3), pair, 0.7)
    assert pull.shape == (2 * ARROWS, 16)
    assert np.abs(pull).max() > 0
    np.testing.assert_allclose(push, -0.7 * pull, rtol=1e-6)
    assert not pull_and_push(recording.network(3), pair, 0.0)[1].any()


def test_the_pull_is_what_the_formula_says(pair):
    network = Training(pair, replace(JOURNAL, steps=10), 0).fit().network  # whose domain head is linear: z = h·w + b
    x = np.concatenate([pair.x_source_test[:ARROWS], pair.x_target_test[:ARROWS]])
    domain = np.repeat([0, 1], ARROWS)
    weight = network.domain_head.parameters()["0.weight"].data[:, 0]
    expected = (domain - 1 / (1 + np.exp(-network.domain_logits(x))))[:, None] * weight
    np.testing.assert_allclose(pull_and_push(network, pair, 0.5)[0], expected, rtol=1e-4, atol=1e-7)


# the panels ---------------------------------------------------------------------------------------------------------


def test_a_plane_holds_the_features_of_all_its_networks(pair, recording):
    networks = [recording.network(i) for i in range(len(recording))]
    plane = Plane.of(networks, pair)
    np.testing.assert_allclose(plane.directions.T @ plane.directions, np.eye(2), atol=1e-5)
    for network in networks:
        seen = (network.transform(pair.x_target_test) - plane.mean) @ plane.directions
        assert (seen > plane.low).all()
        assert (seen < plane.high).all()


def test_what_is_painted_is_what_is_drawn(film):
    canvas = film.figure_.canvas
    for i in (5, 0, 3):  # forth and back: nothing of an earlier moment may stay
        painted = film._pixels(i).astype(int)
        canvas.draw()
        drawn = np.array(canvas.buffer_rgba())[..., :3].astype(int)
        different = (np.abs(painted - drawn).max(axis=-1) > 8).mean()
        assert different < 0.0005


def test_the_panels_say_where_the_run_stands(film, recording):
    film.show(5)
    pair, network = recording.pair, recording.network(5)
    target = network.accuracy(pair.x_target_test, pair.y_target_test)
    source = network.accuracy(pair.x_source_test, pair.y_source_test, "source")
    said = state_of(film.frames_[0])
    assert said.startswith("step 60 of 60    λ = ")
    assert f"λ = {recording.snapshots[5].adapt_weight:.2f}" in said
    assert f"target {100 * target:.1f} %" in said
    assert f"source {100 * source:.1f} %" in said
    lines = curves_of(film.frames_[0])
    assert list(lines["domain loss"].get_xdata()) == [row["step"] for row in recording.history]
    assert list(lines["target"].get_xdata()) == [snapshot.step for snapshot in recording.snapshots]
    assert lines["target"].get_ydata()[-1] == target
    assert lines["source"].get_ydata()[-1] == source
    film.show(0)
    assert len(lines["domain loss"].get_xdata()) == 0
    assert list(lines["target"].get_xdata()) == [0]
    assert all(ax.get_legend() for ax in film.figure_.axes)
    assert all(any(ax.get_title(side) for side in ("left", "center")) for ax in film.figure_.axes)


def state_of(frame):
    return frame._state.get_text().replace("\u2007", "")


def curves_of(frame):
    return {line.get_label(): line for line in frame.panels._curves.ax.lines}


@pytest.mark.parametrize(
    "change",
    [{"features": (1,)}, *(pytest.param(c, marks=pytest.mark.slow) for c in ({"conditioned": True}, {"steps": 1}))]
    + [{"domain_weight": 0.0}],
)
def test_what_can_be_trained_can_be_filmed(pair, change):
    recording = record(pair, replace(MOONS, **{"steps": 4} | change), frames=3)
    film = animate(recording, dpi=30)
    assert len(film.images()) == len(recording)
    assert film.figure_.axes[2].collections[0].get_offsets().shape[1] == 2


def test_only_points_of_the_plane_and_four_axes_will_do(pair, recording):
    plane = Plane.of([recording.network(0)], pair)
    with pytest.raises(ValueError, match="axes: got 3, expected 4"):
        TrainingPanels(Figure().subplots(1, 3), pair, plane, 60)
    three = moons_pair(n=12, n_test=12)
    three.n_classes = 3
    with pytest.raises(ValueError, match="expected points in the plane of two classes"):
        TrainingPanels(Figure().subplots(1, 4), three, plane, 60)
    with pytest.raises(ValueError, match="beside: got 3 snapshots up to step 60, expected 6 at the same steps"):
        animate(recording, beside=record(pair, recording.recipe, frames=3))
    with pytest.raises(TypeError, match="beside: got 'subtracted'"):
        animate(recording, beside="subtracted")
    for name in ("fps", "dpi"):
        with pytest.raises(ValueError, match=f"{name}: got 0"):
            animate(recording, **{name: 0})


# two runs side by side ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(pair, recording):
    training = FormTraining(pair, recording.recipe, 1, "subtracted")
    wrong = Recording(training, pair, 6)
    training.fit(wrong)
    return animate(recording, dpi=40, beside=wrong)


def test_each_half_shows_its_own_run_at_the_same_step(two, recording):
    two.show(5)
    right, wrong = two.frames_
    assert (right.name, wrong.name) == ("DANN", "wrong: subtracted, no node: L_y − λ L_d")
    for frame, run in ((right, recording), (wrong, two.beside)):
        assert state_of(frame).startswith("step 60 of 60")
        losses = curves_of(frame)["domain loss"].get_ydata()
        assert losses[0] == run.history[0]["domain_loss"]
    assert len(two.figure_.axes) == 8
    assert all(ax.bbox.x1 < two.figure_.bbox.width / 2 for ax in two.figure_.axes[:4])
    assert all(ax.bbox.x0 > two.figure_.bbox.width / 2 for ax in two.figure_.axes[4:])


def test_a_run_beside_another_is_the_run_alone(pair, recording, two):
    alone = record(pair, recording.recipe)
    for i in range(6):
        np.testing.assert_array_equal(alone.snapshots[i].weights, two.recording.snapshots[i].weights)
    assert not np.array_equal(alone.snapshots[5].weights, two.beside.snapshots[5].weights)


def test_the_push_has_the_sign_of_its_form(two):
    pushes = [frame.panels._features.ax.get_legend().get_texts()[-1].get_text() for frame in two.frames_]
    assert pushes == ["push: × −λ", "push: × −λ"]
    arrows = [frame.panels._features._arrows[1] for frame in two.frames_]
    assert all(np.hypot(arrow.U, arrow.V).max() > 0 for arrow in arrows)


def test_letters_are_read_from_the_back_of_a_class(two, film):
    for shown in (two, film):
        texts = [text for text in shown.figure_.findobj(Text) if text.get_text().strip()]
        sizes = {text.get_text(): text.get_fontsize() for text in texts}
        least = min(sizes.values()) * 80 / 72  # pixels, at the dpi of a film
        assert least >= 14, min(sizes, key=sizes.get)


def test_no_line_above_the_panels_lies_on_a_panel(two, film):
    for shown in (two, film):
        shown.figure_.draw_without_rendering()
        for frame in shown.frames_:
            words = frame.figure.texts
            low = min(text.get_window_extent().y0 for text in words if text.get_text())
            high = max(ax.get_tightbbox().y1 for ax in frame.figure.axes)
            assert low > high
            keys = [ax.get_legend().get_window_extent() for ax in frame.figure.axes]
            assert min(key.x0 for key in keys) >= frame.figure.bbox.x0
            assert max(key.x1 for key in keys) <= frame.figure.bbox.x1
            assert min(key.y0 for key in keys) >= 0
            top, bottom = frame.figure.axes[:2], frame.figure.axes[2:]
            titles = [t.get_window_extent() for ax in bottom for t in (ax.title, ax._left_title) if t.get_text()]
            assert min(ax.get_legend().get_window_extent().y0 for ax in top) > max(title.y1 for title in titles) - 2
            assert max(text.get_window_extent().y1 for text in words) <= shown.figure_.bbox.height


# page and GIF -------------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The open tags and their attributes; all that are opened must be closed, in order."""

    void = ("meta", "img", "input")

    def __init__(self, page):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing(page):
    assert page.startswith("<!DOCTYPE html>")
    assert "seed 1</title>" in page
    tags = Tags(page).seen
    assert not [tag for tag, _ in tags if tag in ("link", "iframe", "object")]
    assert not [attributes for tag, attributes in tags if tag == "script" and attributes]
    assert [attributes["src"] for _, attributes in tags if "src" in attributes] == ["data:,"]
    assert "http" not in re.sub(r"base64,[^\"]*", "", page)  # four letters may meet by chance in an image
    for icon in re.findall(r'class="fa (fa-[a-z-]+)', page):
        assert f".{icon}::before" in page  # a button without a sign is none


def test_every_control_of_the_page_has_a_name_and_the_moment_is_said(page, film):
    tags = Tags(page).seen
    buttons = [attributes for tag, attributes in tags if tag == "button"]
    assert len(buttons) == 9
    assert all(attributes["aria-label"] == attributes["title"] for attributes in buttons)
    assert [attributes["aria-label"] for tag, attributes in tags if tag == "form"] == ["Repetition mode"]
    (slider,) = [attributes for _, attributes in tags if attributes.get("type") == "range"]
    said = json.loads(slider["data-said"])
    assert slider["aria-label"] == "moment of the training"
    assert len(said) == len(film.images())
    target = 100 * dict(film.frames_[0]._scores["target"])[60]
    assert said[-1].startswith("step 60 of 60, λ = ")
    assert f", target {target:.1f} %, source " in said[-1]
    assert SAYS in page


@SLOW
@IN_A_BROWSER
@pytest.mark.parametrize("beside", [False, True], ids=["one run", "two runs"])
def test_the_player_is_seen_without_scrolling(beside, film, two, tmp_path):
    path = (two if beside else film).save_html(tmp_path / "film.html")
    with chromium("headless") as driver:
        screen(driver, 1280, 800, 1)
        driver.get(path.as_uri())
        (last,) = driver.find_elements("css selector", "button[title='Last frame']")
        last.click()
        image, slider = (driver.find_element("css selector", name) for name in ("img", "input[type=range]"))
        for element in driver.find_elements("css selector", "img, button, form, input"):
            assert element.rect["y"] >= 0
            assert element.rect["y"] + element.rect["height"] <= 800, element.get_attribute("outerHTML")[:80]
        assert driver.execute_script("return document.documentElement.scrollHeight") <= 800
        assert image.rect["height"] > 600
        assert "step 60 of 60" in image.get_attribute("alt")
        assert slider.get_attribute("aria-valuetext") == image.get_attribute("alt")


def test_the_page_has_all_moments_and_stays_small(page, film, recording):
    frames = frames_of(page)
    assert len(frames) == len(recording)
    for frame, image in zip(frames, film.images()):
        assert frame.size == (768, 528)
        np.testing.assert_array_equal(np.asarray(frame.convert("RGB")), np.asarray(image.convert("RGB")))
    sizes = [len(frame) for frame in re.findall(r"base64,([^\"]*)", page)]
    assert max(sizes) < 50_000  # so that a hundred stay under 5 MB


def test_an_image_is_the_figure_of_its_moment(film, recording):
    file = io.BytesIO()
    film.show(2).savefig(file, dpi=60)
    drawn = np.asarray(Image.open(file).convert("RGB")).astype(int)
    image = np.asarray(film.images()[2].convert("RGB")).astype(int)
    assert (np.abs(drawn - image).max(axis=-1) > 90).mean() < 0.002
    assert np.abs(image - np.asarray(film.images()[4].convert("RGB"))).max() > 90


def test_the_gif_has_all_moments_and_rests_on_the_last(film, recording, tmp_path):
    path = film.save_gif(tmp_path / "film.gif")
    with Image.open(path) as gif:
        assert gif.n_frames == len(recording)
        paces = []
        for i in range(gif.n_frames):
            gif.seek(i)
            paces.append(gif.info["duration"])
        last = np.asarray(gif.convert("RGB"))
    assert paces == [200] * 5 + [HOLD]
    np.testing.assert_array_equal(last, np.asarray(film.images()[-1].convert("RGB")))
    assert list(tmp_path.iterdir()) == [path]


def test_a_notebook_shows_the_player_without_a_page_around_it(film):
    text = film._repr_html_()
    assert "<!DOCTYPE" not in text
    assert "<link" not in text
    assert '<div class="animation">' in text
    assert len(frames_of(text)) == 6


def test_pyplot_is_left_alone(film):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    film.show(0)
    assert plt.get_fignums() == before
    assert film.figure_.canvas.manager is None
