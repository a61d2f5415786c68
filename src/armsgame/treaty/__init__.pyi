from . import conflict_graph as conflict_graph
from . import crises as crises
from . import inspection as inspection
from . import parts as parts
from .cascades import cascade as cascade
from .closed_forms import armsrace as armsrace
from .closed_forms import linkage as linkage
from .closed_forms import reputation as reputation
from .closed_forms import spatial as spatial
from .closed_forms import third_party as third_party
from .closed_forms import ultimatum as ultimatum
from .closed_forms import verification as verification
from .closed_forms import withdrawal as withdrawal
from .closed_forms.compliance import compliance as compliance
from .inspection import timeliness as timeliness
from .parameter_table import parameters as parameters
from .party import Party as Party
from .policies import NAMED as NAMED
from .policies import Policy as Policy
from .policies import Posture as Posture
from .policies import comply as comply
from .policies import comply_until_proven as comply_until_proven
from .policies import demand_then_wait as demand_then_wait
from .policies import deploy as deploy
from .policies import exit_on_alarm as exit_on_alarm
from .policies import hedge as hedge
from .policies import ladder_display as ladder_display
from .policies import ladder_yield as ladder_yield
from .policies import leave as leave
from .policies import mirror as mirror
from .policies import pretext as pretext
from .policies import rescind_on_compliance as rescind_on_compliance
from .policies import seek_a_pretext as seek_a_pretext
from .policies import stay_deployed as stay_deployed
from .treaty import Treaty as Treaty

__all__: list[str]

def __dir__() -> list[str]: ...
