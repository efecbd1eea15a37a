"""Which messages stand near those of the candidates. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graphmem.model.candidates import Candidates, Numbers, Places
from graphmem.model.requests import Candidate


class _Messages(NamedTuple):
    """The messages that some memories came from, numbered from 1 in their order; 0 is no message.

    Attributes:
        numbers: how many numbers there are, with that of no message.
        of: the number of each memory's message.
        at: the message that stands -reach, …, reach messages away from each memory's; shape (2 * reach + 1, memories).
        one_each: whether no message has two memories.
    """

    numbers: int
    of: Places
    at: Places
    one_each: bool


class Conversation:
    """Where the candidates stand in their conversations.

    Messages without a candidate, whose memories a store keeps, have their place too, and no value there.
    """

    def __init__(self, candidates: Candidates, reach: int) -> None:
        """reach: how far away a neighbour may be, in messages."""
        self._reach = reach
        messages: _Messages = candidates.memories.reckoned(_messages, reach)
        self.of: Places = messages.of[candidates.places]
        self._at, self._numbers, self._one_each = messages.at[:, candidates.places], messages.numbers, messages.one_each

    def at(self, distances: Sequence[int]) -> Places:
        """For each distance, at most the reach, the message that stands so far from each candidate's; shape (distances, candidates)."""
        found: Places = self._at[[self._reach + distance for distance in distances]]
        return found

    def best(self, values: Numbers) -> Numbers:
        """The highest value among the candidates of each message. values: (candidates, …); returns (messages, …); 0 for none."""
        found = np.zeros((self._numbers, *values.shape[1:]), dtype=np.float32)
        if self._one_each:
            found[self.of] = values
        else:
            np.maximum.at(found, self.of, values)
        found[0] = 0
        return found


def _messages(rows: Sequence[Candidate], reach: int) -> _Messages:
    names = [each.conversation for each in rows]
    conversations = {name: n << 40 for n, name in enumerate(dict.fromkeys(names), 1)}
    # One number for each message, such that neighbours differ by 1 and conversations lie far apart; 0 is no message.
    numbers = [
        0 if position is None else conversations[name] + position
        for name, position in zip(names, [each.position for each in rows], strict=True)
    ]
    messages, inverse = np.unique(np.array([0, *numbers], dtype=np.int64), return_inverse=True)
    of: Places = inverse[1:]
    count = len(messages)
    at: npt.NDArray[np.intp] = np.zeros((2 * reach + 1, count), dtype=np.intp)
    at[reach] = np.arange(count)
    # In their order, none stands nearer than as many places away.
    for places in range(1, min(reach, count - 1) + 1):
        distances = messages[places:] - messages[:-places]
        near = (distances <= reach).nonzero()[0]
        distances = distances[near]
        at[reach + distances, near] = near + places
        at[reach - distances, near + places] = near
    return _Messages(count, of, at[:, of], one_each=len(numbers) - numbers.count(0) == count - 1)
