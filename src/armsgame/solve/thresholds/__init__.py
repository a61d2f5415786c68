"""How much patience, detection or length of suspension an agreement needs."""
