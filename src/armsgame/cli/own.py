"""A reader's own dossier: a commented template, and a check that explains every fault."""

from __future__ import annotations

from pathlib import Path

from armsgame.errors import ArmsgameError, ScenarioError

__all__ = ["SOUND", "new", "validate"]

SOUND = "  Faults of the record: none."
"""The line that `validate` prints where it finds none."""


def new(name: str) -> str:
    """Write the template as NAME.toml in the current folder; never overwrites.

    Raises
    ------
    ScenarioError
        A name that cannot be an id.
    ArmsgameError
        The file exists, or cannot be written.
    """
    from armsgame.dossiers.loader import template

    text = template(name)
    path = Path(f"{name}.toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ArmsgameError(f"{str(path)!r} exists and is left as it is. Choose another name.") from None
    except OSError as fault:
        raise ArmsgameError(f"{str(path)!r} cannot be written: {fault}. Work in another folder.") from None
    return f"Wrote {path}, an invented example to replace. Check it with: armsgame validate {path}"


def validate(given: str) -> str:
    """Check a dossier; the answer says what rests on memory and on assumptions, and lists faults of the record by kind.

    Raises
    ------
    ScenarioError
        A file that cannot be read, or faults: all of them, each with its line where that is known.
    """
    from armsgame.dossiers.audit import KINDS, record_faults
    from armsgame.dossiers.fault_lines import line_of
    from armsgame.dossiers.loader import check_text, text_of
    from armsgame.dossiers.moves import READ, near_misses
    from armsgame.study.scenarios.outlook import declined_display

    text = text_of(given)
    scenario, faults = check_text(text, given)
    if scenario is None:
        told = []
        for one in faults:
            line = line_of(text, one.partition(": ")[0])
            told.append(one if line is None else f"line {line}: {one}")
        raise ScenarioError(f"{given} has {len(faults)} fault{'s' * (len(faults) > 1)}:", told)
    stated = [(x.source, x.confidence) for own in (scenario.events, scenario.facts, scenario.regimes) for x in own]
    stated += [(scenario.terms.source, scenario.terms.confidence)]
    stated += [(c.source, c.reply_source) for c in scenario.claims]
    memory = sum("memory" in words for words in stated)
    assumed = sum(q.source == "assumption" for q in scenario.quantities.values())
    lines = [
        f"{given} is a valid dossier.",
        f"  {scenario}",
        f"  {memory} of {len(stated)} statements rest on memory and are printed as unverified; "
        f"{assumed} of {len(scenario.quantities)} parameters are assumptions.",
    ]
    charged = {c.claimant for c in scenario.claims}
    silent = [p for p in scenario.parties if p not in charged]
    if silent:
        lines.append(f"  Note: no claim of {' or '.join(silent)} is recorded; claims should go both ways.")
    if len(scenario.regimes) < 2:
        kept = "no verification regime: reports need one" if not scenario.regimes else "one verification regime"
        lines.append(f"  Note: {kept}; the end of a regime is not studied.")
    told = [n for n in dict.fromkeys(e.move for e in scenario.timeline()) if n in READ]
    lines.append(f"  Moves that are read: {', '.join(told) or 'none'}; all others stand in the record alone.")
    lines += [f"  Warning: {line}" for line in near_misses(scenario)]
    if declined_display(scenario) is None:
        lines.append("  Note: no display was offered and declined between the parties; its sections stay empty.")
    for dispute in scenario.disputes:
        named = ", ".join(repr(r.name) for r in dispute.readings)
        lines.append(f"  Disputed: {dispute.question} Every reading is run: {named}.")
    found = record_faults(scenario)
    lines.append(f"  Faults of the record: {len(found)}." if found else SOUND)
    for kind, meaning in KINDS.items():
        own = [f for f in found if f.kind == kind]
        if own:
            lines.append(f"  {kind} ({len(own)}): {meaning}")
            for each in own:
                line = line_of(text, each.path.partition(":")[0])
                lines.append(f"    {each}" if line is None else f"    line {line}: {each}")
    return "\n".join(lines)
