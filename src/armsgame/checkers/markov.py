"""The independent checker of Markov-perfect equilibria: values and regrets from the raw game."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from armsgame._checks import as_fraction, as_law, check_discount
from armsgame._typing import FloatArray, Real
from armsgame.errors import invalid
from armsgame.games.coercion import Modelled, PublicGame, as_states
from armsgame.games.deviation_gains import Plan, deviating
from armsgame.games.product import Deviations
from armsgame.games.stochastic import StochasticGame, payoffs_of
from armsgame.results.certificates import Deviation, MarkovCertificate
from armsgame.results.markov_profile import MarkovProfile, read_policies

__all__ = ["verify_markov"]


def verify_markov(
    game: PublicGame | Modelled, policies: object, *, discount: Real, exact: bool = False,
    tolerance: float | None = None,
) -> MarkovCertificate:  # fmt: skip
    """Check a Markov profile for profitable one-period deviations in every state.

    Parameters
    ----------
    game : StochasticGame or RepeatedGame
    policies : MarkovProfile or sequence
        As in `MarkovProfile`.
    discount : float or Fraction
        Per period, 0 <= discount < 1.
    exact : bool
        Solve in rational numbers. Floats are read as the simplest fraction that rounds to them.
    tolerance : float, optional
        An economic tolerance on gains; a profile that holds only within it is of kind "epsilon".

    Returns
    -------
    MarkovCertificate

    Raises
    ------
    InvalidGame
        The policies do not fit the game, or discount or tolerance is out of range.
    WrongConcept
        The game has no public states.

    Notes
    -----
    All states are checked, also those that no play reaches. By the one-shot deviation principle
    (Blackwell 1965) no plan that remembers more can gain either. In floats a gain counts as zero up
    to ``1e-11 (1 - discount)`` of the player's payoff range plus twice a bound on rounding
    (``docs/theory/tolerances.md``).

    Examples
    --------
    >>> import armsgame as ag
    >>> pd = ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))
    >>> verify_markov(pd, [["comply"], ["comply"]], discount=0.9, exact=True).max_gain
    Fraction(1, 5)
    """
    chain = as_states("verify_markov", game)
    rows = read_policies(chain, policies)
    check_discount(discount)
    if tolerance is not None and not 0 <= tolerance < np.inf:
        invalid("tolerance", tolerance, "a finite gain of at least 0")
    delta = as_fraction(discount) if exact else float(discount)
    count, size = len(chain.players), len(chain.states)
    zeros, gains, solved = [], [], []
    for i in range(count):
        plan = Plan.of(_deviations(chain, rows, i, exact), payoffs_of(chain)[i], exact=exact)
        found = plan.values(delta)
        own = plan.gains(found, delta)
        allowed = plan.allowed(own, found, delta)
        nearest = int(np.argmax(own - allowed))
        gains.append((plan.data, (1 - delta) * own))
        zeros.append(float((1 - delta) * allowed[nearest]))
        solved.append(plan.normalised(found, delta))
    values = np.stack(solved, axis=1)
    number = object if exact else float
    regrets = np.array([[max(g[d.pair == s]) for d, g in gains] for s in range(size)], dtype=number)
    # players are compared by gain in units of what is zero for them, then by gain
    who = max(range(count), key=lambda i: (regrets[:, i].max() > zeros[i], regrets[:, i].max()))
    at = int(np.argmax(regrets[:, who]))
    data, own = gains[who]
    here = np.flatnonzero(data.pair == at)
    act = deviating(here, int(here[np.argmax(own[here])]), own, data.weight, zeros[who])
    action = "" if act is None else chain.stages[at].actions[who][int(data.action[act])]
    top = max(regrets[at, who], Fraction(0)) if exact else max(float(regrets[at, who]), 0.0)
    holds = all(regrets[:, i].max() <= zeros[i] for i in range(count))
    within = tolerance is not None and all(regrets[:, i].max() <= max(zeros[i], tolerance) for i in range(count))
    kind = "Markov perfect" if holds else "epsilon" if within else "none"
    return MarkovCertificate(
        ok=kind != "none",
        kind=kind,
        max_gain=top,
        where=Deviation(chain.players[who], chain.states[at], action, top),
        exact=exact,
        tolerance=max(zeros[who], tolerance or 0.0),
        discount=delta,
        regrets=regrets,
        values=values,
        _source=(chain, MarkovProfile(chain, rows)),
    )


def _deviations(game: StochasticGame, rows: tuple[FloatArray, ...], i: int, exact: bool) -> Deviations:
    """Every one-period plan of a player at every state against a Markov profile."""
    mixes = list(rows)
    if exact:
        mixes = [np.array([as_law(line) for line in own], dtype=object) for own in rows]
    count, size = len(game.players), len(game.states)
    payoffs, laws, weights, pairs, actions = [], [], [], [], []
    for s, (stage, law) in enumerate(zip(game.stages, game.transitions, strict=True)):
        others = np.ones(1, dtype=object if exact else float)
        for j in range(count):
            if j != i:
                others = np.multiply.outer(others, mixes[j][s, : stage.shape[j]]).ravel()
        live = np.flatnonzero(others != 0)
        own = stage.shape[i]
        pay = np.moveaxis(stage.payoffs[i], i, 0).reshape(own, -1)[:, live]
        ahead = np.moveaxis(law, i, 0).reshape(own, -1, size)[:, live]
        if exact:
            pay = np.array([as_fraction(v) for v in pay.ravel()], dtype=object).reshape(pay.shape)
            ahead = np.array([as_law(row) for row in ahead.reshape(-1, size)], dtype=object).reshape(ahead.shape)
        payoffs.append(pay @ others[live])
        laws.append((ahead * others[live][:, None]).sum(axis=1))
        weights.append(mixes[i][s, :own])
        pairs.append(np.full(own, s))
        actions.append(np.arange(own))
    law = np.concatenate(laws)
    at, to = np.nonzero(law != 0)
    return Deviations(
        np.concatenate(pairs), np.concatenate(actions), np.concatenate(payoffs), (at, to, law[at, to]),
        np.concatenate(weights),
    )  # fmt: skip
