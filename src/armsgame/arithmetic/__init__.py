"""Numbers as the library treats them: what counts as zero, how bounds are printed, exact roots."""
