"""The answers of the client's calls, as typed dicts. They are plain JSON, so they can be stored and sent as they are.

Times are ISO 8601 in UTC with offset. A field without a value is None. Only fields marked NotRequired may be missing.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias

from typing_extensions import NotRequired, TypedDict, TypeVar

from graphmem.model.memory import Event, Role
from graphmem.search.why_not import Reason


class ScopeIds(TypedDict):
    """The ids that a memory carries; None for those it does not carry."""

    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None


class Memory(ScopeIds):
    """A memory in its current state, or with `as_of` in an earlier one.

    `hash` is 64 hex digits of the text. The memory is hidden from `expiration_date` on; None means never. `event_start` and
    `event_end` are the first and the last day of what it tells, as dates ("in March": the 1st and the 31st); None where that is not
    said, or has no end ("since 2019"). `created_at` and `updated_at` are the times of the conversations in which it was first said
    and last changed.
    """

    id: str
    memory: str
    hash: str
    metadata: dict[str, Any]
    categories: list[str]
    immutable: bool
    expiration_date: str | None
    event_start: str | None
    event_end: str | None
    created_at: str
    updated_at: str


class Relation(TypedDict):
    """How two entities relate, and the memory that says so. `source` and `target` are their names.

    It held in the world from `valid_from` to `valid_to`; None if that is not known, or has not happened.
    """

    source: str
    relationship: str
    target: str
    memory_id: str
    valid_from: str | None
    valid_to: str | None


class SupportedRelation(Relation):
    """A relation, and the text of the memory that says so."""

    memory: str


class Neighbour(TypedDict):
    """An entity near another one. `hops` is how many relations lie between them, at least; `relations` lead there from one hop nearer."""

    id: str
    name: str
    type: str
    hops: int
    relations: list[SupportedRelation]


class SourceMessage(TypedDict):
    """A message that a memory came from. `span` is where its content says it: the first character and one past the last.

    `id` is there in the explanation of a hit.
    """

    id: NotRequired[str]
    role: Role
    content: str
    name: NotRequired[str]
    span: NotRequired[list[int]]


class VectorArm(TypedDict):
    """Found by meaning. `rank` counts from 1; `score` is (1 + cosine) / 2, in [0, 1].

    `plan` is how vectors were compared: ``exact``, ``index``, ``index, then exact``, or ``past`` (with `as_of`).
    """

    rank: int
    score: float
    plan: str


class TextArm(TypedDict):
    """Found by words. `rank` counts from 1; `score` is that of BM25, at least 0, comparable within one search only."""

    rank: int
    score: float


class GraphArm(TypedDict):
    """Found by relations. `rank` counts from 1; `score` is 1 / (1 + hops), in (0, 1].

    `hops` is the distance from an entity that the query means; 0 if the memory itself mentions it, or one to whom a role leads ("my
    sister"). `start` is the name of that entity, and `path` the relations from there: to what the memory mentions, or the last is
    what the memory says itself. Both are missing in `why_not`, and where they are not among the newest 2,000 relations of each.
    """

    rank: int
    score: float
    hops: int
    start: NotRequired[str]
    path: NotRequired[list[Relation]]


class Arms(TypedDict, total=False):
    """The arms of the search that found a memory. The others are missing."""

    vector: VectorArm
    text: TextArm
    graph: GraphArm


class HitExplanation(TypedDict):
    """Why a memory was found.

    `neighbours` are the ids of the memories near it in the conversation that raised its score. `signals`
    are what the score is made of: ``words`` (the share of what the question's words tell that stands in it or near it) and
    ``meaning`` (the cosine), ``links`` (a relation that is asked for) and ``topics`` (a category that the question is about), and if
    the question names days ``date`` (0.5: it was said on one of them), all in [0, 1]; and the factors ``person``, ``role`` and
    ``length``. `messages` are the messages that it came from.
    """

    arms: Arms
    neighbours: list[str]
    signals: dict[str, float]
    messages: list[SourceMessage]


class Hit(Memory):
    """A memory that a search found. `score` is in [0, 1]; higher is better. `explain` is there if it was asked for."""

    score: float
    explain: NotRequired[HitExplanation]


class WhyNot(TypedDict):
    """What became of a memory in a search.

    `found` says whether the search returns it; `reason` is the first of these that is true, and `because` tells it in a sentence:

    - ``no_such_memory``: it never was, was erased, or lies outside of the client's scope. ``not_yet``: it was stored after `as_of`.
      ``deleted``, ``expired``: it is.
    - ``outside_filter``: it fails a condition of the call; `condition` is the first one.
    - ``not_a_candidate``: no arm of the search brought it in. It was ranked with the others all the same.
    - ``below_threshold``, ``beyond_top_k``: it was ranked, and cut off. ``returned``: it was not.

    `place`, from 1, and `score`, in [0, 1], are those among all that was ranked; None if the memory can't be found. `arms` and
    `signals` are as in the explanation of a hit; of a memory that is not a candidate, `arms` has what it would score there. `missed`
    tells of each arm that did not bring it in why not.
    """

    memory_id: str
    found: bool
    reason: Reason
    because: str
    place: int | None
    score: float | None
    condition: str | None
    arms: Arms
    missed: dict[str, str]
    signals: dict[str, float]


Row = TypeVar("Row", default=Memory)


class Results(TypedDict, Generic[Row]):
    """What `search` and `get_all` return in v1.1: memories, and the relations that these support."""

    results: list[Row]
    relations: list[Relation]


class SaidMessage(ScopeIds):
    """A message that a search found: what somebody said, at `created_at`.

    `name` is that of the speaker, None if it is not known. `score` is as that of a hit. `explain` is there if it was asked for; its
    `messages` are empty.
    """

    id: str
    role: Role
    name: str | None
    content: str
    created_at: str
    score: float
    explain: NotRequired[HitExplanation]


class Found(Results[Row], Generic[Row]):
    """What `search` returns with ``messages=True``: memories, their relations, and what was said that answers."""

    messages: list[SaidMessage]


# The answer of a search in any form.
AnyFound: TypeAlias = (
    list[Hit] | Results[Hit] | Found[Hit] | list[dict[str, Any]] | Results[dict[str, Any]] | Found[dict[str, Any]]
)


class LeftOut(TypedDict):
    """Ids of the memories and messages that `context` would have told if there had been room, best first."""

    memories: list[str]
    messages: list[str]


class Context(TypedDict):
    """What `context` returns with ``explain=True``.

    `context` is the text. `memories` and `messages` are the ids of those that it tells, best first, and `sources` the ids of the messages
    that each of these memories was drawn from (empty with `as_of`). `tokens` is the size of the text, estimated (its bytes in UTF-8 by
    4, rounded up), and `characters` is counted.
    """

    context: str
    memories: list[str]
    messages: list[str]
    sources: dict[str, list[str]]
    tokens: int
    characters: int
    left_out: LeftOut


class Page(TypedDict, Generic[Row]):
    """A page of `get_all`. `count` is the number of memories on all pages.

    `next` and `previous` are query strings such as ``?page=3&page_size=50``; None if there is no such page.
    """

    count: int
    next: str | None
    previous: str | None
    results: list[Row]


# The answer of a search or listing in either form, v1.0 or v1.1.
Rows: TypeAlias = list[Row] | Results[Row]


class AddedRow(TypedDict):
    """What became of one fact in an `add`. `previous_memory` is the text that an UPDATE replaced."""

    id: str
    memory: str
    event: Event
    previous_memory: NotRequired[str]


class Cost(TypedDict):
    """What a call cost: requests to a language model, its tokens, the number of texts embedded, and milliseconds by stage.

    The stages are recollect, extract, embed, compare, decide and write.
    """

    llm_calls: int
    prompt_tokens: int
    completion_tokens: int
    embeddings: int
    milliseconds: dict[str, float]


class AddedExplanation(TypedDict):
    """What an `add` left out, and what it cost.

    `event_id` is what `undo` takes; None if nothing was written. The others are counts: facts that were `unsupported` by the
    messages, `unwanted` or `dropped`; dates of a model that can't be read (`undated`); messages that were `settled`, which means
    read before; pasted memories that were `recalled`; messages and parts of messages without a text, such as pictures and calls of
    tools, that were `passed_over`; and passwords, keys, tokens and card numbers that were left out (`secrets`).
    """

    event_id: str | None
    unsupported: int
    unwanted: int
    dropped: int
    undated: int
    settled: int
    recalled: int
    passed_over: int
    secrets: int
    usage: Cost


class Added(TypedDict):
    """What `add` returns in v1.1. `explain` is there if it was asked for, and in a dry run."""

    results: list[AddedRow]
    relations: list[Relation]
    explain: NotRequired[AddedExplanation]


class AddedMany(TypedDict):
    """What `add_many` did, one result for each conversation. `usage`, the cost of the whole call, is there with `explain`."""

    results: list[Added]
    usage: NotRequired[Cost]


class Updated(TypedDict):
    """The memories that `batch_update` changed, in the order given."""

    message: str
    results: list[Memory]


class Deleted(TypedDict):
    """How many memories were deleted."""

    message: str
    deleted: int


class Erased(TypedDict):
    """How many of each kind `erase` removed for good. `left` is the number of matching memories found afterwards."""

    message: str
    memories: int
    versions: int
    messages: int
    entities: int
    relations: int
    left: int


class Done(TypedDict):
    """The answer of a call that has nothing else to tell. `message` is for people to read."""

    message: str


class Version(ScopeIds):
    """One version of a memory, a row of `history`. `restore` and `undo` take its `id`.

    `old_memory` is None in an ADD, and `new_memory` is None in a DELETE. `input` are the messages of the call that wrote the
    version; empty for direct updates and deletes.
    """

    id: str
    memory_id: str
    event: Event
    old_memory: str | None
    new_memory: str | None
    input: list[SourceMessage]
    categories: list[str]
    metadata: dict[str, Any]
    created_at: str
    updated_at: str


class UndoneRow(TypedDict):
    """What `undo` did with a memory: deleted it (DELETE; `memory` is None), brought it back (ADD) or changed it back (UPDATE)."""

    id: str
    memory: str | None
    event: Event


class Undone(TypedDict):
    """What `undo` did. `event_id` names the undo itself, so that it can be undone too."""

    message: str
    event_id: str
    results: list[UndoneRow]


class ChangedRow(TypedDict):
    """A memory that was changed between the two times of a `diff`."""

    before: Memory
    after: Memory


class Diff(TypedDict):
    """What changed between two times. Each list has the newest memories first."""

    added: list[Memory]
    changed: list[ChangedRow]
    removed: list[Memory]


OwnerKind: TypeAlias = Literal["user", "agent", "app", "run"]


class OwnerRow(TypedDict):
    """A user, agent, app or run that has memories. `name` is the same as `id`.

    `created_at` is the time of its first memory, `updated_at` that of its newest.
    """

    type: OwnerKind
    id: str
    name: str
    total_memories: int
    created_at: str
    updated_at: str


class Owners(TypedDict):
    """The answer of `users`."""

    results: list[OwnerRow]


class SameAs(TypedDict):
    """An entity that counts as the same as another. `score` is how similar their names are, in [0, 1]; 1 after `unite`."""

    id: str
    name: str
    score: float


class EntityRow(TypedDict):
    """A person, place or thing. `aliases` are other spellings of its name; `memories` is the number of memories that mention it."""

    id: str
    name: str
    type: str
    aliases: list[str]
    memories: int
    same_as: list[SameAs]


class RecordCounts(TypedDict):
    """How many records of each kind an export contains, or an import added. `same` counts pairs of entities that count as one."""

    message: int
    entity: int
    same: int
    version: int
    relation: int


class Pinged(TypedDict):
    """A part of a client: whether it answers, and how fast. `error` is None if it works."""

    part: Literal["store", "embedder", "llm"]
    name: str
    milliseconds: float
    error: str | None


class Reembedded(TypedDict):
    """What `reembed` did: the `embedder` whose vectors the store now has, the floats in one, and how many texts were `embedded`."""

    embedder: str
    dimensions: int
    embedded: int


class Problem(TypedDict):
    """Damage in a store: the `check` that found it, the `id` of the damaged record, a sentence about it, and whether it was fixed."""

    check: str
    id: str
    says: str
    fixed: bool


class Diagnosis(TypedDict):
    """What `doctor` found. An empty list means that all is well."""

    problems: list[Problem]
