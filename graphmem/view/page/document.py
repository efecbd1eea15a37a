"""The page as one HTML file: its data as JSON, its program and style inside, nothing to be fetched."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

_ASSETS = Path(__file__).parent / "assets"
# In this order; the first is a library (force-graph, MIT: assets/force-graph.LICENSE).
SCRIPTS = ("force-graph.min.js", "moments.js", "motion.js", "picture.js", "panel.js", "page.js")


def document(data: str, title: str) -> str:
    """The page.

    Args:
        data: from `contents.contents`.
        title: of the page, as text.
    """
    scripts = [_asset(name).replace("</script", "<\\/script") for name in SCRIPTS]
    # Only these scripts run, whatever a memory's text says, and nothing is fetched.
    allowed = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    policy = f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    return Template(_asset("page.html")).substitute(
        policy=policy,
        title=escape(title),
        # The page is a copy of the library, and its licence goes with each copy.
        licence=_asset("force-graph.LICENSE").strip(),
        style=_asset("page.css"),
        data=data,
        scripts="\n".join(f"<script>{text}</script>" for text in scripts),
    )


def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")
