"""Proof files: claims about games that a small program checks without the library; emitters and the checker."""
