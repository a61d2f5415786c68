"""Sphinx configuration."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import matplotlib as mpl

import armsgame as ag

sys.path.insert(0, str(Path(__file__).parent / "_ext"))
mpl.use("Agg")

import code_catalogues
import llms
import small_explorer

# tables that pages include, written anew from the dossiers and the parameter dictionary at every build
generated = Path(__file__).parent / "_generated"
generated.mkdir(exist_ok=True)
(generated / "parameters.md").write_text(ag.treaty.parameters.to_markdown(), encoding="utf-8")
exits = ag.studies.exits_on_record()
(generated / "exits_on_record.md").write_text(exits.to_markdown(), encoding="utf-8")
exits.to_csv(generated / "exits_on_record.csv")
exits.to_parquet(generated / "exits_on_record.parquet")
code_catalogues.write(generated)
(generated / "extra").mkdir(exist_ok=True)
(generated / "extra" / "llms.txt").write_text(llms.text(Path(__file__).parent), encoding="utf-8")
small_explorer.write(generated / "extra")

# formulas are set by a copy of MathJax that travels with the site, so that pages read the same without a network
packed = Path(find_spec("mathjax").origin).parent / "static" / "mathjax" / "es5"
bundle = generated / "static" / "mathjax"
for part in ("tex-chtml-full.js", "output/chtml/fonts/woff-v2"):
    source, target = packed / part, bundle / part
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)

project = "armsgame"
author = "The armsgame developers"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.mathjax",
    "sphinx_design",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "matplotlib.sphinxext.plot_directive",
    "gallery_claims",
    "name_links",
    "reference_pages",
    "sections",
]
plot_html_show_formats = False
plot_html_show_source_link = False
plot_formats = [("png", 110)]
mathjax_path = "mathjax/tex-chtml-full.js"
mathjax3_config = {"options": {"enableMenu": False}}
myst_enable_extensions = ["attrs_block", "colon_fence", "dollarmath"]
# displayed formulas may stand in the middle of a paragraph
myst_dmath_double_inline = True
# notebooks are run at every build; one that fails ends it
nb_execution_mode = "cache"
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
autodoc_typehints_format = "short"
html_theme = "pydata_sphinx_theme"
html_title = "armsgame"
html_static_path = ["_static", "_generated/static"]
html_extra_path = ["_generated/extra"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "header_links_before_dropdown": 9,
    "collapse_navigation": True,
    "navigation_depth": 3,
    "show_nav_level": 1,
    "show_prev_next": False,
    "navbar_persistent": ["search-button"],
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_show_sourcelink = False
html_copy_source = False
html_sidebars = {"index": []}
# the gallery writes each script as a notebook too, for readers to download
exclude_patterns = ["_build", "_generated", "_ext", "auto_examples/*.ipynb"]
numpydoc_show_class_members = False
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"\.py$",
    "abort_on_example_error": True,
    "write_computation_times": False,
}
# sphinx-gallery puts a function into its configuration, which cannot be cached
suppress_warnings = ["config.cache"]
