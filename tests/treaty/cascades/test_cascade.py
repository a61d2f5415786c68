"""Exit cascades against every set of stayers, every order of parties and every day of exit."""

from __future__ import annotations

from itertools import combinations, permutations, product
from math import comb

import numpy as np
import pytest

import armsgame as ag

cascade = ag.treaty.cascade
ExitGame = cascade.ExitGame


def drawn(rng, n, *, mutual=False, exposure=True):
    """Numbers on a grid of quarters, so that ties are common."""
    weights = rng.integers(0, 4, (n, n)) / 4
    if mutual:
        weights = np.maximum(weights, weights.T)
    np.fill_diagonal(weights, 0)
    return {
        "alone": rng.integers(-2, 3, n) / 4,
        "weights": weights,
        "outside": rng.integers(-2, 6, n) / 4,
        "exposure": rng.integers(1, 4, n) / 2 if exposure else np.ones(n),
    }


def names(n):
    return tuple("ABCDEFGH"[:n])


def brute_stays(numbers, stays, i, threat):
    benefit = numbers["alone"][i] + sum(numbers["weights"][i][j] for j in stays if j != i)
    return benefit, numbers["outside"][i] + numbers["exposure"][i] * threat


def brute_equilibria(numbers, n, threat):
    found = []
    for size in range(n + 1):
        for stays in combinations(range(n), size):
            pairs = [brute_stays(numbers, stays, i, threat) for i in range(n)]
            if all((b >= o - 1e-9) == (i in stays) for i, (b, o) in enumerate(pairs)):
                found.append(frozenset(stays))
    return found


def held(row):
    return frozenset(np.flatnonzero(row).tolist())


@pytest.mark.parametrize("seed", range(40))
def test_greatest_and_least_are_those_of_all_sets(seed):
    rng = np.random.default_rng(seed)
    n = 1 + seed % 6
    numbers = drawn(rng, n)
    game = ExitGame(names(n), **numbers)
    for threat in (-0.5, 0.0, 0.5, 1.0):
        every = brute_equilibria(numbers, n, threat)
        found = cascade.equilibria(game, threat)
        assert held(found.greatest) == frozenset.union(*every)
        assert held(found.least) == frozenset.intersection(*every)
        assert {held(row) for row in cascade.all_equilibria(game, threat)} == set(every)
        assert found.unique == (len(every) == 1)
        assert found.rounds <= n


@pytest.mark.parametrize("seed", range(40))
def test_levels_are_where_the_equilibria_change(seed):
    rng = np.random.default_rng(seed)
    n = 1 + seed % 5
    numbers = drawn(rng, n)
    game = ExitGame(names(n), **numbers)
    levels = cascade.exit_levels(game)

    def level(j, stays):
        b, o = brute_stays(numbers, stays, j, 0.0)
        return (b - o) / numbers["exposure"][j]

    sets = [s for size in range(1, n + 1) for s in combinations(range(n), size)]
    for i in range(n):
        mine = [s for s in sets if i in s]
        most = max(min(level(j, s) for j in s) for s in mine)
        others = [tuple(k for k in range(n) if k not in s) for s in mine]
        fewest = min(max(level(j, o) for j in s) for s, o in zip(mine, others, strict=True))
        assert levels.greatest[i] == pytest.approx(most)
        assert levels.least[i] == pytest.approx(fewest)
        for end, field in ((levels.greatest, "greatest"), (levels.least, "least")):
            assert getattr(cascade.equilibria(game, end[i]), field)[i]
            assert not getattr(cascade.equilibria(game, end[i] + 1e-6), field)[i]
    assert (levels.least <= levels.greatest).all()


