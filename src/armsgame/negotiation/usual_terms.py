"""The usual terms of arms-control treaties, as builders; what a level does is an assumption and is said here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import inf

from armsgame._checks import check_number, check_probability, listed
from armsgame.errors import invalid
from armsgame.negotiation.terms import Term
from armsgame.treaty.treaty import Treaty

__all__ = [
    "cost_sharing",
    "deployment_ceiling",
    "display_access",
    "inspection_quota",
    "linkage",
    "notice_length",
    "sanctions_relief",
]


def _levels(name: str, values: Sequence[float], most: float = inf, *, open_high: bool = False) -> tuple[float, ...]:
    """Levels of at least 0, checked where the term is built."""
    for k, value in enumerate(listed(name, values, "a sequence of levels")):
        check_number(f"{name}[{k}]", value, 0, most, open_high=open_high)
    return tuple(values)


def inspection_quota(
    visits: Sequence[int] = (0, 1, 2, 4, 8),
    *,
    party: str | None = None,
    detection: float = 0.2,
    cost: float = 0.01,
    host_cost: float = 0.01,
    name: str = "inspections",
    today: int = 0,
) -> Term:
    """On-site visits per period, at one party's sites or at both.

    A visit finds a violation with probability `detection`, independently of other visits and of
    what national means see: 1 - (1 - d)(1 - detection)**n. Each visit costs the inspecting party
    `cost` and the host `host_cost` (intrusiveness), in utility per period.
    """
    check_probability("detection", detection)
    check_number("cost", cost, 0, allowed="a cost of at least 0")
    check_number("host_cost", host_cost, 0, allowed="a cost of at least 0")
    change = partial(_visited, party=party, detection=detection, cost=cost, host_cost=host_cost)
    return Term(name, _levels("visits", visits), change=change, today=today, unit="per period", phase=2)


def deployment_ceiling(shares: Sequence[float] = (0.0, 0.25, 0.5), *, today: int = 0) -> Term:
    """Permitted share of a full deployment, 0 for a ban.

    Payoffs are bilinear in the shares deployed: complying means to deploy the permitted share c,
    so that R becomes (1-c)^2 R + c(1-c)(S + T) + c^2 P, T becomes (1-c) T + c P, and S becomes
    (1-c) S + c P.
    """
    return Term(
        "ceiling",
        _levels("shares", shares, 1, open_high=True),
        change=_capped,
        today=today,
        unit="share of full deployment",
    )


def notice_length(days: Sequence[float] = (91, 182, 364), *, today: int = 0) -> Term:
    """Days of notice before withdrawal takes effect: `Treaty.notice_days`."""
    return Term("notice", _levels("days", days), parameter="notice_days", today=today, unit="days")


def display_access(
    depths: Sequence[float] = (0.0, 0.5, 1.0), *, party: str | None = None, cost: float = 0.05, today: int = 0
) -> Term:
    """How much a display of the disputed system shows, from a static look (0) to full access (1).

    A violating party passes with probability pass_violating x (1 - depth); a compliant one as
    before. The displaying party pays `cost` x depth more for a display that is attended.
    """
    check_number("cost", cost, 0, allowed="a cost of at least 0")
    change = partial(_opened, party=party, cost=cost)
    return Term("display access", _levels("depths", depths, 1), change=change, today=today, unit="depth", phase=2)


def sanctions_relief(
    shares: Sequence[float] = (0.0, 0.5, 1.0),
    *,
    target: str,
    target_gain: float = 0.3,
    sender_cost: float = 0.05,
    today: int = 0,
) -> Term:
    """Share of sanctions lifted while both comply.

    The target's reward rises by share x `target_gain`; the other party's falls by share x
    `sender_cost` (what it gives away). Sanctions are back as soon as compliance ends.
    """
    check_number("target_gain", target_gain)
    check_number("sender_cost", sender_cost)
    change = partial(_relieved, target=target, target_gain=target_gain, sender_cost=sender_cost)
    return Term("sanctions relief", _levels("shares", shares, 1), change=change, today=today, phase=2)


def linkage(
    weights: Sequence[float] = (0.0, 0.5, 1.0),
    *,
    temptation: float = 1.1,
    reward: float = 1.0,
    punishment: float = 0.0,
    sucker: float = -0.1,
    today: int = 0,
) -> Term:
    """Share of another issue's cooperation that is made to stand and fall with the treaty.

    Payoffs of issues add up (Bernheim and Whinston 1990) and are counted from the other issue's
    cooperation, which goes on where nothing links it: T rises by weight x (T' - R'), R stays, and
    P and S fall by weight x (R' - P') and weight x (R' - S').
    """
    for name, value in {"temptation": temptation, "reward": reward, "punishment": punishment, "sucker": sucker}.items():
        check_number(name, value)
    change = partial(_linked, temptation=temptation, reward=reward, punishment=punishment, sucker=sucker)
    return Term("linkage", _levels("weights", weights), change=change, today=today, phase=2)


def cost_sharing(shares: Sequence[float] = (0.0, 0.5, 1.0), *, payer: str, cost: float = 0.1, today: int = 0) -> Term:
    """Share of a common verification cost (utility per period) that `payer` bears; the other party bears the rest."""
    check_number("cost", cost, 0, allowed="a cost of at least 0")
    change = partial(_shared, payer=payer, cost=cost)
    return Term(
        "cost share", _levels("shares", shares, 1), change=change, today=today, unit=f"borne by {payer}", phase=2
    )


def _other(treaty: Treaty, party: str) -> str:
    if party not in treaty.parties:
        invalid("party", party, f"one of {treaty.parties}")
    return treaty.parties[1 - treaty.parties.index(party)]


def _sums(treaty: Treaty, **increments: dict[str, float]) -> dict[str, dict[str, float]]:
    """Parameters of parties with increments."""
    return {
        name: {p: getattr(own, name) + by.get(p, 0.0) for p, own in zip(treaty.parties, treaty.parameters, strict=True)}
        for name, by in increments.items()
    }


def _add(treaty: Treaty, **increments: dict[str, float]) -> Treaty:
    return treaty.replace(**_sums(treaty, **increments))


def _visited(
    treaty: Treaty, visits: float, *, party: str | None, detection: float, cost: float, host_cost: float
) -> Treaty:
    check_number("visits", visits, 0)
    now = dict(zip(treaty.parties, treaty.parameters, strict=True))
    seen, costs = {}, {p: own.verification_cost for p, own in now.items()}
    for host in treaty.parties if party is None else (party,):
        costs[_other(treaty, host)] += cost * visits
        costs[host] += host_cost * visits
        seen[host] = 1 - (1 - now[host].detection) * (1 - detection) ** visits
    return treaty.replace(detection=seen, verification_cost=costs)


def _capped(treaty: Treaty, c: float) -> Treaty:
    check_number("ceiling", c, 0, 1, open_high=True, allowed="a share with 0 <= share < 1")
    new: dict[str, dict[str, float]] = {"reward": {}, "temptation": {}, "sucker": {}}
    for party, own in zip(treaty.parties, treaty.parameters, strict=True):
        t, r, p, s = own.temptation, own.reward, own.punishment, own.sucker
        new["reward"][party] = (1 - c) ** 2 * r + c * (1 - c) * (s + t) + c**2 * p
        new["temptation"][party] = (1 - c) * t + c * p
        new["sucker"][party] = (1 - c) * s + c * p
    return treaty.replace(**new)


def _opened(treaty: Treaty, depth: float, *, party: str | None, cost: float) -> Treaty:
    check_number("depth", depth, 0, 1)
    shown = treaty.parties if party is None else (party,)
    passes = {p: treaty.parameters[treaty.parties.index(p)].pass_violating * (1 - depth) for p in shown}
    dearer = _sums(treaty, transparency_cost=dict.fromkeys(shown, cost * depth))
    return treaty.replace(pass_violating=passes, **dearer)


def _relieved(treaty: Treaty, share: float, *, target: str, target_gain: float, sender_cost: float) -> Treaty:
    check_number("sanctions relief", share, 0, 1, allowed="a share between 0 and 1")
    return _add(treaty, reward={target: share * target_gain, _other(treaty, target): -share * sender_cost})


def _linked(
    treaty: Treaty, weight: float, *, temptation: float, reward: float, punishment: float, sucker: float
) -> Treaty:
    check_number("linkage", weight, 0, allowed="a weight of at least 0")
    moved = {"temptation": temptation - reward, "punishment": punishment - reward, "sucker": sucker - reward}
    return _add(treaty, **{n: dict.fromkeys(treaty.parties, weight * change) for n, change in moved.items()})


def _shared(treaty: Treaty, share: float, *, payer: str, cost: float) -> Treaty:
    check_number("cost share", share, 0, 1, allowed="a share between 0 and 1")
    return _add(treaty, verification_cost={payer: share * cost, _other(treaty, payer): (1 - share) * cost})
