from armsgame.strategies.library import NamedStrategy as NamedStrategy
from armsgame.strategies.library import named_strategies as named_strategies
from armsgame.strategies.named import Strategy as Strategy