@pytest.mark.parametrize("seed", range(6))
def test_relabelling_the_parties_relabels_every_result(seed):
    rng = np.random.default_rng(seed)
    n = 4
    numbers = drawn(rng, n, mutual=True)
    base = ExitGame(names(n), **numbers)
    for order in permutations(range(n)):
        p = list(order)
        moved = {k: v[np.ix_(p, p)] if k == "weights" else v[p] for k, v in numbers.items()}
        other = ExitGame([names(n)[i] for i in p], **moved)
        for verb in (cascade.equilibria, cascade.exit_levels, cascade.selection):
            a, b = verb(base), verb(other)
            for field in set(a.__slots__) - {"parties", "rounds"}:
                assert np.allclose(getattr(a, field)[p], getattr(b, field))
        x, y = (cascade.path(g, [0, 0.5, 1, 1.5], notice=1) for g in (base, other))
        assert np.array_equal(x.effective[p], y.effective, equal_nan=True)


@pytest.mark.parametrize("seed", range(10))
def test_more_threat_never_adds_and_more_benefit_never_removes_a_stayer(seed):
    rng = np.random.default_rng(seed)
    numbers = drawn(rng, 5)
    threats = np.linspace(-2, 3, 41)
    found = cascade.equilibria(ExitGame(names(5), **numbers), threats)
    for field in ("greatest", "least"):
        assert (np.diff(getattr(found, field).astype(int), axis=0) <= 0).all()
    more = cascade.equilibria(ExitGame(names(5), **{**numbers, "alone": numbers["alone"] + 0.25}), threats)
    tied = cascade.equilibria(ExitGame(names(5), **{**numbers, "weights": numbers["weights"] * 1.5}), threats)
    for better in (more, tied):
        assert (better.greatest >= found.greatest).all()
        assert (better.least >= found.least).all()


def test_a_batch_gives_what_its_games_give_one_by_one():
    rng = np.random.default_rng(5)
    rows = [drawn(rng, 4, mutual=True) for _ in range(12)]
    stack = {k: np.stack([r[k] for r in rows]).reshape(3, 4, *rows[0][k].shape) for k in rows[0]}
    batch = ExitGame(names(4), **stack)
    assert batch.shape == (3, 4)
    for verb in (cascade.equilibria, cascade.exit_levels, cascade.selection):
        many = verb(batch)
        for k, row in enumerate(rows):
            one = verb(ExitGame(names(4), **row))
            for field in set(one.__slots__) - {"parties", "rounds"}:
                assert np.array_equal(getattr(many, field).reshape(12, 4)[k], getattr(one, field))
    for rule in ("last", "first", "as seen"):
        many = cascade.path(batch, [0, 0.5, 1], notice=[1, 0, 2, 1], rule=rule)
        for k, row in enumerate(rows):
            one = cascade.path(ExitGame(names(4), **row), [0, 0.5, 1], notice=[1, 0, 2, 1], rule=rule)
            assert np.array_equal(many.effective.reshape(12, 4)[k], one.effective, equal_nan=True)
    assert len(cascade.exit_levels(batch).to_frame()) == 48
    assert "batch" in str(cascade.selection(batch))


def test_a_threat_grid_broadcasts_with_a_batch():
    game = ExitGame(["A", "B"], alone=0, weights=1, outside=np.zeros((5, 1, 2)))
    assert cascade.equilibria(game, np.linspace(0, 2, 7)).greatest.shape == (5, 7, 2)


@pytest.mark.parametrize("seed", range(20))
def test_no_coalition_of_any_size_improves_on_the_greatest_equilibrium(seed):
    rng = np.random.default_rng(seed)
    n = 2 + seed % 4
    numbers = drawn(rng, n)
    game = ExitGame(names(n), **numbers)
    for threat in (0.0, 0.5):
        found = cascade.equilibria(game, threat)
        proof = cascade.verify(game, found.greatest, threat, coalitions=n)
        assert proof.strong
        assert proof.enumerated == 2**n - 1

        def worth(stays, threat=threat):
            pairs = [brute_stays(numbers, stays, i, threat) for i in range(n)]
            return [b if i in stays else o for i, (b, o) in enumerate(pairs)]

        least = held(found.least)
        better = [
            c
            for size in range(1, n + 1)
            for c in combinations(range(n), size)
            if all(worth(least ^ set(c))[i] > worth(least)[i] + 1e-9 for i in c)
        ]
        proof = cascade.verify(game, found.least, threat, coalitions=n)
        assert proof.ok
        assert bool(proof.coalition) == bool(better)


