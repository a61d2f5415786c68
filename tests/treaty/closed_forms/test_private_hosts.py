"""Private harms and vetoes: against search, sampling and Myerson's condition on a grid of types."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import armsgame as ag

hosts = ag.treaty.third_party.private_hosts


@pytest.mark.parametrize(("benefit", "n", "top"), [(0.6, 1, 1.0), (1.5, 2, 1.0), (2.0, 3, 0.7), (9.0, 4, 1.0)])
def test_no_other_offer_to_all_pays_the_deployer_more(benefit, n, top):
    found = hosts(benefit, n, top)
    offers = np.linspace(0, top, 4001)
    profit = (benefit - n * offers) * (offers / top) ** n
    assert found.offer == pytest.approx(offers[profit.argmax()], abs=top / 1000)
    assert (benefit - n * found.offer) * found.posted >= profit.max() - 1e-9


@pytest.mark.parametrize(("benefit", "n"), [(0.8, 1), (1.5, 2), (2.2, 4), (30.0, 40)])
def test_sums_of_harms_have_the_law_that_samples_show(benefit, n):
    found = hosts(benefit, n)
    sums = np.random.default_rng(n).random((200_000, n)).sum(axis=1)
    for value, bound in ((found.efficient, benefit), (found.best, benefit / 2)):
        assert value == pytest.approx((sums <= bound).mean(), abs=0.005)


def test_one_host_is_made_the_monopoly_offer():
    found = hosts(0.8, 1)
    assert found.offer == pytest.approx(0.4)
    assert found.posted == pytest.approx(found.best)


def test_virtual_harms_are_what_truth_costs_in_the_best_of_all_mechanisms():
    # two hosts, equally likely harms; the program chooses who deploys and who is paid, subject to truth and consent
    from scipy.optimize import linprog

    m, benefit = 8, 1.5
    harms = (np.arange(m) + 0.5) / m
    size = m * m
    cell = lambda host, own, other: own * m + other if host == 0 else other * m + own  # noqa: E731
    gain = np.concatenate([np.full(size, benefit), np.full(2 * size, -1.0)]) / size
    rows, bounds = [], []

    def interim(host, report, harm):
        row = np.zeros(3 * size)
        for other in range(m):
            k = cell(host, report, other)
            row[k] -= harm / m
            row[(1 + host) * size + k] += 1 / m
        return row

    for host in range(2):
        for k in range(m):
            truth = interim(host, k, harms[k])
            rows.append(-truth)
            bounds.append(0.0)
            for lie in range(m):
                rows.append(interim(host, lie, harms[k]) - truth)
                bounds.append(0.0)
    limits = [(0, 1)] * size + [(None, None)] * (2 * size)
    found = linprog(-gain, A_ub=np.array(rows), b_ub=bounds, bounds=limits)
    virtual = harms + np.arange(m) / m
    worth = sum(max(benefit - virtual[i] - virtual[j], 0) for i, j in product(range(m), repeat=2)) / size
    assert -found.fun == pytest.approx(worth)
    # on the continuum the virtual harm is twice the harm
    assert virtual == pytest.approx(2 * harms, abs=1 / m)


def test_more_hosts_make_an_efficient_deployment_rare():
    n = np.array([1, 5, 20, 60])
    found = hosts(0.75 * n, n)
    assert (np.diff(found.efficient) > 0).all()
    assert (np.diff(found.posted) < 0).all()
    assert found.efficient[-1] > 0.999
    assert found.posted[-1] < 1e-6
    assert found.best[-1] < 0.002
    assert (found.posted <= found.best + 1e-12).all()
    assert (found.best <= found.efficient).all()


def test_a_benefit_above_every_harm_is_shared_by_all():
    found = hosts(100.0, 3)
    assert (found.offer, found.posted, found.best, found.efficient) == (1.0, 1.0, 1.0, 1.0)


def test_only_the_ratio_of_benefit_and_harm_matters():
    a, b = hosts(1.5, 3, 1.0), hosts(15.0, 3, 10.0)
    assert (a.posted, a.best, a.efficient) == pytest.approx((b.posted, b.best, b.efficient))


@pytest.mark.parametrize(
    ("arguments", "field"), [((-1, 2), "benefit"), ((1, 0), "hosts"), ((1, 2.5), "hosts"), ((1, 61), "hosts"),
                             ((1, 2, 0), "harm_max")]
)  # fmt: skip
def test_numbers_outside_the_model_are_refused(arguments, field):
    with pytest.raises(ag.errors.InvalidGame, match=field):
        hosts(*arguments)
