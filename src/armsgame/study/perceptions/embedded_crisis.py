"""A crisis inside the relation: solved with the treaty's continuation values, and played back in its game."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from armsgame._checks import check_whole
from armsgame._deadline import ask_time
from armsgame._shown import Value
from armsgame._typing import FloatArray
from armsgame.arithmetic.discounted import per_period
from armsgame.checkers.trees import verify_assessment
from armsgame.dossiers.coercion import scenario_of
from armsgame.dossiers.dossier import Scenario
from armsgame.errors import InvalidGame, check_known
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Chance, Move, Outcome
from armsgame.results.assessment import Assessment
from armsgame.simulation.paths.mixture import Branch
from armsgame.solve.trees.agent_logit import agent_branch, agent_qre
from armsgame.study.scenarios.outlook import branches, display_parties
from armsgame.treaty.policies import Posture

__all__ = ["EmbeddedCrisis", "strategic_crisis"]

_ENDS = ("in_force", "notice(", "withdrawn")
_NEVER, _SAME, _RARE, _FLOOR = 1e-9, 1e-6, 1e-6, 1e-60


@dataclass(frozen=True, slots=True)
class EmbeddedCrisis(Value):
    """Equilibrium of a crisis whose ends are worth what the treaty's game makes of them.

    Attributes
    ----------
    perspective, demander, addressee : str
    equilibrium : Assessment
        Behaviour by type in the crisis tree, `equilibrium.game`. Its certificate says whether it is a sequential
        equilibrium, or a quantal response near one ("epsilon-sequential") with the largest gain left.
    branches : tuple of Branch
        One per pair of types and plans, for `simulate_mixture` and `mixture_law`: every type
        plays its crisis behaviour whenever the state arises.
    rounds : int
        Times the crisis was solved: with the first continuation values, then with those of its own
        behaviour.
    settled : bool
        Whether the continuation values of the last solution are, to a millionth, those that it assumed.
    """

    perspective: str
    demander: str
    addressee: str
    equilibrium: Assessment
    branches: tuple[Branch, ...]
    rounds: int
    settled: bool

    def behaviour(self) -> dict[str, dict[str, float]]:
        """Return the action probabilities at every information set, by its label."""
        return {s.label: self.equilibrium.at(s.label, s.player) for s in self.equilibrium.game.sets}

    def __str__(self) -> str:
        how = f"continuation values are those of its own behaviour after {self.rounds} rounds"
        if not self.settled:
            how = f"NOT settled after {self.rounds} rounds: continuation values assume other behaviour"
        shares = ", ".join(f"{k} {p:.3f}" for k, p in self.equilibrium.outcome_probabilities().items() if p > 5e-4)
        return (
            f"crisis of {self.demander} (demander) and {self.addressee} under {self.perspective!r}: {how}\n"
            f"ends: {shares}\n{self.equilibrium}"
        )


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair of types: names (demander, addressee), its branch, and what each conducts."""

    names: tuple[str, str]
    branch: Branch
    conduct: tuple[str, str]