def test_a_perturbed_profile_is_refused_with_the_party_that_gains():
    game = ExitGame(["A", "B", "C"], alone=0, weights=1, outside=[0.5, 1.5, 1.5])
    proof = cascade.verify(game, [True, True, False])
    assert not proof
    assert proof.gains.tolist() == [-0.5, 0.5, 0.5]
    assert str(proof).startswith("Refuted: B gains 0.5 by switching")
    assert "larger ones were not enumerated" in str(proof)


def test_a_tie_stays_and_rounding_breaks_none():
    game = ExitGame(["A", "B", "C", "D"], alone=0, weights=[0.1, 0.2, 0.3, 0.4], outside=[0.9, 0.8, 0.7, 0.6])
    assert cascade.equilibria(game).greatest.all()
    assert not cascade.equilibria(game, 1e-6).greatest.any()
    moved = ExitGame(["A", "B"], alone=0.1 + 0.2, weights=0, outside=0.3)
    assert cascade.equilibria(moved).least.all()


def test_only_ratios_of_payoffs_matter():
    numbers = drawn(np.random.default_rng(3), 5)
    big = {k: v * 1e9 for k, v in numbers.items()}
    a, b = (cascade.exit_levels(ExitGame(names(5), **x)) for x in (numbers, big))
    assert np.allclose(a.greatest, b.greatest)
    assert np.allclose(a.least, b.least)


def test_general_benefits_agree_with_the_weighted_count():
    numbers = drawn(np.random.default_rng(8), 5)
    parties = names(5)
    plain = ExitGame(parties, **numbers)

    def benefit(party, others):
        i = parties.index(party)
        return numbers["alone"][i] + sum(numbers["weights"][i, parties.index(o)] for o in others)

    table = ExitGame.from_benefits(parties, benefit, numbers["outside"], numbers["exposure"])
    for verb in (cascade.equilibria, cascade.exit_levels):
        a, b = verb(plain), verb(table)
        assert np.allclose(a.greatest, b.greatest)
        assert np.allclose(a.least, b.least)
    again = ExitGame.from_benefits(parties, table.table, numbers["outside"], numbers["exposure"])
    assert np.array_equal(cascade.exit_levels(again).greatest, cascade.exit_levels(table).greatest)
    for fixed in ({"stay": ["B"], "leave": ["D"]}, {"stay": ["A", "E"]}):
        a, b = (cascade.exit_levels(g.given(**fixed)) for g in (plain, table))
        assert a.parties == b.parties
        assert np.allclose(a.greatest, b.greatest)


def test_benefits_that_fall_when_a_party_joins_are_refused_by_name():
    with pytest.raises(ag.errors.InvalidGame, match=r"benefit of A.*falls from 0 to -1 when B joins \{A\}"):
        ExitGame.from_benefits("AB", lambda _, others: -len(others), outside=0)


def test_with_one_undecided_party_left_the_cascade_is_its_threshold_rule():
    numbers = drawn(np.random.default_rng(11), 5)
    game = ExitGame(names(5), **numbers)
    for stay in ((), ("A",), ("A", "C"), ("A", "B", "C", "E")):
        last = game.given(stay=stay, leave=[p for p in names(5) if p not in {*stay, "D"}])
        worth = numbers["alone"][3] + sum(numbers["weights"][3]["ABCDE".index(p)] for p in stay)
        rule = (worth - numbers["outside"][3]) / numbers["exposure"][3]
        levels = cascade.exit_levels(last)
        assert levels.greatest.tolist() == levels.least.tolist() == cascade.selection(last).level.tolist()
        assert levels.greatest[0] == pytest.approx(rule)
        # the outside value at which it leaves is the reservation value of a party that lives for today
        at = last.outside_at(levels.greatest[0])[0]
        inside = min(max(worth, 0.0), 0.99)
        assert ag.treaty.withdrawal.optimal_exit(inside, 0.0).reservation == pytest.approx(inside)
        assert at == pytest.approx(worth)


