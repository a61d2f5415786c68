"""The treaty as one stochastic game: status, flags, demands, deadlines, notice and withdrawal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from itertools import product
from math import ceil, exp
from typing import Any

import numpy as np

from armsgame._checks import check_flag, check_labels, listed
from armsgame._typing import BoolArray, FloatArray
from armsgame._values import names_of
from armsgame.errors import InvalidGame, close_matches, invalid, short
from armsgame.games.bayesian.game import BayesianGame
from armsgame.games.monitoring import Monitoring
from armsgame.games.stage import StageGame
from armsgame.games.stochastic import RepeatedGame, StochasticGame
from armsgame.treaty import composition as compose
from armsgame.treaty.parameter_table import parameters
from armsgame.treaty.parts.base import Act, Law, Part, Profile, named_parties
from armsgame.treaty.party import PAYOFF_PARAMETERS, TERMS, Party, Terms
from armsgame.treaty.private_types import TypeParameters, payoffs_by_type
from armsgame.treaty.public_moves import Seen, joint_kernels, signal_label
from armsgame.treaty.status import FLAGS, SEPARATOR, Size, Status

_OWN = {name: parameters[name] for name in names_of(Party)}


@dataclass(frozen=True, slots=True)
class Treaty(Terms):
    """A treaty between two parties, with the terms that decide its game.

    Parameters
    ----------
    parties : pair of str
    parameters : pair of Party
    period_days, notice_days, deadline_days : float
        Days per period, of notice, and to meet a demand; counters are rounded up to periods.
    compliance_rate : float
        Rate per day at which a party that yields completes compliance.
    renegotiation : float
        P(return to the treaty | mutual restraint) per period after withdrawal.
    demand, notice : bool
        Leave the ultimatum or the exit clause out of the game.
    parts : tuple of Part
        Further mechanisms, such as ``Sanctions(target_cost=0.3)``; none by default. Their parameters
        are named with a dot: ``treaty.replace(**{"sanctions.target_cost": 0.5})``.
    """

    parties: tuple[str, str] = ("US", "Russia")
    parameters: tuple[Party, Party] = field(default_factory=lambda: (Party(), Party()))
    demand: bool = True
    notice: bool = True
    parts: tuple[Part, ...] = ()

    def __new__(cls, *_: object, **given: object) -> Treaty:
        """Refuse names that are no fields, and say where parameters of the parties go."""
        own, theirs = names_of(cls), names_of(Party)
        for name, value in given.items():
            if name in own:
                continue
            if name in theirs:
                raise InvalidGame(
                    f"{name} is a parameter of the parties, no field of the treaty; allowed: "
                    f"ag.Treaty().replace({name}={short(value)})."
                )
            raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, {*own, *theirs})}")
        return object.__new__(cls)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parties", check_labels("parties", self.parties, 2, "party "))
        for party in self.parties:
            if party in ("none", "both") or any(c in party for c in ",()|"):
                invalid("parties", party, "a label other than 'none' and 'both', without comma, bar and parentheses")
        for name in TERMS:
            parameters[name].check(getattr(self, name))
        for flag in ("demand", "notice"):
            object.__setattr__(self, flag, check_flag(flag, getattr(self, flag)))
        both = listed("parameters", self.parameters, "a Party for each of the two parties")
        if len(both) != 2 or not all(isinstance(own, Party) for own in both):
            invalid("parameters", self.parameters, "a Party for each of the two parties")
        for party, own in zip(self.parties, self.parameters, strict=True):
            for name, entry in _OWN.items():
                entry.check(getattr(own, name), f"{name} of {party}")
        compose.check(self)

    def replace(self, **changes: Any) -> Treaty:
        """Return the treaty with other terms or parameters.

        A party's parameter given as a number holds for both; as a mapping from party label, for
        the parties named. ``treaty.replace(outside_option={"US": 1.2}, notice_days=365)``. A part's parameter is named
        with a dot, ``treaty.replace(**{"sanctions.target_cost": 0.5})``.
        """
        own: list[dict[str, float]] = [{}, {}]
        dotted = {name: changes.pop(name) for name in tuple(changes) if "." in name}
        terms: dict[str, Any] = {}
        party_names, term_names = names_of(Party), {*names_of(type(self))} - {"parameters"}
        for name, value in changes.items():
            if name in term_names:
                terms[name] = value
            elif name in party_names:
                per_party = value if isinstance(value, Mapping) else dict.fromkeys(self.parties, value)
                for party, v in per_party.items():
                    if party not in self.parties:
                        raise InvalidGame(f"{name} names the party {party!r}. {close_matches(party, self.parties)}")
                    own[self.parties.index(party)][name] = v
            else:
                raise InvalidGame(f"parameter {name!r} is unknown. {close_matches(name, {*party_names, *term_names})}")
        first, second = self.parameters
        both = (replace(first, **own[0]), replace(second, **own[1]))
        if dotted:
            terms["parts"] = compose.changed(terms.get("parts", self.parts), dotted, self.parties)
        return replace(self, parameters=both, **terms)

    @property
    def swapped(self) -> Treaty:
        """The same treaty with the parties in the other order."""
        turned = tuple(part.swapped for part in self.parts)
        return replace(self, parties=self.parties[::-1], parameters=self.parameters[::-1], parts=turned)

    @property
    def demand_periods(self) -> int:
        """K_D: decision periods of a demand."""
        return max(1, _periods(self.deadline_days, self.period_days))

    @property
    def notice_periods(self) -> int:
        """K_N: periods of notice."""
        return _periods(self.notice_days, self.period_days)

    def completes(self, left: int) -> float:
        """P(compliance is completed in the period with `left` decision periods left), eta_k."""
        spent = (self.demand_periods - left) * self.period_days
        days = min(self.period_days, max(0.0, self.deadline_days - spent))
        return 1 - exp(-self.compliance_rate * days)

    def size(self) -> Size:
        """Count states and action profiles without building the game; each part multiplies them."""
        return compose.size(self) if self.parts else self.core_size()

    def core_size(self) -> Size:
        """Count states and action profiles of the game without its parts."""
        k_d, k_n = self.demand_periods, self.notice_periods
        exits = 1 if self.notice else 0
        if not self.demand:
            states = 4 + (k_n + 1 if self.notice else 0)
            profiles = 4 * (2 + 2 * exits) ** 2 + (4 * (k_n + 1) if self.notice else 0)
            return Size(states, profiles, 0, k_n if self.notice else 0)
        states = 4 * (1 + 2 * (k_d + 1)) + (k_n + 1 if self.notice else 0)
        plain, armed = 2 + 2 * exits, 4 + 2 * exits
        in_force = plain**2 + 2 * plain * armed + armed**2
        per_demand = (6 + 2 * exits) * (5 + 2 * exits)
        per_expired = (2 + 2 * exits) ** 2
        profiles = in_force + 8 * k_d * per_demand + 8 * per_expired + (4 * (k_n + 1) if self.notice else 0)
        return Size(states, profiles, k_d, k_n if self.notice else 0)

    def statuses(self) -> tuple[Status, ...]:
        """All public states, in the order of the game."""
        return compose.states(self, self.core_statuses())

    def core_statuses(self) -> tuple[Status, ...]:
        """Public states without the conditions of parts."""
        flags = FLAGS
        out = [Status("in_force", flags=f) for f in flags]
        if self.demand:
            for i in (0, 1):
                out += [Status("demand", i, k, f) for k in range(self.demand_periods, 0, -1) for f in flags]
            for i in (0, 1):
                out += [Status("expired", i, 0, f) for f in flags]
        if self.notice:
            out += [Status("notice", left=k) for k in range(self.notice_periods, 0, -1)] + [Status("withdrawn")]
        return tuple(out)

    def label(self, status: Status) -> str:
        """Label of a public state, such as ``"demand(US, 1), Russia"`` or ``"withdrawn | climate: calm"``."""
        if status.conditions:
            core = self.label(replace(status, conditions=()))
            return SEPARATOR.join([core, *(f"{name}: {value}" for name, value in status.conditions)])
        a, b = self.parties
        flag = {(0, 0): "none", (1, 0): a, (0, 1): b, (1, 1): "both"}[tuple(map(int, status.flags))]  # type: ignore[index]
        if status.kind == "in_force":
            return f"in_force, {flag}"
        if status.kind == "demand":
            return f"demand({self.parties[status.demander]}, {status.left}), {flag}"
        if status.kind == "expired":
            return f"expired({self.parties[status.demander]}), {flag}"
        return f"notice({status.left})" if status.kind == "notice" else "withdrawn"

    def moves(self, status: Status, i: int) -> tuple[Act, ...]:
        """Actions of party i in a state: (conduct, move), and what parts add."""
        return compose.actions(self, status, i, self._core_moves(status, i))

    def _core_moves(self, status: Status, i: int) -> tuple[tuple[str, str], ...]:
        leave = ("notice",) if self.notice else ()
        if status.kind == "in_force":
            second: tuple[str, ...] = ("silent", *leave)
            if self.demand and status.flags[1 - i]:
                second += ("demand",)
        elif status.kind == "demand" and status.demander == i:
            second = ("ignore", "accept", "back_down", *leave)
        elif status.kind == "demand":
            return (*product(("comply", "deploy"), ("deny", "offer", *leave)), ("comply", "yield"))
        elif status.kind == "expired":
            second = ("back_down" if status.demander == i else "deny", *leave)
        else:
            second = ("",)
        return tuple(product(("comply", "deploy"), second))

    @lru_cache(maxsize=128)  # noqa: B019 - a treaty and its game are immutable, and the cache is bounded
    def game(self, observed: str = "state") -> StochasticGame:
        """Build the stochastic game.

        Parameters
        ----------
        observed : {"state", "moves"}
            ``"state"``: only the next state is public. ``"moves"``: so are both parties' moves (demand,
            offer, snub, yielding, notice, ..) and whether an attended display passed; conduct stays hidden.

        Returns
        -------
        StochasticGame
            Payoffs are the combination of `basis`. At ``"moves"`` it has public signals, labelled by the
            moves in the order of the parties: ``"ignore | offer"``, ``"accept | offer | pass"``.

        Raises
        ------
        InvalidGame
            More than 5,000 action profiles; the part that causes it is named.
        """
        if observed not in ("state", "moves"):
            invalid("observed", observed, "'state' or 'moves'")
        compose.refuse_if_large(self)
        plain = self._plain()
        if plain != self:
            # what can happen depends on no price: treaties that differ in prices share it
            return plain.game(observed).paying(list(self._paid()))
        return self._built(observed)

    def _plain(self) -> Treaty:
        """Return the same treaty at default prices; itself if it has parts, which have prices of their own."""
        default = Party()
        prices = {name: getattr(default, name) for name in PAYOFF_PARAMETERS}
        a, b = self.parameters
        return self if self.parts else replace(self, parameters=(replace(a, **prices), replace(b, **prices)))

    def _paid(self) -> FloatArray:
        """Payoffs [2, profiles] at the treaty's own prices."""
        flat, basis = self.basis()
        prices = self.prices()
        for name, array in basis.items():
            flat += array * np.array(prices[name])[:, None]
        return flat

    def _built(self, observed: str) -> StochasticGame:
        statuses, flat = self.statuses(), self._paid()
        place = {s: k for k, s in enumerate(statuses)}
        own_events = compose.events(self)
        stages, at = [], 0
        seen: list[Seen] = []
        rows: list[tuple[Status, Profile, bool]] = []
        added: dict[str, list[BoolArray]] = {}
        for status in statuses:
            own = [self.moves(status, i) for i in (0, 1)]
            shape = (len(own[0]), len(own[1]))
            for profile in product(own[0], own[1]):
                law: dict[tuple[str, int], float] = {}
                for done, after, p in compose.law(self, status, profile, self._kinds):
                    shown = signal_label(self.parts, status, done, after) if observed == "moves" else ""
                    if p > 0:
                        law[shown, place[after]] = law.get((shown, place[after]), 0.0) + p
                seen.append(law)
                rows.append((status, profile, self._groundless(status, profile)))
                for name, part in own_events.items():
                    ahead = {k for _, k in law}
                    added.setdefault(name, []).append(compose.mask(self, part, name, status, profile, statuses, ahead))
            labels = [tuple(", ".join(filter(None, a)) for a in acts) for acts in own]
            count = shape[0] * shape[1]
            stages.append(StageGame(flat[:, at : at + count].reshape(2, *shape), players=self.parties, actions=labels))
            at += count
        kernels, heard = joint_kernels(seen, [stage.shape for stage in stages])
        cut = np.cumsum([0] + [int(np.prod(g.shape)) for g in stages])
        marks = compose.core_marks(rows, statuses) | {name: np.array(masks) for name, masks in added.items()}
        events = {n: [m[cut[k] : cut[k + 1]] for k in range(len(stages))] for n, m in marks.items()}
        names = [self.label(s) for s in statuses]
        if observed == "moves":
            return StochasticGame(
                stages, states=names, observed="state", events=events, signals=kernels, signal_labels=heard
            )
        return StochasticGame(stages, [k[..., 0, :] for k in kernels], states=names, observed="state", events=events)

    def with_types(
        self,
        types: TypeParameters,
        prior: Any = None,
        *,
        observed: str = "moves",
        commitments: Mapping[str, Mapping[str, Any]] | None = None,
        observer: Any = None,
    ) -> BayesianGame:
        """Return the game in which each party has a private type, drawn once, that decides its payoffs.

        Parameters
        ----------
        types : mapping {party: {type: {parameter: value}}}
            What each type changes of its party's payoff parameters, those of parts included
            (``"sanctions.target_cost"``); an empty mapping is the treaty's own. A party that is not named has one
            type, which is known.
        prior, commitments, observer : as in `BayesianGame`
        observed : {"moves", "state"}
            What is public, as in `game`.

        Raises
        ------
        InvalidGame
            A type that changes what is no payoff, such as a detection rate: types differ in payoffs alone.

        Examples
        --------
        >>> types = {"Russia": {"content": {}, "tempted": {"temptation": 2.5}}}
        >>> print(Treaty(demand=False).with_types(types, {"Russia": [0.8, 0.2]}))
        BayesianGame of US (known) and Russia (content 0.8, tempted 0.2): 7 states, 76 action profiles
        """
        payoffs = payoffs_by_type(self, types)
        return BayesianGame(self.game(observed), payoffs, prior, commitments=commitments, observer=observer)

    def one_status(self) -> RepeatedGame:
        """Return the repeated game of conduct alone: no demand, no exit, one alarm per party.

        What no conduct moves, `verification_cost` and `standing`, is left out of its payoffs.
        """
        pay = np.empty((2, 2, 2))
        for i, p in enumerate(self.parameters):
            hides = p.concealment_cost
            own = np.array([[p.reward, p.sucker], [p.temptation - hides, p.punishment - hides]])
            pay[i] = own if i == 0 else own.T
        stage = StageGame(pay, players=self.parties, actions=("comply", "deploy"))
        detection = [p.detection for p in self.parameters]
        return RepeatedGame(stage, Monitoring.detection(detection, [p.false_alarm for p in self.parameters]))

    def basis(self) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Payoffs as a linear combination of parameters.

        Returns
        -------
        constant : array [2, profiles]
        arrays : mapping from parameter name to array [2, profiles]
            ``game()`` is constant + sum of parameter (per party) x array.
        """
        # it holds no price: treaties that differ in prices share it
        constant, arrays = self._plain()._basis()
        return constant.copy(), {name: array.copy() for name, array in arrays.items()}

    @lru_cache(maxsize=64)  # noqa: B019 - a treaty is immutable, and the cache is bounded
    def _basis(self) -> tuple[FloatArray, dict[str, FloatArray]]:
        profiles = [(s, p) for s in self.statuses() for p in product(self.moves(s, 0), self.moves(s, 1))]
        arrays = {name: np.zeros((2, len(profiles))) for name in self.prices()}
        for at, (status, profile) in enumerate(profiles):
            for i in (0, 1):
                for name, share in compose.payoff(self, status, profile, i, self._payoff).items():
                    arrays[name][i, at] = share
        return np.zeros((2, len(profiles))), arrays

    def prices(self) -> dict[str, tuple[float, float]]:
        """Values of the payoff parameters that `basis` multiplies, one per party."""
        a, b = self.parameters
        own = {name: (getattr(a, name), getattr(b, name)) for name in PAYOFF_PARAMETERS}
        return own | {f"{part.name}.{n}": pair for part in self.parts for n, pair in part.prices().items()}

    def _payoff(self, status: Status, profile: Profile, i: int) -> dict[str, float]:
        (mine, move, *_), (theirs, reply, *_) = profile[i], profile[1 - i]
        table = {
            ("comply", "comply"): "reward",
            ("comply", "deploy"): "sucker",
            ("deploy", "comply"): "temptation",
            ("deploy", "deploy"): "punishment",
        }
        pay = {table[mine, theirs]: 1.0}
        if status.kind == "withdrawn":
            pay["outside_option"] = 1.0
        else:
            pay["standing"] = 1.0
            if mine == "deploy":
                pay["concealment_cost"] = -1.0
        if status.watched:
            # alarms are drawn, so monitoring runs: in force, under a demand, at expiry
            pay["verification_cost"] = -1.0
        if move == "back_down":
            pay["audience_cost"] = -1.0
        if move == "yield" and reply not in ("back_down", "notice"):
            pay["status_cost"] = -self.completes(status.left)
        if move == "notice":
            pay["exit_cost_grounds" if self._grounds(status, i) else "exit_cost_unprovoked"] = -1.0
        if move == "offer" and reply == "accept":
            pay["transparency_cost"] = -1.0
        return pay

    def _kinds(self, status: Status, profile: Profile) -> Law:
        """Law of the next status before alarms are drawn, by the rules in their order of priority."""
        moves = [act[1] for act in profile]
        restraint = all(act[0] == "comply" for act in profile)
        if "notice" in moves:
            return [(Status("notice", left=self.notice_periods) if self.notice_periods else Status("withdrawn"), 1.0)]
        if status.kind == "withdrawn":
            back = self.renegotiation if restraint else 0.0
            return [(Status("in_force"), back), (Status("withdrawn"), 1 - back)]
        if status.kind == "notice":
            return [(Status("notice", left=status.left - 1) if status.left > 1 else Status("withdrawn"), 1.0)]
        next_kinds: Law = [(Status("in_force"), 1.0)]
        if status.kind == "in_force" and "demand" in moves:
            who = [i for i in (0, 1) if moves[i] == "demand"]
            next_kinds = [(Status("demand", i, self.demand_periods), 1 / len(who)) for i in who]
        elif status.kind == "demand":
            i = status.demander
            later = Status("demand", i, status.left - 1) if status.left > 1 else Status("expired", i)
            end = 0.0
            if moves[i] == "back_down":
                end = 1.0
            elif moves[1 - i] == "yield":
                end = self.completes(status.left)
            elif moves[i] == "accept" and moves[1 - i] == "offer":
                shown = self.parameters[1 - i]
                end = shown.pass_compliant if profile[1 - i][0] == "comply" else shown.pass_violating
            next_kinds = [(Status("in_force"), end), (later, 1 - end)]
        return next_kinds

    def _groundless(self, status: Status, profile: Profile) -> bool:
        """Whether a party gives notice without grounds."""
        return any(act[1] == "notice" and not self._grounds(status, i) for i, act in enumerate(profile))

    def _grounds(self, status: Status, i: int) -> bool:
        """Whether notice by party i has grounds: a flag about the other, a demand, an expiry, its suspension."""
        suspended = named_parties(self, status.condition("suspension"))
        return status.kind != "in_force" or status.flags[1 - i] or suspended[1 - i]

    def explain(self) -> str:
        """States, moves and assumptions in words."""
        a, b = self.parties
        lines = [
            f"Treaty between {a} and {b}: {self.size()}",
            f"One period is {self.period_days:g} days. Notice of {self.notice_days:g} days counts as "
            f"{self.notice_periods} periods; a deadline of {self.deadline_days:g} days as {self.demand_periods} "
            f"(rounded up; compliance in time has probability {self.completes(self.demand_periods):.4f} [assumption]).",
            "In each period both choose conduct (comply or deploy) and, at once, a move:",
            "  in_force: silent, notice; demand once the other party was flagged",
            "  demand(i, k): the demander ignores, accepts an offered display, backs down or gives notice;",
            "      the other denies, offers a display, gives notice, or complies and yields",
            "  expired(i): the demander backs down or gives notice; the other denies or gives notice",
            "  notice(k), withdrawn: conduct only",
            "Only the next state is public: status, and who was flagged in the last period.",
            "Alarms about the two parties are independent [assumption].",
            "Parameters, all of them assumptions, " + " / ".join(self.parties) + ":",
        ]
        for entry in fields(Party):
            values = [getattr(p, entry.name) for p in self.parameters]
            lines.append(f"  {entry.name:<22s} {values[0]:g}" + ("" if values[0] == values[1] else f" / {values[1]:g}"))
        for part in self.parts:
            lines += part.explain(self.parties)
        return "\n".join(lines)

    def __str__(self) -> str:
        parts = f" with {', '.join(part.name for part in self.parts)}" if self.parts else ""
        return f"Treaty({self.parties[0]}, {self.parties[1]}){parts}: {self.size()}"


def _periods(days: float, period_days: float) -> int:
    """Round up to periods; a quotient above a whole number by rounding alone is that number."""
    return ceil(days / period_days - 1e-9)
