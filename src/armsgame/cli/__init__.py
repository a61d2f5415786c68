"""The command line: one thin entry point over the public names."""
