"""The reference: one page for each public name, written from the stubs at every build."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from public_names import MENTIONED, Public, canonical, public, resolve

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOTTED = re.compile(r"(?<![\w./-])(ag|armsgame)((?:\.[A-Za-z_]\w*)+)")
IMPORTED = re.compile(r"^[>. ]*from (armsgame[\w.]*) import (\([^)]*\)|.+)", re.MULTILINE)
FENCE = re.compile(r"^```(?:python|\{code-cell\}[^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXCERPT = 12
SEE_ALSO = 8


@dataclass(frozen=True)
class Use:
    """Where a page or a script of the gallery uses a name."""

    document: str
    title: str
    excerpt: str


def rule(text: str, sign: str) -> str:
    """A heading of reStructuredText."""
    return f"{text}\n{sign * len(text)}\n"


def longest(path: str) -> str:
    """The public name at the start of a dotted path, "" where there is none."""
    parts = path.split(".")
    for end in range(len(parts), 1, -1):
        name = ".".join(parts[:end])
        if name in public():
            return canonical()[name]
    return ""


def named(text: str) -> set[str]:
    """Public names that a page or a script speaks of."""
    found = {longest("ag" + match.group(2)) for match in DOTTED.finditer(text)}
    for module, names in IMPORTED.findall(text):
        for part in re.sub(r"[()]|#.*|>>>|\.\.\. ", "", names).replace("\n", " ").split(","):
            if part.strip():
                found.add(longest(f"ag{module[8:]}.{part.split()[0]}"))
    found |= {resolve(span) for span in MENTIONED.findall(text)}
    return {name for name in found if name and public()[name].kind != "namespace"}


def excerpt(text: str, name: str, script: bool) -> str:
    """A few lines that use a name, from a script or from the tested blocks of a page."""
    last = name.rpartition(".")[2]
    use = re.compile(rf"\b{last}\b\(?")
    for block in [text] if script else FENCE.findall(text):
        lines = block.rstrip().splitlines()
        at = next((k for k, line in enumerate(lines) if use.search(line) and "import" not in line), None)
        if at is not None:
            if len(lines) <= EXCERPT:
                return block.rstrip()
            low = max(0, at - 2)
            return "\n".join(lines[low : low + EXCERPT // 2])
    return ""


def uses(docs: Path) -> dict[str, list[Use]]:
    """Pages and gallery scripts that use each name."""
    found: dict[str, list[Use]] = defaultdict(list)
    for path in sorted((docs.parent / "examples").glob("plot_*.py")):
        text = path.read_text(encoding="utf-8")
        title = text.split('"""')[1].strip().splitlines()[0].strip("= ")
        for name in named(text):
            found[name].append(Use(f"auto_examples/{path.stem}", title, excerpt(text, name, True)))
    for path in sorted(docs.glob("*/*.md")):
        folder = path.parent.name
        if folder.startswith("_") or folder in ("auto_examples", "reference"):
            continue
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.+)$", text, re.MULTILINE)
        for name in named(text):
            document = f"{folder}/{path.stem}"
            found[name].append(Use(document, title.group(1) if title else path.stem, excerpt(text, name, False)))
    return found


def types_in(function: Any, classes: dict[str, str]) -> list[str]:
    """Public classes that a signature names, what is returned before what is taken."""
    try:
        text = str(inspect.signature(function))
    except (TypeError, ValueError):
        return []
    words = re.findall(r"[A-Z]\w+", text.rpartition("->")[2]) + re.findall(r"[A-Z]\w+", text)
    return [classes[word] for word in dict.fromkeys(words) if word in classes]


def related() -> dict[str, list[str]]:
    """See also: what a docstring mentions, what an answer is, and who answers with it."""
    classes = {e.value.__name__: canonical()[n] for n, e in public().items() if e.kind == "class"}
    links: dict[str, list[str]] = defaultdict(list)
    for name, entry in public().items():
        if canonical()[name] != name or entry.kind == "namespace":
            continue
        if entry.kind == "function":
            links[name] += types_in(entry.value, classes)
        for span in MENTIONED.findall(entry.text):
            other = resolve(span, entry.room)
            if other and public()[other].kind != "namespace":
                links[name].append(other)
    back: dict[str, list[str]] = defaultdict(list)
    for name, others in links.items():
        for other in others:
            back[other].append(name)
    both = {name: dict.fromkeys(links.get(name, []) + back.get(name, [])) for name in (*links, *back)}
    return {name: [other for other in others if other != name][:SEE_ALSO] for name, others in both.items()}


def entry_line(name: str) -> str:
    """A bullet that links a name and says what it is."""
    entry = public()[name]
    return f"- :doc:`{name} </{entry.page}>`" + (f": {escaped(entry.summary)}" if entry.summary else "")


def escaped(text: str) -> str:
    """Text that reStructuredText shows as it is."""
    return re.sub(r"([*_|`\\])", r"\\\1", text)


