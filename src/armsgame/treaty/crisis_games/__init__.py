"""Builders of crisis and verification games; `armsgame.treaty.crises` is their public face."""
