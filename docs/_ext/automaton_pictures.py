"""A strategy drawn as an automaton, with what it plays against a partner who breaks the agreement twice."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch

import armsgame as ag

PARTNER = "CCCDCCCDDCCC"
COMPLY, DEPLOY = "#9ecae1", "#d95f0e"
RADIUS = 0.27


def game() -> ag.RepeatedGame:
    """The prisoner's dilemma in which strategies are drawn, with conduct observed."""
    return ag.RepeatedGame(ag.treaty.compliance(temptation=5, reward=3, punishment=1, sucker=0))


def merged(rule: Any) -> dict[int, int]:
    """For each state the first of those that behave alike for ever (refinement of a partition)."""
    count = rule.outputs.shape[0]
    moves = rule.next.reshape(count, -1)
    block = dict.fromkeys(range(count), 0)
    while True:
        kind = {q: (tuple(rule.outputs[q]), *(block[int(s)] for s in moves[q])) for q in range(count)}
        first = {key: q for q, key in reversed(kind.items())}
        finer = {q: first[kind[q]] for q in range(count)}
        if finer == block:
            return block
        block = finer


def reachable(rule: Any) -> list[int]:
    """States that play can reach, the first one first."""
    same = merged(rule)
    found = [same[rule.initial]]
    for state in found:
        after = dict.fromkeys(same[int(s)] for s in rule.next[state].ravel())
        found += [s for s in after if s not in found]
    return found


def history(rule: Any) -> list[tuple[str, float]]:
    """State and probability of compliance in each period, the likelier action taken where it draws lots."""
    state, out = rule.initial, []
    for other in PARTNER:
        comply = float(rule.outputs[state, 0])
        out.append((rule.states[state], comply))
        own = "C" if comply >= 0.5 else "D"
        signal = 2 * (own == "D") + (other == "D")
        move = rule.next[state]
        state = int(move[signal] if rule.next.ndim == 2 else move[int(own == "D"), signal])
    return out


def colour(comply: float) -> tuple[float, ...]:
    """Between deployment and compliance."""
    low, high = (np.array(plt.matplotlib.colors.to_rgb(c)) for c in (DEPLOY, COMPLY))
    return tuple(low + comply * (high - low))


def edges(rule: Any, states: list[int]) -> dict[tuple[int, int], str]:
    """For each pair of states, what leads from one to the other: own action and the partner's, ``*`` for any."""
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    same = merged(rule)
    for state in states:
        for signal, seen in enumerate(("CC", "CD", "DC", "DD")):
            own = signal // 2
            if rule.outputs[state, own] <= 0:
                continue
            after = rule.next[state][signal] if rule.next.ndim == 2 else rule.next[state][own, signal]
            found[state, same[int(after)]].append(seen)
    labels = {}
    for pair, seen in found.items():
        possible = [s for s in ("CC", "CD", "DC", "DD") if rule.outputs[pair[0], int(s[0] == "D")] > 0]
        partners = {s[1] for s in seen}
        pure = len({s[0] for s in possible}) == 1
        if len(seen) == len(possible):
            labels[pair] = "any"
        elif pure:
            labels[pair] = " ".join(sorted(partners))
        else:
            labels[pair] = " ".join(seen)
    return labels


def graph(rule: Any, ax: Axes) -> None:
    """The states on a circle, arrows labelled by what the partner did."""
    states = reachable(rule)
    count = len(states)
    ring = 0.0 if count == 1 else max(1.0, RADIUS * 1.35 * count / np.pi * 1.4)
    angle = np.pi - 2 * np.pi * np.arange(count) / count
    place = {s: ring * np.array([np.cos(a), np.sin(a)]) for s, a in zip(states, angle, strict=True)}
    for (start, end), label in edges(rule, states).items():
        a, b = place[start], place[end]
        if start == end:
            out = a / np.linalg.norm(a) if ring else np.array([0.0, 1.0])
            side = np.array([-out[1], out[0]])
            ends = a + RADIUS * (0.8 * out + 0.6 * side), a + RADIUS * (0.8 * out - 0.6 * side)
            bend, at = "arc3,rad=-1.6", a + out * RADIUS * 2.35
        else:
            along = (b - a) / np.linalg.norm(b - a)
            side = np.array([-along[1], along[0]])
            ends = a + along * RADIUS, b - along * RADIUS
            bend, at = "arc3,rad=-0.22", (a + b) / 2 + side * (0.13 + 0.11 * np.linalg.norm(b - a))
        ax.add_patch(FancyArrowPatch(*ends, connectionstyle=bend, arrowstyle="-|>", mutation_scale=9, color="0.35"))
        ax.annotate(label, at, ha="center", va="center", fontsize=7, bbox={"fc": "white", "ec": "none", "pad": 0.6})
    for state in states:
        comply = float(rule.outputs[state, 0])
        ax.add_patch(Circle(place[state], RADIUS, fc=colour(comply), ec="black", lw=2.2 if state == states[0] else 0.8))
        word = "C" if comply == 1 else "D" if comply == 0 else f"C {comply:.2g}"
        ax.annotate(word, place[state], ha="center", va="center", fontsize=8)
    reach = ring + 3.0 * RADIUS
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    ax.axis("off")


def strip(rule: Any, ax: Axes) -> None:
    """Twelve periods of play: the strategy above, its partner below."""
    for at, ((_, comply), other) in enumerate(zip(history(rule), PARTNER, strict=True)):
        word = "C" if comply == 1 else "D" if comply == 0 else f"{comply:.2g}"
        for row, (fill, text) in enumerate([(colour(float(other == "C")), other), (colour(comply), word)]):
            ax.add_patch(plt.Rectangle((at, row), 0.94, 0.9, fc=fill, ec="black", lw=0.4))
            ax.annotate(text, (at + 0.47, row + 0.45), ha="center", va="center", fontsize=7)
    ax.set(xlim=(-0.1, len(PARTNER)), ylim=(-0.1, 2), yticks=[0.45, 1.45], yticklabels=["partner", "strategy"])
    ax.set_xticks(np.arange(len(PARTNER)) + 0.47, range(1, len(PARTNER) + 1), fontsize=7)
    ax.set_xlabel("period", fontsize=8)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def in_words(rule: Any) -> str:
    """The text alternative of a picture."""
    states = reachable(rule)
    played = " ".join("C" if c == 1 else "D" if c == 0 else f"C with {c:.2g}" for _, c in history(rule))
    kinds = "one state" if len(states) == 1 else f"{len(states)} states"
    return f"Automaton of {kinds}. Against {' '.join(PARTNER)} it plays {played}."


def draw(strategy: Any, path: Path) -> str:
    """Draw a strategy into a file and return its text alternative."""
    rule = strategy.on(game(), 0)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.7), width_ratios=(1, 1.35), layout="constrained")
    graph(rule, left)
    strip(rule, right)
    right.set_box_aspect(0.28)
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return in_words(rule)
