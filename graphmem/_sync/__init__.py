"""Generated from graphmem/_async by `python -m tests.generate_sync`: change that, not this."""
