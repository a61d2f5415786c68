"""Compiled kernels: arrays in, arrays out; no noun of the library is known here."""
