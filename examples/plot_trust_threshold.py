"""
How much trust a treaty needs when temptation is private
========================================================

A content party complies until an alarm, a tempted one deploys, and after any alarm nobody complies again. The curve
shows the least belief in a content other side at which this holds together. Better detection makes less trust do,
until the tempted type prefers to comply as well: from the dotted line on no belief separates the types. Where
detection is too poor even content parties deploy, whatever they believe. All numbers are assumptions.
"""

import armsgame as ag

ax = ag.plot.trust_threshold((2.0, 2.5, 3.0))
ax.figure.savefig("trust_threshold.png", dpi=110)

# %%
# The same threshold decides the whole treaty with private types: a certificate accepts the profile just above it and
# refuses it just below.

treaty = ag.Treaty().replace(detection=0.05)
least = ag.treaty.trust.threshold(1.5, 1, 0, -0.5, 0.05, 0.005, 0.95, tempted_temptation=2.5).belief
types = {party: {"content": {}, "tempted": {"temptation": 2.5}} for party in treaty.parties}
profile = {party: {"content": ag.treaty.exit_on_alarm, "tempted": ag.treaty.tempted} for party in treaty.parties}
for belief in (least - 0.001, least + 0.001):
    game = treaty.with_types(types, {party: [belief, 1 - belief] for party in treaty.parties})
    print(f"P(content) = {belief:.4f}: {ag.verify(game, profile, discount=0.95).kind}")
