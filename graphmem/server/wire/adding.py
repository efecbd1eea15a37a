"""Adding, at once or by event."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

from graphmem._sync.client.sharing import accepted
from graphmem.dialect import arguments, calls
from graphmem.errors import ValidationError
from graphmem.model import times
from graphmem.server.access import within
from graphmem.server.callers import Caller
from graphmem.server.projects import AGENTS
from graphmem.server.service import Service
from graphmem.server.wire import queries
from graphmem.server.wire.bodies import Add
from graphmem.server.wire.generations import GENERATIONS

_QUEUED = "Memory processing has been queued for background execution"


def added(name: str, body: Add, caller: Caller, service: Service) -> JSONResponse:
    """The answer to an add of this generation.

    Raises:
        ValidationError: it can't be done; nothing was accepted.
    """
    if body.structured_data_schema is not None:
        raise ValidationError(
            "structured_data_schema can't be honoured: give metadata, or ask for an export in its shape"
        )
    ids = ids_of(body, caller)
    options = {option: getattr(body, option) for option in calls.OPTIONS if getattr(body, option) is not None}
    options = {**service.projects.defaults(service.store, caller.project), **options}
    agents = body.agent_custom_instructions or options.pop(AGENTS, None)
    options.pop(AGENTS, None)
    if agents and "agent_id" in {**ids, **caller.scope.ids}:
        options["custom_instructions"] = "\n".join(filter(None, (options.get("custom_instructions"), agents)))
    # Whoever is answered later must hear now what is wrong. The client looks again when it is done.
    now = times.now()
    scope = arguments.scope({**ids, **caller.scope.ids}, needed_by="add")
    messages = accepted(caller.client, body.messages, scope, options, now)
    if GENERATIONS[name].always_later or body.async_mode:
        event = service.accept(scope, messages, options, now, caller.scope)
        waiting = {"message": _QUEUED, "status": event.status, "event_id": event.id}
        return JSONResponse(waiting if GENERATIONS[name].always_later else {**waiting, "results": [waiting]})
    asked: dict[str, Any] = {**ids, **options, "output_format": body.output_format or "v1.0"}
    done: Any = caller.client.add(body.messages, **asked)
    service.remembered(done if isinstance(done, list) else done["results"])
    return JSONResponse(done)


def ids_of(body: Add, caller: Caller) -> dict[str, str]:
    """Whom an add is about: by its own fields, or by ids in its filters.

    Raises:
        ValidationError: both name an id, and differ. MemoryNotFoundError: one is outside of the key's scope.
    """
    named = queries.ids_in(body.filters)
    for name, value in named.items():
        if body.ids.get(name) not in (None, value):
            raise ValidationError(f"{name} is given twice, and differs: beside filters and in them")
    return within(caller, {**body.ids, **named})
