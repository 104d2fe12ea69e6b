"""The solution files: their cuts, their page, and the memory of failures."""

from pathlib import Path

from minidann.exercises import material, work_folder
from minidann.exercises.judge import Answer

CHAPTERS = material.chapters()
PAGE = Path(__file__).parents[2] / "tutorials" / "pages" / "exercises.md"


def test_a_stub_has_no_line_of_a_solution_and_all_of_the_rest():
    for chapter in CHAPTERS.values():
        stub = chapter.stub()
        assert "SOLUTION" not in stub
        assert "# STUB" not in stub
        compile(stub, chapter.module, "exec")
        for exercise in chapter.exercises:
            assert f"## {exercise.name} · {exercise.minutes} minutes" in stub
            assert 5 <= exercise.minutes <= 20
    assert "return at_e" not in CHAPTERS[1].stub()


def test_the_page_lists_all_exercises():
    text = PAGE.read_text(encoding="utf-8")
    for number, chapter in CHAPTERS.items():
        for each in chapter.exercises:
            assert f"| {number:02d} | `{each.name}` | {each.aim} | {each.minutes} |" in text


def test_failures_of_one_kind_are_counted_also_over_a_broken_memory(tmp_path):
    def remember(*answers):
        return work_folder.remember(tmp_path, CHAPTERS[2], answers)

    sign, shape = (Answer("matmul", "wrong", slip=slip) for slip in ("sign", "shape"))
    assert [remember(each)["matmul"] for each in (sign, sign, shape, shape, sign)] == [1, 2, 1, 2, 1]
    for broken in ("", "[1]", '{"chapter_02": 3}', '{"chapter_02": {"matmul": {"slip": "sign", "tries": "x"}}}'):
        (tmp_path / "progress.json").write_text(broken)
        assert remember(sign) == {"matmul": 1}
