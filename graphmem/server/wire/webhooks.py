"""The routes of webhooks."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from graphmem.server.access import Reader, Servicing, Writer
from graphmem.server.webhooks import hooks
from graphmem.server.wire.bodies import Webhook
from graphmem.server.wire.projects import own

router = APIRouter(tags=["webhooks"])
_FIELDS = {"url", "name", "event_types", "is_active"}


@router.get("/api/v1/webhooks/projects/{project}/", summary="The webhooks of the key's project.")
def list_webhooks(project: str, caller: Reader, service: Servicing) -> list[dict[str, Any]]:
    own(project, caller)
    return [hooks.told(each) for each in hooks.of_project(service.store, caller.project)]


@router.post(
    "/api/v1/webhooks/projects/{project}/",
    summary="Make a webhook. The answer holds its secret, which is told only now.",
)
def create_webhook(project: str, body: Webhook, caller: Writer, service: Servicing) -> dict[str, Any]:
    own(project, caller)
    given = body.model_dump(include=_FIELDS, exclude_none=True)
    made, secret = hooks.create(
        service.store, caller.project, caller.scope, given, private=service.settings.private_webhooks
    )
    service.telling.forget()
    return {**hooks.told(made), "secret": secret}


@router.put("/api/v1/webhooks/{id}/", summary="Change a webhook.")
def change_webhook(id: str, body: Webhook, caller: Writer, service: Servicing) -> dict[str, Any]:
    hook = hooks.one(service.store, caller.project, id)
    given = body.model_dump(include=_FIELDS, exclude_none=True)
    hooks.change(service.store, hook, given, private=service.settings.private_webhooks)
    service.telling.forget()
    return {"message": "Webhook updated successfully"}


@router.delete("/api/v1/webhooks/{id}/", summary="Delete a webhook.")
def delete_webhook(id: str, caller: Writer, service: Servicing) -> dict[str, Any]:
    hook = hooks.one(service.store, caller.project, id)
    service.store.discard(hooks.KIND, hook.id)
    service.telling.forget()
    return {"message": "Webhook deleted successfully"}
