"""Trees with information sets and what an equilibrium plays."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from armsgame._typing import FloatArray
from armsgame.errors import InvalidGame
from armsgame.games.coercion import game_of, one_game
from armsgame.games.extensive import ExtensiveGame
from armsgame.games.tree_nodes import CHANCE
from armsgame.plot.theme import Look, axes, colour, entities, ink, legend, paper
from armsgame.results.assessment import Assessment

__all__ = ["tree"]

_MOST = 120


def tree(shown: ExtensiveGame | Assessment, *, ax: Axes | None = None) -> Axes:
    """Draw a tree from left to right, with an equilibrium on its branches.

    Parameters
    ----------
    shown : ExtensiveGame or Assessment
        An assessment adds the probability of each branch, a heavy line where play passes, and
        the belief (in square brackets) at each node of a set of several nodes.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
        Nodes have the colour of the player who moves, chance is a white square, a dashed line
        joins the nodes of an information set, payoffs stand at the right.

    Raises
    ------
    InvalidGame
        More than 120 terminal nodes.
    WrongConcept
        Something else than a tree or an assessment, or a batch.

    Examples
    --------
    >>> import armsgame as ag
    >>> trust = ag.ExtensiveGame(["one", "two"], ag.Move("one", "start", {
    ...     "trust": ag.Move("two", "trusted", {"honour": (1, 1), "abuse": (-1, 2)}), "not": (0, 0)}))
    >>> ax = tree(ag.backward_induction(trust)[0])
    >>> [t.get_text() for t in ax.texts][-1]
    '0, 0'
    """
    shown = game_of("plot.tree", shown, ExtensiveGame, Assessment)
    game = one_game("plot.tree", shown.game if isinstance(shown, Assessment) else shown, ExtensiveGame)
    if len(game.terminals) > _MOST:
        raise InvalidGame(f"the tree has {len(game.terminals)} terminal nodes; allowed: {_MOST}. Coarsen the offers.")
    at = _places(game)
    ax = axes(ax, (3.0 + 2.2 * float(at[:, 0].max()), max(2.5, 0.5 * len(game.terminals) + 1.2)))
    law, passed = None, np.zeros(len(at))
    if isinstance(shown, Assessment):
        from armsgame.games.tree_values import branch_probabilities

        law, passed = branch_probabilities(game, shown.flat), shown.node_probabilities()
    _branches(ax, game, at, law, passed)
    _sets(ax, game, at, shown if isinstance(shown, Assessment) else None)
    _ends(ax, game, at)
    for name, place in zip(game.players, entities(game.players), strict=True):
        ax.plot([], [], "o", color=colour(place), label=name)
    if (game.owners == CHANCE).any():
        ax.plot([], [], "s", mfc=paper(), mec=ink(), label="chance")
    legend(ax, "above")
    ax.set(xlim=(-0.25, float(at[:, 0].max()) + 0.6), ylim=(float(at[:, 1].max()) + 0.6, -0.7))
    ax.axis("off")
    return ax


def _places(game: ExtensiveGame) -> FloatArray:
    """Column = number of moves before, row = middle of the branches below."""
    at = np.zeros((len(game.parents), 2))
    for node in range(1, len(at)):
        at[node, 0] = at[game.parents[node], 0] + 1.0
    at[game.terminals, 1] = np.arange(len(game.terminals))
    for node in range(len(at) - 1, -1, -1):
        kids = game.children[node]
        if kids:
            at[node, 1] = (at[kids[0], 1] + at[kids[-1], 1]) / 2
    return at


def _branches(ax: Axes, game: ExtensiveGame, at: FloatArray, law: FloatArray | None, passed: FloatArray) -> None:
    looks = entities(game.players)
    for node in range(1, len(at)):
        up = int(game.parents[node])
        chance = game.owners[up] == CHANCE
        line: Look = {"color": ink() if chance else colour(looks[game.owners[up]]), "zorder": 1}
        line |= {"lw": 2.6 if passed[node] > 0 else 1.0, "alpha": 1.0 if law is None or law[node] > 0 else 0.45}
        ax.plot(*np.array([at[up], at[node]]).T, **line)
        text = game.labels[node]
        if chance:
            text += f" ({game.chances[node]:.3g})"
        elif law is not None:
            text += f" ({law[node]:.3g})"
        # beyond the middle the branches of one node lie further apart
        x, y = at[up] + 0.58 * (at[node] - at[up])
        box = {"facecolor": paper(), "edgecolor": "none", "pad": 0.6, "alpha": 0.85}
        ax.text(x, y, text, fontsize="x-small", ha="center", va="center", bbox=box, zorder=2)


def _sets(ax: Axes, game: ExtensiveGame, at: FloatArray, shown: Assessment | None) -> None:
    from matplotlib.patches import FancyArrowPatch

    for node in np.flatnonzero(game.owners == CHANCE).tolist():
        ax.plot(*at[node], "s", mfc=paper(), mec=ink(), ms=8, zorder=4)
    looks = entities(game.players)
    for h, s in enumerate(game.sets):
        shade = colour(looks[s.player])
        for a, b in pairwise(s.nodes):
            # neighbours bend to different sides, so that their lines do not cross
            bend: Look = {"connectionstyle": f"arc3,rad={0.16 if h % 2 else -0.16}", "arrowstyle": "-"}
            ax.add_patch(FancyArrowPatch(at[a], at[b], ls="--", lw=1.2, color=shade, zorder=3, **bend))
        for k, node in enumerate(s.nodes):
            ax.plot(*at[node], "o", color=shade, ms=8, zorder=4)
            held = "" if shown is None or len(s.nodes) == 1 else f" [{shown.beliefs[h][k]:.3g}]"
            box = {"facecolor": paper(), "edgecolor": "none", "pad": 0.4, "alpha": 0.8}
            look: Look = {"fontsize": "x-small", "fontweight": "bold", "ha": "center", "bbox": box, "zorder": 3.5}
            ax.annotate(f"{s.label}{held}", at[node], xytext=(0, 7), textcoords="offset points", **look)


def _ends(ax: Axes, game: ExtensiveGame, at: FloatArray) -> None:
    for k, node in enumerate(game.terminals.tolist()):
        pays = ", ".join(f"{v:.4g}" for v in game.payoffs[k].tolist())
        label = f"{game.outcomes[k]}: {pays}" if game.outcomes[k] else pays
        ax.text(at[node, 0] + 0.06, at[node, 1], label, fontsize="small", ha="left", va="center")
