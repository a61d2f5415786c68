"""Sphinx configuration."""

from pathlib import Path

import matplotlib as mpl

import armsgame as ag

mpl.use("Agg")

# tables that pages include, written anew from the dossiers and the parameter dictionary at every build
generated = Path(__file__).parent / "_generated"
generated.mkdir(exist_ok=True)
(generated / "parameters.md").write_text(ag.treaty.parameters.to_markdown(), encoding="utf-8")
exits = ag.studies.exits_on_record()
(generated / "exits_on_record.md").write_text(exits.to_markdown(), encoding="utf-8")
exits.to_csv(generated / "exits_on_record.csv")
exits.to_parquet(generated / "exits_on_record.parquet")

project = "armsgame"
author = "The armsgame developers"
extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "matplotlib.sphinxext.plot_directive",
]
plot_html_show_formats = False
plot_html_show_source_link = False
myst_enable_extensions = ["dollarmath"]
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
exclude_patterns = ["_build", "_generated"]
numpydoc_show_class_members = False
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"\.py$",
    "abort_on_example_error": True,
}
# sphinx-gallery puts a function into its configuration, which cannot be cached
suppress_warnings = ["config.cache"]
