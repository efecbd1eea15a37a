"""The values that all other parts pass around."""
