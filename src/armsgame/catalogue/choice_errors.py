"""Strategic choice with errors: the law of a choice whose payoffs carry errors, and its check by Fourier inversion."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from armsgame._typing import ArrayLike, FloatArray, Number
from armsgame.catalogue.checking import GridCertificate, legendre
from armsgame.catalogue.model import Model, Numbers, Picture, Proposition, Provenance, parameter
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import Move, Outcome

# beyond so many spreads a gain decides for certain, to 1e-13
_SURE = 32.0


def choice(net: ArrayLike, weights: Sequence[ArrayLike], *, error: str, link: str, sigma: Number) -> FloatArray:
    """Probability of the second of two moves.

    Parameters
    ----------
    net : array_like
        Expected payoff of the second move less that of the first.
    weights : sequence of array_like
        Probabilities with which each of the player's payoffs is reached, the first move's with weight 1: with
        private information the error of the difference has the standard deviation sigma sqrt(sum of squares).
    error : {"agent", "private"}
        One error for each move, independent of all else; or one for each of the player's own payoffs, which
        only that player knows.
    link : {"probit", "logit"}
        Normal errors; or logistic ones with the scale that the normal standard deviation would have, which is the
        convention of the authors' software.
    sigma : array_like

    References
    ----------
    C. S. Signorino (2003), Political Analysis 11, 316-344.
    """
    from scipy.special import expit, ndtr

    spread = np.sqrt(2.0) if error == "agent" else np.sqrt(sum(np.square(w) for w in weights))
    found: FloatArray = (ndtr if link == "probit" else expit)(np.asarray(net) / (sigma * spread))
    return found


def errors_certificate(
    stated: Mapping[str, float],
    choices: Mapping[str, tuple[Number, Sequence[Number]]],
    *,
    error: str,
    link: str,
    sigma: float,
) -> GridCertificate:
    """Compare stated probabilities of choices with those of the errors' characteristic function.

    P(X > 0) = 1/2 + (1/pi) times the integral of Im(phi(t))/t over t > 0 (Gil-Pelaez 1951), where phi is the product
    of the characteristic functions of the errors: no normal or logistic distribution function is used. A gain of
    more than 32 standard deviations is compared with certainty.
    """
    gaps = {}
    phi = _normal if link == "probit" else _logistic
    nodes, w = legendre(400)
    t = 6.0 * (nodes + 1)
    for name, (net, weights) in choices.items():
        own = (1.0, 1.0) if error == "agent" else tuple(map(float, weights))
        # in units of the difference's own spread, so that neither small nor large errors overflow
        scale = float(np.sqrt(sum(w * w for w in own)))
        gain = float(net / (sigma * scale))
        value = phi(t, [x / scale for x in own]) * np.sin(t * gain) / t
        found = 0.5 + float((w * value).sum() * 6.0 / np.pi) if abs(gain) < _SURE else float(gain > 0)
        gaps[name] = abs(found - stated[name])
    worst = max(gaps, key=lambda name: gaps[name])
    tolerance = 1e-8
    return GridCertificate(
        gaps[worst] <= tolerance, gaps[worst], worst, len(gaps), tolerance, "probabilities of the stated errors"
    )


def _normal(t: FloatArray, scales: Sequence[float]) -> FloatArray:
    return np.exp(-(t**2) * sum(s * s for s in scales) / 2)


def _logistic(t: FloatArray, scales: Sequence[float]) -> FloatArray:
    x = np.pi * t * np.sqrt(sum(s * s for s in scales))
    found: FloatArray = x / np.sinh(x)
    return found


@dataclass(frozen=True, kw_only=True, eq=False)
class StrategicChoice(Model):
    """Players choose in turn and err, and each knows the law of the others' errors."""

    question = "What do choices reveal, if players err and know it of each other?"
    citation = (
        "C. S. Signorino (2003), Structure and Uncertainty in Discrete Choice Models, Political Analysis 11(4), "
        "316-344; (1999), Strategic Interaction and the Statistical Analysis of International Conflict, American "
        "Political Science Review 93(2), 279-297"
    )
    provenance = Provenance.READ
    mechanisms = (4, 10)
    reading = (
        "With a record of choices alone, the probabilities of replies estimate relative payoffs under an assumed "
        "error; different assumptions about the error give different payoffs from the same record."
    )
    unsure = "variances estimated for each player are not specified here"
    moves: ClassVar[tuple[str, ...]]
    prefix: ClassVar[str] = "o"

    error: str = parameter("agent", "who errs: one error a move, or one a payoff", choices=("agent", "private"))
    link: str = parameter("probit", "law of the errors", choices=("probit", "logit"))
    sigma: Number = parameter(1.0, "standard deviation of an error", low=0, open_low=True)

    @abstractmethod
    def tree(self) -> Move:
        """Return the first move of the game, in which every player has two moves at each of its sets."""

    @property
    def game(self) -> ExtensiveGame:
        """The game without errors."""
        self.single("game")
        return ExtensiveGame(self.players, self.tree())

    def _sets(self) -> dict[str, Move]:
        """Name of the probability of its second move -> a set of the game, each before what follows it."""
        found, todo = [], [self.tree()]
        while todo:
            found.append(todo.pop())
            todo += [after for after in [*found[-1].actions.values()][::-1] if isinstance(after, Move)]
        return dict(zip(self.moves, found, strict=True))

    def _ends(self, node: Move | Outcome, own: Numbers) -> list[tuple[Number, Outcome]]:
        """List the ends that a node leads to, with their probabilities."""
        if isinstance(node, Outcome):
            return [(1.0, node)]
        p = own[next(name for name, at in self._sets().items() if at.at == node.at)]
        stop, go = node.actions.values()
        return [(q * w, end) for q, after in ((1 - p, stop), (p, go)) for w, end in self._ends(after, own)]

    def nets(self, own: Numbers) -> dict[str, tuple[Number, tuple[Number, ...]]]:
        """Return the expected gain of each second move, and the weights of the errors in it.

        Each depends on the probabilities `own` of moves that come later.
        """
        found: dict[str, tuple[Number, tuple[Number, ...]]] = {}
        for name, node in self._sets().items():
            i, (stop, go) = self.players.index(node.player), (self._ends(n, own) for n in node.actions.values())
            gain, loss = (sum(w * end.payoffs[i] for w, end in ends) for ends in (go, stop))
            found[name] = gain - loss, tuple(w for w, _ in stop + go)
        return found

    @property
    def regions(self) -> Numbers:
        """Probability of each second move and of each end."""
        own = self.chances()
        ends = {f"{self.prefix}{end.label}": w for w, end in self._ends(self.tree(), own)}
        return self.shaped({**own, **ends})

    def chances(self) -> dict[str, Number]:
        """Probability of each second move; a player reckons with the errors of those who move later."""
        own: dict[str, Number] = dict.fromkeys(self.moves, 0.0)
        for move in reversed(self.moves):
            net, weights = self.nets(own)[move]
            own[move] = choice(net, weights, error=self.error, link=self.link, sigma=self.sigma)
        return own

    def equilibria(self) -> tuple[Proposition, ...]:
        """Return the only equilibrium: each player's choice given the errors of the later ones."""
        self.single("equilibria")
        own = self.regions
        sigma = float(self.sigma)
        found = Proposition(
            name="strategic choice",
            conditions=f"{self.error} error, {self.link} link, sigma {self.sigma:.6g}",
            profile={name: own[name] for name in self.moves},
            outcomes={name: own[name] for name in own if name not in self.moves},
            certificate=errors_certificate(own, self.nets(own), error=self.error, link=self.link, sigma=sigma),
        )
        return (found,)

    def compared(self, payoff: str, words: Mapping[str, str]) -> Picture:
        """Outcomes over one payoff, under either assumption about the error."""
        self.single("figure")
        x = np.linspace(-4, 4, 201)
        series: dict[str, tuple[FloatArray, FloatArray]] = {}
        for error in ("agent", "private"):
            own = self.replace(**{payoff: x, "error": error}).regions
            series |= {f"{word}, {error} error": (x, own[name]) for name, word in words.items()}
        return Picture(
            kind="lines",
            title="The same payoffs predict different outcomes under different errors",
            x=self.parameters()[payoff].meaning,
            y="probability",
            series=series,
            dashed=tuple(label for label in series if label.endswith("private error")),
        )
