"""How a deal depends on what it rests on: the ledger, one assumption at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_discount, need_pandas
from armsgame._deadline import ask_time
from armsgame._typing import ArrayLike
from armsgame.errors import InvalidGame, close_matches, invalid
from armsgame.negotiation.agreements import RULES, BargainingRule, negotiate_terms
from armsgame.negotiation.ledger import Ledger
from armsgame.negotiation.menu import zero_of
from armsgame.negotiation.term_values import TermValues, value_of_terms
from armsgame.negotiation.terms import Terms
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas

__all__ = ["deal_sensitivity"]


def deal_sensitivity(
    treaty: Treaty,
    terms: Terms,
    *,
    discount: float,
    over: Mapping[str, ArrayLike] | None = None,
    rule: BargainingRule = RULES[0],
    budget_seconds: float | None = None,
    **question: Any,
) -> pandas.DataFrame:
    """Compute the deal again while one assumption at a time varies.

    Parameters
    ----------
    treaty, terms, discount : as `value_of_terms`
    over : mapping from the name of an assumption to values, optional
        ``"discount"``, a parameter of `Treaty.replace`, or a number that a term assumes, such as
        ``"inspections.cost"``. Default: every number in the ledger, each a half lower and a half higher.
    rule : a bargaining rule
    question : other arguments of `value_of_terms`
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    pandas.DataFrame
        One row per value: assumption, value, share of bundles that are self-enforcing, bundle
        agreed on (empty where none), payoffs (NaN where none), and `note`: that the assumption moves no bundle's
        worth because a term overwrites it or the valued game does not read it, or why a value is refused.

    Raises
    ------
    InvalidGame
        An assumption that is unknown, or one without values.
    """
    check_discount(discount)
    ledger = Ledger.of(treaty, terms, discount, ())
    if over is None:
        over = {entry.name: entry.around() for entry in ledger.entries}
    if not isinstance(over, Mapping) or not over:
        invalid("over", over, "a mapping from the name of an assumption to values")
    base = value_of_terms(treaty, terms, discount=discount, **question)
    rows: list[dict[str, object]] = []
    for name, several in over.items():
        cells: list[dict[str, object]] = []
        moved = False
        for level in _values(name, several):
            ask_time(f"{len(rows) + len(cells)} deals")
            try:
                found = value_of_terms(**_changed(treaty, terms, discount, name, level), **question)
            except InvalidGame as fault:
                if _unknown(treaty, terms, name):
                    raise
                cells.append({"assumption": name, "value": level, "bundle": "", "note": f"refused: {fault}"})
                moved = True
                continue
            moved = moved or found is base or _differ(base, found)
            deal = negotiate_terms(found, rules=(rule,)).first_deal("bundle")
            cells.append({"assumption": name, "value": level, **deal, "note": ""})
        rows += cells if moved else [cell | {"note": _idle(terms, name)} for cell in cells]
    return need_pandas().DataFrame(rows)


def _values(name: str, several: ArrayLike) -> list[float]:
    try:
        found = np.atleast_1d(np.asarray(several, dtype=float))
    except (TypeError, ValueError):
        invalid(f"over[{name!r}]", several, "a number or several")
    if found.ndim != 1 or not len(found) or not np.isfinite(found).all():
        invalid(f"over[{name!r}]", several, "at least one finite number")
    return [float(v) for v in found]


def _unknown(treaty: Treaty, terms: Terms, name: str) -> bool:
    known = [entry.name for entry in Ledger.of(treaty, terms, 0.0, ()).entries]
    return name not in known and not hasattr(treaty, name) and "." not in name


def _changed(treaty: Treaty, terms: Terms, discount: float, name: str, level: float) -> dict[str, Any]:
    """Arguments of `value_of_terms` with one assumption at another value."""
    own = {f"{t.name}.{n}" for t in terms.terms for n in t.arguments}
    if name in own:
        return {"treaty": treaty, "terms": terms.replace(**{name: level}), "discount": discount}
    if name == "discount":
        return {"treaty": treaty, "terms": terms, "discount": level}
    if _unknown(treaty, terms, name):
        known = [entry.name for entry in Ledger.of(treaty, terms, 0.0, ()).entries]
        raise InvalidGame(f"the assumption {name!r} is unknown. {close_matches(name, known)}")
    return {"treaty": treaty.replace(**{name: level}), "terms": terms, "discount": discount}


def _differ(one: TermValues, two: TermValues) -> bool:
    """Whether any bundle's worth or verdict, or what refusing gives, differs."""
    zero = zero_of(np.vstack([one.values, two.values]))
    pairs = ((one.values, two.values), (one.disagreement, two.disagreement), (one.walk_away, two.walk_away))
    return bool((one.self_enforcing != two.self_enforcing).any()) or any(np.abs(a - b).max() > zero for a, b in pairs)


def _idle(terms: Terms, name: str) -> str:
    setting = [t.name for t in terms.terms if t.parameter == name]
    if setting:
        return f"moves nothing: the term {setting[0]!r} sets it; vary the levels of that term instead"
    return "moves nothing: the valued game does not read it, or no bundle depends on it"
