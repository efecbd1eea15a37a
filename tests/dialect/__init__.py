"""What callers write and what they read."""
