"""Between callers and the rest: checks their arguments, and puts answers into the form they expect."""
