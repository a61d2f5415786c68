"""One published model a file; a file that stands here is registered."""