def strategic_crisis(
    scenario: Scenario,
    perspective: str,
    *,
    demander: str | None = None,
    regime: str | None = None,
    rounds: int = 10,
    precision: float | None = None,
    budget_seconds: float | None = None,
) -> EmbeddedCrisis:
    """Let the types of a perspective choose demands, offers, snubs and notice strategically.

    Conduct outside the crisis stays the assumed one of each type, and the crisis is played once. In a game with private
    types (`Scenario.bayesian_game`, `armsgame.bayesian_equilibria`) conduct and moves are chosen together, in every
    period; this crisis is the option for asking what the moves alone would be.

    Parameters
    ----------
    scenario : Scenario
    perspective : str
        Its prior over types is the common prior of the tree; conduct by type is the perspective's.
    demander : str, optional
        Who was told of the other's alarm; default: the demander of the dossier's display.
    regime : str, optional
        Verification regime; default: the last one.
    rounds : int
        At most so many solutions.
    precision : float, optional
        Solve the crisis by `agent_qre` at this precision (1/utility) instead of for an equilibrium, and
        average assumed and resulting values between rounds: types then mix, and a fixed point
        is found where best replies would cycle.
    budget_seconds : float, optional
        Wall time that the call may take. When it is over, `NotSolved` says what was reached.

    Returns
    -------
    EmbeddedCrisis

    Raises
    ------
    InvalidGame
        An unknown party, a treaty without demand or notice.

    Notes
    -----
    The crisis begins in the state in which the addressee alone was flagged. The demander is silent, demands or
    gives notice; a demand is met by yielding (of a complying type), an offered display, or denial; at the same
    time the demander plans to attend, to snub or to back down; at expiry it gives notice or backs down.
    Payoffs are the stage payoffs of these periods plus the discounted value of the state in which the
    crisis ends, in the game of that pair of types. The first values are those of the perspective's named
    policies; then those of the solution, until assumed and resulting values agree. Only the next state is public, so
    the demander does not see at expiry whether a display was offered. The tree is used to derive policies; it is
    no stage of the game.

    Examples
    --------
    >>> import armsgame as ag
    >>> found = strategic_crisis(ag.load_scenario("inf"), "us_account")
    >>> found.settled, found.equilibrium.certificate.kind
    (True, 'sequential')
    """
    scenario = scenario_of("strategic_crisis", scenario)
    if demander is None:
        demander = display_parties(scenario)[0]
    check_known("party {} is unknown", scenario.parties, demander)
    rounds = check_whole("rounds", rounds)
    at = scenario.parties.index(demander)
    pairs = _pairs(scenario, perspective, regime, at)
    delta = scenario.question.discount
    played = tuple(pair.branch for pair in pairs)
    values = [_values(pair, played, delta) for pair in pairs]
    settled, count = False, 0
    while count < rounds and not settled:
        count += 1
        ask_time(f"{count - 1} of {rounds} rounds")
        game = _tree(pairs, values, at, delta)
        found = _solved(game) if precision is None else agent_qre(game, precision=precision).assessment
        played = tuple(one for pair in pairs for one in _compiled(pair, found, at))
        assumed, values = values, [_values(pair, played, delta) for pair in pairs]
        # behaviour where play does not come may differ, for instance between ties
        settled = max(
            float(np.abs(new[s] - old[s]).max()) for new, old in zip(values, assumed, strict=True) for s in new
        ) <= _SAME * max(float(np.abs(v).max()) for own in values for v in own.values())
        if precision is not None and not settled:
            values = [{s: (new[s] + old[s]) / 2 for s in new} for new, old in zip(values, assumed, strict=True)]
    total = sum(one.weight for one in played)
    played = tuple(replace(one, weight=one.weight / total) for one in played)
    return EmbeddedCrisis(perspective, demander, scenario.parties[1 - at], found, played, count, settled)


def _solved(game: ExtensiveGame) -> Assessment:
    """End of the agent branch, certified, or its last quantal response with its largest gain."""
    branch = agent_branch(game, throw=False)
    if branch.equilibrium is not None:
        return branch.equilibrium
    # where the time was over, the last response is no end
    ask_time(f"precision {branch.precisions[-1]:.6g} of the agent branch")
    # with a floor no set is missed because a product of probabilities is too small for floats
    last = [np.maximum(own[-1], _FLOOR) / np.maximum(own[-1], _FLOOR).sum() for own in branch.profiles]
    gain = verify_assessment(game, last, tolerance=np.finfo(float).max).certificate.max_gain
    return verify_assessment(game, last, tolerance=gain * (1 + 1e-9) + 1e-15)


def _pairs(scenario: Scenario, perspective: str, regime: str | None, at: int) -> list[_Pair]:
    account = scenario.perspective(perspective)
    first, second = scenario.parties
    names = [
        (a, b) for (a, p), (b, q) in product(account.types[first].items(), account.types[second].items()) if p * q > 0
    ]
    found = []
    for own, part in zip(names, branches(scenario, perspective, regime=regime), strict=True):
        one, two = (part.profile[i].conduct for i in (at, 1 - at))
        found.append(_Pair((own[at], own[1 - at]), part, (one, two)))
    return found


