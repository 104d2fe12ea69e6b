"""What Sphinx must know of this repository: links between files, texts of figures, public names of classes."""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

TUTORIALS = Path(__file__).resolve().parents[1]
ROOMS = ("", "nn", "data", "data.released", "adapt", "compare", "games", "probe", "estimators", "plots", "lab")


def repository() -> str:
    """The address of the repository's files on GitHub, where a workflow builds the site; else an empty text."""
    host, name = os.environ.get("GITHUB_SERVER_URL", ""), os.environ.get("GITHUB_REPOSITORY", "")
    return f"{host}/{name}/blob/main/" if host and name else ""


def links(app: Sphinx, page: str, source: list[str]) -> None:
    """Let links lead to pages of the site: a script to its notebook, slides to their HTML, other files to GitHub."""
    text = re.sub(r"\]\((?:\.\./)*(\d\d_\w+)\.py\)", rf"]({_up(page)}notebooks/\1.ipynb)", source[0])
    text = re.sub(r"\[([^\]\[]*)\]\((slides/\w+)\.md\)", r'<a href="\2.html">\1</a>', text)
    # without GitHub a link to a file becomes a download, and one to a folder becomes plain text
    if repository():
        text = re.sub(r"\]\((?:\.\./)+(minidann|tests|\.github|[A-Z]+\.\w+)\b", rf"]({repository()}\1", text)
    else:
        text = re.sub(r"\[([^\]\[]*)\]\((?:\.\./)+(?:minidann|tests)[\w/]*\)", r"\1", text)
    source[0] = text


def _up(page: str) -> str:
    return "../" * page.count("/")


def figures(app: Sphinx, tree: nodes.document) -> None:
    """Give each figure of a chapter its alt text, which the notebook keeps beside the picture, and offer the files."""
    page = app.env.docname
    if not page.startswith("notebooks/"):
        return
    notebook = json.loads((TUTORIALS / f"{page}.ipynb").read_text(encoding="utf-8"))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    texts = [o["metadata"]["image/png"]["alt"] for o in outputs if "image/png" in o.get("data", {})]
    drawn = [image for image in tree.findall(nodes.image) if "jupyter_execute" in image["uri"]]
    for image, text in zip(drawn, texts, strict=True):
        image["alt"] = text
    name = page.removeprefix("notebooks/")
    offer = nodes.paragraph(classes=["files"])
    for words, path in {"notebook": f"/{page}.ipynb", "script": f"/{name}.py"}.items():
        offer += nodes.Text("Download: " if words == "notebook" else " · ")
        offer += addnodes.download_reference("", "", nodes.inline("", words), refdoc=page, reftarget=path)
    title = next(iter(tree.findall(nodes.title)))
    title.parent.insert(1, offer)


def public_names() -> dict[str, str]:
    """The full name of each public class and function, to the name under which the reference has it."""
    names = {}
    for room in ROOMS:
        module = importlib.import_module(f"minidann.{room}".rstrip("."))
        for name in module.__all__:
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                names.setdefault(f"{thing.__module__}.{thing.__qualname__}", f"{module.__name__}.{name}")
    return names


def public(app: Sphinx, env: Any, node: addnodes.pending_xref, content: nodes.Element) -> nodes.Element | None:
    """Lead a type of a signature to the public name of its class; a type without a page stays plain text."""
    if node.get("refdomain") != "py":
        return None
    name = PUBLIC.get(node.get("reftarget", ""), "")
    found = env.get_domain("py").resolve_xref(env, node["refdoc"], app.builder, "obj", name, node, content)
    return found or content


PUBLIC = public_names()


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", links)
    app.connect("doctree-read", figures, priority=100)  # before Sphinx collects the files to download
    app.connect("missing-reference", public)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
