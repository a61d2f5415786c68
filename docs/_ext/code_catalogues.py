"""Catalogues that are read from the code at every build: strategies, policies, measures, events and moves."""

from __future__ import annotations

import inspect
from pathlib import Path

from automaton_pictures import draw

import armsgame as ag

EVENTS = {
    "deployed": "At least one party deploys in the period.",
    "both_deployed": "Both parties deploy in the same period.",
    "notice": "A party gives notice of withdrawal.",
    "withdrawn": "The treaty ends: the notice has run out, or there is no notice period.",
    "dispute_resolved": "A pending demand ends with the treaty in force: it was dropped, met or yielded to.",
    "yielded": "The party that was asked complies with the demand in public, and the dispute ends.",
    "expired": "The deadline of a demand passes without an answer that satisfies it.",
    "both_deployed_after_notice": "Both parties deploy during the notice period or after withdrawal.",
    "false_alarm": "A party that complied is flagged.",
    "detected": "A party that deployed is flagged.",
    "notice_without_grounds": "Notice is given without a flag about the other party, a demand or an expired deadline.",
}
MOVES = {
    "silent": "says nothing",
    "notice": "gives notice of withdrawal",
    "demand": "demands an explanation or the end of a suspected deployment; possible once the other party was flagged",
    "ignore": "lets the demand stand and ignores what was offered",
    "accept": "accepts the display that the other party offers",
    "back_down": "drops its demand, at the audience cost of backing down",
    "deny": "denies the charge",
    "offer": "offers a display of the equipment in question",
    "yield": "complies with the demand in public; possible only while complying",
}
STATUSES = {
    "in_force": "The treaty is in force and no demand is pending",
    "demand": "A demand is pending and its deadline runs",
    "expired": "The deadline has passed without a satisfying answer",
    "notice": "Notice was given and the notice period runs",
    "withdrawn": "The treaty is left",
}


def strategies(folder: Path) -> str:
    """Each named strategy with its source, its automaton and twelve periods of play."""
    pictures = folder / "automata"
    pictures.mkdir(exist_ok=True)
    out = []
    for name, strategy in ag.strategies.named_strategies().items():
        words = draw(strategy, pictures / f"{name}.png")
        note = f" {strategy.note[0].upper()}{strategy.note[1:].rstrip('.')}." if strategy.note else ""
        out += [f"## {name.replace('_', ' ')}", ""]
        out += [f'In code this is `ag.strategies.named_strategies()["{name}"]`.{note} Source: {strategy.source}.', ""]
        out += [f"```{{image}} /_generated/automata/{name}.png", f":alt: {words}", "```", ""]
    return "\n".join(out)


def policies() -> str:
    """Each named policy of a treaty's game, and the name that is typed."""
    typed = {id(value): name for name, value in vars(ag.treaty).items()} | {
        id(getattr(ag.treaty, name)): name for name in ag.treaty.__all__
    }
    out = ["| policy | what it does |", "|---|---|"]
    for name, policy in ag.treaty.NAMED.items():
        about = policy.about.rstrip(".")
        shown = typed.get(id(policy))
        written = f"`ag.treaty.{shown}`" if shown else f'`ag.treaty.NAMED["{name}"]`'
        out.append(f"| {written} | {about[0].upper()}{about[1:]}. |")
    return "\n".join(out)


def cell(text: str) -> str:
    """Text that a table of Markdown holds."""
    return text.replace("|", "\\|").replace("\n", " ")


def measures() -> str:
    """Each measure of a sweep with what it answers."""
    out = ["| measure | what it answers | outputs (unit) |", "|---|---|---|"]
    for name in sorted(ag.measures.__all__):
        value = getattr(ag.measures, name)
        if inspect.isclass(value) or not (callable(value) or isinstance(value, ag.measures.Measure)):
            continue
        about = value.about if isinstance(value, ag.measures.Measure) else inspect.cleandoc(value.__doc__ or "")
        units = dict(value.units) if isinstance(value, ag.measures.Measure) else {}
        outputs = ", ".join(f"{output} ({unit})" if unit else output for output, unit in units.items())
        out.append(
            f"| `ag.measures.{name}` | {cell(about.split(chr(10) * 2)[0])} | {cell(outputs) or 'see its page'} |"
        )
    return "\n".join(out)


def events() -> str:
    """Each event of a treaty's game; an event without a description ends the build."""
    game = ag.Treaty().game()
    missing = sorted(set(game.events) ^ set(EVENTS))
    if missing:
        raise ValueError(f"events without a description, or descriptions without an event: {missing}")
    out = ["| event | when it happens |", "|---|---|"]
    out += [f"| `{name}` | {EVENTS[name]} |" for name in game.events]
    out += ["", "A mechanism may add events of its own:", "", "| mechanism | events |", "|---|---|"]
    for name in ag.treaty.parts.__all__:
        part = getattr(ag.treaty.parts, name)
        own = getattr(part, "events", ()) if inspect.isclass(part) and name != "Part" else ()
        if isinstance(own, tuple) and own:
            out.append(f"| `ag.treaty.parts.{name}` | {', '.join(f'`{event}`' for event in own)} |")
    return "\n".join(out)


def moves() -> str:
    """Which moves each party has in each status."""
    treaty = ag.Treaty()
    found: dict[str, dict[str, list[str]]] = {}
    for status in treaty.statuses():
        for party in (0, 1):
            role = "both"
            if status.kind in ("demand", "expired"):
                role = "the party that demands" if status.demander == party else "the party that is asked"
            said = found.setdefault(status.kind, {}).setdefault(role, [])
            said += [m for m in dict.fromkeys(move for _, move in treaty.moves(status, party)) if m and m not in said]
    unknown = {m for roles in found.values() for said in roles.values() for m in said} ^ set(MOVES)
    if unknown:
        raise ValueError(f"moves without a description, or descriptions without a move: {sorted(unknown)}")
    out = ["| status | whose move | moves |", "|---|---|---|"]
    for kind, roles in found.items():
        for role, said in roles.items():
            shown = ", ".join(f"`{move}`" for move in said) or "none: only conduct is chosen"
            out.append(f"| `{kind}`. {STATUSES[kind]}. | {role} | {shown} |")
    out += ["", "| move | the party ... |", "|---|---|"]
    out += [f"| `{move}` | {text} |" for move, text in MOVES.items()]
    return "\n".join(out)


def write(folder: Path) -> None:
    """Write the catalogues that pages include."""
    texts = {
        "strategies": strategies(folder),
        "policies": policies(),
        "measures": measures(),
        "events": events(),
        "moves": moves(),
    }
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text + "\n", encoding="utf-8")
