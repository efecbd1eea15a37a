"""What both stores share: checks of what must not be in them, the portable form, tokens that keep tenants apart."""
