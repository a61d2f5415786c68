"""Every displayed formula of the theory and the mechanisms agrees with the code, or is listed as a definition."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import sympy
from formulas import FORMULAS, Formula

DOCS = Path(__file__).parents[2] / "docs"
DRAWS = 6
BLOCK = re.compile(r"```.*?```", re.DOTALL)
SHOWN = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)

# what a formula is if it is no statement that code could contradict, by page and by its start
DEFINITIONS = {
    "mechanisms/05-audience": {r"c=\frac1": "solution of the line above it, $(1-c)/c=a_D$; no function"},
    "theory/cascade": {r"b_i(S)\ \ge": "the rule of a party"},
    "theory/nash": {
        r"P = \{x": "two polytopes",
        r"\lVert x-\hat x": "bound from the source (Rump 2010), used inside the enumeration",
    },
    "theory/negotiating-terms": {r"\sum_k m_k": "what a belief must satisfy, by definition"},
    "theory/payoff-sets": {"c_i(s,a)=": "what a profile demands, by definition"},
    "theory/private-monitoring": {
        r"\Delta_i(q,a_i;b)": "the gain of a deviation, by definition",
        r"\varepsilon=": "bound that a certificate states; tested against plans of the list",
    },
    "theory/private-types-search": {r"\sum_k p_k": "the condition at a ray"},
    "theory/quantal-correlated": {
        r"\sum_{a_{-i}}": "what obeying a mediator means",
    },
    "theory/self-generation": {
        r"\delta\rho(y": "balance of dual multipliers, by definition",
    },
    "theory/sensitivity": {
        "S_i =": "the first-order index, by definition",
        "T_i =": "the total index, by definition",
        r"\hat S_i": "estimators, by definition",
    },
    "theory/stochastic-sets": {
        r"v_i=(1-": "what generated means",
        r"(1-\delta)[g_i": "what enforceable means",
        r"\min_s(T(h)-h)_s": "bracket that the iteration states",
        r"\sum_i\max_b": "what enforceable means with transfers",
    },
    "theory/tolerances": {r"\frac{g}{1-\delta}": "the rule of what counts as zero"},
}


def displayed() -> list[tuple[str, str]]:
    """Page and text of every displayed formula, blanks collapsed."""
    found = []
    for folder in ("mechanisms", "theory"):
        for path in sorted((DOCS / folder).glob("*.md")):
            text = path.read_text(encoding="utf-8")
            assert "{math}" not in text, "write displayed formulas between $$, so that they are found here"
            found += [(f"{folder}/{path.stem}", " ".join(one.split())) for one in SHOWN.findall(BLOCK.sub("", text))]
    return found


def names(formula: Formula) -> str:
    return f"{formula.page} {formula.starts}"


def compared(formula: Formula, relation: str, point: dict[str, float]) -> bool:
    """Whether a relation is what the code says at a point."""
    told = formula.code(**point)
    values = {
        name: sympy.Float(value, 30) if isinstance(value, float) else value for name, value in (point | told).items()
    }
    read = sympy.sympify(relation, locals={name: sympy.Symbol(name) for name in values}, evaluate=True)
    where = {sympy.Symbol(name): value for name, value in values.items() if not isinstance(value, bool)}
    if not isinstance(read, sympy.Equality):
        return not told.get("asked", True) or bool(read.subs(where)) == told["holds"]
    left, right = (float(side.subs(where).doit().evalf()) for side in (read.lhs, read.rhs))
    return left == pytest.approx(right, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("formula", FORMULAS, ids=names)
def test_a_displayed_formula_is_what_the_code_computes(formula: Formula) -> None:
    random = np.random.default_rng(5)
    for _ in range(DRAWS):
        point = {name: float(random.uniform(*pair)) for name, pair in formula.over.items()}
        for relation in formula.relations:
            assert compared(formula, relation, point), (relation, point, formula.code(**point))


def test_inequalities_are_met_and_missed() -> None:
    # a verdict that is always the same would be no test of an inequality
    for formula in FORMULAS:
        if all(one.startswith("Eq(") for one in formula.relations) or formula.starts.startswith(r"\max_{v\in V"):
            continue
        random = np.random.default_rng(6)
        seen = set()
        for _ in range(60):
            told = formula.code(**{name: float(random.uniform(*pair)) for name, pair in formula.over.items()})
            seen |= {told["holds"]} if told.get("asked", True) else set()
        assert seen == {True, False}, names(formula)


def test_a_wrong_formula_is_noticed() -> None:
    first = next(one for one in FORMULAS if one.page == "mechanisms/03-mirror")
    point = {"T": 1.5, "R": 1.0, "P": 0.0, "S": -0.2}
    assert compared(first, first.relations[0], point)
    assert not compared(first, "Eq(least, (T-R)/(T-P))", point)


def test_each_displayed_formula_is_in_the_table_or_a_definition() -> None:
    table = [(one.page, one.starts) for one in FORMULAS]
    table += [(page, starts) for page, rows in DEFINITIONS.items() for starts in rows]
    shown = displayed()
    for page, text in shown:
        hits = [starts for at, starts in table if at == page and text.startswith(starts)]
        assert len(hits) == 1, f"{page}: {text} is neither compared nor called a definition"
    for page, starts in table:
        assert sum(at == page and text.startswith(starts) for at, text in shown) == 1, (
            f"{page} no longer shows {starts}"
        )