def test_a_rising_threat_leaves_no_value_of_waiting_to_the_last_party():
    game = ExitGame(["A"], alone=0.6, weights=0, outside=0)
    threats = np.linspace(0, 1, 11)
    for delta in (0.0, 0.5, 0.95):
        streams = []
        for day in range(12):
            t = np.arange(11)
            streams.append(float(np.sum(delta**t * np.where(t < day, 0.6, threats))))
        best = max(streams)
        last = max(k for k, s in enumerate(streams) if s >= best - 1e-12)
        found = cascade.path(game, threats)
        assert streams[int(found.effective[0])] == pytest.approx(best)
        if delta:
            assert found.effective[0] == last == 7
    # where options come and go, patience raises the bar instead
    assert ag.treaty.withdrawal.optimal_exit(0.6, 0.95).reservation > 0.6


@pytest.mark.parametrize("seed", range(12))
def test_paths_are_the_latest_and_the_earliest_equilibrium_in_days(seed):
    rng = np.random.default_rng(seed)
    n, threats = 3, [0.0, 0.4, 0.6, 1.1]
    numbers = drawn(rng, n)
    game = ExitGame(names(n), **numbers)
    notice = rng.integers(0, 3, n)
    delta = float(rng.choice([0.5, 0.9]))

    def worth(days):
        total = np.zeros(n)
        for t, threat in enumerate(threats):
            stays = [i for i in range(n) if t < days[i]]
            for i in range(n):
                b, o = brute_stays(numbers, stays, i, threat)
                total[i] += delta**t * (b if i in stays else o)
        return total

    options = [range(k, len(threats) + 1) for k in notice]
    fixed = []
    for days in product(*options):
        base = worth(days)
        others = ((i, d) for i in range(n) for d in options[i])
        if all(worth((*days[:i], d, *days[i + 1 :]))[i] <= base[i] + 1e-9 for i, d in others):
            fixed.append(days)
    last = cascade.path(game, threats, notice=notice)
    first = cascade.path(game, threats, notice=notice, rule="first")
    never = len(threats)
    latest = tuple(int(x) for x in np.nan_to_num(last.effective, nan=never))
    assert latest in fixed
    assert latest == tuple(max(d[i] for d in fixed) for i in range(n))
    earliest = tuple(int(x) for x in np.nan_to_num(first.effective, nan=never))
    # a party that is indifferent stays: no equilibrium without such ties is earlier
    assert earliest in fixed
    assert all(a <= b for a, b in zip(earliest, latest, strict=True))
    proof = cascade.verify_path(game, last, delta, notice=notice, coalitions=n)
    assert proof.strong
    assert cascade.verify_path(game, first, delta, notice=notice).ok


def test_who_does_not_look_ahead_is_refuted_and_ends_at_the_greatest_equilibrium():
    refuted = 0
    for seed in range(20):
        numbers = drawn(np.random.default_rng(seed), 5)
        game = ExitGame(names(5), **numbers)
        threats = np.concatenate([np.linspace(0, 1, 6), np.full(5, 1.0)])
        found = cascade.path(game, threats, notice=2, rule="as seen")
        assert np.array_equal(np.isnan(found.announced), cascade.equilibria(game, 1.0).greatest)
        refuted += not cascade.verify_path(game, found, notice=2)
    assert refuted > 10


