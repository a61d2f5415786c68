"""Bargaining where parties have private types: worth by type, and offers with private information on both sides."""
