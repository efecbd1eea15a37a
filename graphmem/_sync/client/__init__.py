"""The client: its calls, one file for each kind of them."""
