from armsgame.results.certificates import Certificate as Certificate
