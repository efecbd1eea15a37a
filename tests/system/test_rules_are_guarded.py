"""Every row of a rule's table and every condition of a rule is needed by some test."""

from __future__ import annotations

import subprocess
import sys


def test_every_broken_rule_is_noticed() -> None:
    # In a process of its own, without threads: it forks for each rule.
    done = subprocess.run([sys.executable, "-m", "tests.tools.mutate"], capture_output=True, text=True, timeout=1_200)
    assert done.returncode == 0, done.stdout + done.stderr[-2_000:]
