"""Private types in a dossier: the record as a path of the game, beliefs along it, outcomes by certified profile."""
