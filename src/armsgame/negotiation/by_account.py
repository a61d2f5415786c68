"""Deals under every account of a dossier: the same space of terms, each account's own assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import need_pandas
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import invalid
from armsgame.negotiation.agreements import TermsBargain, negotiate_terms
from armsgame.negotiation.term_values import value_of_terms
from armsgame.negotiation.terms import Terms

if TYPE_CHECKING:
    import pandas

__all__ = ["AccountDeals", "account_frame", "deals_by_account"]


@dataclass(frozen=True, slots=True, eq=False)
class AccountDeals(Value):
    """What one account implies about deals.

    Attributes
    ----------
    account : str, name of the perspective
    types : tuple of pairs of type names, the combinations the account gives weight to
    weights : array [C]
    bargains : tuple of TermsBargain [C]
    """

    account: str
    types: tuple[tuple[str, str], ...]
    weights: FloatArray
    bargains: tuple[TermsBargain, ...]

    @property
    def self_enforcing(self) -> FloatArray:
        """P(a bundle is self-enforcing) by the account's weights, array [N]."""
        return np.asarray(self.weights @ [b.values.self_enforcing for b in self.bargains])

    @property
    def agreement(self) -> float:
        """Weight of the combinations in which some bundle is worth agreeing on."""
        return float(self.weights @ [b.agreed for b in self.bargains])

    def __str__(self) -> str:
        lines = [f"{self.account}: some deal is worth agreeing on with probability {self.agreement:.2f}"]
        for pair, weight, found in zip(self.types, self.weights.tolist(), self.bargains, strict=True):
            who = ", ".join(f"{p} {t}" for p, t in zip(found.values.parties, pair, strict=True))
            deal = found.deals[0].label if found.agreed else f"none ({found.note})"
            lines.append(f"  {who} (weight {weight:.3g}): {deal}")
        return "\n".join(lines)


def deals_by_account(
    scenario: Scenario,
    terms: Terms,
    *,
    discount: float | None = None,
    regime: str | None = None,
    budget_seconds: float | None = None,
    **question: Any,
) -> Mapping[str, AccountDeals]:
    """Value and negotiate terms under every perspective of a dossier.

    Parameters
    ----------
    scenario : Scenario
        Its types are payoffs of a party; a perspective weighs them. All are assumptions.
    terms : Terms
    discount : float, optional; default: the scenario's
    regime : str, optional, verification regime that stands without a deal
    question : other arguments of `value_of_terms`
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    mapping from perspective to AccountDeals

    Notes
    -----
    Types are those of the account, so a bundle can be self-enforcing under one account and not
    under another. None of them is called true; the weights are those of the dossier.
    """
    if not isinstance(scenario, Scenario):
        invalid("scenario", type(scenario).__name__, "a Scenario", "Load one: load_scenario('inf').")
    delta = scenario.question.discount if discount is None else discount
    out = {}
    for name, view in scenario.perspectives.items():
        own = [[(t, w) for t, w in view.types[p].items() if w > 0] for p in scenario.parties]
        pairs, weights, bargains = [], [], []
        for (a, x), (b, y) in product(*own):
            types = dict(zip(scenario.parties, (a, b), strict=True))
            values = value_of_terms(scenario.treaty(regime=regime, types=types), terms, discount=delta, **question)
            pairs.append((a, b))
            weights.append(x * y)
            bargains.append(negotiate_terms(values))
        out[name] = AccountDeals(name, tuple(pairs), np.array(weights), tuple(bargains))
    return out


def account_frame(deals: Mapping[str, AccountDeals]) -> pandas.DataFrame:
    """One row per account and combination of types: weight, share self-enforcing, Nash deal, payoffs."""
    rows = []
    for name, view in deals.items():
        for pair, weight, found in zip(view.types, view.weights.tolist(), view.bargains, strict=True):
            types = {f"type {p}": t for p, t in zip(found.values.parties, pair, strict=True)}
            rows.append({"account": name, "weight": weight, **types, **found.first_deal("deal")})
    return need_pandas().DataFrame(rows)
