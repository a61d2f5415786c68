"""
A century of exits on one axis
==============================

Orange is time under notice. The longer a treaty binds after a notice, the longer the other side has to adjust; two of
the six have no notice on record, and one ran out. Every date is in a dossier, with its source.
"""

import armsgame as ag

found = ag.compare(ag.scenarios(), "notice")
print(found)
ax = ag.plot.exits(found)
ax.figure.savefig("exits.png", dpi=110)
