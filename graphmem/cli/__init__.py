"""The command line: options, tables and exit codes. The client does the work."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process. Exit codes: 0 success, 1 error, 2 wrong usage, 130 interrupted."""
    try:
        from graphmem.cli.app import app

        app(prog_name="graphmem")
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if os.environ.get("GRAPHMEM_DEBUG"):
            raise
        from graphmem.cli.output import complain

        complain(f"unexpected {type(error).__name__}: {error} (GRAPHMEM_DEBUG=1 shows where it came from)")
        sys.exit(1)
