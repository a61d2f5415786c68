"""What each perspective implies: outcomes, the belief after a display, and a counterfactual move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from armsgame._checks import check_whole
from armsgame._cost import require
from armsgame._shown import Value
from armsgame._typing import FloatArray, RNGLike
from armsgame.checkers.in_time import verify
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import ScenarioError, check_known, close_matches
from armsgame.simulation.laws.laws import WithdrawalLaw
from armsgame.simulation.laws.outcomes import Outcomes
from armsgame.simulation.paths.mixture import Branch, mixture_law, mixture_outcomes, simulate_mixture
from armsgame.simulation.runs.trajectories import Trajectories
from armsgame.treaty.closed_forms.verification import Display, display, pretext_posterior
from armsgame.treaty.policies import POSTURES, Posture
from armsgame.treaty.treaty import Treaty

__all__ = [
    "Attendance",
    "DisplayBeliefs",
    "Outlook",
    "attendance",
    "branches",
    "declined_display",
    "display_beliefs",
    "display_parties",
    "outlook",
]


@dataclass(frozen=True, slots=True)
class Outlook(Value):
    """Law and sampled paths of the treaty under one perspective, from the question's start.

    Attributes
    ----------
    law, notice : WithdrawalLaw, exact: of withdrawal, and of notice
    paths : Trajectories
    largest_gain : float, largest one-shot gain over the type combinations: behaviour is assumed
    where : str, the combination and deviation where it occurs
    outcomes : Outcomes, sampled shares beside their exact probabilities
    """

    perspective: str
    law: WithdrawalLaw
    notice: WithdrawalLaw
    paths: Trajectories
    largest_gain: float
    where: str
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class DisplayBeliefs(Value):
    """Beliefs around one offered display, under one perspective.

    Attributes
    ----------
    demander, displayer : str
    found : Display, for a sincere demander (type with the scenario's own payoffs)
    prior : P(the displayer violates), from the account's prior over types and the assumed conduct of each type
    prior_pretext, posterior_pretext : P(the demander wants out) before and after it declined
    attend_sincere, attend_pretext : P(each attends), with the perspective's attendance error
    """

    perspective: str
    demander: str
    displayer: str
    found: Display
    prior: float
    prior_pretext: float
    posterior_pretext: float
    attend_sincere: float
    attend_pretext: float


@dataclass(frozen=True, slots=True)
class Attendance(Value):
    """The counterfactual "the display was attended" under one perspective.

    Attributes
    ----------
    declined, attended : WithdrawalLaw, exact, from the pending demand on
    difference : array [T + 1], P(withdrawn by t | attended) - P(withdrawn by t | declined), exact
    sampled, error : the same at the horizon from paths with common random numbers, and its standard error
    sampled_curve : array [T + 1]
    dropped : P(a demander of this perspective would drop its demand after a pass)
    """

    perspective: str
    declined: WithdrawalLaw
    attended: WithdrawalLaw
    difference: FloatArray
    sampled: float
    error: float
    sampled_curve: FloatArray
    dropped: float


def declined_display(scenario: Scenario) -> tuple[str, str] | None:
    """Demander and displayer where one party offered verification and the other then declined it, else None."""
    offered: set[str] = set()
    for event in (e for e in scenario.timeline() if e.actor in scenario.parties):
        other = scenario.parties[1 - scenario.parties.index(event.actor)]
        if event.move == "offer_verification":
            offered.add(event.actor)
        elif event.move == "decline_verification" and other in offered:
            return event.actor, other
    return None


def display_parties(scenario: Scenario) -> tuple[str, str]:
    """Demander and displayer of the dossier's declined display.

    Raises
    ------
    ScenarioError
        The dossier has no declined display between its parties.
    """
    found = declined_display(scenario)
    if found is None:
        raise ScenarioError(
            f"scenario {scenario.id!r} has no event with move 'decline_verification' by a party after an "
            "'offer_verification' by the other; the question of the display does not arise in it."
        )
    return found


def branches(
    scenario: Scenario, perspective: str, *, regime: str | None = None, attended: bool | None = None
) -> tuple[Branch, ...]:
    """Type combinations of a perspective with their games and profiles.

    Parameters
    ----------
    regime : str, optional
        Verification regime in force; default: that of the dossier's question.
    attended : bool, optional
        None: start as the question says. Else start with the dossier's demand pending, its display
        declined (False) or attended (True). Attending changes the move only: the demand is dropped
        after a pass if a demander of that type would then stay.
    """
    account = scenario.perspective(perspective)
    if regime is None:
        regime = scenario.asked_regime
    out = []
    first, second = scenario.parties
    for (own, p), (other, q) in product(account.types[first].items(), account.types[second].items()):
        if p * q == 0:
            continue
        types = {first: own, second: other}
        treaty = scenario.treaty(regime=regime, types=types, perspective=perspective)
        profile = tuple(_posture(scenario, perspective, treaty, party, types[party]) for party in scenario.parties)
        start = scenario.question.start
        if attended is not None:
            demander, _ = display_parties(scenario)
            answer = "accept" if attended and _drops(_display(scenario, perspective, treaty, demander)) else "ignore"
            # the display was offered, whatever the type of the party that offered it
            profile = tuple(replace(posture, first_answer=answer, first_reply="offer") for posture in profile)
            start = f"demand({demander}, {treaty.demand_periods}), none"
        game = treaty.game()
        check_known("$.question.start: {} is no state", game.states, start, error=ScenarioError)
        out.append(Branch(f"{first} {own}, {second} {other}", p * q, game.starting(start), profile))
    return tuple(out)


def outlook(
    scenario: Scenario,
    perspective: str,
    *,
    paths: int,
    periods: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Outlook:
    """Exact law and sampled paths of the treaty under one perspective and the question's regime.

    `budget_seconds` is wall time that the call may take; when it is over, `NotSolved` says what was reached.
    """
    horizon = _horizon(scenario, paths, periods)
    parts = branches(scenario, perspective)
    discount = scenario.question.discount
    gain, where = -np.inf, ""
    for part in parts:
        certificate = verify(part.game, part.profile, discount=discount)
        if float(certificate.max_gain) > gain:
            gain, where = float(certificate.max_gain), f"{part.label}: {certificate.where}"
    run = simulate_mixture(parts, discount=discount, periods=horizon, paths=paths, rng=rng)
    law, notice = (mixture_law(parts, periods=horizon, event=event) for event in ("withdrawn", "notice"))
    found = run.outcomes(law=mixture_outcomes(parts, periods=horizon))
    return Outlook(perspective, law, notice, run, gain, where, found)


def _horizon(scenario: Scenario, paths: int, periods: int | None) -> int:
    """Periods to play, after what the paths need is reckoned."""
    horizon = check_whole("periods", scenario.question.periods if periods is None else periods)
    require("withdrawal_law", periods=horizon)
    require("simulate", paths=check_whole("paths", paths), periods=horizon, kept=paths)
    return horizon


def display_beliefs(scenario: Scenario, perspective: str) -> DisplayBeliefs:
    """Beliefs before and after the dossier's display under one perspective, from closed forms only."""
    account = scenario.perspective(perspective)
    demander, displayer = display_parties(scenario)
    found = _display(scenario, perspective, scenario.treaty(), demander)
    out = 0.0
    for name, weight in account.types[demander].items():
        treaty = scenario.treaty(types={demander: name}, perspective=perspective)
        own = _display(scenario, perspective, treaty, demander)
        # a type that leaves at any belief wants out
        out += weight if own.leave_threshold < 0 else 0.0
    slip = account.attend_error
    sincere = 1 - slip if found.attends else slip
    prior, posterior = scenario.violation_belief(perspective, displayer), float(pretext_posterior(out, slip, sincere))
    return DisplayBeliefs(perspective, demander, displayer, found, prior, out, posterior, sincere, slip)


def attendance(
    scenario: Scenario,
    perspective: str,
    *,
    paths: int,
    periods: int | None = None,
    rng: RNGLike = None,
    budget_seconds: float | None = None,
) -> Attendance:
    """Compare "the display was declined" with "it was attended" under one perspective.

    `budget_seconds` is wall time that the call may take; when it is over, `NotSolved` says what was reached.
    """
    horizon = _horizon(scenario, paths, periods)
    sides = [branches(scenario, perspective, attended=a) for a in (False, True)]
    laws = [mixture_law(side, periods=horizon) for side in sides]
    delta = scenario.question.discount
    runs = [simulate_mixture(side, discount=delta, periods=horizon, paths=paths, rng=rng) for side in sides]
    gone = [run.happened("withdrawn").astype(float) for run in runs]
    paired = gone[1] - gone[0]
    account = scenario.perspective(perspective)
    demander, _ = display_parties(scenario)

    def treaty_of(kind: str) -> Treaty:
        return scenario.treaty(types={demander: kind}, perspective=perspective)

    dropped = sum(
        w * _drops(_display(scenario, perspective, treaty_of(name), demander))
        for name, w in account.types[demander].items()
    )
    exact, sampled = laws[0].survival - laws[1].survival, runs[0].survival() - runs[1].survival()
    mean, error = float(paired.mean()), float(paired.std() / np.sqrt(len(paired)))
    return Attendance(perspective, laws[0], laws[1], exact, mean, error, sampled, float(dropped))


def _display(scenario: Scenario, perspective: str, treaty: Treaty, demander: str) -> Display:
    """See the display as a demander with these payoffs does: gain R - P - x, loss P + x - S."""
    at = treaty.parties.index(demander)
    own = treaty.parameters[at]
    gain = own.reward - own.punishment - own.outside_option
    loss = own.punishment + own.outside_option - own.sucker
    account = scenario.perspective(perspective)
    prior = scenario.violation_belief(perspective, treaty.parties[1 - at])
    return display(prior, account.pass_compliant, account.pass_violating, gain, loss)


def _drops(would: Display) -> bool:
    return bool(would.posterior <= would.leave_threshold)


def _posture(scenario: Scenario, perspective: str, treaty: Treaty, party: str, kind: str) -> Posture:
    named = scenario.perspective(perspective).policies.get(kind)
    if named not in POSTURES:
        raise ScenarioError(f"policy {named!r} of the type {kind!r} is unknown. {close_matches(str(named), POSTURES)}")
    posture = POSTURES[named]
    answer = posture.answer
    if answer == "accept" and not _display(scenario, perspective, treaty, party).attends:
        answer = "ignore"
    return replace(posture, name=f"{posture.name} ({answer})", answer=answer)
