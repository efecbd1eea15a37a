"""The memory in the forms that agent frameworks ask for."""
