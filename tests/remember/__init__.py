"""From messages to facts, decisions, and the changes to write."""
