"""From messages to facts, from facts to decisions, from decisions to changes. Pure: nothing here reads or writes anything."""
