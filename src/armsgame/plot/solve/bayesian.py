"""Figures of equilibria with private types: the priors at which they hold."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba

from armsgame._checks import check_law
from armsgame._typing import ArrayLike, FloatArray
from armsgame.errors import WrongConcept, close_matches
from armsgame.plot.theme import axes, colour, dash, hatch, ink, legend, paper, rows
from armsgame.results.bayesian_equilibria import BayesianEquilibria, BayesianEquilibrium
from armsgame.results.critical_prior import CriticalPrior, PriorRegion

__all__ = ["holding_priors"]

_CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(0.75)]])


def holding_priors(
    found: BayesianEquilibria | BayesianEquilibrium | CriticalPrior,
    *,
    about: str | None = None,
    prior: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Priors about a party's type at which profiles are equilibria: intervals for two types, regions for three.

    Parameters
    ----------
    found : BayesianEquilibria, BayesianEquilibrium or CriticalPrior
    about : str, optional
        The party whose type the prior is about; default: the first one with more than one type.
    prior : array [K], optional
        A prior to mark; default: that of the game, where equilibria are given.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Of profiles with the same region one is drawn, with how many there are.

    Raises
    ------
    WrongConcept
        No equilibrium, a party without private types, or more than three types.
    """
    regions, law = _regions(found, about)
    kinds = regions[0].types
    if prior is not None:
        law = check_law("prior", prior, len(kinds))
    groups = _grouped(regions)
    if len(kinds) == 2:
        return _intervals(groups, law, axes(ax, (7, 1.4 + 0.4 * len(groups))))
    if len(kinds) == 3:
        return _simplex(groups, law, axes(ax, (6.6, 5)))
    raise WrongConcept(
        f"holding_priors draws two or three types; {regions[0].party} has {len(kinds)}. Read .halfspaces of the region."
    )


def _regions(found: object, about: str | None) -> tuple[list[PriorRegion], FloatArray | None]:
    """One region per profile, and the prior of their game."""
    if isinstance(found, CriticalPrior):
        return [_about(found, about)], None
    every = [found] if isinstance(found, BayesianEquilibrium) else list(found)  # type: ignore[call-overload]
    if not every:
        raise WrongConcept("no equilibrium was certified, so that there is no set of priors to draw.")
    regions = [_about(one.priors, about) for one in every]
    game = every[0].certificate.game
    return regions, game.prior[game.players.index(regions[0].party)]


def _about(priors: CriticalPrior, about: str | None) -> PriorRegion:
    if about is None:
        own = [region for region in priors.regions if len(region.types) > 1]
        if not own:
            raise WrongConcept("no party has private types, so that there is no prior to draw.")
        return own[0]
    names = [region.party for region in priors.regions]
    if about not in names:
        raise WrongConcept(f"about is {about!r}. {close_matches(about, names)}")
    return priors.about(about)


def _grouped(regions: list[PriorRegion]) -> list[tuple[str, PriorRegion]]:
    """Regions that differ, largest first, each with the numbers of the profiles that have it."""
    groups: dict[bytes, tuple[list[str], PriorRegion]] = {}
    for k, region in enumerate(regions):
        corners = np.round(region.vertices, 9) + 0.0
        code = corners[np.lexsort(corners.T)].tobytes()
        groups.setdefault(code, ([], region))[0].append(str(k))
    if len(regions) == 1:
        return [("the profile", regions[0])]
    return [(f"profile{'s' * (len(n) > 1)} {', '.join(n)}", region) for n, region in groups.values()]


def _intervals(groups: list[tuple[str, PriorRegion]], law: FloatArray | None, ax: Axes) -> Axes:
    region = groups[0][1]
    for k, (_, own) in enumerate(groups):
        low, high = own.interval
        if low > high:
            ax.text(0.01, k, "at no prior", va="center", color=ink(0.8), fontsize="small")
            continue
        ax.barh(k, high - low, 0.6, left=low, color=colour(k), hatch=hatch(k), ec=paper(), lw=0)
        if high - low < 1e-6:
            ax.plot(low, k, "D", color=colour(k), ms=7)
    if law is not None:
        ax.axvline(float(law[0]), color=ink(), ls="--", lw=1.2, label=f"prior {float(law[0]):g}")
        legend(ax, "above")
    rows(ax, [label for label, _ in groups])
    ax.set(xlim=(0, 1), ylim=(len(groups) - 0.4, -0.6))
    ax.set_xlabel(f"P({region.party} is {region.types[0]}), as {region.observer} holds it")
    return ax


def _simplex(groups: list[tuple[str, PriorRegion]], law: FloatArray | None, ax: Axes) -> Axes:
    region = groups[0][1]
    ax.fill(*_CORNERS.T, facecolor="none", edgecolor=ink(), lw=1.2)
    for k, (label, own) in enumerate(groups):
        shade = colour(k)
        if own.empty:
            ax.plot([], [], color=shade, label=f"{label}: at no prior")
            continue
        points = own.vertices @ _CORNERS
        middle = points.mean(axis=0)
        order = np.argsort(np.arctan2(*(points - middle).T[::-1]))
        ax.fill(*points[order].T, facecolor=to_rgba(shade, 0.35), edgecolor=shade, lw=2, ls=dash(k), label=label)
    if law is not None:
        ax.plot(*(law @ _CORNERS), "o", color=ink(), mec=paper(), ms=9, label="the prior", zorder=5)
    places = (("center", "top"), ("center", "top"), ("center", "bottom"))
    for corner, kind, (across, up) in zip(_CORNERS, region.types, places, strict=True):
        ax.annotate(kind, corner, (0, -6 if up == "top" else 6), textcoords="offset points", ha=across, va=up)
    ax.set_title(f"type of {region.party}, as {region.observer} holds it", fontsize="medium", pad=18)
    ax.set(xlim=(-0.08, 1.08), ylim=(-0.09, 0.95), aspect="equal")
    ax.axis("off")
    legend(ax, "beside")
    return ax
