"""Text formats and other packages: games read from and written to them."""
