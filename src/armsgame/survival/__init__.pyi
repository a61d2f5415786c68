from armsgame.simulation.survival.competing_risks import Incidence as Incidence
from armsgame.simulation.survival.competing_risks import IncidenceLaw as IncidenceLaw
from armsgame.simulation.survival.competing_risks import aalen_johansen as aalen_johansen
from armsgame.simulation.survival.competing_risks import incidence_law as incidence_law
from armsgame.simulation.survival.first_causes import FirstCauses as FirstCauses
from armsgame.simulation.survival.kaplan_meier import TimeToEvent as TimeToEvent
from armsgame.simulation.survival.kaplan_meier import time_to_event as time_to_event
