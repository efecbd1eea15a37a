"""`python -m graphmem`: the same as the command `graphmem`."""

from graphmem.cli import main

main()
