"""Parties that stay in a treaty only while enough of the others do."""
