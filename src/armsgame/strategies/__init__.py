"""Strategies as data: automata, named rules, and the sourced library."""
