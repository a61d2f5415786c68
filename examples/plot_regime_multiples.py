"""
False alarms take away what detection buys
==========================================

The same map at four rates of false alarm: each suspension becomes longer, and the palest corner grows.
"""

import numpy as np

import armsgame as ag

over = {
    "detection": np.linspace(0, 1, 120),
    "discount": np.linspace(0.5, 0.99, 120),
    "false_alarm": [0.0, 0.02, 0.05, 0.1],
}
found = ag.sweep(ag.load_scenario("inf"), over, ag.measures.regime, progress=False)
panels = ag.plot.regime_maps(found, by="false_alarm", columns=2)
ag.plot.save(panels[0], "regime_multiples.png", found, dpi=110)
