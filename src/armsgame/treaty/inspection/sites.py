"""An inspection budget over sites of different importance: an announced (Stackelberg) plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from armsgame._checks import number, probability
from armsgame._shown import Value
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import NotSolved, invalid


@dataclass(frozen=True, slots=True, eq=False)
class SiteAllocation(Value):
    """Announced inspection rates.

    Attributes
    ----------
    rates : array [H], P(site is inspected)
    violated : index of the site where the inspectee violates, None where it is deterred
    inspector_value, inspectee_value : expected payoffs
    budget_to_deter : inspections that would deter a violation everywhere (inf where none do)
    """

    rates: FloatArray
    violated: int | None
    inspector_value: float
    inspectee_value: float
    budget_to_deter: float

    def __str__(self) -> str:
        what = "deterred everywhere" if self.violated is None else f"a violation at site {self.violated}"
        rates = ", ".join(f"{x:.4f}" for x in self.rates)
        return (
            f"Announced rates {rates}: {what}; inspector {self.inspector_value:.6g}, inspectee "
            f"{self.inspectee_value:.6g}. Deterrence takes {self.budget_to_deter:.6g} inspections."
        )


def site_allocation(
    gain: ArrayLike, penalty: ArrayLike, damage: ArrayLike, detection: ArrayLike, budget: float
) -> SiteAllocation:
    """Announce how often each site is inspected, with a limited number of inspections.

    Parameters
    ----------
    gain, penalty, damage, detection : float or array_like ``[H]``
        Per site, as in `inspection.one_shot`: gain above 0, penalty and damage at least 0. At most
        one site is violated.
    budget : float, at least 0
        Expected number of inspections; rates that sum to a whole number can be drawn without
        ever inspecting more (systematic sampling).

    Returns
    -------
    SiteAllocation

    Raises
    ------
    InvalidGame
        Naming the parameter, its value and the range.
    NotSolved
        A linear program was not solved.

    Notes
    -----
    One linear program for each act of the inspectee (a violation at one site, or none) finds the best rates
    under which it is a best reply; the inspectee breaks ties in the inspector's favour, which an
    arbitrarily small change of the rates ensures (strong Stackelberg equilibrium; Conitzer and
    Sandholm 2006; von Stengel and Zamir 2010). Deterrence needs g/[d(g+L)] at every site.

    Examples
    --------
    >>> found = site_allocation(gain=[1, 2], penalty=4, damage=[2, 6], detection=0.9, budget=1)
    >>> found.violated is None, [round(x, 4) for x in found.rates.tolist()]
    (True, [0.2222, 0.3704])
    """
    from scipy.optimize import linprog

    g, ell, harm, d = (
        np.atleast_1d(x).astype(float)
        for x in np.broadcast_arrays(
            number("gain", gain, 0, open_low=True),
            number("penalty", penalty, 0),
            number("damage", damage, 0),
            probability("detection", detection),
        )
    )
    if g.ndim != 1:
        invalid("gain.shape", g.shape, "one number per site")
    limit = float(number("budget", budget, 0))
    with np.errstate(divide="ignore"):
        floor = g / (g + ell) / d
    needed = float(floor.sum()) if (floor <= 1).all() else float("inf")
    if needed <= limit:
        return SiteAllocation(floor, None, 0.0, 0.0, needed)
    # payoffs at rate p: inspectee g - p d (g + L), inspector -(1 - p d) D; deterrence is out of reach
    sites = len(g)
    fall = d * (g + ell)
    best: tuple[float, int, FloatArray] | None = None
    for act in range(sites):
        # the act is at least as good as every other site and as no violation
        rows = np.zeros((sites + 1, sites))
        rows[np.arange(sites), np.arange(sites)] = -fall
        rows[:, act] += fall[act]
        rows[sites] = 1.0
        bounds = np.append(g[act] - g, limit)
        rows[act], bounds[act] = 0.0, 0.0
        rows[act, act], bounds[act] = fall[act], g[act]
        cost = np.zeros(sites)
        cost[act] = -d[act] * harm[act]
        # among equal plans, the one with the fewest inspections
        run = linprog(cost + 1e-9, A_ub=rows, b_ub=bounds, bounds=(0, 1), method="highs")
        if run.status == 2:
            continue
        if run.status != 0:
            raise NotSolved(f"the linear program of a violation at site {act} was not solved: {run.message}")
        value = float(-(1 - d[act] * run.x[act]) * harm[act])
        if best is None or value > best[0] + 1e-12:
            best = (value, act, np.asarray(run.x))
    if best is None:
        raise NotSolved("no act of the inspectee is a best reply to any plan; check the sizes of the numbers.")
    value, act, rates = best
    return SiteAllocation(rates, act, value, float(g[act] - fall[act] * rates[act]), needed)
