"""The games in which a bundle of terms is valued: conduct alone, and the whole treaty game, both with exit."""
