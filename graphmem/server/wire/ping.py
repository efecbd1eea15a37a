"""The first request of every client."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from graphmem.server.access import Reader

ORGANIZATION = "graphmem"

router = APIRouter(tags=["server"])


@router.get("/v1/ping/", summary="Whether the key is good, and which project it belongs to.")
def ping(caller: Reader) -> dict[str, Any]:
    # No e-mail: clients would try to merge identities by it.
    return {"status": "ok", "org_id": ORGANIZATION, "project_id": caller.project}
