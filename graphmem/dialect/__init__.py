"""What callers write and read: their arguments checked, our answers in their form."""
