"""Messages that searches find: writing them, and searching among them within one read transaction.

All vectors of a scope are compared. Whether a message may be found depends on what became of the memories that it gave: that is asked
about the best only, so that its cost doesn't grow with the conversation.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from graphmem.filters.to_sql import compile_sql
from graphmem.model.memory import Message, Scope
from graphmem.model.requests import Candidate
from graphmem.model.said import Said, SaidRequest, StoredMessage
from graphmem.model.times import from_micros
from graphmem.model.vectors import Vector
from graphmem.model.words import indexed, stem_list
from graphmem.stores.scope_tokens import required_tokens, scope_tokens
from graphmem.stores.sqlite.candidates import held, needles_of, ranges
from graphmem.stores.sqlite.rows import blob, micros
from graphmem.stores.sqlite.vectors import VectorCache
from graphmem.stores.sqlite.words import any_of

# In place of a vector: the content has no meaning to embed.
NO_VECTOR = 0
_NEVER = 2**62
# Messages that are asked about in one statement, at most.
_AT_ONCE = 5_000

# A version that was there at :at, {v}, of which a message can't be found: a caller withdrew the memory, or it has expired. What a
# message withdrew has that message as its source.
_WITHHELD = (
    "(w.event = 'DELETE' AND NOT EXISTS (SELECT 1 FROM version_source o WHERE o.version = w.seq)"
    " OR coalesce(w.expires_at <= :now, 0))"
)
_THEN = "w.recorded_from <= :at AND (w.recorded_to IS NULL OR w.recorded_to > :at)"
_DERIVED = "version_source d JOIN version v ON v.seq = d.version WHERE d.message = x.seq AND v.recorded_from <= :at"
_OF_CALL = "version v WHERE v.change_set = x.change_set AND v.recorded_from <= :at"
# Nothing that was drawn from it is withheld. Where nothing was drawn from it, something that was drawn from its call is not withheld.
_MAY_BE_FOUND = (
    f"SELECT x.seq FROM json_each(:tried) t CROSS JOIN message x ON x.seq = t.value WHERE CASE WHEN EXISTS (SELECT 1 FROM {_DERIVED})"
    f" THEN NOT EXISTS (SELECT 1 FROM version w WHERE w.memory_id IN (SELECT v.memory_id FROM {_DERIVED}) AND {_THEN} AND {_WITHHELD})"
    f" ELSE EXISTS (SELECT 1 FROM version w WHERE w.memory_id IN (SELECT v.memory_id FROM {_OF_CALL}) AND {_THEN} AND NOT {_WITHHELD})"
    " END"
)


def said(connection: sqlite3.Connection, vectors: VectorCache, request: SaidRequest) -> list[Said]:
    """The messages that any arm finds, in no particular order; see `Store.said`."""
    compiled = compile_sql(request.filter, "m")
    where, parameters = f"({compiled.text})", compiled.parameters
    similar = _similar(connection, vectors, request, where, parameters)
    holding = dict(_by_words(connection, request, where, parameters)) if request.terms and request.by_words else {}
    near = _found(connection, request, similar)
    text = {seq: holding[seq] for seq in _found(connection, request, holding)}
    best = {*near[: request.around], *islice(text, request.around)}
    beside = _found(connection, request, _neighbours(connection, request, best, where, parameters), everything=True)
    return _rows(connection, request, {*near, *text, *beside}, similar, text)


def _similar(
    connection: sqlite3.Connection,
    vectors: VectorCache,
    request: SaidRequest,
    where: str,
    parameters: Mapping[str, Any],
) -> dict[int, float]:
    """The similarity of each message within the filter, the most similar first."""
    if request.vector is None:
        return {}
    source = f"findable m WHERE m.vector > {NO_VECTOR} AND {where}"
    seqs, scores = vectors.within(connection, source, parameters, request.vector)
    order = np.lexsort((seqs, -scores))
    return dict(zip(seqs[order].tolist(), scores[order].tolist(), strict=True))


def _by_words(
    connection: sqlite3.Connection, request: SaidRequest, where: str, parameters: Mapping[str, Any]
) -> list[tuple[int, float]]:
    groups = [f"scopes : ({' OR '.join(group)})" for group in required_tokens(request.filter) if group]
    return connection.execute(
        "SELECT m.seq, -bm25(said_text, 0.0, 1.0) AS score FROM said_text t JOIN findable m ON m.seq = t.rowid"
        f" WHERE said_text MATCH :match AND {where} ORDER BY score DESC, m.seq",
        {**parameters, "match": " AND ".join((*groups, f"text : ({any_of(request.terms)})"))},
    ).fetchall()


def _neighbours(
    connection: sqlite3.Connection, request: SaidRequest, best: set[int], where: str, parameters: Mapping[str, Any]
) -> list[int]:
    """Messages within the filter that stand up to `reach` messages away from the best."""
    if not request.reach or not best:
        return []
    places = connection.execute(
        "SELECT x.conversation, x.position FROM json_each(?) b CROSS JOIN message x ON x.seq = b.value ORDER BY 1, 2",
        (json.dumps(list(best)),),
    )
    rows = connection.execute(
        "SELECT m.seq FROM json_each(:ranges) w CROSS JOIN message x ON x.conversation = json_extract(w.value, '$[0]')"
        " AND x.position BETWEEN json_extract(w.value, '$[1]') AND json_extract(w.value, '$[2]')"
        f" CROSS JOIN findable m ON m.seq = x.seq WHERE {where}",
        {**parameters, "ranges": json.dumps(list(ranges(places, request.reach)))},
    )
    return [seq for (seq,) in rows]


def _found(
    connection: sqlite3.Connection, request: SaidRequest, ordered: Iterable[int], *, everything: bool = False
) -> list[int]:
    """The first of these that may be found, as many as are wanted; or all that may be."""
    found: list[int] = []
    rest: Iterator[int] = iter(ordered)
    parameters = {"now": micros(request.now), "at": _NEVER if request.at is None else micros(request.at)}
    limit, count = (_NEVER if everything else request.limit), request.limit
    # More and more at a time: where the first can't be found, few can.
    while len(found) < limit and (tried := list(islice(rest, count := min(2 * count, _AT_ONCE)))):
        may = {seq for (seq,) in connection.execute(_MAY_BE_FOUND, {**parameters, "tried": json.dumps(tried)})}
        found += [seq for seq in tried if seq in may]
    return found[:limit]


def _rows(
    connection: sqlite3.Connection,
    request: SaidRequest,
    seqs: Iterable[int],
    similar: dict[int, float],
    text: dict[int, float],
) -> list[Said]:
    needles = needles_of(request.terms)
    rows = connection.execute(
        "SELECT m.seq, m.id, m.role, m.text, m.name, m.user_id, m.agent_id, m.app_id, m.run_id, m.created_at, m.conversation, m.position,"
        " m.stems FROM json_each(?) w CROSS JOIN findable m ON m.seq = w.value",
        (json.dumps(sorted(seqs)),),
    )
    found = []
    for seq, id, role, content, name, *ids, at, conversation, position, stems in rows:
        stored = StoredMessage(id, Message(role, content, name), Scope(*ids), from_micros(at), conversation, position)
        candidate = Candidate(
            id,
            similar.get(seq),
            text.get(seq),
            None,
            conversation,
            position,
            held(stems, needles),
            len(content),
            stored.said_at,
            True,
            role,
            name,
        )
        found.append(Said(stored, candidate))
    return found


def insert_said(
    execute: Callable[..., sqlite3.Cursor],
    message: int,
    content: str,
    scope: Scope,
    vector: Vector | None,
    *,
    embedded: bool,
) -> None:
    """Make a message one that searches find. `embedded`: whether a missing vector means that its content has none."""
    row = (
        message,
        *(scope.user_id, scope.agent_id, scope.app_id, scope.run_id),
        scope_tokens(scope),
        stem_list(content),
        indexed(content),
    )
    made = insert_vector(execute, vector) if vector is not None or embedded else None
    execute(
        "INSERT INTO said (message, user_id, agent_id, app_id, run_id, scopes, stems, indexed, vector)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*row, made),
    )


def insert_vector(execute: Callable[..., sqlite3.Cursor], vector: Vector | None) -> int:
    """The number of a vector of a message's content; NO_VECTOR if it has none."""
    if vector is None:
        return NO_VECTOR
    return execute("INSERT INTO said_vector (data) VALUES (?)", (blob(vector),)).lastrowid or NO_VECTOR


def unembedded(connection: sqlite3.Connection, column: str, after: str, limit: int) -> Sequence[tuple[str, str]]:
    """(id, content) of the messages that have nothing in this column of vectors, by id."""
    return connection.execute(
        f"SELECT x.id, x.content FROM said s JOIN message x ON x.seq = s.message WHERE s.{column} IS NULL AND x.id > ?"
        " ORDER BY x.id LIMIT ?",
        (after, limit),
    ).fetchall()


def keep(connection: sqlite3.Connection, column: str, message: str, vector: Vector | None) -> None:
    """Put a vector into this column, if it has none there yet."""
    row = connection.execute(
        f"SELECT s.message FROM message x JOIN said s ON s.message = x.seq WHERE x.id = ? AND s.{column} IS NULL",
        (message,),
    ).fetchone()
    if row is not None:
        made = insert_vector(connection.execute, vector)
        connection.execute(f"UPDATE said SET {column} = ? WHERE message = ?", (made, row[0]))
