"""What a store would have answered at an earlier time, and undo."""
