"""Tables as LaTeX: payoffs, thresholds, and every result that is a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, isinf, isnan

import numpy as np

from armsgame._checks import check_whole, plain
from armsgame.arithmetic.tolerance import above, interval_text
from armsgame.errors import WrongConcept
from armsgame.games.stage import StageGame
from armsgame.results.certificates import Threshold
from armsgame.study.scenarios.enforcement import ThresholdRow

__all__ = ["to_latex"]

_ESCAPES = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
}  # fmt: skip


def to_latex(result: object, *, digits: int = 3, caption: str | None = None) -> str:
    r"""Write a payoff table, a table of thresholds, or a tabular result as LaTeX (package booktabs).

    Parameters
    ----------
    result : StageGame of two players, Threshold, mapping from label to Threshold, sequence of ThresholdRow,
        or a result with ``to_frame``
    digits : int, decimals; trailing zeros of payoffs are dropped
    caption : str, optional
        Wraps the tabular in a table environment.

    Returns
    -------
    str

    Raises
    ------
    WrongConcept
        Anything that is no table; a game of other than two players, or a batch of games.

    Examples
    --------
    >>> import armsgame as ag
    >>> deal = ag.treaty.compliance(temptation=1.5, reward=1, punishment=0, sucker=-0.5)
    >>> print(ag.studies.to_latex(deal).splitlines()[4])
    comply & 1, 1 & $-$0.5, 1.5 \\
    """
    digits = check_whole("digits", digits, 0, 15)
    head, rows, rule = _table(result, digits)
    columns = rule or "l" + "r" * (len(head) - 1)
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", _row(head), r"\midrule", *map(_row, rows)]
    lines += [r"\bottomrule", r"\end{tabular}"]
    if caption is not None:
        lines = [r"\begin{table}", r"\centering", rf"\caption{{{_text(caption)}}}", *lines, r"\end{table}"]
    return "\n".join(lines)


def _table(result: object, digits: int) -> tuple[list[str], list[list[str]], str]:
    if isinstance(result, StageGame):
        return _payoffs(result, digits)
    if isinstance(result, Threshold):
        result = {"": result}
    if isinstance(result, Mapping) and result and all(isinstance(v, Threshold) for v in result.values()):
        head = ["", "least discount factor", "holds for"]
        return head, [[_text(n), _least(t.value, digits), _intervals(t, digits)] for n, t in result.items()], "lrl"
    if isinstance(result, Sequence) and result and all(isinstance(r, ThresholdRow) for r in result):
        head = ["strategy", "game", "regime", "detection", "holds for", "at the question's discount"]
        rows = []
        for r in result:
            rate = r.detection if isinstance(r.detection, tuple) else (r.detection,)
            verdict = r.certificate.kind if r.holds else f"refused, gain {float(r.certificate.max_gain):.{digits}f}"
            told = [r.strategy, r.game, r.regime]
            rows.append([*map(_text, told), " / ".join(_number(v, digits) for v in rate)])
            rows[-1] += [_intervals(r.threshold, digits), _text(verdict)]
        return head, rows, "lllrll"
    if hasattr(result, "to_frame"):
        frame = result.to_frame()
        head = [_text(str(frame.index.name or "")), *(_text(str(c)) for c in frame.columns)]
        return head, [[_text(str(name)), *(_cell(v, digits) for v in row)] for name, *row in frame.itertuples()], ""
    raise WrongConcept(
        f"to_latex() takes a StageGame, thresholds or a result with to_frame(); {type(result).__name__} is none."
    )


def _row(cells: Sequence[str]) -> str:
    """Write one row; after the row before it LaTeX would take a star or a bracket as an option."""
    return ("{}" if cells[0].startswith(("[", "*")) else "") + " & ".join(cells) + r" \\"


def _payoffs(game: StageGame, digits: int) -> tuple[list[str], list[list[str]], str]:
    pay = np.asarray(game.payoffs, dtype=float)
    if pay.ndim != 3 or len(game.players) != 2:
        raise WrongConcept("to_latex() writes one game of two players; choose one game of the batch.")
    rows = []
    for label, own, other in zip(game.actions[0], *pay, strict=True):
        cells = ([_number(v, digits, True) for v in pair] for pair in zip(own, other, strict=True))
        rows.append([_text(str(label)), *map(", ".join, cells)])
    corner = _text(f"{game.players[0]}, {game.players[1]}")
    return [corner, *(_text(str(b)) for b in game.actions[1])], rows, "l" + "c" * pay.shape[2]


def _intervals(found: Threshold, digits: int) -> str:
    told = (rf"\{{{a!r}\}}" if a == b else interval_text(a, b, places=digits) for a, b in found.intervals)
    return r" $\cup$ ".join(f"${text}$" for text in told) or "none"


def _least(value: float, digits: int) -> str:
    return above(value, digits) if isfinite(value) else _number(value, digits)


def _cell(given: object, digits: int) -> str:
    value = plain(given)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _number(float(value), digits) if isinstance(value, (float, int)) else _text(str(value))


def _number(value: float, digits: int, short: bool = False) -> str:
    if isnan(value):
        return "--"
    if isinf(value):
        return r"$\infty$" if value > 0 else r"$-\infty$"
    text = f"{value:.{digits}f}"
    if short and "." in text:
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        text = text.lstrip("-")
    return f"$-${text[1:]}" if text.startswith("-") else text


def _text(text: str) -> str:
    # a line end or a control character in a label would end the row, or the run of LaTeX
    line = "".join(c if c.isprintable() else " " for c in text)
    return "".join(_ESCAPES.get(c, c) for c in " ".join(line.split()))
