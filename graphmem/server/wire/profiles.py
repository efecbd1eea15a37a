"""The routes of profiles, which graphmem does not make: context is made for each question instead."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from graphmem.errors import MemoryNotFoundError, ValidationError
from graphmem.server.access import Reader, Writer, within
from graphmem.server.wire.bodies import ProfileJob, ProfileSettings
from graphmem.server.wire.parameters import InPath

_STATUS = "not_enabled"
_JOB = "none"
_URL = f"/v2/profiles/jobs/{_JOB}/"
_SETTINGS = {
    "enabled": False,
    "entities": {"user": {"schema": None, "custom_instructions": None}},
    "capabilities": {"profiles": False},
}

router = APIRouter(tags=["profiles"])


@router.get("/v2/entities/user/{name:path}/profile/", summary="Always: not_enabled.")
def profile(name: InPath, caller: Reader) -> dict[str, Any]:
    within(caller, {"user_id": name})
    return {
        "profile": None,
        "status": _STATUS,
        "entity_type": "user",
        "entity_id": name,
        "updated_at": None,
        "generation_count": 0,
    }


@router.post("/v2/profiles/jobs/", summary="Begins nothing, and says so: not_enabled.")
def job(body: ProfileJob, caller: Writer) -> dict[str, Any]:
    within(caller, {"user_id": body.entity_id})
    return {
        "job_id": _JOB,
        "status": _STATUS,
        "status_url": _URL,
        "operation": body.operation,
        "entity_type": "user",
        "entity_count_reserved": 0,
        "entity_ids": [],
        "sampled": 0,
        "event_id": None,
        "replayed": False,
    }


@router.get("/v2/profiles/jobs/{id}/", summary="The job that was not begun: not_enabled.")
def job_status(id: str, caller: Reader) -> dict[str, Any]:
    if id != _JOB:
        raise MemoryNotFoundError("no such job: profiles are not made here")
    counts = dict.fromkeys(("total", "completed", "succeeded", "failed", "skipped"), 0)
    return {"job": {"job_id": _JOB, "status": _STATUS, "enumeration_complete": True, **counts}}


@router.get("/v2/profiles/settings/", summary="Always: off.")
def settings(caller: Reader) -> dict[str, Any]:
    return _SETTINGS


@router.post("/v2/profiles/settings/", summary="Refuses to turn profiles on.")
def change_settings(body: ProfileSettings, caller: Writer) -> dict[str, Any]:
    if body.enabled or body.entities:
        raise ValidationError(
            "profiles can't be turned on: they are not made here. POST /graphmem/context/ tells what is known"
        )
    return _SETTINGS
