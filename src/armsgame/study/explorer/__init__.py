"""A scenario to play with: exact answers over a grid of assumptions, and the page that shows them."""
