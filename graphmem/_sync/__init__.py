"""Generated from graphmem/_async by `python -m tests.tools.generate_sync`: change that, not this."""
