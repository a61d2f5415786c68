"""Least-cost terms of a treaty under which a policy is an equilibrium."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from armsgame._checks import check_discount, need_pandas
from armsgame._deadline import TimeSpent, ask_time
from armsgame._shown import Framed, Value
from armsgame._typing import ArrayLike
from armsgame.arithmetic.tolerance import above, below
from armsgame.checkers.in_time import verify
from armsgame.dossiers.coercion import treaty_of
from armsgame.errors import InvalidGame, NotSolved, invalid
from armsgame.results.certificates import Certificate
from armsgame.treaty.policies import exit_on_alarm
from armsgame.treaty.treaty import Treaty

if TYPE_CHECKING:
    import pandas

__all__ = ["Design", "Front", "cost_front", "design_treaty"]

_MOST = 20_000
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Design(Value):
    """Cheapest terms found, with evidence on both sides.

    Attributes
    ----------
    terms : parameter -> value
    cost : float
    certificate : Certificate of the policy under these terms
    outside : parameter -> (value, Certificate) of the nearest cheaper value that fails; a parameter at
        the cheap end of its range is missing
    treaty : Treaty with these terms
    tried : int, certificates computed
    """

    terms: Mapping[str, float]
    cost: float
    certificate: Certificate
    outside: Mapping[str, tuple[float, Certificate]]
    treaty: Treaty
    tried: int

    def __str__(self) -> str:
        # away from the value that fails: the terms hold as printed
        shown = ", ".join(
            f"{n} = {v:.6g}" if n not in self.outside
            else f"{n} = {(above if v > self.outside[n][0] else below)(v, 6)}"
            for n, v in self.terms.items()
        )  # fmt: skip
        lines = [f"{shown}; cost {self.cost:.6g} ({self.tried} certificates)", f"  {self.certificate}"]
        for n, (v, c) in self.outside.items():
            lines.append(f"  just outside, {n} = {(below if v < self.terms[n] else above)(v, 6)}: {c}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Front(Framed, Value):
    """Least cost of enforcement against the discount factor that it tolerates."""

    discounts: tuple[float, ...]
    designs: tuple[Design | None, ...]

    def to_frame(self) -> pandas.DataFrame:
        """Discount factor, cost (NaN where no terms suffice) and terms, one row each."""
        rows = []
        for delta, found in zip(self.discounts, self.designs, strict=True):
            cost = np.nan if found is None else found.cost
            rows.append({"discount": delta, "cost": cost, **({} if found is None else found.terms)})
        return need_pandas().DataFrame(rows)


def design_treaty(
    treaty: Treaty,
    *,
    choose: Mapping[str, ArrayLike],
    discount: float,
    subject_to: Sequence[object] = (exit_on_alarm, exit_on_alarm),
    objective: Callable[[Mapping[str, float]], float] | Mapping[str, float] | None = None,
    budget_seconds: float | None = None,
) -> Design:
    """Find the least-cost terms under which a policy is an equilibrium of the treaty's game.

    Parameters
    ----------
    treaty : Treaty
    choose : mapping from parameter to candidate values
        Parameters of `Treaty.replace` (``detection``, ``notice_days``, ``audience_cost``, ..), the
        same for both parties, each with at least two values to search between.
    discount : float
        Per period, 0 <= discount < 1.
    subject_to : pair of policies
        The stated class: this profile must be a perfect public equilibrium.
    objective : callable of the terms, or mapping from parameter to unit cost, optional
        Cost to minimise; default: the sum of the chosen parameters.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Design
        The cheapest of the candidates that hold and of the thresholds between each cheaper
        candidate that fails and its neighbours that hold, found by bisection. Inside the cells of
        the grid nothing is claimed: equilibrium need not be monotone in a term.

    Raises
    ------
    NotSolved
        No candidate terms support the policy; the cheapest failure is named.
    InvalidGame
        Unknown parameters, too few candidates, too large a grid, or a cost that is not finite.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = design_treaty(ag.Treaty(), choose={"detection": [0.0, 0.5, 1.0]}, discount=0.95)
    >>> round(found.terms["detection"], 4), found.outside["detection"][1].ok
    (0.0365, False)
    """
    treaty = treaty_of("design_treaty", treaty)
    check_discount(discount)
    grid = _grid(choose)
    price = _price(objective, tuple(grid))
    names = tuple(grid)
    points = [dict(zip(names, values, strict=True)) for values in product(*grid.values())]
    costs = [price(p) for p in points]
    if not all(map(isfinite, costs)):
        invalid("objective", min(costs, key=isfinite), "a finite cost at every candidate")
    check = _Checker(treaty, tuple(subject_to), float(discount))
    failing: list[dict[str, float]] = []
    best: dict[str, float] | None = None
    for k in np.argsort(costs, kind="stable").tolist():
        if check(points[k]).ok:
            best = points[k]
            break
        failing.append(points[k])
    if best is None:
        raise NotSolved(
            f"none of {len(points)} candidate terms supports the policy at discount {float(discount):g}; under the "
            f"cheapest, {failing[0]}: {check(failing[0])}. Widen choose, or ask for another policy or discount factor."
        )
    # wherever a cheaper point fails beside one that holds, a threshold lies between the two
    for bad in failing:
        for name, value in _beside(bad, grid):
            good = {**bad, name: value}
            if price(bad) < price(best) and check(good).ok:
                found = {**bad, name: _bisect(check, bad, name, value, bad[name])[0]}
                best = found if price(found) < price(best) else best
    outside: dict[str, tuple[float, Certificate]] = {}
    for name, value in _beside(best, grid):
        cheaper = {**best, name: value}
        if price(cheaper) < price(best) and not check(cheaper).ok:
            best[name], fails = _bisect(check, best, name, best[name], value)
            outside[name] = (fails, check({**best, name: fails}))
    return Design(best, price(best), check(best), outside, treaty.replace(**best), len(check.known))


def cost_front(
    treaty: Treaty,
    *,
    choose: Mapping[str, ArrayLike],
    discounts: ArrayLike,
    budget_seconds: float | None = None,
    **question: Any,
) -> Front:
    """Trace the least cost of enforcement over discount factors.

    Parameters
    ----------
    treaty, choose : as `design_treaty`
    discounts : array_like [N]
    question : subject_to and objective of `design_treaty`
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    Front
        With None where no candidate terms suffice.
    """
    values = np.atleast_1d(np.asarray(discounts, dtype=float))
    designs: list[Design | None] = []
    for delta in values.tolist():
        try:
            designs.append(design_treaty(treaty, choose=choose, discount=delta, **question))
        except TimeSpent:
            found = Front(tuple(values[: len(designs)].tolist()), tuple(designs))
            ask_time(f"{len(designs)} of {len(values)} discount factors; .result holds them", found)
            raise
        except NotSolved:
            designs.append(None)
    return Front(tuple(values.tolist()), tuple(designs))


class _Checker:
    """Certificates of one profile by terms, each computed once."""

    def __init__(self, treaty: Treaty, profile: tuple[object, ...], discount: float) -> None:
        self.treaty, self.profile, self.discount = treaty, profile, discount
        self.known: dict[tuple[tuple[str, float], ...], Certificate] = {}

    def __call__(self, terms: Mapping[str, float]) -> Certificate:
        key = tuple(sorted(terms.items()))
        if key not in self.known:
            ask_time(f"{len(self.known):,} certificates")
            game = self.treaty.replace(**terms).game()
            self.known[key] = verify(game, self.profile, discount=self.discount)
        return self.known[key]


def _grid(choose: Mapping[str, ArrayLike]) -> dict[str, list[float]]:
    if not choose:
        invalid("choose", dict(choose), "at least one parameter with its candidate values")
    grid = {}
    for name, values in choose.items():
        found = np.unique(np.asarray(values, dtype=float).ravel())
        if found.size < 2 or not np.isfinite(found).all():
            invalid(f"choose[{name!r}]", values, "at least two finite values to search between")
        grid[name] = found.tolist()
    size = int(np.prod([len(v) for v in grid.values()]))
    if size > _MOST:
        raise InvalidGame(f"choose spans {size} candidate terms (limit {_MOST}); give fewer values, they are refined.")
    return grid


def _price(objective: Any, names: tuple[str, ...]) -> Callable[[Mapping[str, float]], float]:
    if objective is None:
        return lambda terms: float(sum(terms.values()))
    if isinstance(objective, Mapping):
        strangers = sorted(set(objective) - set(names))
        if strangers:
            invalid("objective", strangers, f"unit costs of {names}")
        return lambda terms: float(sum(objective.get(n, 0.0) * v for n, v in terms.items()))

    def price(terms: Mapping[str, float]) -> float:
        cost = objective(terms)
        try:
            return float(cost)
        except (TypeError, ValueError):
            invalid("objective", cost, "a function from terms to a number")

    return price


def _beside(terms: Mapping[str, float], grid: Mapping[str, list[float]]) -> list[tuple[str, float]]:
    """Nearest candidate values on either side of each term."""
    out = []
    for name, values in grid.items():
        lower = [v for v in values if v < terms[name]]
        upper = [v for v in values if v > terms[name]]
        out += [(name, v) for v in (*lower[-1:], *upper[:1])]
    return out


def _bisect(check: _Checker, terms: Mapping[str, float], name: str, good: float, bad: float) -> tuple[float, float]:
    """Close in on the threshold between a value that holds and one that fails."""
    while abs(good - bad) > _TOLERANCE * max(abs(good), abs(bad), 1e-12):
        middle = (good + bad) / 2
        if check({**terms, name: middle}).ok:
            good = middle
        else:
            bad = middle
    return good, bad
