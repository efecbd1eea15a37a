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
    """The same conditions, where those on fields that a message lacks are decided: false, but ``ne`` and ``nin`` true.

    What follows from that is decided too: the filter is EVERYTHING, NOTHING, or has neither in it.
    """
    if isinstance(filter, Compare):
        field = _FIELDS.get(filter.path.field)
        if field is not None:
            return Compare(Path(field), filter.op, filter.value)
        return EVERYTHING if filter.op in ("ne", "nin") else NOTHING
    if isinstance(filter, Not):
        item = of_messages(filter.item)
        if item in (EVERYTHING, NOTHING):
            return NOTHING if item == EVERYTHING else EVERYTHING
        return Not(item)
    # What an AND or OR is without items decides nothing in it; the other one decides it.
    without, decides = (EVERYTHING, NOTHING) if isinstance(filter, And) else (NOTHING, EVERYTHING)
    items = tuple(item for item in map(of_messages, filter.items) if item != without)
    if decides in items:
        return decides
    return (And if isinstance(filter, And) else Or)(items)
