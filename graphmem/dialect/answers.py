"""What the client's calls answer, as typed dicts. Plain JSON at run time, so that answers can be stored and sent as they are.

Times are ISO 8601 in UTC with offset. A field without a value is there and None; only those marked NotRequired may be absent.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeAlias

from typing_extensions import NotRequired, TypedDict, TypeVar

from graphmem.model.memory import Event, Role


class ScopeIds(TypedDict):
    """The ids that a memory carries."""

    user_id: str | None
    agent_id: str | None
    app_id: str | None
    run_id: str | None


class Memory(ScopeIds):
    """A memory as it is, or with `as_of` as it was.

    `hash` is 64 hex digits of the text. From `expiration_date` on it is hidden; None means never. `created_at` and
    `updated_at` are when the conversations took place.
    """

    id: str
    memory: str
    hash: str
    metadata: dict[str, Any]
    categories: list[str]
    immutable: bool
    expiration_date: str | None
    created_at: str
    updated_at: str


class Relation(TypedDict):
    """How two entities relate, by their names, and the memory that says so. It held from `valid_from` to `valid_to`, where known."""

    source: str
    relationship: str
    target: str
    memory_id: str
    valid_from: str | None
    valid_to: str | None


class SourceMessage(TypedDict):
    """A message that a memory came from. `span`: the characters that say it, first and one past the last."""

    role: Role
    content: str
    name: NotRequired[str]
    span: NotRequired[list[int]]


class VectorArm(TypedDict):
    """Found by meaning. `rank` counts from 1; `score` is (1 + cosine) / 2, in [0, 1]; `plan` is how vectors were compared."""

    rank: int
    score: float
    plan: str


class TextArm(TypedDict):
    """Found by words. `rank` counts from 1; `score` is BM25's, at least 0, comparable within one search only."""

    rank: int
    score: float


class GraphArm(TypedDict):
    """Found by relations. `rank` counts from 1; `hops` from an entity that the query names; `score` is 1 / (1 + hops), in (0, 1]."""

    rank: int
    score: float
    hops: int


class Arms(TypedDict, total=False):
    """The arms of a search that found a memory."""

    vector: VectorArm
    text: TextArm
    graph: GraphArm


class HitExplanation(TypedDict):
    """Why a memory was found: `own_score` before its neighbours, by id, gave their share; `messages` are what it came from."""

    arms: Arms
    own_score: float
    neighbours: list[str]
    messages: list[SourceMessage]


class Hit(Memory):
    """A memory that a search found. `score` is in [0, 1], higher is better; `explain` is there where it was asked for."""

    score: float
    explain: NotRequired[HitExplanation]


Row = TypeVar("Row", default=Memory)


class Results(TypedDict, Generic[Row]):
    """v1.1 of `search` and `get_all`: the rows, and the relations that they support."""

    results: list[Row]
    relations: list[Relation]


class Page(TypedDict, Generic[Row]):
    """A page of `get_all`. `count` is of all pages; `next` and `previous` are such as ``?page=3&page_size=50``."""

    count: int
    next: str | None
    previous: str | None
    results: list[Row]


# What a search or listing answers where its form is not known: v1.0 or v1.1.
Rows: TypeAlias = list[Row] | Results[Row]


class AddedRow(TypedDict):
    """What became of one fact of an `add`. `previous_memory` is the text that an UPDATE took the place of."""

    id: str
    memory: str
    event: Event
    previous_memory: NotRequired[str]


class Cost(TypedDict):
    """What a call cost: requests to a model, its tokens, texts embedded, and `milliseconds` by stage of the call."""

    llm_calls: int
    prompt_tokens: int
    completion_tokens: int
    embeddings: int
    milliseconds: dict[str, float]


class AddedExplanation(TypedDict):
    """What an `add` left out and what it cost.

    `event_id` is what `undo` takes, None where nothing was written. Facts that were `unsupported` by the messages, `unwanted`
    or `dropped`, messages that were `settled` (read before) and pasted memories that were `recalled` are counted.
    """

    event_id: str | None
    unsupported: int
    unwanted: int
    dropped: int
    settled: int
    recalled: int
    usage: Cost


class Added(TypedDict):
    """v1.1 of `add`. `explain` is there where it was asked for, and in a dry run."""

    results: list[AddedRow]
    relations: list[Relation]
    explain: NotRequired[AddedExplanation]


class AddedMany(TypedDict):
    """What `add_many` did, conversation by conversation. `usage`, the cost of all, is there with `explain`."""

    results: list[Added]
    usage: NotRequired[Cost]


class Updated(TypedDict):
    """What `batch_update` made, in the order given."""

    message: str
    results: list[Memory]


class Deleted(TypedDict):
    """How many memories were deleted."""

    message: str
    deleted: int


class Erased(TypedDict):
    """How many of each `erase` removed for good, and how many memories were `left` when the store was asked again."""

    message: str
    memories: int
    versions: int
    messages: int
    entities: int
    relations: int
    left: int


class Done(TypedDict):
    """That a call did what it was asked, for people."""

    message: str


class Version(ScopeIds):
    """A row of `history`, one a version; its `id` is what `restore` and `undo` take.

    An ADD has no `old_memory`, a DELETE no `new_memory`. `input` is what was said in the call that wrote it; empty for direct
    updates and deletes.
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
    """A memory that `undo` put back: withdrawn (DELETE, with no text), there again (ADD), or what it was before (UPDATE)."""

    id: str
    memory: str | None
    event: Event


class Undone(TypedDict):
    """What `undo` put back. `event_id` names the undo itself, so that it can be undone."""

    message: str
    event_id: str
    results: list[UndoneRow]


class ChangedRow(TypedDict):
    """A memory that has another version at the end of a `diff` than at its start."""

    before: Memory
    after: Memory


class Diff(TypedDict):
    """What changed between two times, newest first."""

    added: list[Memory]
    changed: list[ChangedRow]
    removed: list[Memory]


OwnerKind: TypeAlias = Literal["user", "agent", "app", "run"]


class OwnerRow(TypedDict):
    """A user, agent, app or run that has memories; `name` is its id. The times are of its first and its newest memory."""

    type: OwnerKind
    id: str
    name: str
    total_memories: int
    created_at: str
    updated_at: str


class Owners(TypedDict):
    """What `users` answers."""

    results: list[OwnerRow]


class SameAs(TypedDict):
    """An entity that counts as the same one. `score` is how alike the names are, in [0, 1]."""

    id: str
    name: str
    score: float


class EntityRow(TypedDict):
    """A person, place or thing. `aliases` are its other spellings, `memories` is how many mention it."""

    id: str
    name: str
    type: str
    aliases: list[str]
    memories: int
    same_as: list[SameAs]


class RecordCounts(TypedDict):
    """How many records of each kind an export holds, or an import brought. `same` counts pairs of entities that are one."""

    message: int
    entity: int
    same: int
    version: int
    relation: int


class Problem(TypedDict):
    """Something wrong in a store: the `check` that found it, the `id` of what it is about, what it `says`, and whether it was `fixed`."""

    check: str
    id: str
    says: str
    fixed: bool


class Diagnosis(TypedDict):
    """What `doctor` found. No problems means that all is well."""

    problems: list[Problem]
