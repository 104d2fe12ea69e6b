"""The settings of Sphinx. To build the site: python tutorials/site/build.py"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import minidann  # noqa: E402

project = "minidann"
author = "The minidann authors"
copyright = "The minidann authors. BSD-3-Clause"
version = release = minidann.__version__
language = "en"

extensions = [
    "myst_nb",  # Markdown pages, and notebooks with the outputs that they have
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "mathml",
    "course",
    "command_help",
    "docstrings",
]
include_patterns = ["index.md", "README.md", "pages/*.md", "reference/*.md", "notebooks/*.ipynb"]
nitpicky = True

nb_execution_mode = "off"  # python tutorials/site/notebooks.py has executed them
nb_merge_streams = True
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "imported-members": True}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 90
toc_object_entries_show_parents = "hide"

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = "minidann"
html_math_renderer = "mathml"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_sourcelink_suffix = ""
html_copy_source = html_show_sourcelink = False
html_show_sphinx = False
copybutton_exclude = ".linenos, .gp, .go"
