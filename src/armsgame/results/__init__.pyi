from armsgame.results.bayesian import BayesianCertificate as BayesianCertificate
from armsgame.results.certificates import Certificate as Certificate
