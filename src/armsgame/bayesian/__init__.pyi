from armsgame.checkers.bayesian import verify_types as verify_types
from armsgame.checkers.reply_bound import bound_types as bound_types
from armsgame.results.bayesian import ReplyBound as ReplyBound
