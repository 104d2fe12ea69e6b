"""The README and the pages tell the truth: their code runs, their links lead somewhere, their picture is true."""

import re
from pathlib import Path

import numpy as np
import pytest
from helpers.picture import picture

from minidann import cli

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted((ROOT / "tutorials" / "pages").glob("*.md"))


def text_of(path):
    return path.read_text(encoding="utf-8")


def run_blocks(path):
    """Run the Python blocks of a page, one after another in one name space."""
    blocks = re.findall(r"```python\n(.*?)```", text_of(path), re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, path.name, "exec"), {})


def test_the_readme_trains_what_it_says(capsys):
    run_blocks(README)
    accuracy = float(re.search(r"target accuracy: ([\d.]+)", capsys.readouterr().out).group(1))
    assert accuracy > 0.95


@pytest.mark.slow
def test_the_page_on_looking_inside_shows_what_it_says(capsys):
    run_blocks(ROOT / "tutorials" / "pages" / "looking_inside.md")
    said = capsys.readouterr().out
    assert "L_d before" in said
    assert "yes: one sweep" in said
    assert "healthy" in said


@pytest.mark.slow
def test_the_page_on_failures_shows_what_it_says(capsys):
    run_blocks(ROOT / "tutorials" / "pages" / "failure.md")
    assert "joint error" in capsys.readouterr().out


def test_the_page_on_the_lab_sets_what_it_says(capsys):
    run_blocks(ROOT / "tutorials" / "pages" / "lab.md")
    assert re.search(r"^(λ|adapt_weight) +2$", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.slow
def test_the_page_on_own_data_trains_what_it_says():
    run_blocks(ROOT / "tutorials" / "pages" / "own_data.md")


@pytest.mark.slow
def test_the_command_for_own_data_writes_what_the_page_says(tmp_path, monkeypatch, capsys):
    page = text_of(ROOT / "tutorials" / "pages" / "own_data.md")
    (command,) = re.findall(r"<!-- own data command -->\n```bash\n.*?-m minidann (.*?)\n```", page)
    rng = np.random.default_rng(0)
    monkeypatch.chdir(tmp_path)
    lines = [f"{x:.3f},{y:.3f}" for x, y in rng.normal(size=(40, 2))]
    Path("source.csv").write_text(
        "length,width,kind\n" + "".join(f"{line},{'ab'[i % 2]}\n" for i, line in enumerate(lines))
    )
    Path("target.csv").write_text("width,length\n" + "".join(f"{y:.3f},{x:.3f}\n" for x, y in rng.normal(size=(30, 2))))
    assert cli.main([*command.split(), "--seeds", "1", "--steps", "5"]) == 0
    assert "–" in capsys.readouterr().out
    assert Path("results/run.png").exists()
    first, *found = Path("found.csv").read_text(encoding="utf-8").splitlines()
    assert first == "row,prediction,probability"
    assert [line.split(",")[0] for line in found] == [str(n) for n in range(1, 31)]
    assert {line.split(",")[1] for line in found} <= {"a", "b"}


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_is_short_and_links_every_page_and_chapter():
    assert len(text_of(README).splitlines()) <= 150
    wanted = [path.relative_to(ROOT).as_posix() for path in (*PAGES, *(ROOT / "tutorials").glob("*.py"))]
    assert [path for path in wanted if f"({path})" not in text_of(README)] == []


def test_the_picture_of_the_house_is_the_house():
    """After a change: python tests/helpers/picture.py"""
    page = text_of(ROOT / "tutorials" / "pages" / "architecture.md")
    (house,) = re.findall(r"## Every file.*?```\n(.*?)\n```", page, re.DOTALL)
    assert house.splitlines() == picture()


def test_the_site_lists_every_page_and_every_command(capsys):
    listed = text_of(ROOT / "tutorials" / "index.md")
    assert [page.stem for page in PAGES if f"\npages/{page.stem}\n" not in listed] == []
    with pytest.raises(SystemExit):
        cli.main([])
    commands = (
        re.search(r"expected one of: (.*?) \(see", " ".join(capsys.readouterr().err.split())).group(1).split(", ")
    )
    assert re.findall(r"{command-help} (\S+)", text_of(ROOT / "tutorials" / "reference" / "commands.md")) == commands
