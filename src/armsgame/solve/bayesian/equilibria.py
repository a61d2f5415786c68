"""Search for perfect Bayesian equilibria: best replies from named starts, and certificates for what they reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import numpy as np

from armsgame._budget import Budget
from armsgame._checks import check_discount
from armsgame._deadline import unhurried
from armsgame._typing import BoolArray
from armsgame.checkers.bayesian import verify_types
from armsgame.checkers.reply_bound import bound_types
from armsgame.errors import WrongConcept, invalid
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.bayesian.profiles import lower_types
from armsgame.results.bayesian_equilibria import BayesianEquilibria, BayesianEquilibrium, NearEquilibrium
from armsgame.results.one_shot import Status
from armsgame.solve.bayesian.attrition import wars_of_attrition
from armsgame.solve.bayesian.automata import as_profile
from armsgame.solve.bayesian.board import Board, Nodes, Tables
from armsgame.solve.bayesian.critical_prior import priors_of
from armsgame.solve.bayesian.mixing import between, mixed_profiles
from armsgame.solve.bayesian.odds import worst_gain
from armsgame.solve.bayesian.paths import same_play
from armsgame.solve.bayesian.policy_iteration import Course, best_replies
from armsgame.solve.bayesian.starts import starts_for
from armsgame.solve.bayesian.valuation import Valuation

__all__ = ["bayesian_equilibria"]

# the screen before a certificate is asked, in units of the payoff range; the certificate has the last word
_SCREEN = 1e-9
# a mixture against which no plan gains more, in units of the payoff range, ends the search for others
_CLOSE = 1e-3
_MIXING = ("if needed", "always", "never")
# beyond so many nodes the search names the size and stops
_MOST_ROWS = 20_000


def bayesian_equilibria(
    game: BayesianGame,
    *,
    discount: float,
    starts: Mapping[str, object] | None = None,
    mixing: str = "if needed",
    max_iter: int = 5_000,
    budget_seconds: float | None = None,
) -> BayesianEquilibria:
    """Search for perfect Bayesian equilibria of a game with private types.

    Parameters
    ----------
    game : BayesianGame
    discount : float
        Per period, above 0 and below 1.
    starts : mapping {name: profile}, optional
        Profiles from which best replies begin. The nodes on which the search moves are those of the start's
        automata. By default the named policies where the game is a treaty's, and simple strategies elsewhere.
    mixing : {"if needed", "always", "never"}
        Where no pure profile is certified, go on to logit responses with falling noise and to
        mixtures that make the other party indifferent. With "always" also mix between two equilibria of which each
        party prefers another one, as in the war of attrition over who gives notice.
    max_iter : int
        Half rounds of best replies, over all starts.
    budget_seconds : float, optional
        Wall time after which the search stops with what it has; `courses` names the starts that were not tried.

    Returns
    -------
    BayesianEquilibria
        The set of certified profiles, each with values by type and the exact set of priors at which it holds.
        Nothing found is an answer too, with the least gain of a deviation over all profiles that were tried. The
        search is not complete: other equilibria may exist.

    Raises
    ------
    WrongConcept
        Not a game with private types; a discount factor of 0, at which every period is a one-shot game.
    InvalidGame
        Starts that do not fit the game.

    Notes
    -----
    Parties answer in turn, all types at once, at every node. Beliefs are discounted visits under the profile; where
    no play leads, visits under mistakes of probability 1e-4. Fixed points are certified, and so is each profile of a
    cycle that no belief on the path refutes. A start that leads to nothing certified is searched once more on nodes
    that remember which types are excluded. None of this enters the certificate, which uses bounds on all beliefs that
    histories can produce.

    References
    ----------
    Fudenberg and Tirole (1991), *Game Theory*, section 8.2, for perfect Bayesian equilibrium.
    """
    if mixing not in _MIXING:
        invalid("mixing", mixing, f"one of {_MIXING}")
    search = _Search.of(game, discount)
    given = starts_for(game) if starts is None else _checked(starts)
    with Budget(max_iter, "bayesian_equilibria") as budget:
        for name, profile in given.items():
            if not budget.left:
                search.courses[name] = "not tried, as the budget was spent"
                continue
            search.from_start(name, profile, budget)
        if mixing == "always":
            search.mix_pairs()
        if not search.found and mixing != "never":
            search.mix(budget)
    return search.answer()


def _checked(starts: Mapping[str, object]) -> Mapping[str, Any]:
    if not isinstance(starts, Mapping) or not starts:
        invalid("starts", starts, "a mapping {name: profile} with at least one profile")
    return starts


@dataclass(slots=True)
class _Search:
    """What a search has found so far."""

    game: BayesianGame
    discount: float
    tables: Tables
    free: tuple[BoolArray, BoolArray]
    found: list[tuple[BayesianEquilibrium, Nodes]] = field(default_factory=list)
    boards: list[Board] = field(default_factory=list)
    courses: dict[str, str] = field(default_factory=dict)
    least: float = np.inf
    cycles: list[tuple[str, Board, Course]] = field(default_factory=list)
    near: list[NearEquilibrium] = field(default_factory=list)

    @classmethod
    def of(cls, game: BayesianGame, discount: float) -> _Search:
        if not isinstance(game, BayesianGame):
            raise WrongConcept(
                f"bayesian_equilibria is about a BayesianGame, not {type(game).__name__}; without private types use "
                "markov_perfect or verify."
            )
        delta = float(check_discount(discount))
        if delta == 0:
            raise WrongConcept(
                "discount is 0, at which every period is a one-shot game; take a discount above 0, or solve the stage "
                "game with nash."
            )
        size = game.size()
        if size["rows"] > _MOST_ROWS:
            invalid("game", size, f"a game with at most {_MOST_ROWS} action profiles", "Lengthen the period.")
        first, second = (
            np.array([(party, k) not in game.commitments for k in kinds])
            for party, kinds in zip(game.players, game.types, strict=True)
        )
        return cls(game, delta, Tables.of(game), (first, second))

    def from_start(self, name: str, profile: object, budget: Budget) -> None:
        """Let best replies begin at one start, first without and then with sets of excluded types."""
        lowered = lower_types(self.game, profile, dynamics=self.tables.dynamics)
        told: list[str] = []
        plain: Board | None = None
        for supports in (False, True):
            board = plain = Board(self.tables, lowered, supports=supports, like=plain)
            course = best_replies(board, self.discount, budget, self.free)
            certified = [self._certified(name, board, nodes) for nodes in course.found or course.passed[-1:]]
            told.append(self._told(course, any(certified), supports))
            if any(certified):
                break
            if supports:
                self.cycles.append((name, board, course))
        self.courses[name] = "; ".join(told)

    def _certified(self, name: str, board: Board, nodes: Nodes) -> bool:
        """Certify a profile and keep it, unless its play on the path is known."""
        screen = _SCREEN * max(1.0, max(float(np.ptp(own)) for own in self.tables.pay))
        gain = worst_gain(Valuation(nodes, self.discount), max(self.least, screen)).gain
        self.least = min(self.least, gain)
        if gain > screen:
            return False
        return self.keep(name, board, nodes)

    def keep(self, name: str, board: Board, nodes: Nodes) -> bool:
        """Ask for the certificate of a profile, and keep it if it is granted."""
        for place, (one, known) in enumerate(self.found):
            if same_play(known, nodes):
                if name not in one.found_by:
                    self.found[place] = (replace(one, found_by=(*one.found_by, name)), known)
                return True
        profile = as_profile(board, nodes)
        with unhurried():
            certificate = verify_types(self.game, profile, discount=self.discount)
            if not certificate:
                self.least = min(self.least, float(certificate.max_gain))
                return False
            priors = priors_of(self.tables, profile, self.discount)
        self.least = 0.0
        self.found.append((BayesianEquilibrium(profile, certificate, priors, (name,)), nodes))
        self.boards.append(board)
        return True

    @staticmethod
    def _told(course: Course, certified: bool, supports: bool) -> str:
        where = {
            "fixed": "best replies settle",
            "cycle": f"best replies cycle through {len(course.passed)} profiles",
            "stopped": "best replies do not settle",
        }[course.status]
        nodes = f"on {course.passed[-1].size} nodes{' with excluded types' * supports}"
        return f"{where} after {course.rounds} half rounds {nodes}, {'certified' if certified else 'refused'}"

    def mix_pairs(self) -> None:
        """Mix between two equilibria on the same nodes of which each party prefers another one."""
        pairs = list(zip(self.found, self.boards, strict=True))
        for ((one, first), board), ((two, second), _) in combinations(pairs, 2):
            gaps = [one.means[party] - two.means[party] for party in self.game.players]
            if gaps[0] * gaps[1] < 0 and not (one.mixed or two.mixed):
                nodes = between(board, first, second, self.discount, self.free)
                if nodes is not None:
                    self.keep(f"between {one.found_by[0]} and {two.found_by[0]}", board, nodes)

    def mix_wars(self, budget: Budget) -> None:
        """Let types that wait for each other leave with hazards, until a war of attrition is certified."""
        passed = [nodes for _, _, course in self.cycles for nodes in course.passed]
        for name, board, course in self.cycles:
            if not budget.spend():
                return
            for how, own, nodes in wars_of_attrition(board, course.passed[-1], passed, self.discount, self.free):
                gain = worst_gain(Valuation(nodes, self.discount)).gain
                self.least = min(self.least, gain)
                if gain <= 1e-8 and self.keep(f"{name}, {how}", own, nodes):
                    return

    def mix(self, budget: Budget) -> None:
        """Mix where best replies lead to nothing that is certified, until next to nothing can be gained."""
        self.mix_wars(budget)
        if self.found:
            return
        close = _CLOSE * max(float(np.ptp(own)) or 1.0 for own in self.tables.pay)
        for name, board, course in sorted(self.cycles, key=lambda own: own[2].passed[-1].size):
            for how, nodes in mixed_profiles(board, course, self.discount, budget, self.free):
                gain = worst_gain(Valuation(nodes, self.discount)).gain
                self.least = min(self.least, gain)
                label = f"{name}, {how}"
                if not (gain <= 1e-8 and self.keep(label, board, nodes)):
                    self._bound(label, board, nodes)
            if self.found or min((one.gap for one in self.near), default=np.inf) <= close:
                return

    def _bound(self, label: str, board: Board, nodes: Nodes) -> None:
        profile = as_profile(board, nodes)
        with unhurried():
            bound = bound_types(self.game, profile, discount=self.discount)
        self.near.append(NearEquilibrium(profile, bound, label))

    def answer(self) -> BayesianEquilibria:
        """Return the set of what was found."""
        found = tuple(one for one, _ in self.found)
        status = Status.PARTIAL if found else Status.UNSOLVED
        near = tuple(sorted(self.near, key=lambda one: one.gap)[:3])
        return BayesianEquilibria(found, status, float(self.least), self.courses, near)
