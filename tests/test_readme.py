"""The README tells the truth: its code runs, its links lead somewhere, its picture is the package."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_python_blocks_run_and_say_what_the_text_says(capsys):
    training, looking, lab = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(training, "README.md", "exec"), {})
    accuracy = float(re.search(r"target accuracy: ([\d.]+)", capsys.readouterr().out).group(1))
    assert accuracy > 0.95
    exec(compile(looking, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "L_d before" in said
    assert "yes: one sweep" in said
    assert "healthy" in said
    exec(compile(lab, "README.md", "exec"), {})
    assert re.search(r"^λ +2$", capsys.readouterr().out, re.MULTILINE)


def test_links_within_the_repository_lead_somewhere():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_module_stands_in_the_picture_of_the_house_and_every_name_in_it_exists():
    (house,) = re.findall(r"## The house.*?```\n(.*?)```", README, re.DOTALL)
    modules = {path.name for path in (ROOT / "minidann").rglob("*.py")} - {"__init__.py"}
    named = set(re.findall(r"\b\w+\.py\b", house))
    assert named == modules
