"""The memory in the forms that agent frameworks ask for. Each module needs its framework, and nothing else imports it."""
