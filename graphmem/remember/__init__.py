"""From messages to facts, from facts to decisions, from decisions to changes. Pure: no I/O."""
