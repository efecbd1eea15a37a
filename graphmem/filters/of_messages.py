"""A filter for memories → the one that messages have to meet. Pure."""

from __future__ import annotations

from graphmem.model.filter import EVERYTHING, NOTHING, And, Compare, Filter, Not, Or, Path
from graphmem.model.memory import SCOPE_FIELDS

# The fields of a filter that a message has → under which name. It is said once: created and updated are the same time.
_FIELDS = {
    **{name: name for name in SCOPE_FIELDS},
    "created_at": "created_at",
    "updated_at": "created_at",
    "text": "text",
}


def of_messages(filter: Filter) -> Filter:
    """The same conditions, where those on fields that a message lacks are decided: false, but ``ne`` and ``nin`` true."""
    if isinstance(filter, Compare):
        field = _FIELDS.get(filter.path.field)
        if field is not None:
            return Compare(Path(field), filter.op, filter.value)
        return EVERYTHING if filter.op in ("ne", "nin") else NOTHING
    if isinstance(filter, Not):
        return Not(of_messages(filter.item))
    items = tuple(map(of_messages, filter.items))
    return And(items) if isinstance(filter, And) else Or(items)
