"""The guide, the slides and the handout name chapters, figures, scenarios, exercises and numbers that exist."""

import importlib.util
import re
from pathlib import Path

import pytest

from minidann.compare import PUBLISHED
from minidann.lab import SCENARIOS

TUTORIALS = Path(__file__).parents[1] / "tutorials"
GUIDE = TUTORIALS / "README.md"
SLIDES = TUTORIALS / "slides"
CHAPTERS = {path.name[:2]: path for path in sorted(TUTORIALS.glob("[0-9][0-9]_*.py"))}
FIELDS = ["Aim", "Time", "Ask", "Misconception", "Project", "Lab", "Exercises"]


def text_of(path):
    return path.read_text(encoding="utf-8")


def entries():
    """The number of each chapter in the guide, and the text of its entry."""
    parts = re.split(r"(?m)^### \[?(\d\d) · ", text_of(GUIDE).split("\n## When something goes wrong")[0])
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def field(entry, name):
    """The text of one field of an entry."""
    return re.search(rf"- \*\*{name}\.\*\* (.*?)(?=\n- \*\*|\n\n|\Z)", entry, re.DOTALL).group(1)


def test_the_guide_has_an_entry_for_each_chapter():
    assert list(entries()) == sorted(entries())
    assert [number for number in CHAPTERS if number not in entries()] == []


@pytest.mark.parametrize("number", entries())
def test_an_entry_is_complete_and_names_what_exists(number):
    entry = entries()[number]
    assert re.findall(r"(?m)^- \*\*(\w+)\.\*\*", entry) == FIELDS
    figures = re.findall(r"`(\d\d-\d)`", field(entry, "Project"))
    assert [name for name in figures if name not in text_of(CHAPTERS[number])] == []
    scenarios = set(re.findall(r"`([^`]+)`", field(entry, "Lab")))
    assert scenarios - {*SCENARIOS, "digits"} == set()
    solutions = TUTORIALS / "exercises" / f"chapter_{number}.py"
    exercises = re.findall(r"(?m)^# ## (\w+) · ", text_of(solutions)) if solutions.exists() else []
    assert set(re.findall(r"`([^`]+)`", field(entry, "Exercises"))) == set(exercises)


@pytest.mark.parametrize("page", [GUIDE, *SLIDES.glob("*.md")], ids=lambda path: path.name)
def test_links_and_figures_lead_to_files(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", text_of(page))
    files = re.findall(r"`(tutorials/[\w/]+\.\w+)`", text_of(page))
    assert links
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [name for name in files if not (TUTORIALS.parent / name).exists()] == []


@pytest.mark.parametrize("name", ["lecture.md", "handout.md"])
def test_numbers_come_from_a_page_or_from_the_paper(name):
    pages = "".join(map(text_of, (TUTORIALS / "pages").glob("*.md")))
    paper = {f"{share:.4f}" for versions in PUBLISHED.values() for share in versions["v1"].values()}
    numbers = set(re.findall(r"(?<![\d.])\d\.\d{3,}|\d,\d{3}", text_of(SLIDES / name)))
    assert [number for number in sorted(numbers) if number not in pages and number not in paper] == []


def test_scenarios_of_the_slides_exist():
    named = re.findall(r"--scenario ([\w-]+)", text_of(SLIDES / "lecture.md") + text_of(GUIDE))
    assert named
    assert set(named) <= set(SCENARIOS)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The texts of the two HTML files, by name."""
    pytest.importorskip("mdit_py_plugins")
    pytest.importorskip("latex2mathml")
    spec = importlib.util.spec_from_file_location("slides", TUTORIALS / "site" / "slides.py")
    slides = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(slides)
    return {path.name: text_of(path) for path in slides.write(tmp_path_factory.mktemp("slides"))}


def test_the_slides_are_one_file_that_asks_no_other(written):
    text = written["lecture.html"]
    assert text.count("<section>") == text_of(SLIDES / "lecture.md").count("\n---\n") + 1
    for page in written.values():
        assert not re.search(r'src="(?!data:)|<link|@import|url\((?!#)', page)
        assert "$$" not in page
    assert text.count("<img") == 4
    assert not re.search(r'alt=""|aria-label=""', text)


def test_the_handout_fits_a_page():
    """Printed by Chromium, these lines fill less than nine tenths of a page. A new line must replace an old one."""
    lines = [line for line in text_of(SLIDES / "handout.md").splitlines() if line]
    assert len(lines) <= 48
    assert max(map(len, lines)) <= 135
