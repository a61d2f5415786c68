from . import errors as errors
from . import plot as plot
from . import treaty as treaty
from .errors import ArmsgameError as ArmsgameError
from .errors import InvalidGame as InvalidGame
from .errors import NotSolved as NotSolved
from .errors import ScenarioError as ScenarioError
from .errors import WrongConcept as WrongConcept
from .games.automaton import Automaton as Automaton
from .games.monitoring import Monitoring as Monitoring
from .games.repeated import RepeatedGame as RepeatedGame
from .games.result import Certificate as Certificate
from .games.result import Threshold as Threshold
from .games.result import discount_factor as discount_factor
from .games.stage import StageGame as StageGame
from .games.stochastic import StochasticGame as StochasticGame
from .games.strategies import Strategy as Strategy
from .games.strategies import always_comply as always_comply
from .games.strategies import always_deploy as always_deploy
from .games.strategies import contrite as contrite
from .games.strategies import generous as generous
from .games.strategies import grim as grim
from .games.strategies import mirror as mirror
from .games.strategies import suspend as suspend
from .games.strategies import win_stay_lose_shift as win_stay_lose_shift
from .games.verify import verify as verify
from .simulation.exact import expected_payoffs as expected_payoffs
from .simulation.exact import stationary as stationary
from .simulation.exact import withdrawal_law as withdrawal_law
from .simulation.paths import simulate as simulate
from .simulation.trajectories import Trajectories as Trajectories
from .solve.discount import critical_discount as critical_discount
from .treaty.treaty import Treaty as Treaty

__version__: str
__all__: list[str]
