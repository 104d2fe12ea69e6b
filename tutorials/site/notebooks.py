"""The chapters as executed notebooks: writes tutorials/notebooks/NN_name.ipynb.

python tutorials/site/notebooks.py          # the chapters that have changed since their notebooks were made
python tutorials/site/notebooks.py 03 09    # these chapters
python tutorials/site/notebooks.py --all    # all chapters: after a change of the package

Needs the extra "docs". Two runs on one machine give the same file, apart from times that a chapter prints.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "tutorials"
NOTEBOOKS = CHAPTERS / "notebooks"
LARGEST = 400_000  # bytes of a notebook
LONGEST = 3600  # seconds of a cell
LINK = re.compile(r"\]\((?!https?:|#)([^)]+)\)")


def main(arguments: list[str] | None = None) -> int:
    """Write the notebooks of the chapters that are asked for. 0 if all is well, or 2 after one line."""
    parser = argparse.ArgumentParser(description="Run the chapters and keep them as notebooks with their outputs.")
    parser.add_argument("numbers", nargs="*", metavar="NN", help="chapters such as 03; by default the changed ones")
    parser.add_argument("--all", action="store_true", help="all chapters")
    asked = parser.parse_args(arguments)
    chapters = {path.name[:2]: path for path in sorted(CHAPTERS.glob("[0-9][0-9]_*.py"))}
    for number in asked.numbers:
        if number not in chapters:
            parser.error(f"NN: got {number!r}, expected one of {', '.join(chapters)}")
    for old in NOTEBOOKS.glob("*.ipynb"):  # of chapters that have another name now
        if not (CHAPTERS / f"{old.stem}.py").exists():
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for number, chapter in chapters.items():
            if number in asked.numbers or asked.all or (not asked.numbers and has_changed(chapter)):
                try:
                    write(chapter, Path(folder))
                except (CellExecutionError, ValueError) as error:
                    print(f"{chapter.name}: {error}", file=sys.stderr)
                    return 2
    return 0


def has_changed(chapter: Path) -> bool:
    """Whether the notebook of a chapter is missing, has other cells, or was not executed."""
    place = NOTEBOOKS / f"{chapter.stem}.ipynb"
    if not place.exists():
        return True
    kept = nbformat.read(place, as_version=4).cells
    if [cell.id for cell in kept] != [cell.id for cell in from_chapter(chapter).cells]:
        return True
    return not all(cell.execution_count for cell in kept if cell.cell_type == "code")


def write(chapter: Path, folder: Path) -> None:
    """Execute a chapter and write its notebook. ``folder`` is for the settings and files of the run."""
    started = time.perf_counter()
    notebook = from_chapter(chapter)
    execute(notebook, folder)
    tidy(notebook)
    text = nbformat.writes(notebook) + "\n"
    check(text, notebook)
    NOTEBOOKS.mkdir(exist_ok=True)
    place = NOTEBOOKS / f"{chapter.stem}.ipynb"
    temporary = place.with_suffix(".partly")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(place)
    print(f"{place.relative_to(ROOT)}: {len(text) / 1000:.0f} kB, {time.perf_counter() - started:.0f} s", flush=True)


def from_chapter(chapter: Path) -> Any:
    """The notebook of a chapter before it runs: the same cells, each with an id that its text decides."""
    notebook = jupytext.reads(chapter.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"file_extension": ".py", "name": "python", "pygments_lexer": "ipython3"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        cell.source = cell.source.strip("\n")
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(lambda link: f"]({_from_notebooks(link[1])})", cell.source)
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
        cell.metadata = {}
    return notebook


def _from_notebooks(link: str) -> str:
    """A link of a chapter, from the folder of the notebooks: to the notebook of another chapter, or one folder up."""
    return re.sub(r"\.py\b", ".ipynb", link) if re.match(r"\d\d_\w+\.py", link) else f"../{link}"


def execute(notebook: Any, folder: Path) -> None:
    """Run all cells in a fresh kernel without the settings of this machine. Raises CellExecutionError if one fails."""
    startup, work = folder / "ipython" / "profile_default" / "startup", folder / "work"
    startup.mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    shutil.copy(Path(__file__).with_name("kernel_startup.py"), startup)
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment |= {
        "IPYTHONDIR": str(folder / "ipython"),
        "MPLCONFIGDIR": str(folder / "matplotlib"),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
    }
    NotebookClient(
        notebook,
        timeout=LONGEST,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(work)}},
    ).execute(env=environment)


def tidy(notebook: Any) -> None:
    """Make the outputs independent of when and where they came: joined streams, and no metadata but alt text."""
    for cell in notebook.cells:
        cell.metadata = {}
        outputs: list[Any] = []
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and outputs and outputs[-1].get("name") == output.name:
                outputs[-1].text += output.text
                continue
            if "metadata" in output:
                output.metadata = {kind: output.metadata[kind] for kind in output.metadata if kind == "image/png"}
            outputs.append(output)
        if outputs:
            cell.outputs = outputs


def check(text: str, notebook: Any) -> None:
    """Raises ValueError for a large notebook, words on the error stream, or an output that names a place here."""
    if len(text) > LARGEST:
        raise ValueError(f"the notebook has {len(text):,} bytes, at most {LARGEST:,} are allowed: draw smaller figures")
    places = {str(ROOT), str(Path.home()), tempfile.gettempdir()}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise ValueError(f"a cell wrote on the error stream: {output.text[:500]!r}")
            words = output.get("text") or output.get("data", {}).get("text/plain", "")
            named = [place for place in places if re.search(rf"{re.escape(place)}(/|\b)", words)]
            if named or re.search(r"\b0x[0-9a-f]{8,}", words):
                raise ValueError(f"an output names a place of this machine, a path or an address: {words[:500]!r}")


if __name__ == "__main__":
    sys.exit(main())
