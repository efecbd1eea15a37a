"""Going back and looking back: undo, the state of a store at a time, differences. Pure."""
