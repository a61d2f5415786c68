"""Population dynamics against closed forms, invariants, linear algebra and each other."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import comb

import numpy as np
import pytest

import armsgame as ag
from armsgame._values import same
from armsgame.errors import InvalidGame, NotSolved, WrongConcept
from armsgame.populations import finite_sampled

HAWK = np.array([[-1.0, 4.0], [0.0, 2.0]])
RPS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
HUNT = np.array([[4.0, 0.0], [3.0, 2.0]])
PENNIES = ([[9.0, 0.0], [0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]])


def _exact_fixation(A, size, first, fitness):
    """Nowak et al. (2004) in rationals."""
    total, part, product = Fraction(1), Fraction(1), Fraction(1)
    for j in range(1, size):
        f = Fraction(A[0][0]) * (j - 1) + Fraction(A[0][1]) * (size - j)
        g = Fraction(A[1][0]) * j + Fraction(A[1][1]) * (size - j - 1)
        product *= fitness(g / (size - 1)) / fitness(f / (size - 1))
        total += product
        if j < first:
            part += product
    return float(part / total)


def test_tables_that_cannot_be_written_run_what_was_compiled_for_others(monkeypatch):
    from armsgame._kernels import tiers
    from armsgame._kernels.population import play_beliefs, population_paths

    monkeypatch.setattr(tiers, "_eager", True)
    fixed = HUNT.copy()
    fixed.flags.writeable = False
    for table in (HUNT, fixed, HUNT.T):
        ag.populations.moran(table, [2, 2], steps=2, rng=0)
        ag.populations.fictitious_play((table, table), periods=2)
    ag.populations.fictitious_play(ag.StageGame.from_bimatrix(HUNT, HUNT.T), periods=2)
    assert len(population_paths.signatures) == len(play_beliefs.signatures) == 1


def test_constant_advantage_grows_logistically():
    flow = ag.populations.replicator([[1.0, 1.0], [0.5, 0.5]], [0.1, 0.9], time=10)
    t = flow.times
    assert flow.shares[0][:, 0] == pytest.approx(0.1 / (0.1 + 0.9 * np.exp(-t / 2)), abs=1e-9)
    assert flow.end[0][0] == pytest.approx(0.9428256185740149, abs=1e-9)


def test_zero_sum_cycles_conserve_the_product_of_shares():
    flow = ag.populations.replicator(RPS, [0.5, 0.3, 0.2], time=100)
    assert np.prod(flow.shares[0], axis=1) == pytest.approx(np.full(201, 0.03), abs=1e-8)
    assert flow.shares[0].sum(axis=1) == pytest.approx(np.ones(201))


def test_two_populations_of_pennies_conserve_their_energy():
    flow = ag.populations.replicator(PENNIES, ([0.5, 0.5], [0.3, 0.7]), time=30)
    x, y = (s[:, 0] for s in flow.shares)
    # x' = x(1-x)(10y - 1), y' = y(1-y)(1 - 2x)
    energy = np.log(x) + np.log(1 - x) + np.log(y) + 9 * np.log(1 - y)
    assert energy == pytest.approx(np.full(len(x), energy[0]), abs=1e-8)


def test_two_identical_populations_move_like_one():
    one = ag.populations.replicator(HAWK, [0.2, 0.8], time=3)
    two = ag.populations.replicator((HAWK, HAWK.T), ([0.2, 0.8], [0.2, 0.8]), time=3)
    assert two.shares[0] == pytest.approx(one.shares[0], abs=1e-9)
    assert two.shares[1] == pytest.approx(one.shares[0], abs=1e-9)


def test_column_constants_do_not_move_the_replicator_and_absent_types_stay_absent():
    a = ag.populations.replicator(RPS, [0.5, 0.5, 0.0], time=5)
    b = ag.populations.replicator(RPS + np.array([3.0, -2.0, 0.5]), [0.5, 0.5, 0.0], time=5)
    assert a.shares[0] == pytest.approx(b.shares[0], abs=1e-9)
    assert (a.shares[0][:, 2] == 0).all()


@pytest.mark.parametrize("precision", [0.5, 5.0])
def test_logit_dynamics_rest_at_the_logit_equilibrium(precision):
    flow = ag.populations.logit_dynamics(PENNIES, ([0.5, 0.5], [0.5, 0.5]), precision=precision, time=200)
    found = ag.logit_qre(ag.StageGame.from_bimatrix(*PENNIES), precision=precision)
    for k in range(2):
        assert flow.end[k] == pytest.approx(np.asarray(found.profile[k], float), abs=1e-8)
    # McKelvey and Palfrey (1995): asymmetric matching pennies, solved by bisection
    want = {0.5: (0.8306705913418175, 0.4180774669062137), 5.0: (0.7019842367983301, 0.11713529134628275)}[precision]
    assert [e[0] for e in flow.end] == pytest.approx(want, abs=1e-8)


def test_best_response_paths_are_straight_until_the_tie_and_then_slide():
    # hawk-dove: from all hawks, x = exp(-t) until 2/3, then it stays at the mixed equilibrium
    flow = ag.populations.best_response_dynamics(HAWK, [1.0, 0.0], time=3, points=301)
    want = np.maximum(np.exp(-flow.times), 2 / 3)
    assert flow.shares[0][:, 0] == pytest.approx(want, abs=1e-12)
    assert flow.speed == pytest.approx(0, abs=1e-12)


def test_best_response_in_zero_sum_cycles_shrinks_the_largest_payoff_exponentially():
    # Hofbauer (1995): V = max_i (Ax)_i obeys V' = -V in zero-sum games
    flow = ag.populations.best_response_dynamics(RPS, [0.6, 0.3, 0.1], time=3, points=31)
    value = (flow.shares[0] @ RPS.T).max(axis=1)
    assert value == pytest.approx(value[0] * np.exp(-flow.times), rel=1e-9)


def test_best_response_says_where_a_spiral_stops_it():
    with pytest.raises(NotSolved, match="switches"):
        ag.populations.best_response_dynamics(RPS, [0.6, 0.3, 0.1], time=60)


def test_ecological_dynamics_are_share_times_payoff():
    flow = ag.populations.ecological([[3, 0], [5, 1]], [0.5, 0.5], generations=2)
    # payoffs 3/2 and 3, then 1 and 7/3
    assert flow.shares[0][1] == pytest.approx([1 / 3, 2 / 3])
    assert flow.shares[0][2][0] == pytest.approx(1 / (1 + 2 * 7 / 3))
    with pytest.raises(InvalidGame, match="background"):
        ag.populations.ecological(RPS, [1 / 3] * 3, generations=2)
    assert ag.populations.ecological(RPS, [1 / 3] * 3, generations=2, background=2).speed < 1e-15


def test_rest_points_of_hawk_dove_are_the_evolutionarily_stable_mixture_and_two_sources():
    found = ag.populations.rest_points(HAWK)
    assert [p.stability for p in found] == ["source", "source", "sink"]
    assert found[2].shares == pytest.approx([2 / 3, 1 / 3])
    assert found[2].nash
    stable = ag.one_shot.evolutionarily_stable(ag.StageGame.from_bimatrix(HAWK, HAWK.T)).stable
    assert found[2].shares == pytest.approx([float(v) for v in stable[0]])
    assert max(p.residual for p in found) < 1e-12


def test_the_centre_of_rock_paper_scissors_follows_the_determinant():
    kinds = {}
    for win in (0.5, 1.0, 2.0):
        A = np.where(RPS > 0, win, RPS)
        kinds[win] = ag.populations.rest_points(A)[-1].stability
    assert kinds == {0.5: "source", 1.0: "neutral", 2.0: "sink"}


@pytest.mark.parametrize(
    ("A", "size", "w", "value"),
    [
        ([[1.1, 1.1], [1, 1]], 100, 1.0, 0.09091568827109697),
        ([[1, 1], [1, 1]], 50, 1.0, 0.02),
        ([[30, 9], [14, 10]], 20, 0.1, 0.10733797545780528),
        ([[1, 1], [2, 0.5]], 30, 1.0, 0.002676051910884042),
    ],
    ids=["r=1.1", "neutral", "mirror-deploy", "hawk-dove"],
)
def test_fixation_of_one_mutant_has_the_closed_form(A, size, w, value):
    found = ag.populations.fixation_probability(A, [1, size - 1], selection=w)
    assert found.probabilities[0] == pytest.approx(value, rel=1e-12)
    assert found.residual < 1e-12


def test_fixation_agrees_with_rationals_from_every_start():
    A = [[3, 1], [4, 2]]
    for first in range(1, 9):
        found = ag.populations.fixation_probability(A, [first, 9 - first], selection=0.5)
        want = _exact_fixation(A, 9, first, lambda v: Fraction(1, 2) + v / 2)
        assert found.probabilities[0] == pytest.approx(want, rel=1e-12)


def test_tiny_fixation_probabilities_keep_their_digits():
    found = ag.populations.fixation_probability([[1, 1], [10, 10]], [1, 199])
    # (1 - 1/r) / (1 - r^-N) with r = 1/10: 9 / (10^200 - 1)
    assert found.probabilities[0] == pytest.approx(9e-200, rel=1e-10)


def test_a_lone_individual_without_offspring_cannot_take_over():
    found = ag.populations.fixation_probability([[3, 0], [5, 1]], [1, 9])
    assert found.probabilities.tolist() == [0.0, 1.0]
    assert 0 < ag.populations.fixation_probability([[3, 0], [5, 1]], [2, 8]).probabilities[0] < 1e-3


@pytest.mark.parametrize("process", ["moran", "pairwise"])
@pytest.mark.parametrize("fitness", ["linear", "exponential"])
def test_three_types_by_linear_algebra_reduce_to_two(process, fitness):
    # types 1 and 2 are the same type under two names
    A = np.array([[3.0, 1.0, 1.0], [4.0, 2.0, 2.0], [4.0, 2.0, 2.0]])
    two = ag.populations.fixation_probability(A[:2, :2], [3, 5], process=process, selection=0.4, fitness=fitness)
    three = ag.populations.fixation_probability(A, [3, 3, 2], process=process, selection=0.4, fitness=fitness)
    assert three.method == "linear system"
    assert three.probabilities[0] == pytest.approx(two.probabilities[0], rel=1e-10)
    assert three.probabilities[1:] == pytest.approx(two.probabilities[1] * np.array([3, 2]) / 5, rel=1e-10)


def test_neutral_fixation_is_the_share_for_any_number_of_types():
    found = ag.populations.fixation_probability(np.ones((4, 4)), [1, 2, 3, 2])
    assert found.probabilities == pytest.approx(np.array([1, 2, 3, 2]) / 8)


@pytest.mark.parametrize("process", ["moran", "pairwise"])
def test_sampled_fixation_agrees_with_the_exact_one(process):
    A = [[2.0, 3.0, 1.0], [1.0, 2.0, 3.0], [3.0, 1.0, 2.0]]
    start = [4, 3, 2]
    exact = ag.populations.fixation_probability(A, start, process=process, selection=0.6)
    draw = ag.populations.moran if process == "moran" else ag.populations.pairwise_comparison
    paths = draw(A, start, steps=20_000, paths=10_000, selection=0.6, rng=5)
    assert (paths.fixed > 0).all()
    assert (np.abs(paths.fixation - exact.probabilities) < 4.5 * paths.errors).all()


@pytest.mark.parametrize("process", ["moran", "pairwise"])
def test_sampled_long_run_agrees_with_the_exact_law(process):
    A = [[2.0, 3.0, 1.0], [1.0, 2.0, 2.5], [3.0, 1.0, 2.0]]
    law = ag.populations.population_law(A, 8, mutation=0.2, process=process, selection=0.7)
    assert law.residual < 1e-12
    assert law.probabilities.sum() == pytest.approx(1)
    assert len(law.counts) == comb(10, 2)
    draw = ag.populations.moran if process == "moran" else ag.populations.pairwise_comparison
    paths = draw(A, [8, 0, 0], steps=300, paths=20_000, selection=0.7, mutation=0.2, rng=2)
    means = paths.counts.mean(axis=0) / 8
    spread = paths.counts.std(axis=0) / 8 / np.sqrt(20_000)
    assert (np.abs(means - law.shares) < 4.5 * spread).all()
    full = (law.counts == 8).T @ law.probabilities
    assert (np.abs(paths.fixation - full) < 4.5 * paths.errors).all()


def test_neutral_long_run_under_mutation_is_in_detailed_balance():
    # two types make a birth-death chain, whose law is in detailed balance (Kelly 1979)
    size, u = 12, 0.3
    law = ag.populations.population_law(np.ones((2, 2)), size, mutation=u)
    p = law.probabilities[np.argsort(law.counts[:, 0])]
    j = np.arange(size)
    up = (j / size * (1 - u) + (size - j) / size * u) * (size - j) / size
    k = j + 1
    down = ((size - k) / size * (1 - u) + k / size * u) * k / size
    assert p[:-1] * up == pytest.approx(p[1:] * down, rel=1e-10)


def test_rare_mutation_weighs_the_pure_states_by_fixation():
    # Fudenberg and Imhof (2006)
    A, size = np.array([[2.0, 1.0], [2.5, 1.2]]), 10
    law = ag.populations.population_law(A, size, mutation=1e-7)
    rho = ag.populations.invasion(A, population=size).fixation
    pure = [law.probabilities[law.counts[:, k] == size][0] for k in range(2)]
    assert pure[0] / pure[1] == pytest.approx(rho[0, 1] / rho[1, 0], rel=1e-4)


def test_paths_are_the_same_when_more_are_drawn_and_kept_counts_end_where_paths_end():
    A = [[2.0, 3.0], [3.0, 2.0]]
    few = ag.populations.moran(A, [5, 5], steps=40, paths=3, mutation=0.1, every=10, rng=9)
    many = ag.populations.moran(A, [5, 5], steps=40, paths=8, mutation=0.1, rng=9)
    assert np.array_equal(few.counts, many.counts[:3])
    assert np.array_equal(few.kept[:, -1], few.counts)
    assert (few.kept.sum(axis=2) == 10).all()
    assert few.to_xarray()["kept"].shape == (3, 5, 2)


def test_swapping_types_swaps_the_fixation_probabilities():
    A = np.array([[3.0, 1.0], [4.0, 2.0]])
    a = ag.populations.fixation_probability(A, [3, 5], selection=0.5).probabilities
    b = ag.populations.fixation_probability(A[::-1, ::-1], [5, 3], selection=0.5).probabilities
    assert a == pytest.approx(b[::-1])


def test_fictitious_play_equals_play_by_hand_and_nashpy():
    import nashpy

    A = np.array([[0.3, -1.2, 2.0], [1.7, 0.4, -0.9]])
    B = np.array([[1.1, 0.2, -0.7], [-0.4, 0.9, 1.6]])
    ours = ag.populations.fictitious_play((A, B), periods=300, prior=([0.31, 0.17], [0.23, 0.19, 0.41]))
    x, y = np.array([0.31, 0.17]), np.array([0.23, 0.19, 0.41])
    for _ in range(300):
        a, c = int(np.argmax(A @ y)), int(np.argmax(x @ B))
        x[a] += 1
        y[c] += 1
    assert ours.beliefs[0][-1] == pytest.approx(x / x.sum(), abs=1e-12)
    assert ours.beliefs[1][-1] == pytest.approx(y / y.sum(), abs=1e-12)
    # nashpy starts without a past and breaks ties at random: the long run is the same
    np.random.seed(0)  # noqa: NPY002
    *_, last = nashpy.Game(A, B).fictitious_play(iterations=400)
    far = ag.populations.fictitious_play((A, B), periods=400, every=400)
    assert last[0] / 400 == pytest.approx(far.beliefs[0][-1], abs=0.05)


def test_fictitious_play_of_a_zero_sum_game_approaches_its_value():
    A = np.array([[0.0, -1.0, 2.0], [1.0, 0.0, -1.0], [-2.0, 1.0, 0.0]])
    run = ag.populations.fictitious_play((A, -A), periods=200_000, every=200_000)
    assert run.regret < 0.02
    assert run.beliefs[0][-1] == pytest.approx([1 / 4, 1 / 2, 1 / 4], abs=0.03)


def test_fictitious_play_of_shapleys_game_does_not_settle_and_says_so():
    A = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    B = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    run = ag.populations.fictitious_play((A, B), periods=100_000, every=1000, prior=([1, 0, 0], [1, 0, 0]))
    assert run.regret > 0.1


def test_stochastic_fictitious_play_approaches_the_logit_equilibrium():
    game = ag.StageGame.from_bimatrix(*PENNIES)
    run = ag.populations.stochastic_fictitious_play(game, precision=0.5, periods=200_000, every=100_000, rng=3)
    found = ag.logit_qre(game, precision=0.5)
    for k in range(2):
        assert run.beliefs[k][-1] == pytest.approx(np.asarray(found.profile[k], float), abs=0.01)


def test_invasion_tells_dominance_bistability_coexistence_and_drift_apart():
    verdicts = ag.populations.invasion(HAWK)
    assert verdicts.verdict[0, 1] == verdicts.verdict[1, 0] == "invades"
    assert verdicts.coexistence[0, 1] == pytest.approx(2 / 3)
    assert ag.populations.invasion(HUNT).uninvadable == ("type 0", "type 1")
    drift = ag.populations.invasion([[3.0, 3.0], [3.0, 3.0]])
    assert drift.verdict[0, 1] == "neutral"
    assert ag.populations.invasion([[3.0, 1.0], [3.0, 2.0]]).verdict[1, 0] == "drifts in"
    assert ag.populations.invasion([[3.0, 2.0], [3.0, 1.0]]).verdict[1, 0] == "drifts out"


def test_basins_of_the_stag_hunt_divide_at_the_unstable_mixture():
    found = ag.populations.basins(HUNT, resolution=90)
    assert found.shares == pytest.approx([2 / 3, 1 / 3])
    assert found.unsettled == 0
    lower = found.starts[:, 0] < 2 / 3
    assert (found.limits[found.which][lower] == [0, 1]).all()


def test_cycles_are_reported_as_not_settled():
    found = ag.populations.basins(RPS, resolution=8, time=1000)
    assert found.unsettled > 0.95


def test_basins_of_pure_coordination_are_thirds():
    found = ag.populations.basins(np.eye(3), resolution=20)
    assert found.shares[:3] == pytest.approx([1 / 3] * 3, abs=0.05)


def test_a_spiral_sink_catches_paths_that_still_turn():
    # eigenvalues at the centre have a negative real part; every inner path ends there
    found = ag.populations.basins(np.where(RPS > 0, 1.3, RPS), resolution=8)
    assert found.shares.tolist() == [1.0]
    assert found.limits[0] == pytest.approx([1 / 3] * 3)


def test_automata_that_behave_alike_leave_a_continuum():
    stage = ag.StageGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    few = {"comply": ag.always_comply, "deploy": ag.always_deploy, "mirror": ag.mirror}
    game = ag.populations.payoff_matrix(few, ag.RepeatedGame(stage), periods=20)
    found = ag.populations.basins(game, resolution=15)
    assert found.name(0) == "mixtures of comply and mirror"
    assert found.spread[0] > 0.1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ag.populations.replicator(np.ones((2, 3)), [0.5, 0.5], time=1), "payoffs.shape"),
        (lambda: ag.populations.replicator(HAWK, [0.5, 0.6], time=1), "sum to 1"),
        (lambda: ag.populations.replicator(HAWK, [0.5, 0.5], time=0), "above 0"),
        (lambda: ag.populations.replicator(ag.StageGame.from_bimatrix(*PENNIES), [0.5, 0.5], time=1), "not symmetric"),
        (lambda: ag.populations.logit_dynamics(HAWK, [0.5, 0.5], precision=-1, time=1), "precision"),
        (lambda: ag.populations.moran(HAWK, [5, 5], steps=10), "fitness of 'type 0' can be -1"),
        (lambda: ag.populations.moran(HUNT + 1, [5, 5], steps=10, selection=2), "0 to 1"),
        (lambda: ag.populations.moran(HUNT + 1, [1, 0], steps=10), "2 or more"),
        (lambda: ag.populations.moran(HUNT + 1, [0.5, 0.5], steps=10), "whole numbers"),
        (lambda: ag.populations.moran(HUNT + 1, [5, 5], steps=10, mutation=2), "mutation"),
        (lambda: ag.populations.fixation_probability(HUNT + 1, [5, 5], process="wright"), "pairwise"),
        (lambda: ag.populations.fixation_probability(np.ones((6, 6)), [20] * 6), "states"),
        (lambda: ag.populations.population_law(HUNT + 1, 10, mutation=0), "fixation_probability"),
        (lambda: ag.populations.basins(np.eye(4)), "starts"),
        (lambda: ag.populations.rest_points(np.eye(13)), "at most 12"),
        (lambda: ag.populations.fictitious_play((HAWK, np.ones((3, 2))), periods=5), "equal shapes"),
        (lambda: ag.populations.fictitious_play(PENNIES, periods=5, prior=([0, 0], [1, 1])), "not all 0"),
        (lambda: ag.populations.fictitious_play(PENNIES, periods=5, every=6), "at most"),
        (lambda: ag.populations.invasion(HAWK, population=10), "fitness"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_faulty_input_is_refused(call, words):
    with pytest.raises(InvalidGame, match=words):
        call()


def test_three_parties_are_no_pairwise_population():
    with pytest.raises(WrongConcept, match="pairs"):
        ag.populations.replicator(ag.StageGame(np.zeros((3, 2, 2, 2))), [0.5, 0.5], time=1)


def test_results_print_and_tabulate():
    flow = ag.populations.replicator(HAWK, [0.5, 0.5], time=1, points=3)
    assert list(flow.to_frame().columns) == ["type 0", "type 1"]
    pair = ag.populations.replicator(PENNIES, ([0.5, 0.5], [0.3, 0.7]), time=1, points=3)
    assert pair.to_frame().shape == (3, 4)
    law = ag.populations.population_law(HUNT + 1, 5, mutation=0.1)
    assert law.to_frame()["probability"].sum() == pytest.approx(1)
    assert ag.populations.invasion(HAWK).to_frame().loc["type 0", "type 1"] == "invades"
    assert ag.populations.basins(HUNT).to_frame().shape == (2, 3)
    assert ag.populations.fictitious_play(PENNIES, periods=4).to_xarray().attrs["regret"] >= 0
    for one in (
        flow,
        pair,
        law,
        ag.populations.moran(HUNT + 1, [2, 2], steps=3),
        ag.populations.fixation_probability(HUNT + 1, [1, 3]),
    ):
        assert len(str(one).splitlines()) >= 1


@pytest.mark.parametrize("draw", [ag.populations.moran, ag.populations.pairwise_comparison])
@pytest.mark.parametrize("asked", [{"mutation": 0.1, "every": 7}, {"every": 7}, {}], ids=["mutation", "kept", "plain"])
def test_paths_in_pieces_are_the_same_paths(draw, asked, monkeypatch):
    play = partial(draw, HUNT + 1, [9, 9], steps=200, paths=4, rng=2, **asked)
    whole = play()
    monkeypatch.setattr(finite_sampled, "_STEPS", 5)
    assert same(play(), whole)
