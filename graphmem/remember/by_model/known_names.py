"""Which known names a model is shown beside the messages, so that it calls the same things by the same names. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from graphmem.model.memory import PERSON, Entity, Message, entity_key
from graphmem.model.words import STOP_WORDS, stem_of, stems
from graphmem.remember.same_entity import key_endings, key_prefixes

# The most characters of names that are shown: the prompt has its bounds.
ROOM = 220
# So many are looked at, of which some may be told by no memory.
MORE = 4 * ROOM
# The share of a name's words, by how rare they are, that must have been said.
LEAST = 0.5
# A longer name is a text.
_LONGEST = 60
# With how many words of the messages, at most, names are looked for that begin or end with one.
_MOST_WORDS = 400


def sought(messages: Sequence[Message]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How the keys of names begin that these messages may mean, and with which words they end; as in NearRequest."""
    said = dict.fromkeys(word for message in messages for word in _said(message))
    words = [Entity(word) for word in [word for word in said if stem_of(word) not in STOP_WORDS][:_MOST_WORDS]]
    return key_prefixes(words), key_endings(words)


def names(messages: Sequence[Message], known: Iterable[Entity]) -> tuple[str, ...]:
    """What to show: names that these messages may mean, best first, in ROOM characters."""
    return tuple(" ".join(entity.name.split()) for entity in likely(messages, known, ROOM))


def likely(messages: Sequence[Message], known: Iterable[Entity], room: int = MORE) -> list[Entity]:
    """Those of whose names these messages say most words, or who belong to somebody they name, best first.

    What is called by one word that was said needs no name from here: it comes last.

    Args:
        known: of one owner, in any order.
        room: the most characters that the names may have, with "; " between them.
    """
    entities = {entity.key: entity for entity in known if 0 < len(entity.name) <= _LONGEST}
    said = [word for message in messages for word in _said(message)]
    heard, literally = set(stems(" ".join(said))), set(said)
    speakers = {entity_key(message.name) for message in messages if message.name}
    parts = {key: frozenset(stems(key.replace("’s", "").replace("'s", ""))) - STOP_WORDS for key in entities}
    common = Counter(stem for words in parts.values() for stem in words)

    def share(key: str) -> float:
        weights = {stem: math.log(1 + len(entities) / common[stem]) for stem in parts[key]}
        return sum(weights[stem] for stem in parts[key] & heard) / (sum(weights.values()) or 1)

    scored = []
    for key, entity in entities.items():
        if key in speakers or not parts[key]:
            continue
        value = share(key)
        # Who is known by a role goes by another one as easily: a wife is a partner.
        if entity.type == PERSON and "'s " in key.replace("’", "'") and value > 0:
            value = max(value, LEAST)
        if value >= LEAST:
            scored.append((key in literally, -value, key))
    shown: list[Entity] = []
    for _, _, key in sorted(scored):
        size = len(entities[key].name) + 2
        if size <= room:
            room -= size
            shown.append(entities[key])
    return shown


def _said(message: Message) -> list[str]:
    text = f"{message.name or ''} {message.content}".casefold().replace("’", "'")
    return [word.removesuffix("'s") for piece in text.split() if (word := piece.strip('.,;:!?()[]"“”'))]
