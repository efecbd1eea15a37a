"""Programs that drive published clients of the hosted service, each in an environment of its own: every method, a line each."""
