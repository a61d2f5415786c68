"""Offers with private types on both sides against brute force over all pure profiles, and published limits."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from shared_pies import given

from armsgame.errors import InvalidGame
from armsgame.negotiation import screening, two_sided_offers
from armsgame.negotiation.private_types.assessments import verify_assessment_of_offers

PRIOR = ((0.6, 0.4), (0.3, 0.7))
GRID = np.linspace(0, 1, 2001)
# beliefs strictly between the ends, and the two ends
LAWS = np.column_stack([GRID, 1 - GRID])


def table(pay, kept=None):
    """TermValues by pair of types of given payoffs [I, J, N, 2]."""
    holds = np.ones(pay.shape[2], bool) if kept is None else kept
    return [[given(pay[i, j], self_enforcing=holds) for j in range(pay.shape[1])] for i in range(pay.shape[0])]


def random_types(rng, bundles, *, private=False, sizes=(2, 2)):
    """Random payoffs by pair of types, and of own type alone where values are private; one more bundle nobody keeps."""
    pay = rng.normal(0.4, 1.0, size=(*sizes, bundles + 1, 2))
    if private:
        pay[..., 0], pay[..., 1] = pay[:, :1, :, 0], pay[:1, :, :, 1]
    return pay, table(pay, np.arange(bundles + 1) < bundles)


class Brute:
    """Every pure profile, by plain loops; beliefs off the path on a fine grid."""

    def __init__(self, pay, bundles, priors, proposers, delays):
        # the party that offers first comes first
        turn = proposers[0] == 1
        self.pay = pay.transpose(1, 0, 2, 3)[..., ::-1] if turn else pay
        self.law = priors[::-1] if turn else priors
        self.delay = delays[::-1] if turn else delays
        self.none, self.same = bundles, len(proposers) == 2 and proposers[0] == proposers[1]
        self.kinds = range(len(self.law[0])), range(len(self.law[1]))

    def gain(self, i, j, n, side):
        return 0.0 if n == self.none else float(self.pay[i, j, n, side])

    def end(self, i, j, second, replies, side):
        x, y = (i, j) if self.same else (j, i)
        b = second[x]
        return self.gain(i, j, b, side) if b != self.none and replies[b][y] else 0.0

    def beliefs(self, side, stay):
        """Laws [G, types] that may be held about a party of whom the types `stay` are left."""
        mass = np.where(stay, self.law[side], 0.0)
        if mass.sum() > 0:
            return (mass / mass.sum())[None]
        return LAWS if len(mass) == 2 else np.ones((1, 1))

    def answers_fit(self, laws, second, replies):
        """Bool [G]: are all answers of the last round best under these beliefs about who offers?"""
        sides = (0, 1) if self.same else (1, 0)
        xs, ys = self.kinds[sides[0]], self.kinds[sides[1]]
        good = np.ones(len(laws), bool)
        for b, reply in replies.items():
            rows = np.array([[self.gain(*((x, y) if self.same else (y, x)), b, sides[1]) for x in xs] for y in ys])
            # with the sign of the answer, all of these must be at least 0
            rows = np.where(np.array(reply)[:, None], rows, -rows)
            anyhow = bool((rows @ (LAWS if len(xs) == 2 else np.ones((1, 1))).T >= 0).all(axis=0).any())
            mass = laws * [s == b for s in second]
            total = mass.sum(axis=1, keepdims=True)
            after = np.divide(mass, total, out=np.zeros_like(mass), where=total > 0)
            good &= np.where(total[:, 0] > 0, (rows @ after.T >= 0).all(axis=0), anyhow)
        return good

    def offers_fit(self, laws, second, replies):
        """Bool [G]: is the last offer of every type best under these beliefs about who answers?"""
        sides = (0, 1) if self.same else (1, 0)
        good = np.ones(len(laws), bool)
        for x in self.kinds[sides[0]]:
            worth = np.zeros((self.none + 1, len(self.kinds[sides[1]])))
            for b, reply in replies.items():
                for y, yes in enumerate(reply):
                    worth[b, y] = self.gain(*((x, y) if self.same else (y, x)), b, sides[0]) if yes else 0.0
            each = laws @ worth.T
            good &= each[:, second[x]] >= each.max(axis=1)
        return good

    def courses(self, a, senders):
        """All (worth by type of P, outcome by pair) after the first offer a that some beliefs support."""
        ps, rs = self.kinds
        about_p = self.beliefs(0, [i in senders for i in ps])
        xs, ys = (ps, rs) if self.same else (rs, ps)
        out = []
        for accepts in product(*[(False,) if a == self.none else (True, False)] * len(rs)):
            about_r = self.beliefs(1, [not yes for yes in accepts])
            about_x, about_y = (about_p, about_r) if self.same else (about_r, about_p)
            for second in product(range(self.none + 1), repeat=len(xs)):
                for flat in product(product((True, False), repeat=len(ys)), repeat=self.none):
                    replies = dict(enumerate(flat))
                    fit_y = self.offers_fit(about_y, second, replies)
                    if not fit_y.any():
                        continue
                    fit_x = self.answers_fit(about_x, second, replies)
                    fit_p = fit_x if self.same else fit_y
                    for j, yes in enumerate(accepts):
                        now = np.array([self.gain(i, j, a, 1) for i in ps])
                        later = np.array([self.delay[1] * self.end(i, j, second, replies, 1) for i in ps])
                        more = about_p @ (now - later)
                        fit_p = fit_p & ((more >= 0) if yes else (more <= 0) if a != self.none else True)
                    if not fit_p.any() or not (fit_y if self.same else fit_x).any():
                        continue
                    ends = {}
                    worth = np.zeros(len(ps))
                    for i, j in product(ps, rs):
                        x, y = (i, j) if self.same else (j, i)
                        b = second[x]
                        late = (1, b) if b != self.none and replies[b][y] else (-1, -1)
                        ends[i, j] = (0, a) if accepts[j] else late
                        gain = (
                            self.gain(i, j, a, 0) if accepts[j] else self.delay[0] * self.end(i, j, second, replies, 0)
                        )
                        worth[i] += self.law[1][j] * gain
                    out.append((worth, ends))
        return out

    def outcomes(self):
        ps, rs = self.kinds
        found = set()
        offers = range(self.none + 1)
        known = {}
        for first in product(offers, repeat=len(ps)):
            groups = [tuple(i for i in ps if first[i] == a) for a in offers]
            for key in zip(offers, groups, strict=True):
                if key not in known:
                    known[key] = self.courses(*key)
            each = [known[key] for key in zip(offers, groups, strict=True)]
            for combo in product(*each):
                if all(combo[first[i]][0][i] >= max(c[0][i] for c in combo) - 1e-12 for i in ps):
                    found.add(tuple(combo[first[i]][1][i, j] for i in ps for j in rs))
        return found


def listed(found, turn):
    """Outcomes of a result, by the party that offers first."""
    out = set()
    for one in found.equilibria:
        grid = one.agreement.transpose(1, 0, 2) if turn else one.agreement
        out.add(tuple(tuple(cell) for cell in grid.reshape(-1, 2).tolist()))
    return out


@pytest.mark.parametrize("proposers", [(0, 0), (0, 1), (1, 0)])
@pytest.mark.parametrize("private", [False, True])
def test_all_outcomes_are_those_of_brute_force_over_all_pure_profiles(proposers, private):
    rng = np.random.default_rng(sum(proposers) * 7 + proposers[0] + 2 * private)
    seen = set()
    for _ in range(12):
        pay, types = random_types(rng, 1, private=private)
        found = two_sided_offers(types, PRIOR, proposers=proposers, discounts=(0.9, 0.8))
        assert all(one.certificate.ok for one in found.equilibria)
        expected = Brute(pay, 1, PRIOR, proposers, (0.9, 0.8)).outcomes()
        assert listed(found, proposers[0] == 1) == expected
        seen |= expected
    assert len(seen) > 3


@pytest.mark.parametrize(
    ("sizes", "proposers"), [((2, 1), (0, 1)), ((1, 2), (0, 1)), ((2, 1), (0, 0)), ((1, 2), (0, 0))]
)
def test_two_bundles_and_one_side_without_secrets(sizes, proposers):
    rng = np.random.default_rng(sizes[0] + 10 * proposers[1])
    prior = tuple(PRIOR[k] if n == 2 else (1.0,) for k, n in enumerate(sizes))
    for _ in range(3):
        pay, types = random_types(rng, 2, sizes=sizes)
        found = two_sided_offers(types, prior, proposers=proposers, discounts=(0.9, 0.8))
        assert listed(found, turn=False) == Brute(pay, 2, prior, proposers, (0.9, 0.8)).outcomes()


def test_swapping_the_parties_swaps_everything():
    rng = np.random.default_rng(3)
    for _ in range(5):
        pay, types = random_types(rng, 3)
        one = two_sided_offers(types, PRIOR, proposers=(0, 1), discounts=(0.9, 0.7))
        turned = table(pay.transpose(1, 0, 2, 3)[..., ::-1], np.arange(4) < 3)
        two = two_sided_offers(turned, PRIOR[::-1], proposers=(1, 0), discounts=(0.7, 0.9))
        assert listed(one, turn=False) == listed(two, turn=True)


HIGH, LOW = 1.0, 0.4


@pytest.mark.parametrize("delta", [0.5, 0.75])
@pytest.mark.parametrize("prior", [0.2, 0.35])
def test_a_seller_without_secrets_skims_as_in_fudenberg_and_tirole(prior, delta):
    """Where the high type is rare no party has to mix (Fudenberg and Tirole 1983), and `screening` says the same."""
    first = (1 - delta) * HIGH + delta * LOW
    prices = np.array([LOW, first, 0.9])
    buyer = [given(np.column_stack([prices, v - prices])) for v in (HIGH, LOW)]
    law = (prior, 1 - prior)
    found = two_sided_offers([buyer], [(1.0,), law], proposers=(0, 0), discounts=(delta, delta))
    known = max(LOW, prior * first + (1 - prior) * delta * LOW)
    assert found[0].gains[0][0] == pytest.approx(known, abs=1e-12)
    assert screening(buyer, law, discounts=(delta, delta)).proposer_gain == pytest.approx(known, abs=1e-9)


@pytest.mark.parametrize("names", ["buyer", "seller"])
def test_one_round_is_the_linear_equilibrium_of_chatterjee_and_samuelson(names):
    """Values and costs uniform; where the buyer names the price it bids v / 2, where the seller does (1 + c) / 2."""
    count = 60
    values = (np.arange(count) + 0.5) / count
    prices = np.arange(count + 1) / count
    pay = np.empty((count, count, len(prices), 2))
    pay[..., 0], pay[..., 1] = values[:, None, None] - prices, prices - values[None, :, None]
    law = np.full(count, 1 / count)
    found = two_sided_offers(table(pay), (law, law), proposers=(0 if names == "buyer" else 1,))
    one = found[0]
    assert one.certificate.ok
    made = np.append(prices, np.nan)[one.assessment.first]
    expected = values / 2 if names == "buyer" else (1 + values) / 2
    serious = (values > 0.05) if names == "buyer" else (values < 0.95)
    assert np.abs(made - expected)[serious].max() <= 1.01 / count
    # trade with probability 1/4; gains from trade of 1/8, of 1/6 that there are
    assert one.chance[0] == pytest.approx(0.25, abs=0.01)
    assert sum(g.mean() for g in one.gains) == pytest.approx(1 / 8, abs=0.003)


def test_an_altered_assessment_is_refused():
    _, types = random_types(np.random.default_rng(5), 3)
    found = two_sided_offers(types, PRIOR)
    game, one = found.game, found[0].assessment
    assert verify_assessment_of_offers(game, one).kind == "perfect Bayesian"
    on_path = int(one.first[0])
    altered = {
        "another answer": replace(one, accepts=~one.accepts),
        "another first offer": replace(one, first=(one.first + 1) % 4),
        "another last offer": replace(one, second=(one.second + 1) % 4),
        "another last answer": replace(one, replies=~one.replies),
        "no law": replace(one, about_first=one.about_first * 2),
    }
    beliefs = one.about_first.copy()
    beliefs[on_path] = (0.5, 0.5)
    altered["a belief against Bayes"] = replace(one, about_first=beliefs)
    for what, other in altered.items():
        assert not verify_assessment_of_offers(game, other).ok, what
    assert "equilibri" in str(found[0].certificate)


def test_a_bundle_counts_only_for_pairs_that_would_keep_it():
    both = given([(1, 1), (0.2, 0.2)])
    hollow = given([(0, 0), (0.2, 0.2)], self_enforcing=[False, True])
    found = two_sided_offers([[both, hollow]], [(1.0,), (0.9, 0.1)], proposers=(0,))
    assert found[0].agreement[0].tolist() == [[0, 0], [-1, -1]]
    assert found[0].chance[0] == pytest.approx(0.9)


def test_no_pure_equilibrium_is_said():
    rng = np.random.default_rng(0)
    for _ in range(60):
        _, types = random_types(rng, 2)
        found = two_sided_offers(types, PRIOR)
        if not len(found):
            assert "mix" in found.reason
            assert str(found).startswith("0 pure")
            return
    pytest.fail("every random game had a pure equilibrium")


PIE = given([(1, 0), (0, 1)])


@pytest.mark.parametrize(
    ("types", "prior", "options", "words"),
    [
        pytest.param(PIE, PRIOR, {}, "types", id="single"),
        pytest.param([], PRIOR, {}, "types", id="empty"),
        pytest.param([PIE, PIE], PRIOR, {}, "types", id="flat"),
        pytest.param([[PIE, PIE], [PIE]], PRIOR, {}, "types", id="ragged"),
        pytest.param([[PIE]], [(np.nan,), (1.0,)], {}, "prior", id="nan"),
        pytest.param([[PIE]], 1.0, {}, "prior", id="scalar"),
        pytest.param([[PIE, PIE]], [(1.0,), (1.0, 0.0)], {}, "Leave out", id="zero"),
        pytest.param([[PIE]], [(1.0,), (1.0,)], {"proposers": (0, 1, 0)}, "proposers", id="three rounds"),
        pytest.param([[PIE]], [(1.0,), (1.0,)], {"proposers": 0}, "proposers", id="a number"),
        pytest.param([[PIE]], [(1.0,), (1.0,)], {"proposers": (0, 2)}, "proposers", id="party"),
        pytest.param([[PIE]], [(1.0,), (1.0,)], {"discounts": 0.9}, "discounts", id="discounts"),
        pytest.param([[PIE] * 3], [(1.0,), (0.2, 0.3, 0.5)], {}, "at most two types", id="three types"),
        pytest.param([[given([(1, 1)] * 2, self_enforcing=[0, 0])]], [(1.0,), (1.0,)], {}, "no bundle", id="nothing"),
        pytest.param([[given([(1, 1)] * 60)]], [(1.0,), (1.0,)], {}, "Drop levels", id="large"),
    ],
)
def test_bad_input_is_refused(types, prior, options, words):
    with pytest.raises(InvalidGame, match=words):
        two_sided_offers(types, prior, **options)
