"""
A century of exits on one axis
==============================

Orange is time under notice. The longer a treaty binds after a notice, the longer the other side has to adjust. Of the
twelve, three were left with no notice on record, one ran out, and two are in force. Every date is in a dossier, with
its source; where a treaty was left by several states, the first exit is shown.
"""

import armsgame as ag

found = ag.compare(ag.scenarios(), "notice")
print(found)
ax = ag.plot.exits(found)
ax.figure.savefig("exits.png", dpi=110)