def _values(pair: _Pair, played: Sequence[Branch], delta: float) -> Mapping[str, FloatArray]:
    """Value [P] of the states in which a crisis can end, under what this pair plays."""
    mine = [b for b in played if b.label.split(":")[0] == pair.branch.label]
    total = sum(b.weight for b in mine)
    worth = sum((b.weight / total * _state_values(b, delta) for b in mine), np.zeros(1))
    return {s: v for s, v in zip(pair.branch.game.states, worth, strict=True) if s.startswith(_ENDS)}


def _state_values(branch: Branch, delta: float) -> FloatArray:
    """Value [S, P] of every state when the branch is played from it on."""
    game = branch.game
    rules: list[Any] = [posture.on(game, i).outputs for i, posture in enumerate(branch.profile)]
    pays, moves = [], []
    for state, stage, law in zip(game.states, game.stages, game.transitions, strict=True):
        # no first demand is pending, so both phases of a posture play the same
        chosen = tuple(int(np.argmax(own[state][-1])) for own in rules)
        pays.append(stage.payoffs[(slice(None), *chosen)])
        moves.append(law[chosen])
    return per_period(np.array(moves), np.array(pays), delta)


class _Play:
    """Stage payoffs and laws of one pair's game, by conduct and move of demander and addressee."""

    def __init__(self, pair: _Pair, values: Mapping[str, FloatArray], at: int, delta: float) -> None:
        self.pair, self.values, self.at, self.delta = pair, values, at, delta
        self.game = pair.branch.game

    def step(self, state: str, move: str, reply: str) -> tuple[FloatArray, FloatArray]:
        """Payoffs [P] and law [S] of one period."""
        s = self.game.states.index(state)
        stage = self.game.stages[s]
        index = [0, 0]
        for who, word, conduct in ((self.at, move, self.pair.conduct[0]), (1 - self.at, reply, self.pair.conduct[1])):
            wanted = f"{conduct}, {word}"
            if wanted not in stage.actions[who]:
                raise InvalidGame(
                    f"the treaty's game has no move {wanted!r} at {state!r}; a crisis needs demand and notice, and no "
                    "parts."
                )
            index[who] = stage.actions[who].index(wanted)
        return stage.payoffs[:, index[0], index[1]], self.game.transitions[s][index[0], index[1]]

    def ahead(self, law: FloatArray, kind: str) -> tuple[float, FloatArray]:
        """Mass on states that begin with `kind`, and their expected value times it."""
        worth, mass = np.zeros(2), 0.0
        for state, p in zip(self.game.states, law.tolist(), strict=True):
            if p > 0 and state.startswith(kind):
                mass += p
                worth = worth + p * self.values[state]
        return mass, worth

    def once(self, state: str, move: str, reply: str, start: float = 0.0) -> FloatArray:
        """Payoffs from a period after which the crisis is over, `start` periods in."""
        pay, law = self.step(state, move, reply)
        rest = sum((self.ahead(law, kind)[1] for kind in _ENDS), np.zeros(2))
        return np.asarray(self.delta**start * ((1 - self.delta) * pay + self.delta * rest))


