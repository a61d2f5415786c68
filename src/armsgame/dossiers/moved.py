"""A belief about conduct that a file stores beside its law of types is refused, with the rows to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from armsgame._checks import is_number

__all__ = ["moved"]

_FIELD = "prior_violation"
_HIDDEN = ("deploy", "stay_deployed", "pretext")
"""Policies that deploy while the treaty is in force."""


def moved(data: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Return the file without the field, to check the rest, and one fault for each account that holds it."""
    accounts = data.get("perspectives")
    held = {
        name: account
        for name, account in (accounts.items() if isinstance(accounts, Mapping) else ())
        if isinstance(account, Mapping) and _FIELD in account
    }
    if not held:
        return dict(data), []
    copy: dict[str, Any] = deepcopy(dict(data))
    conduct = _conduct(data, held)
    for row in copy.get("types", ()):
        if isinstance(row, dict):
            row.setdefault("assumed_conduct", conduct.get(str(row.get("name")), "comply"))
    faults = []
    for name, account in held.items():
        del copy["perspectives"][name][_FIELD]
        faults.append(f"$.perspectives.{name}.{_FIELD}: {_told(account, conduct)}")
    return copy, faults


def _conduct(data: Mapping[str, Any], held: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Say what each type is assumed to do: as its row has it, else by the first policy that an account gives it."""
    found: dict[str, str] = {}
    for row in data.get("types", ()):
        if isinstance(row, Mapping) and isinstance(row.get("name"), str):
            name = row["name"]
            laws = (p.get("policies") for p in held.values())
            policy = next((law[name] for law in laws if isinstance(law, Mapping) and name in law), "")
            found[name] = str(row.get("assumed_conduct", "deploy" if policy in _HIDDEN else "comply"))
    return found


def _told(account: Mapping[str, object], conduct: Mapping[str, str]) -> str:
    rows = ", ".join(f'{kind}: assumed_conduct = "{told}"' for kind, told in conduct.items())
    lines = [
        "an account stores one prior, over types, and what a party thinks of the other's conduct follows from it. "
        f"Delete this line and write in the rows of $.types: {rows}"
    ]
    types, stored = account.get("types"), account[_FIELD]
    for party, chance in stored.items() if isinstance(stored, Mapping) else ():
        law = types.get(party) if isinstance(types, Mapping) else None
        if not (isinstance(law, Mapping) and is_number(chance) and all(map(is_number, law.values()))):
            continue
        hidden = {k for k in law if conduct.get(k) == "deploy"}
        now = sum(law[k] for k in hidden)
        if abs(now - chance) > 1e-9 and (rescaled := _rescaled(law, hidden, conduct, chance)):
            own = ", ".join(f"{k} = {v:g}" for k, v in rescaled.items())
            lines.append(f"P({party} violates) is then {now:g}; to keep {chance:g}, write types.{party} = {{ {own} }}")
    return ". ".join(lines) + "."


def _rescaled(
    law: Mapping[str, float], hidden: set[str], conduct: Mapping[str, str], chance: float
) -> dict[str, float]:
    """Return a law of types that gives the chance; each side keeps its proportions, or its first type takes all."""
    sides = []
    for told, weight in (("comply", 1 - chance), ("deploy", chance)):
        side = {k: v for k, v in law.items() if (k in hidden) == (told == "deploy") and v > 0}
        if not side:
            side = dict.fromkeys([k for k, c in conduct.items() if c == told][:1], 1.0)
        if not side and weight > 0:
            return {}
        total = sum(side.values())
        sides.append({k: round(weight * v / total, 12) for k, v in side.items() if weight > 0})
    return sides[0] | sides[1]
