"""The command line: options, tables and exit codes. The client does the work."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process. Exit codes: 0 success, 1 error, 2 wrong usage, 130 interrupted."""
    _open_what_is_closed()
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


def _open_what_is_closed() -> None:
    """Where a shell closed a stream ("graphmem list >&-"), there is nothing to read, and what is written is dropped.

    Otherwise the next file that is opened, such as the store's, would take its number.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
