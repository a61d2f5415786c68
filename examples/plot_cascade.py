"""
A cascade that fits four exits from the mine ban misses the fifth by eight weeks
================================================================================

Five parties left the Ottawa convention in 2025-26. In the model each stays while enough of the others do, and
outside a rising threat is met with more freedom. Four cross their thresholds in the same fortnight; Finland, which
would have stayed with them for longer, follows in the next. Payoffs, the threat, a fortnight of reaction and seven
from announcement to deposit are assumptions, set so that the dates fit: the fit of four is no test. Poland's later
deposit is what a common delay cannot give. Left: threats between which an exit depends on the others.
"""

import matplotlib.pyplot as plt
import numpy as np

import armsgame as ag

# Days announced, deposited and effective (six months after the depositary received the instrument, Article 20).
# 18 March 2025, four defence ministers together: Volterra Fietta, "Estonia, Latvia and Lithuania set to become first
#   States to exit global land mines treaty", volterrafietta.com
# 1 April, Finland's prime minister: caliber.az, "Poland to withdraw from Ottawa Convention on anti-personnel mines"
# 27 June, three instruments: IANS, "Lithuania, Latvia, Estonia notify UN of withdrawal from mine ban treaty", Lokmat
#   Times, 2025-06-29; 27 December: MAG, "Official withdrawal from the Ottawa Treaty", maginternational.org
# 10 July: censor.net/en/news/3562737; 10 January 2026: unn.ua, "Finland officially withdrew from the Ottawa Convention"
# 20 August and 20 February 2026: Clash Report, "Poland Exits Ottawa Treaty, Eyes Mine Production", 2026-02-20
record = {
    "Lithuania": ("2025-03-18", "2025-06-27", "2025-12-27"),
    "Latvia": ("2025-03-18", "2025-06-27", "2025-12-27"),
    "Estonia": ("2025-03-18", "2025-06-27", "2025-12-27"),
    "Poland": ("2025-03-18", "2025-08-20", "2026-02-20"),
    "Finland": ("2025-04-01", "2025-07-10", "2026-01-10"),
}
cascade = ag.treaty.cascade
game = cascade.ExitGame(tuple(record), alone=[0.4, 0.4, 0.4, 0.4, 0.75], weights=0.15, outside=0)
# one period is a fortnight; the threat passes 1 in the fortnight of 18 March 2025
threats = 0.87 + 0.02 * np.arange(40)
found = cascade.path(game, threats, notice=13, delay=7, rule="as seen")
print(found)
alone = cascade.path(game.given(stay=["Lithuania", "Latvia", "Estonia", "Poland"]), threats, rule="as seen")
print(f"with the four staying Finland would announce {alone.announced[0] - found.announced[4]:g} fortnights later")
for name, fortnight in zip(found.parties, found.deposited, strict=True):
    late = np.datetime64(record[name][1]) - (np.datetime64("2024-12-10") + int(14 * fortnight))
    print(f"{name}: deposited {late.astype(int)} days after the model's day")

figure, (left, right) = plt.subplots(1, 2, figsize=(13, 4), layout="constrained", width_ratios=(1, 2.2))
ag.plot.exit_levels(cascade.exit_levels(game), cascade.selection(game), ax=left)
ag.plot.exit_dates(found, record, start="2024-12-10", days=14, ax=right)
figure.savefig("cascade.png", dpi=110)
