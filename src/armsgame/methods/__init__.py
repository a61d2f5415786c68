"""How a verb searches: objects that are passed as ``method=``.

- `BestResponseIteration`: Players in turn replace their policy by a best reply, until nobody moves.
- `LogitHomotopy`: Markov logit responses followed from a prior at precision 0 (McKelvey and Palfrey 1995;
  Eibelshäuser and
- `LogTracing`: Harsanyi's logarithmic tracing procedure, state by state, from a prior to an equilibrium.
- `PureEnumeration`: Every pure profile of a block of states; blocks with more than `limit` are refused.
- `HoffmanKarp`: Fix the first player's optimal rows, solve the other's decision problem, repeat (Hoffman and
  Karp 1966).
- `Shapley`: Iterate the values of the states' matrix games (Shapley 1953); the error shrinks by the discount
  per round.
- `AllLemkeHowson`: The equilibria at the ends of the Lemke-Howson paths of every label.
- `Exact`: Vertex enumeration in rational numbers; profiles and payoffs are Fractions.
- `LemkeHowson`: One equilibrium at the end of one path (Lemke and Howson 1964).
- `NashpyAdapter`: An algorithm of nashpy behind our checker: warnings become notes, wrong answers are dropped.
- `SupportEnumeration`: Equal-sized supports, one linear system per pair; for N players Newton from several
  starts.
- `VertexEnumeration`: All vertices of both best-response polytopes; lexicographic in integers where the game
  has ties.
- `ZeroSum`: One equilibrium of a constant-sum game by linear programming (von Neumann 1928).
- `AbreuSannikov`: Abreu and Sannikov (2014): two players, perfect monitoring.
- `LinearPrograms`: Outer and inner approximation by linear programs: any number of players, public signals.
- `PolygonOperator`: Polygons iterated by the operator of Abreu, Pearce and Stacchetti on every state.
"""

from armsgame._lazy import attach

__getattr__, __dir__, __all__ = attach(__name__)
