"""Sessions beside NegMAS: the same negotiators at its table and at ours, on random spaces.

Run where NegMAS is installed: python benchmarks/negmas_peer.py [games] [seed]
"""

from __future__ import annotations

import sys
from itertools import product

import numpy as np
from trust_negotiation import given

from armsgame import negotiation as neg

PLAYERS = (
    neg.boulware(), neg.linear(), neg.conceder(reserve=0.2), neg.reciprocal(0.8), neg.relative_tit_for_tat(),
    neg.averaged_tit_for_tat(2), neg.hardliner(), neg.sincere(), neg.pretext_seeker(),
)  # fmt: skip


def main() -> None:
    games = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    rng = np.random.default_rng(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    wrong = played = 0
    for _ in range(games):
        count = int(rng.integers(2, 12))
        holds = rng.random(count) < 0.9
        holds[0] = True
        values = given(rng.random((count, 2)).round(3), holds, np.full(2, 0.2), np.full(2, 0.2))
        protocol = neg.AlternatingOffers((1.0, 1.0), rounds=int(rng.integers(1, 12)), first=int(rng.integers(2)))
        pairs = list(product(PLAYERS, PLAYERS))
        for k in rng.choice(len(pairs), 6, replace=False).tolist():
            one, two = pairs[k]
            ours = int(neg.negotiate_sessions(values, protocol, one, two, sessions=1).bundle[0])
            table = neg.negmas_session(values, protocol, one, two)
            table.run()
            theirs = -1 if table.agreement is None else int(table.agreement[0])
            played += 1
            if ours != theirs:
                wrong += 1
                print(f"{one.name} meets {two.name} in {protocol.rounds} rounds: {ours} here, {theirs} at NegMAS")
        if holds.all():
            outcomes, utilities = neg.to_negmas(values)
            back = neg.from_negmas(utilities, outcomes, parties=values.parties)
            wrong += not np.array_equal(back.values, values.values) or not np.allclose(back.disagreement, 0.2)
    print(f"{games} spaces, {played} sessions at both tables: {wrong} differ")


if __name__ == "__main__":
    main()
