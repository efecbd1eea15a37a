"""What becomes of messages: facts, decisions, and the changes that a store is to make."""
