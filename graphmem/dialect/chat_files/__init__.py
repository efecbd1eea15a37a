"""Files of chats and memories that other programs write, and how they become what `add_many` takes."""