def test_notice_and_delay_stand_between_announcement_and_exit():
    game = ExitGame(["A", "B"], alone=[0.5, 9], weights=0, outside=0)
    found = cascade.path(game, [0, 1, 1, 1, 1, 1], notice=2, delay=[1, 0], rule="as seen")
    assert (found.announced[0], found.deposited[0], found.effective[0]) == (1, 2, 4)
    assert found.status()[:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    assert found.status()[:, 1].tolist() == [0] * 6
    assert found.order == ("A",)
    table = found.to_frame()
    assert table["effective"].isna().tolist() == [False, True]
    assert "B stays" in str(found)
    assert "<table" in found._repr_html_()


@pytest.mark.parametrize("n", [2, 3, 6])
def test_alike_parties_leave_where_the_average_benefit_meets_the_outside_value(n):
    game = ExitGame.from_benefits(names(n), lambda _, others: len(others) ** 2, outside=0.5, exposure=2)
    # at its cut-off a party holds every number of other stayers for equally likely: a law of ranks
    ranks = [comb(n - 1, k) * np.trapezoid(_power(k, n - 1 - k), dx=1e-4) for k in range(n)]
    assert ranks == pytest.approx([1 / n] * n, abs=1e-6)
    expected = (sum(p * k**2 for k, p in enumerate(ranks)) - 0.5) / 2
    assert cascade.selection(game).level == pytest.approx([expected] * n, abs=1e-5)
    levels = cascade.exit_levels(game)
    assert (levels.least < expected).all()
    assert (expected < levels.greatest).all()


def _power(k, m):
    u = np.linspace(0, 1, 10_001)
    return u**k * (1 - u) ** m


@pytest.mark.parametrize("seed", range(20))
def test_selection_is_the_best_set_of_the_potential_and_an_equilibrium(seed):
    rng = np.random.default_rng(seed)
    n = 2 + seed % 4
    numbers = drawn(rng, n, mutual=True)
    game = ExitGame(names(n), **numbers)
    level = cascade.selection(game).level
    sets = [s for size in range(n + 1) for s in combinations(range(n), size)]
    for threat in np.linspace(-2.013, 3.017, 23):

        def potential(stays, threat=threat):
            own = sum(numbers["alone"][i] - numbers["outside"][i] - numbers["exposure"][i] * threat for i in stays)
            return own + sum(numbers["weights"][i, j] for i, j in combinations(stays, 2))

        best = max(sets, key=potential)
        assert held(level >= threat) == frozenset(best)
        assert cascade.verify(game, level >= threat, threat).ok
    levels = cascade.exit_levels(game)
    assert (levels.least <= level + 1e-9).all()
    assert (level <= levels.greatest + 1e-9).all()


def test_of_two_parties_the_selected_equilibrium_is_the_risk_dominant_one():
    game = ExitGame(["A", "B"], alone=[0, 0.2], weights=1, outside=[0.1, 0], exposure=[1, 2])
    for threat in (0.1, 0.2, 0.3, 0.39, 0.41, 0.5):
        stays = cascade.selection(game).level >= threat
        gains = [(b0 - o, b0 + 1 - o) for b0, o in zip((0, 0.2), game.outside_at(threat), strict=True)]
        if not all(low < 0 < high for low, high in gains):
            continue
        product_in, product_out = gains[0][1] * gains[1][1], gains[0][0] * gains[1][0]
        assert stays.all() == (product_in > product_out)


def test_one_sided_ties_have_no_selection():
    game = ExitGame(["A", "B", "C"], alone=0, weights=[[0, 1, 0], [0, 0, 1], [1, 0, 0]], outside=0)
    with pytest.raises(ag.errors.WrongConcept, match="mutual"):
        cascade.selection(game)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"weights": -1}, "weights"),
        ({"weights": [[1, 1], [1, 1]]}, "diagonal"),
        ({"weights": np.ones((3, 3))}, "weights.shape"),
        ({"weights": [1, 2, 3]}, "weights.shape"),
        ({"exposure": 0}, "exposure"),
        ({"outside": [1, 2, 3]}, "outside.shape"),
        ({"alone": np.nan}, "alone"),
        ({"parties": ["A", "A"]}, "parties"),
        ({"parties": []}, "parties"),
    ],
)
def test_what_is_no_exit_game_is_refused_with_its_field(change, text):
    with pytest.raises(ag.errors.InvalidGame, match=text):
        ExitGame(**{"parties": ["A", "B"], "alone": 0, "weights": 1, "outside": 0, **change})


