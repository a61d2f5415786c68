"""The index of a section lists every page of its folder: what it does not name stands at the end."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


REST = "% every other page of this folder"


def add_rest(app: Sphinx, document: str, source: list[str]) -> None:
    """Replace the marker of an index by a list of the pages that the index does not name."""
    if REST not in source[0]:
        return
    folder = (Path(app.srcdir) / document).parent
    named = set(re.findall(r"[\w./-]+", source[0]))
    rest = sorted(p.stem for p in folder.glob("*.md") if p.stem not in named and p.stem != "index")
    listed = "\n".join(["```{toctree}", ":maxdepth: 1", "", *rest, "```"]) if rest else ""
    source[0] = source[0].replace(REST, listed)


def setup(app: Sphinx) -> dict[str, Any]:
    """Pages are added when the index is read."""
    app.connect("source-read", add_rest)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
