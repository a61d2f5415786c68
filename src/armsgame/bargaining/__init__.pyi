from armsgame.solve.bargaining.bargain import negotiate as negotiate
from armsgame.solve.bargaining.bargain import rubinstein as rubinstein
from armsgame.solve.bargaining.rules import Egalitarian as Egalitarian
from armsgame.solve.bargaining.rules import KalaiSmorodinsky as KalaiSmorodinsky
from armsgame.solve.bargaining.rules import NashBargaining as NashBargaining
from armsgame.solve.bargaining.rules import Utilitarian as Utilitarian