def body(entry: Public) -> str:
    """The documentation of the object itself."""
    room = "armsgame" + entry.room[2:]
    if entry.kind == "class":
        return f".. autoclass:: {entry.path}\n   :members:\n   :inherited-members:\n"
    if entry.kind == "function":
        return f".. autofunction:: {entry.path}\n"
    kind = type(entry.value).__name__
    home = next((f":doc:`{n} </{e.page}>`" for n, e in public().items() if e.value is type(entry.value)), f"``{kind}``")
    lines = [f".. py:data:: {entry.path}\n", f"   {escaped(entry.text) or escaped(repr(entry.value)[:400])}\n"]
    return "\n".join([*lines, f"   It is {home} in the namespace ``ag{room[8:]}``.\n"])


def page(entry: Public, also: list[str], used: list[Use]) -> str:
    """The page of one name."""
    out = [rule(entry.name, "=")]
    home = canonical()[entry.name]
    if home != entry.name:
        out.append(f"This is another name of :doc:`{home} </{public()[home].page}>`. {escaped(entry.summary)}\n")
        return "\n".join(out)
    out.append(body(entry))
    shown = next((use for use in used if use.excerpt), None)
    if ">>>" not in entry.text and shown is not None:
        out += [rule("Example", "-"), f"From :doc:`/{shown.document}`, which runs it:\n"]
        out += [".. code-block:: python\n", textwrap.indent(textwrap.dedent(shown.excerpt), "   ") + "\n"]
    out += [rule("See also", "-"), *map(entry_line, also), entry_line(entry.room), ""]
    if used:
        out += [rule("Used in", "-"), *(f"- :doc:`/{use.document}`" for use in used), ""]
    return "\n".join(out)


def namespace(entry: Public) -> str:
    """The page of a namespace: its docstring and its names."""
    inside = [n for n, e in public().items() if e.room == entry.name]
    title = entry.name if entry.name != "ag" else "ag: the names of daily use"
    # most docstrings of namespaces are indexes, which the lists below repeat with links
    out = [rule(title, "="), (entry.text.split("\n\n- `")[0] if entry.text else "") + "\n"]
    groups = {"namespace": "Namespaces", "class": "Classes", "function": "Functions", "data": "Objects"}
    for kind, heading in groups.items():
        names = sorted(n for n in inside if public()[n].kind == kind)
        if names and not (entry.name == "ag" and kind == "namespace"):
            out += [rule(heading, "-"), *map(entry_line, names), ""]
    inner = [n for n in inside if entry.name != "ag" or public()[n].kind != "namespace"]
    if inner:
        out += [".. toctree::", "   :hidden:", "", *(f"   {n} </{public()[n].page}>" for n in inner), ""]
    return "\n".join(out)


def write(docs: Path) -> None:
    """Write a page for each public name into ``docs/reference``, and remove those of names that are gone."""
    folder = docs / "reference"
    used, also = uses(docs), related()
    wanted = {}
    for name, entry in public().items():
        text = namespace(entry) if entry.kind == "namespace" else page(entry, also.get(name, []), used.get(name, []))
        wanted[folder / f"{name}.rst"] = text
    wanted[docs / "_generated" / "namespaces.md"] = overview()
    for path in folder.glob("ag*.rst"):
        if path not in wanted:
            path.unlink()
    for path, text in wanted.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def overview() -> str:
    """All namespaces with their names, in Markdown, for the index of the reference."""
    out = []
    for room, entry in public().items():
        if entry.kind != "namespace":
            continue
        inside = [n for n, e in public().items() if e.room == room and e.kind != "namespace" and canonical()[n] == n]
        summary = entry.summary.split(": ``")[0].rstrip(".")
        out += [f"## [{room}]({room}.rst)", "", f"{summary}.", ""]
        out += [" · ".join(f"[`{n.rpartition('.')[2]}`]({n}.rst)" for n in sorted(inside)), ""]
    rooms = [room for room, e in public().items() if e.kind == "namespace" and room.count(".") == 1]
    return "\n".join([*out, "```{toctree}", ":hidden:", "", *(f"/reference/{room}" for room in rooms), "```", ""])


def own_members(_app: Any, what: str, _name: str, member: Any, skip: bool, _options: Any) -> bool | None:
    """Leave out what a class has from Python or from another package."""
    if what != "class" or skip:
        return None
    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
    module = getattr(function, "__module__", None) or ""
    if inspect.isroutine(function) or isinstance(member, property):
        return None if module.startswith("armsgame") else True
    return True


def plain_stars(_app: Any, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Shapes such as [*B, K] are text, and no start of an emphasis."""
    for at, line in enumerate(lines):
        parts = line.split("``")
        parts[::2] = [re.sub(r"(?<!\\)\[\*(?=[A-Z])", r"[\\*", part) for part in parts[::2]]
        lines[at] = "``".join(parts)


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir)))
    app.connect("autodoc-skip-member", own_members)
    # after numpydoc has written its sections
    app.connect("autodoc-process-docstring", plain_stars, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
