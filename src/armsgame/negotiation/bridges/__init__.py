"""Negotiations as objects of other rooms and of other packages."""
