"""What every published model is: facts about its source, checked parameters, propositions, a figure."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, reduce
from itertools import pairwise
from math import inf, isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeAlias

import numpy as np

from armsgame._checks import check_choice, check_flag, check_number, listed, reals
from armsgame._registry import draw
from armsgame._shown import Value
from armsgame._typing import FloatArray, Truth
from armsgame.catalogue.from_dossier import Reading
from armsgame.catalogue.picture import Picture
from armsgame.errors import InvalidGame, WrongConcept, close_matches, invalid
from armsgame.results.assessment import Assessment
from armsgame.results.certificates import Judged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Model", "Numbers", "Parameter", "Picture", "Proposition", "Provenance", "Reading", "parameter"]

Numbers: TypeAlias = Mapping[str, Any]
"""What a model states, by name: numbers, words and truth values, or arrays of them."""


class Provenance(StrEnum):
    """How near a shipped model is to the published one."""

    READ = "read"
    FORM_READ = "form-read"
    REDERIVED = "rederived"
    STYLISED = "stylised"

    @property
    def meaning(self) -> str:
        """The tag as a sentence."""
        return {
            "read": "Game form and solution were read in the authors' own code or text.",
            "form-read": "Game form or order of preferences was read; the solution was derived here.",
            "rederived": "The text could not be opened: the form is recalled from the literature and agrees with the "
            "published abstract, and the solution was derived and checked here.",
            "stylised": "This is not the published game, but a simpler one after it.",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Parameter(Value):
    """Meaning and range of one parameter of a model."""

    meaning: str
    symbol: str
    low: float
    high: float
    open_low: bool
    open_high: bool
    whole: bool
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """The range in the notation of intervals, or the words to choose from."""
        if self.choices:
            return " or ".join(map(repr, self.choices))
        kind = "whole numbers in " if self.whole else ""
        left = "(" if self.open_low or self.low == -inf else "["
        right = ")" if self.open_high or self.high == inf else "]"
        return f"{kind}{left}{self.low:g}, {self.high:g}{right}"

    def checked(self, name: str, value: object) -> Any:
        """Return a float (an int where whole), a read-only array of such, or one of the words."""
        if self.choices:
            return check_choice(name, value, self.choices)
        array = reals(name, value, f"numbers in {self.allowed}")
        inside = np.isfinite(array)
        inside &= (array > self.low) if self.open_low else (array >= self.low)
        inside &= (array < self.high) if self.open_high else (array <= self.high)
        if self.whole:
            inside &= array == np.floor(array)
        if array.size == 0 or not inside.all():
            invalid(name, value, self.allowed)
        if array.ndim == 0:
            return int(array) if self.whole else float(array)
        if self.whole:
            array = array.astype(np.int64)
        array.flags.writeable = False
        return array


def parameter(
    default: object,
    meaning: str,
    symbol: str = "",
    *,
    low: float = -inf,
    high: float = inf,
    open_low: bool = False,
    open_high: bool = False,
    open_ends: bool = False,
    whole: bool = False,
    choices: tuple[str, ...] = (),
) -> Any:
    """Field of a `Model`: one number or an array of numbers inside a range, or one of several words.

    Raises
    ------
    InvalidGame
        A range that is none, or a default outside it.
    """
    for name, text in (("meaning", meaning), ("symbol", symbol)):
        if not isinstance(text, str):
            invalid(name, text, "text")
    low, high = (
        end if isinstance(end, float) and isinf(end) else check_number(name, end)
        for name, end in (("low", low), ("high", high))
    )
    if not low < high:
        invalid("low, high", (low, high), "low < high")
    flags = {"open_low": open_low, "open_high": open_high, "open_ends": open_ends, "whole": whole}
    for name, flag in flags.items():
        check_flag(name, flag)
    words = listed("choices", choices, "a sequence of words")
    if not all(isinstance(word, str) for word in words):
        invalid("choices", choices, "a sequence of words")
    told = Parameter(meaning, symbol, low, high, open_low or open_ends, open_high or open_ends, whole, words)
    told.checked("default", default)
    return field(default=default, metadata={"parameter": told})


@dataclass(frozen=True, eq=False)
class Proposition(Value):
    """One proposition of a model at given parameters: what is played, why it applies, and the check of it.

    Attributes
    ----------
    name : str
        Name of the proposition, as the catalogue's page gives it.
    conditions : str
        The conditions that hold, with their numbers.
    profile : mapping from str to number
        Probabilities of moves and cut-offs of types.
    outcomes : mapping from str to float
        Probability of each outcome.
    certificate : object with `ok`, `max_gain`
        The largest gain of a deviation, found by a checker that does not use the proposition.
    numbers : mapping from str to number
        Whatever else the proposition states: values, posteriors, thresholds.
    assessment : object or None
        What the game's verifier takes: behaviour and beliefs at every information set.
    """

    name: str
    conditions: str
    profile: Numbers
    outcomes: Mapping[str, float]
    certificate: Judged
    numbers: Numbers = field(default_factory=dict)
    assessment: Assessment | None = field(default=None, repr=False)

    @classmethod
    def of(cls, checked: Assessment, outcomes: Mapping[str, float] | None = None, **stated: Any) -> Self:
        """Return the proposition about a tree that its verifier has looked at."""
        ends = checked.outcome_probabilities() if outcomes is None else outcomes
        return cls(**stated, outcomes=ends, certificate=checked.certificate, assessment=checked)

    def __getitem__(self, name: str) -> Any:
        """Return the number of this name, wherever it stands."""
        for shelf in (self.profile, self.outcomes, self.numbers):
            if name in shelf:
                return shelf[name]
        known = {*self.profile, *self.outcomes, *self.numbers}
        raise KeyError(f"{name!r} is no number of {self.name!r}. {close_matches(name, known)}")

    def __str__(self) -> str:
        lines = [f"{self.name}: {self.conditions}"]
        for title, shelf in (("play", self.profile), ("outcomes", self.outcomes), ("numbers", self.numbers)):
            if shelf:
                lines.append(f"  {title}: " + ", ".join(f"{k} {_short(v)}" for k, v in shelf.items()))
        lines.append(f"  largest gain of a deviation: {float(self.certificate.max_gain):.1e}")
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True, eq=False)
class Model(Value):
    """A published model as a value: parameters in, game, equilibria and figure out.

    A model is a subclass with one `parameter` per symbol, the facts below, and the methods `game`,
    `equilibria` and `regions`. It is registered by standing in one file of its own. The facts of the shipped
    models, their names apart, are data: ``catalogue/facts.toml`` and ``catalogue/references.bib``.

    Attributes
    ----------
    name, title, question : str
    citation, bibtex : str
    provenance : Provenance
    players : tuple of str
    mechanisms : tuple of int
        The mechanisms of treaty collapse (1 to 15) that it speaks to.
    reading : str
        One neutral sentence: what the model would say of the INF case, and under which condition.
    unsure : str
        What could not be checked against the text.
    dossier : pairs of a parameter and what reads it in a dossier, for a model that dossiers fit
    origins : mapping from str to str
        Where the value of a parameter is from, for those that `from_scenario` read in a dossier.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]
    citation: ClassVar[str]
    bibtex: ClassVar[str]
    provenance: ClassVar[Provenance]
    players: ClassVar[tuple[str, ...]]
    mechanisms: ClassVar[tuple[int, ...]] = ()
    reading: ClassVar[str] = ""
    unsure: ClassVar[str] = ""
    dossier: ClassVar[tuple[tuple[str, Callable[[Reading], tuple[float, str]]], ...]] = ()

    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __init_subclass__(cls, **options: object) -> None:
        """Give a shipped model the facts that stand in ``facts.toml`` and ``references.bib`` under its name."""
        super().__init_subclass__(**options)
        for fact, told in _facts().get(vars(cls).get("name", ""), {}).items():
            if fact not in vars(cls):
                setattr(cls, fact, told)

    def __post_init__(self) -> None:
        for name, told in self.parameters().items():
            object.__setattr__(self, name, told.checked(name, getattr(self, name)))
        try:
            self.shape  # noqa: B018 - the shapes must broadcast before conditions compare them
        except ValueError:
            raise InvalidGame(f"{self.name}: allowed are parameters whose shapes broadcast.") from None
        for sentence, holds in self.conditions().items():
            if not np.all(holds):
                raise InvalidGame(f"{self.name}({self._values()}); allowed: {sentence}.")

    @classmethod
    def parameters(cls) -> dict[str, Parameter]:
        """Meaning and range of every parameter."""
        return {f.name: f.metadata["parameter"] for f in fields(cls) if "parameter" in f.metadata}

    def conditions(self) -> Mapping[str, Truth]:
        """Return what must hold between parameters: sentence -> bool or array of bool."""
        return {}

    def rising(self, *names: str) -> dict[str, Truth]:
        """Return the condition that parameters rise in this order, under its sentence."""
        values = [getattr(self, name) for name in names]
        return {" < ".join(names): reduce(np.logical_and, (np.less(a, b) for a, b in pairwise(values)))}

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape to which the parameters broadcast; () for one parameter point."""
        return np.broadcast_shapes(*(np.shape(getattr(self, name)) for name in self.parameters()))

    def shaped(self, found: Numbers) -> Numbers:
        """Numbers at the parameters' common shape; Python's own at one parameter point."""
        return {k: np.broadcast_to(v, self.shape) if self.shape else np.asarray(v).item() for k, v in found.items()}

    def single(self, verb: str) -> None:
        """Raise unless the parameters are one point."""
        if self.shape:
            raise WrongConcept(
                f"{self.name}.{verb} belongs to one parameter point, and these have shape {self.shape}. Ask `regions`, "
                "which broadcasts, or one point at a time."
            )

    def _unstated(self, name: str) -> NoReturn:
        raise WrongConcept(f"model {self.name!r} states no {name}. Define it in its class, as the shipped models do.")

    @property
    def regions(self) -> Numbers:
        """Thresholds and closed forms by name, at the parameters' common shape."""
        self._unstated("regions")

    def equilibria(self) -> tuple[Proposition, ...]:
        """All propositions that apply at these parameters, each with its certificate; both at a threshold."""
        self._unstated("equilibria")

    def picture(self) -> Picture:
        """Return the data of the figure."""
        self._unstated("picture")

    def lines(
        self, words: Mapping[str, str], *, title: str, x: str, y: str, levels: Numbers | None = None, **over: FloatArray
    ) -> Picture:
        """Return curves over the one parameter in `over`: label -> key of `regions`; the rest as in `Picture`."""
        self.single("figure")
        own, (grid,) = self.replace(**over).regions, over.values()
        series = {word: (grid, own[key]) for word, key in words.items()}
        return Picture(kind="lines", title=title, x=x, y=y, series=series, levels=levels or {})

    def figure(self, ax: Axes | None = None) -> Axes:
        """Draw the figure of the model; returns the axes."""
        return draw("catalogue_picture", self.picture(), ax=ax)

    def replace(self, **changes: object) -> Self:
        """Return the same model with other parameters."""
        unknown = sorted(set(changes) - set(self.parameters()))
        if unknown:
            raise InvalidGame(f"{unknown[0]!r} is no parameter. {close_matches(unknown[0], self.parameters())}")
        return replace(self, **changes, origins={k: v for k, v in self.origins.items() if k not in changes})

    @classmethod
    def from_scenario(cls, scenario: object, perspective: str, *, roles: object = None, **assumed: object) -> Self:
        """Model with the numbers that a dossier has; every other parameter stays an assumption.

        Parameters
        ----------
        scenario : Scenario
            From `armsgame.load_scenario` or `armsgame.read_scenario`.
        perspective : str
            Name of the account of the history under which the dossier is read.
        roles : pair of str, optional
            Parties in the order of the model's roles; by default the dossier's order. Neither order is a
            verdict: try both.
        **assumed
            Parameters set by hand; they go before the dossier's.

        Returns
        -------
        Model
            `explain` says of every parameter whether it is from the dossier or an assumption.

        Raises
        ------
        WrongConcept
            No number of a dossier means what a parameter of this model means.
        ScenarioError
            An unknown perspective.
        InvalidGame
            An unknown party or parameter, or a number outside the model's range.
        """
        found = cls._from_dossier(Reading.of(scenario, perspective, roles))
        if not found:
            raise WrongConcept(
                f"no number of a dossier means what a parameter of {cls.name} means. Set parameters by hand: "
                f"{cls.name}({', '.join(cls.parameters())})."
            )
        kept = {name: told for name, told in found.items() if name not in assumed}
        unknown = sorted(set(assumed) - set(cls.parameters()))
        if unknown:
            raise InvalidGame(f"{unknown[0]!r} is no parameter. {close_matches(unknown[0], cls.parameters())}")
        values = {name: value for name, (value, _) in kept.items()}
        return cls(**values, **assumed, origins={name: words for name, (_, words) in kept.items()})

    @classmethod
    def _from_dossier(cls, told: Reading) -> Mapping[str, tuple[float, str]]:
        """Return parameter -> (value, where it is from)."""
        return {name: read(told) for name, read in cls.dossier}

    def explain(self) -> str:
        """Question, source, parameters, and every proposition that applies, in sentences."""
        lines = [self.title, self.question, "", f"Source: {self.citation}"]
        lines += [f"Provenance: {self.provenance.value}. {self.provenance.meaning}"]
        if self.unsure:
            lines.append(f"Not certain: {self.unsure}")
        lines += ["", "Parameters (assumptions of whoever sets them, unless a dossier is named):"]
        for name, told in self.parameters().items():
            source = self.origins.get(name, "assumption") if self.origins else ""
            lines.append(
                f"  {name} = {_short(getattr(self, name))}: {told.meaning} {told.allowed}{source and f' [{source}]'}"
            )
        if not self.shape:
            lines += ["", "Propositions that apply:"]
            lines += ["  " + line for found in self.equilibria() for line in str(found).splitlines()]
        if self.reading:
            lines += ["", f"The INF case: {self.reading}"]
        return "\n".join(lines)

    def __str__(self) -> str:
        return f"{self.name}({self._values()}): {self.citation} [{self.provenance.value}]"

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (name, _short(getattr(self, name)), told.meaning, told.allowed) for name, told in self.parameters().items()
        ]

    def _values(self) -> str:
        return ", ".join(f"{name}={_short(getattr(self, name))}" for name in self.parameters())

    def __iter__(self) -> Iterator[Proposition]:
        return iter(self.equilibria())


@cache
def _facts() -> dict[str, dict[str, object]]:
    here = Path(__file__).parent
    entries = (here / "references.bib").read_text(encoding="utf-8").strip().split("\n\n")
    found: dict[str, dict[str, object]] = {e[e.index("{") + 1 : e.index(",")]: {"bibtex": e} for e in entries}
    for name, told in tomllib.loads((here / "facts.toml").read_text(encoding="utf-8")).items():
        found[name] |= {fact: tuple(value) if isinstance(value, list) else value for fact, value in told.items()}
        if "provenance" in told:
            found[name]["provenance"] = Provenance(told["provenance"])
    return found


def _short(value: object) -> str:
    if isinstance(value, str):
        return value
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{array.item():.6g}" if array.dtype.kind == "f" else str(array.item())
    if array.dtype.kind not in "biuf":
        return str(array.tolist()) if array.size <= 8 else f"{array.size} values"
    if array.size <= 8:
        return str(np.round(array.astype(float), 6).tolist())
    return f"array {array.shape} from {array.min():.4g} to {array.max():.4g}"
