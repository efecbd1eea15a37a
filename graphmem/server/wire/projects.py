"""The routes of projects: their settings and their members."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from graphmem.errors import MemoryNotFoundError, ValidationError, shown
from graphmem.model import times
from graphmem.model.served import Record
from graphmem.server.access import Reader, Servicing, Writer
from graphmem.server.callers import Caller
from graphmem.server.projects import FIELDS, MEMBERS, OF_ADDS
from graphmem.server.wire.bodies import Member, NewProject, ProjectChange
from graphmem.server.wire.ping import ORGANIZATION
from graphmem.settings import Offline

_ORG = "/api/v1/orgs/organizations/{org}/projects/"
_PROJECT = _ORG + "{project}/"
_ROLES = ("READER", "OWNER")
_MAX_MEMBERS = 1_000
_SHOWN = 64
_CREATED = (
    "a project can't be created by a request: here it comes with a key that is bound to ids, and only who runs the server makes keys. "
    "There, graphmem keys create {name} --app {name} makes a key to what is remembered for the app of that name"
)
_DELETED = (
    "a project can't be deleted by a request: here it lasts as long as the keys that are bound to its ids. delete_all() deletes all "
    "memories that this key sees; on the server's machine, graphmem keys revoke ends the key"
)

_BY_RULES = (
    ". Without a language model, instructions and categories change nothing: this server has only the built-in rules"
)

router = APIRouter(tags=["projects"])


@router.get(_PROJECT, summary="The settings of the key's project.")
def get_project(
    org: str, project: str, caller: Reader, service: Servicing, fields: Annotated[list[str] | None, Query()] = None
) -> JSONResponse:
    _own(org, project, caller)
    kept = service.projects.settings(service.store, caller.project)
    about = {"id": caller.project, "project_id": caller.project, "org_id": ORGANIZATION, "name": caller.project}
    every = {**dict.fromkeys(FIELDS), **about, **kept}
    if fields is None:
        return JSONResponse(every)
    unknown = [name for name in fields if name not in every]
    if unknown:
        raise ValidationError(f"a project has no field {shown(unknown[0])}; there are {', '.join(every)}")
    return JSONResponse({name: every[name] for name in fields})


@router.patch(
    _PROJECT, summary="Change settings. custom_instructions and custom_categories go for adds that name none."
)
def change_project(org: str, project: str, body: ProjectChange, caller: Writer, service: Servicing) -> JSONResponse:
    _own(org, project, caller)
    given = body.model_dump(exclude_unset=True, include=set(FIELDS))
    service.projects.change(service.store, caller.project, given)
    ruled = isinstance(service.client.choices["llm"].use, Offline) and any(given.get(name) for name in OF_ADDS)
    return JSONResponse({"message": f"Project updated{_BY_RULES if ruled else ''}"})


@router.post(_ORG, summary="Refused: projects are made with keys.")
def create_project(org: str, body: NewProject, caller: Writer) -> JSONResponse:
    raise ValidationError(_CREATED.format(name=shlex.quote((body.name or "NAME")[:_SHOWN])))


@router.delete(_PROJECT, summary="Refused: projects end with their keys.")
def delete_project(org: str, project: str, caller: Writer) -> JSONResponse:
    _own(org, project, caller)
    raise ValidationError(_DELETED)


@router.get(_PROJECT + "members/", summary="Who is noted as a member.")
def members(org: str, project: str, caller: Reader, service: Servicing) -> JSONResponse:
    _own(org, project, caller)
    return JSONResponse({"members": _members(caller, service)})


@router.post(_PROJECT + "members/", summary="Note a member. Rights come with keys, not with this.")
def add_member(org: str, project: str, body: Member, caller: Writer, service: Servicing) -> JSONResponse:
    _own(org, project, caller)
    _keep(caller, service, [*(each for each in _members(caller, service) if each["email"] != body.email), _row(body)])
    return JSONResponse({"message": "Member noted. Access is given by keys (graphmem keys)", **_row(body)})


@router.put(_PROJECT + "members/", summary="Note another role of a member.")
def change_member(org: str, project: str, body: Member, caller: Writer, service: Servicing) -> JSONResponse:
    _own(org, project, caller)
    before = _members(caller, service)
    _known(body.email, before)
    _keep(caller, service, [_row(body) if each["email"] == body.email else each for each in before])
    return JSONResponse({"message": "Member updated", **_row(body)})


@router.delete(_PROJECT + "members/", summary="Forget a member.")
def remove_member(org: str, project: str, email: str, caller: Writer, service: Servicing) -> JSONResponse:
    _own(org, project, caller)
    before = _members(caller, service)
    _known(email, before)
    _keep(caller, service, [each for each in before if each["email"] != email])
    return JSONResponse({"message": "Member removed"})


def own(project: str, caller: Caller) -> None:
    """Makes sure that a project is the caller's.

    Raises:
        MemoryNotFoundError: it is another one. Whether there is such a one is not told.
    """
    if project != caller.project:
        raise MemoryNotFoundError(f"no project {shown(project)}: this key belongs to {caller.project!r}")


def _own(org: str, project: str, caller: Caller) -> None:
    if org != ORGANIZATION:
        raise MemoryNotFoundError(f"no organization {shown(org)}: here it is {ORGANIZATION!r}")
    own(project, caller)


def _members(caller: Caller, service: Servicing) -> list[dict[str, Any]]:
    found = service.store.kept(MEMBERS, ids=[caller.project])
    return list(found[0].data["members"]) if found else []


def _keep(caller: Caller, service: Servicing, rows: list[dict[str, Any]]) -> None:
    if len(rows) > _MAX_MEMBERS:
        raise ValidationError(f"a project may have {_MAX_MEMBERS:,} members")
    now = times.now()
    service.store.keep(Record(MEMBERS, caller.project, caller.project, {"members": rows}, now, now))


def _row(body: Member) -> dict[str, Any]:
    if body.role not in _ROLES:
        raise ValidationError(f"role must be one of {', '.join(_ROLES)}, not {shown(body.role)}")
    return {"email": body.email, "role": body.role}


def _known(email: str, rows: list[dict[str, Any]]) -> None:
    if email not in [each["email"] for each in rows]:
        raise MemoryNotFoundError("no such member in this project")
