"""Verbs that let a profile play: exact laws first, sampled paths second."""
