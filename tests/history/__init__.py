"""What a store would have said at some time."""
