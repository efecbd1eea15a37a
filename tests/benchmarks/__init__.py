"""Programs that measure. They are run by hand, print tables, and assert nothing about time."""