def test_what_the_verbs_cannot_read_is_refused():
    game = ExitGame(["A", "B"], alone=0, weights=1, outside=0)
    batch = ExitGame(["A", "B"], alone=0, weights=1, outside=np.zeros((3, 2)))
    many = ExitGame([f"p{k}" for k in range(17)], alone=0, weights=1, outside=0)
    for act, fault, text in (
        (lambda: cascade.path(game, [1, 0]), ag.errors.InvalidGame, "threats"),
        (lambda: cascade.path(game, [0, 1], notice=-1), ag.errors.InvalidGame, "notice"),
        (lambda: cascade.path(game, [0, 1], delay=[1, 2, 3]), ag.errors.InvalidGame, "delay"),
        (lambda: cascade.path(game, [0, 1], rule="soon"), ag.errors.InvalidGame, "rule"),
        (lambda: cascade.path("game", [0, 1]), ag.errors.WrongConcept, "ExitGame"),
        (lambda: cascade.equilibria(object()), ag.errors.WrongConcept, "ExitGame"),
        (lambda: cascade.equilibria(game, np.inf), ag.errors.InvalidGame, "threat"),
        (lambda: cascade.verify(game, [True]), ag.errors.InvalidGame, "stays"),
        (lambda: cascade.verify(game, [True, True], coalitions=3), ag.errors.InvalidGame, "coalitions"),
        (lambda: cascade.verify(batch, [True, True]), ag.errors.InvalidGame, "batch"),
        (
            lambda: cascade.verify_path(game, cascade.path(game, range(999)), coalitions=2),
            ag.errors.InvalidGame,
            "joint",
        ),
        (lambda: cascade.path(batch, [0, 1]).order, ag.errors.WrongConcept, "batch"),
        (lambda: cascade.all_equilibria(many), ag.errors.InvalidGame, "16"),
        (lambda: cascade.selection(many), ag.errors.InvalidGame, "16"),
        (lambda: ExitGame.from_benefits("AB", [[0, 1]], 0), ag.errors.InvalidGame, "benefit.shape"),
        (lambda: ExitGame.from_benefits("AB", lambda *_: float("nan"), 0), ag.errors.InvalidGame, "finite"),
        (lambda: ExitGame.from_benefits(names(8) * 3, lambda *_: 0, 0), ag.errors.InvalidGame, "parties"),
        (lambda: game.given(stay=["Z"]), ag.errors.InvalidGame, "no party"),
        (lambda: game.given(stay=["A"], leave=["A"]), ag.errors.InvalidGame, "one of the two"),
        (lambda: game.given(stay=["A"], leave=["B"]), ag.errors.InvalidGame, "undecided"),
    ):
        with pytest.raises(fault, match=text):
            act()


def test_large_games_need_no_list_of_sets():
    n = 60
    game = ExitGame([f"p{k}" for k in range(n)], alone=0, weights=1 / (n - 1), outside=np.linspace(0, 1, n))
    levels = cascade.exit_levels(game)
    assert (levels.greatest == levels.greatest[0]).all()
    assert len(cascade.equilibria(game, 2).to_frame()) == n


def test_results_are_frozen_and_print_in_one_line():
    game = ExitGame(["A", "B"], alone=0, weights=1, outside=0)
    results = (
        cascade.equilibria(game),
        cascade.exit_levels(game),
        cascade.selection(game),
        cascade.verify(game, [True, True]),
        cascade.path(game, [0, 2]),
        cascade.verify_path(game, cascade.path(game, [0, 2])),
    )
    for result in results:
        assert "\n" not in str(result)
        assert repr(result) == str(result)
        assert list(result.to_frame()["party"]) == ["A", "B"]
        assert "<table" in result._repr_html_()
        with pytest.raises(AttributeError):
            result.parties = ()