def _tree(pairs: Sequence[_Pair], values: Sequence[Mapping[str, FloatArray]], at: int, delta: float) -> ExtensiveGame:
    players = pairs[0].branch.game.players
    one, two = players[at], players[1 - at]
    states = pairs[0].branch.game.states
    start = f"in_force, {two}"
    left = sum(s.startswith(f"demand({one}, ") and s.endswith(", none") for s in states)
    expired = f"expired({one}), none"
    if not left:
        raise InvalidGame("the treaty's game has no demand, so there is no crisis; use a treaty with demand=True.")

    def demanded(play: _Play, reply: str, answer: str) -> Any:
        """Chance of settlement while the demand runs, then the move at expiry."""
        pay, _ = play.step(start, "demand", "silent")
        got, alive = (1 - delta) * pay, 1.0
        settled, mass = np.zeros(2), 0.0
        for k in range(left):
            own, law = play.step(f"demand({one}, {left - k}), none", answer, reply)
            got = got + (1 - delta) * delta ** (k + 1) * own
            share, worth = play.ahead(law, "in_force")
            settled = settled + alive * (share * got + delta ** (k + 2) * worth)
            mass += alive * share
            alive *= 1 - share
        word = {"yield": "yielded", "offer": "display passed", "deny": "settled"}[reply]
        done = "backed down" if answer == "back_down" else word
        if alive <= _NEVER:
            return Outcome(done, tuple(settled / mass))
        # laws of demand states differ in flags only, which the last state of a crisis does not keep
        leave, stay = (tuple(got + play.once(expired, m, "deny", left + 1)) for m in ("notice", "back_down"))
        ends = {"notice": Outcome("notice at expiry", leave), "back down": Outcome("backed down", stay)}
        later = Move(one, f"{play.pair.names[0]}, expired after {answer}", ends)
        if mass <= _NEVER:
            return later
        return Chance({"settled": (1 - alive, Outcome(done, tuple(settled / mass))), "expired": (alive, later)})

    def crisis(pair: _Pair, worth: Mapping[str, FloatArray]) -> Move:
        play = _Play(pair, worth, at, delta)
        replies = ("yield", "offer", "deny") if pair.conduct[1] == "comply" else ("offer", "deny")
        answers = ("accept", "ignore", "back_down")
        met = {r: Move(one, f"{pair.names[0]}, demanded", {a: demanded(play, r, a) for a in answers}) for r in replies}
        silent, leave = (tuple(play.once(start, move, "silent")) for move in ("silent", "notice"))
        demand = Move(two, f"{pair.names[1]}, addressed", met)
        moves = {"silent": Outcome("silent", silent), "demand": demand, "notice": Outcome("notice at once", leave)}
        return Move(one, f"{pair.names[0]}, alarmed", moves)

    draws = {p.branch.label: (p.branch.weight, crisis(p, v)) for p, v in zip(pairs, values, strict=True)}
    return ExtensiveGame(players, Chance(draws), title="crisis in the relation")


def _compiled(pair: _Pair, found: Assessment, at: int) -> list[Branch]:
    """Branches of a pair: one per plan of each side that the equilibrium plays."""
    who = found.game.players
    one, two = who[at], who[1 - at]
    out = []
    for (mine, p), (reply, q) in product(
        _plans(found, one, pair.names[0]), found.at(f"{pair.names[1]}, addressed", two).items()
    ):
        if p * q <= _RARE:
            continue
        on_flag, answer, expiry = mine
        profile: list[Posture] = list(pair.branch.profile)
        end = "back_down" if expiry == "back down" else expiry
        words = f"{on_flag}, {answer}, {end}"
        profile[at] = replace(profile[at], name=words, on_flag=on_flag, answer=answer, at_expiry=end)
        profile[1 - at] = replace(profile[1 - at], name=reply, reply=reply)
        label = f"{pair.branch.label}: {one} {words}; {two} {reply}"
        out.append(Branch(label, pair.branch.weight * p * q, pair.branch.game, tuple(profile)))
    return out


def _plans(found: Assessment, party: str, kind: str) -> list[tuple[tuple[str, str, str], float]]:
    """Pure plans (on the alarm, during the demand, at expiry) of a type with their probabilities."""
    labels = {s.label for s in found.game.sets}
    answers = found.at(f"{kind}, demanded", party)
    usual = max(answers, key=lambda a: answers[a])
    out: list[tuple[tuple[str, str, str], float]] = []
    for on_flag, p in found.at(f"{kind}, alarmed", party).items():
        # without a demand the rest of the plan is not played
        for answer, q in answers.items() if on_flag == "demand" else [(usual, 1.0)]:
            at = f"{kind}, expired after {answer}"
            ends = found.at(at, party) if at in labels else {"back down": 1.0}
            if on_flag != "demand":
                ends = {max(ends, key=lambda e: ends[e]): 1.0}
            out += [((on_flag, answer, end), p * q * r) for end, r in ends.items()]
    return out
