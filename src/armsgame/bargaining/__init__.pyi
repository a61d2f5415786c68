from armsgame.solve.bargaining.bargain import Egalitarian as Egalitarian
from armsgame.solve.bargaining.bargain import KalaiSmorodinsky as KalaiSmorodinsky
from armsgame.solve.bargaining.bargain import NashBargaining as NashBargaining
from armsgame.solve.bargaining.bargain import Utilitarian as Utilitarian
from armsgame.solve.bargaining.bargain import negotiate as negotiate
from armsgame.solve.bargaining.bargain import rubinstein as rubinstein
