"""Crisis signalling estimated from data simulated by the rules: recovery, standard errors, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import armsgame as ag
from armsgame.study.perceptions.signalling_data import Crises, _orthant, first_stage_law, read_crises
from armsgame.study.perceptions.signalling_estimation import _scores

model = ag.catalogue.lewis_schultz_2003
# the authors' benchmark with one equilibrium: W_B = -2.45 + X / 10
VALUES = (-8.0, -4.0, 0.0, 4.0, 8.0)
TRUE = {"W_A.constant": -1.8, "a.constant": -1.2, "W_B.constant": -2.45, "W_B.X": 0.1}
ENDS = ("SQ", "CD", "SF", "BD")


@pytest.fixture(scope="module")
def truth() -> dict[float, tuple[float, float]]:
    found = {}
    for x in VALUES:
        (e,) = model(W_A=-1.8, W_B=-2.45 + 0.1 * x).equilibria()
        found[x] = (e["p_resist"], e["p_fight"])
    return found


def simulated(truth: dict[float, tuple[float, float]], n: int, seed: int) -> tuple[list[str], np.ndarray]:
    draw = np.random.default_rng(seed)
    x = draw.choice(VALUES, n)
    resist, firm = np.array([truth[v] for v in x]).T
    war, back, target = draw.normal(size=(3, n)) + np.array([[-1.8], [-1.2], [0.0]])
    challenges = (1 - resist) * 1.0 + resist * np.maximum(war, back) > 0
    resists = firm * (-2.45 + 0.1 * x + target) + (1 - firm) * 1.0 > 0
    which = np.where(~challenges, 0, np.where(~resists, 1, np.where(war > back, 2, 3)))
    return [ENDS[k] for k in which], x


def specification(x: np.ndarray) -> dict[str, object]:
    return {"V_A": 1, "V_B": 1, "W_A": {"constant": 1}, "a": {"constant": 1}, "W_B": {"constant": 1, "X": x}}


@pytest.mark.parametrize("method", ["pseudo", "nested"])
def test_the_authors_benchmark_is_recovered(truth: dict[float, tuple[float, float]], method: str) -> None:
    ends, x = simulated(truth, 20_000, seed=1)
    fit = ag.studies.fit_signalling(ends, specification(x), method=method)
    far = np.array([(fit[n] - v) for n, v in TRUE.items()])
    own = np.array([fit.error[fit.names.index(n)] for n in TRUE])
    assert (np.abs(far) < 3.5 * own).all()
    assert own.max() < 0.3
    shares = {k: ends.count(k) / len(ends) for k in ENDS}
    assert dict(fit.probabilities) == pytest.approx(shares, abs=0.01)
    assert fit.p_resist.shape == (20_000,)
    assert fit.rounds > 1 if method == "nested" else fit.rounds == 1


def test_nested_probabilities_are_an_equilibrium_and_the_scores_vanish(truth: dict[float, tuple[float, float]]) -> None:
    ends, x = simulated(truth, 20_000, seed=5)
    fit = ag.studies.fit_signalling(ends, specification(x), method="nested")
    data = read_crises(ends, specification(x), None)
    for v in VALUES:
        at = int(np.flatnonzero(x == v)[0])
        own = model(
            W_A=fit["W_A.constant"], a=fit["a.constant"], W_B=fit["W_B.constant"] + v * fit["W_B.X"]
        )  # fmt: skip
        assert min(abs(fit.p_resist[at] - r) for r in own.roots) < 1e-6
    place = [int(np.flatnonzero(data.row == k)[0]) for k in range(len(data.counts))]
    scores = _scores(data, fit.estimate, fit.p_resist[place], fit.p_firm[place])
    assert np.abs((scores * data.counts).sum(axis=(1, 2))).max() < 1e-3


def test_standard_errors_match_the_spread_over_samples(truth: dict[float, tuple[float, float]]) -> None:
    fits = [ag.studies.fit_signalling(*_sample(truth, seed)) for seed in range(10)]
    spread = np.std([f.estimate for f in fits], axis=0)
    told = np.mean([f.error for f in fits], axis=0)
    assert spread / told == pytest.approx(np.ones(4), abs=0.7)
    # with the first stage known, the error is smaller
    ends, x = simulated(truth, 4000, seed=0)
    known = tuple(np.array([truth[v][k] for v in x]) for k in (0, 1))
    fit = ag.studies.fit_signalling(ends, specification(x), first_stage=known)
    assert not fit.first_stage_error
    assert (fit.error[2:] < fits[0].error[2:]).all()
    far = np.array([fit[n] - v for n, v in TRUE.items()])
    assert (np.abs(far) < 4 * np.array([fit.error[fit.names.index(n)] for n in TRUE])).all()


def _sample(truth: dict[float, tuple[float, float]], seed: int) -> tuple[list[str], dict[str, object]]:
    ends, x = simulated(truth, 4000, seed=100 + seed)
    return ends, specification(x)


def test_without_regressors_frequencies_are_fitted_exactly() -> None:
    counts = {"SQ": 300, "CD": 270, "SF": 280, "BD": 150}
    ends = [k for k, n in counts.items() for _ in range(n)]
    spec = {"V_A": 1, "C_B": -0.5, "V_B": 1, **{p: {"constant": 1} for p in ("W_A", "W_B", "a")}}
    fits = [ag.studies.fit_signalling(ends, spec, method=m) for m in ("pseudo", "nested")]
    for fit in fits:
        assert dict(fit.probabilities) == pytest.approx({k: n / 1000 for k, n in counts.items()}, abs=1e-5)
    # as many coefficients as free frequencies: both are the maximum of the likelihood, with its standard errors
    assert fits[0].estimate == pytest.approx(fits[1].estimate, abs=1e-4)
    assert fits[0].error == pytest.approx(fits[1].error, rel=1e-3)
    own = model(C_B=-0.5, **{p: fits[1][f"{p}.constant"] for p in ("W_A", "W_B", "a")})
    values = {f"{p}.constant": fits[1][f"{p}.constant"] for p in ("W_A", "W_B", "a")}
    assert ag.studies.signalling_log_likelihood(ends, spec, values) == pytest.approx(
        own.log_likelihood(counts), abs=1e-6
    )


def test_the_likelihood_refuses_to_choose_among_equilibria() -> None:
    many, ends = model(), ["SQ", "CD", "BD"]
    spec = {"V_A": 1, "V_B": 1, "W_A": -1.9, "a": -1.2, "W_B": {"constant": 1}}
    with pytest.raises(ag.errors.NotSolved, match="3 roots"):
        ag.studies.signalling_log_likelihood(ends, spec, {"W_B.constant": -2.9})
    for root in many.roots:
        told = ag.studies.signalling_log_likelihood(ends, spec, {"W_B.constant": -2.9}, resist=np.full(3, root))
        assert told == pytest.approx(many.log_likelihood({"SQ": 1, "CD": 1, "BD": 1}, root), abs=1e-6)
    with pytest.raises(ag.errors.InvalidGame, match="a root at each crisis"):
        ag.studies.signalling_log_likelihood(ends, spec, {"W_B.constant": -2.9}, resist=np.full(3, 0.4))


def test_a_regressor_in_all_payoffs_of_one_party_is_refused() -> None:
    ends, x = ["SQ", "CD", "SF", "BD"] * 5, np.arange(20.0)
    everywhere = {p: {"x": x} for p in ("C_B", "W_B", "V_B")}
    with pytest.raises(ag.errors.InvalidGame, match=r"'x' enters all payoffs of B \(C_B, W_B, V_B\)"):
        ag.studies.fit_signalling(ends, everywhere)
    hidden = {"C_B": {"x": x}, "W_B": {"double": 2 * x, "one": 1}, "V_B": {"sum": 1 + x, "one": 1}}
    with pytest.raises(ag.errors.InvalidGame, match="a linear combination of regressors enters all payoffs of B"):
        ag.studies.fit_signalling(ends, hidden)
    with pytest.raises(ag.errors.InvalidGame, match="all payoffs of A"):
        ag.studies.fit_signalling(ends, {p: {"one": 1} for p in ("S_A", "V_A", "W_A", "a")})
    read_crises(ends, {"C_B": {"x": x}, "W_B": {"x": x}, "V_B": {"one": 1}}, None)
    with pytest.raises(ag.errors.InvalidGame, match="not linear combinations of each other"):
        ag.studies.fit_signalling(ends, {"W_B": {"one": 1, "two": 2}})


def test_what_data_cannot_tell_is_said() -> None:
    ends = ["SQ"] * 30 + ["CD"] * 30 + ["SF"] * 20 + ["BD"] * 20
    spec = {"C_B": 0.0, **{p: {"one": 1} for p in ("W_A", "a", "V_A", "W_B", "V_B")}}
    with pytest.raises(ag.errors.NotSolved, match="do not identify"):
        ag.studies.fit_signalling(ends, spec)


def test_a_nested_iteration_that_does_not_converge_is_told(truth: dict[float, tuple[float, float]]) -> None:
    ends, x = simulated(truth, 2000, seed=3)
    with pytest.raises(ag.errors.NotSolved, match="did not converge in 2 rounds") as told:
        ag.studies.fit_signalling(ends, specification(x), method="nested", most_rounds=2)
    assert set(told.value.result) == set(TRUE)


def test_bad_input_is_named() -> None:
    good = {"V_A": 1, "V_B": 1, "W_B": {"one": 1}}
    ends = ["SQ", "CD", "SF", "BD"]
    for bad, spec, kind, words in (
        (["SQ", "WAR"], good, {}, "'WAR' is unknown"),
        ([], good, {}, "at least one observation"),
        (ends, {"W_C": 1}, {}, "'W_C' is unknown"),
        (ends, {"W_B": {"x": [1, 2]}}, {}, "one for each of the 4 observations"),
        (ends, {"W_B": {"x": [1, 2, 3, np.nan]}}, {}, "finite numbers"),
        (ends, {"W_B": {}}, {}, "at least one regressor"),
        (["SQ"] * 4, good, {}, "at least one each of CD, SF and BD"),
        (ends, good, {"method": "full"}, "'pseudo' or 'nested'"),
        (ends, good, {"start": {"W_A": 0}}, "start names 'W_A'"),
        (ends, good, {"first_stage": (0.5, 1.0)}, "strictly between 0 and 1"),
    ):
        with pytest.raises(ag.errors.InvalidGame, match=words):
            ag.studies.fit_signalling(bad, spec, **kind)
    with pytest.raises(ag.errors.InvalidGame, match="allowed: all of"):
        ag.studies.signalling_log_likelihood(ends, good, {})


def test_cells_are_probabilities_and_the_bivariate_normal_is_right() -> None:
    from scipy.stats import multivariate_normal

    h, k = np.random.default_rng(0).normal(size=(2, 30)) * 2
    joint = multivariate_normal(cov=[[1, np.sqrt(0.5)], [np.sqrt(0.5), 1]])
    assert _orthant(h, k) == pytest.approx(joint.cdf(np.stack([h, k], axis=1)), abs=1e-7)
    data = read_crises(list(ENDS), specification(np.arange(4.0)), None)
    assert isinstance(data, Crises)
    cells = data.cells(np.array([-1.8, -1.2, -2.45, 0.1]), np.full(4, 0.6), np.full(4, 0.3))
    assert np.exp(cells).sum(axis=1) == pytest.approx(np.ones(4), abs=1e-12)


def test_the_first_stage_reproduces_frequencies_by_group() -> None:
    x = np.repeat([0.0, 1.0], 200)
    ends = (["SQ"] * 80 + ["CD"] * 60 + ["SF"] * 20 + ["BD"] * 40) + (
        ["SQ"] * 40 + ["CD"] * 40 + ["SF"] * 90 + ["BD"] * 30
    )
    law = first_stage_law(read_crises(ends, {"W_B": {"one": 1, "x": x}}, None))
    resist, firm = law.probabilities(law.estimate)
    assert resist == pytest.approx([0.5, 0.75], abs=1e-6)
    assert firm == pytest.approx([1 / 3, 0.75], abs=1e-6)
