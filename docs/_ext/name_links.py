"""Public names in the text become links to their pages, and the first use of a term a link to the glossary."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from public_names import public, resolve
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "glossary"
CLOSED = (nodes.reference, nodes.title, addnodes.desc_signature, nodes.literal_block, nodes.term, nodes.caption)
NO_TERMS = (nodes.literal, nodes.math, nodes.image, addnodes.toctree)


def room_of(document: str) -> str:
    """The namespace in which a page of the reference stands."""
    name = document.removeprefix("reference/")
    return public()[name].room if name in public() else ""


def inside(node: nodes.Node, kinds: tuple[type[nodes.Node], ...]) -> bool:
    """Whether a node stands within one of some kinds."""
    parent = node.parent
    while parent is not None:
        if isinstance(parent, kinds):
            return True
        parent = parent.parent
    return False


def link_names(app: Sphinx, tree: nodes.document, document: str) -> None:
    """Wrap each literal that is a public name into a link."""
    room, last = room_of(document), ""
    for node in [*tree.findall(nodes.literal), *tree.findall(nodes.title_reference)]:
        if inside(node, CLOSED):
            continue
        text = node.astext()
        # `.name` is a neighbour of the name before it, or a member of that class
        name = (
            (resolve(text[1:], public()[last].room) or last) if text.startswith(".") and last else resolve(text, room)
        )
        last = name or last
        if isinstance(node, nodes.title_reference):
            shown: nodes.Element = nodes.literal("", text)
            node.replace_self(shown)
        else:
            shown = node
        if not name or public()[name].page == document:
            continue
        target = app.builder.get_relative_uri(document, public()[name].page)
        link = nodes.reference("", "", internal=True, refuri=target)
        link["reftitle"] = f"{name}: {public()[name].summary}".rstrip(": ")
        link["classes"] = ["public-name"]
        shown.replace_self(link)
        link += shown


def short_names(_app: Sphinx, tree: nodes.document) -> None:
    """Signatures show the name people type."""
    for node in tree.findall(addnodes.desc_addname):
        if node.astext().startswith("armsgame."):
            node.children[:] = [nodes.Text("ag." + node.astext().removeprefix("armsgame."))]


def terms(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Terms of the glossary in lower case, each with its page and anchor."""
    found: dict[str, tuple[str, str]] = {}
    for name, _, kind, document, anchor, _ in env.domains["std"].get_objects():
        if kind == "term":
            found[name.lower()] = (document, anchor)
    return found


def link_terms(app: Sphinx, tree: nodes.document, document: str) -> None:
    """Link the first use of each term on a page of prose."""
    if document.startswith(("reference/", "auto_examples", GLOSSARY)):
        return
    known = terms(app.env)
    if not known:
        return
    pattern = re.compile(
        rf"\b({'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?:s|es)?\b", re.IGNORECASE
    )
    seen: set[str] = set()
    for node in list(tree.findall(nodes.Text)):
        if not inside(node, (nodes.paragraph,)) or inside(node, (*CLOSED, *NO_TERMS)):
            continue
        text, pieces, at = str(node), [], 0
        for match in pattern.finditer(text):
            term = match.group(1).lower()
            if term in seen:
                continue
            seen.add(term)
            target, anchor = known[term]
            uri = f"{app.builder.get_relative_uri(document, target)}#{anchor}"
            link = nodes.reference("", "", internal=True, refuri=uri, classes=["term"])
            link += nodes.Text(match.group(0))
            pieces += [nodes.Text(text[at : match.start()]), link]
            at = match.end()
        if pieces:
            node.parent.replace(node, [*pieces, nodes.Text(text[at:])])


def resolved(app: Sphinx, tree: nodes.document, document: str) -> None:
    """Add both kinds of links."""
    link_names(app, tree, document)
    link_terms(app, tree, document)


def setup(app: Sphinx) -> dict[str, Any]:
    """Signatures are shortened when a page is read, links made when it is written."""
    app.connect("doctree-read", short_names)
    app.connect("doctree-resolved", resolved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
