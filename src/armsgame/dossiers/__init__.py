"""Dated, sourced treaty dossiers, read from TOML and turned into treaties."""
