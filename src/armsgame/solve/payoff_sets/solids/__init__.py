"""Self-generating sets of three parties and more: contractions, growth along rays, plans that keep promises."""
