"""Webhooks: who is told of changes, and how: signed, tried again, and never inside of a private network unless that is allowed."""
