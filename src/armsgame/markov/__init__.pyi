from armsgame.checkers.markov import verify_markov as verify_markov
from armsgame.results.certificates import MarkovCertificate as MarkovCertificate
from armsgame.results.markov import MarkovEquilibrium as MarkovEquilibrium
from armsgame.results.markov import MarkovSolution as MarkovSolution
from armsgame.results.markov_profile import MarkovProfile as MarkovProfile
from armsgame.solve.markov.best_reply import best_reply as best_reply
from armsgame.solve.markov.markov_perfect import markov_perfect as markov_perfect
from armsgame.solve.markov.zero_sum import zero_sum_value as zero_sum_value
