"""The routes that tell many memories at once: exports and the summary; and the one for feedback."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from graphmem.errors import MemoryNotFoundError, ValidationError, shown
from graphmem.model import times
from graphmem.model.ids import new_id
from graphmem.model.served import Record
from graphmem.server.access import Reader, Servicing, Writer, memory_id, within
from graphmem.server.exports import schema_of, shaped
from graphmem.server.wire.bodies import Export, ExportWanted, Feedback, Summary

EXPORT, FEEDBACK = "export", "feedback"
_FEEDBACK = ("POSITIVE", "NEGATIVE", "VERY_NEGATIVE")
_MAX_EXPORTS = 1_000
_MOST_OF_SUMMARY = 100
_NOT_FOLLOWED = (
    " Its instructions are kept, but no model reads them: the export is filled by the names of fields and of metadata."
)

router = APIRouter(tags=["exports"])


@router.post("/v1/exports/", status_code=201, summary="Make an export: what is known now, in the shape of a schema.")
def create_export(body: Export, caller: Writer, service: Servicing) -> dict[str, Any]:
    schema = schema_of(body.schema_)
    conditions: dict[str, Any] = {"filters": body.filters, **within(caller, body.ids)}
    # Conditions that can't be read are refused now.
    caller.client.get_all(page=1, page_size=1, **conditions)
    if len(service.store.kept(EXPORT, owner=caller.project)) >= _MAX_EXPORTS:
        service.store.discard(EXPORT, service.store.kept(EXPORT, owner=caller.project)[0].id)
    now = times.now()
    data = {"schema": schema, "conditions": conditions, "instructions": body.export_instructions}
    record = Record(EXPORT, new_id(), caller.project, data, now, now)
    service.store.keep(record)
    more = _NOT_FOLLOWED if body.export_instructions else ""
    return {"id": record.id, "message": f"Memory export made.{more}"}


@router.post("/v1/exports/get/", summary="An export: by its id, or the newest one with these conditions.")
def get_export(body: ExportWanted, caller: Reader, service: Servicing) -> dict[str, Any]:
    named = None if body.memory_export_id is None else [body.memory_export_id]
    found = service.store.kept(EXPORT, ids=named, owner=caller.project)
    if body.memory_export_id is None:
        conditions = {"filters": body.filters, **within(caller, body.ids)}
        found = [each for each in found if each.data["conditions"] == conditions]
    if not found:
        raise MemoryNotFoundError("no such export in this project")
    record = found[-1]
    # Read when it is asked for, as it was when it was made: what was erased since is in no export.
    rows: Any = caller.client.get_all(
        **record.data["conditions"], as_of=record.created_at.isoformat(), output_format="v1.0"
    )
    return shaped(record.data["schema"], rows)


@router.post("/v1/summary/", summary="The newest memories as one text, a line each.")
def summary(body: Summary, caller: Reader) -> dict[str, Any]:
    found = caller.client.get_all(filters=body.filters, page=1, page_size=_MOST_OF_SUMMARY)
    lines = [f"- {row['memory']}" for row in found["results"]]
    return {"summary": "\n".join(lines), "memories": len(lines), "of": found["count"]}


@router.post("/v1/feedback/", summary="Tell what a memory is worth; null takes it back.")
def feedback(body: Feedback, caller: Writer, service: Servicing) -> JSONResponse:
    given = body.feedback.upper() if body.feedback else None
    if given not in (None, *_FEEDBACK):
        raise ValidationError(f"feedback must be one of {', '.join(_FEEDBACK)} or null, not {shown(body.feedback)}")
    memory = caller.client.get(memory_id(body.memory_id))["id"]
    id, now = f"{caller.project}/{memory}", times.now()
    data = {"memory_id": memory, "feedback": given, "feedback_reason": body.feedback_reason}
    if given is None:
        service.store.discard(FEEDBACK, id)
    else:
        service.store.keep(Record(FEEDBACK, id, caller.project, data, now, now))
    return JSONResponse({"id": memory, "message": "Feedback noted", **data})
