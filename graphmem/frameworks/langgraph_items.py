"""How an item of LangGraph is written as a memory, and which items an operation means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from graphmem.errors import ValidationError
from graphmem.frameworks._required import required
from graphmem.model.folding import spelled
from graphmem.model.printable import printable

with required("graphmem.frameworks.langgraph", "langgraph-checkpoint", "langgraph"):
    from langgraph.store.base import ListNamespacesOp, MatchCondition, SearchOp, get_text_at_path, tokenize_path

# Namespace and key of an item.
Key: TypeAlias = tuple[tuple[str, ...], str]
# Of an address, what is for people.
_SHOWN = 120


def address(namespace: Sequence[str], key: str) -> str:
    """The run_id of an item's memory: for people its path, for the store a digest, since ids are compared without regard to case."""
    exact = json.dumps([*namespace, key], ensure_ascii=True)
    # A store gives ids back in one spelling.
    path = spelled(printable("/".join((*namespace, key))))
    return f"{path[:_SHOWN].strip()} {hashlib.sha256(exact.encode()).hexdigest()[:32]}".strip()


def metadata_of(namespace: Sequence[str], key: str, value: Any, *, searched: bool) -> dict[str, Any]:
    """What a memory keeps of its item.

    Raises:
        ValidationError: the value is no JSON object.
    """
    if not isinstance(value, Mapping):
        raise ValidationError(f"the value of an item must be a JSON object, not {type(value).__name__}")
    # Labels by their places: a filter reaches each of them.
    return {
        "namespace": {str(n): label for n, label in enumerate(namespace)},
        "key": key,
        "value": dict(value),
        "searched": searched,
    }


def value_of(memory: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = memory["metadata"]["value"]
    return found


def text_of(value: Mapping[str, Any], fields: Sequence[str] | bool | None) -> str:
    """The text of an item: what it is searched by, and what people see of it. Never blank.

    Args:
        fields: paths as in LangGraph's `index`; None or False means all of the value.
    """
    if fields and not isinstance(fields, bool):
        found = "\n".join(text for field in fields for text in _at(value, field))
    else:
        lines = list(_lines(value))
        found = lines[0][1] if len(lines) == 1 else "\n".join(f"{name}: {text}" for name, text in lines)
    return found if found.strip() else json.dumps(value, ensure_ascii=False, default=str)


def _at(value: Any, field: str) -> list[str]:
    return get_text_at_path(value, field if field == "$" else tokenize_path(field))


def _lines(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The scalars in a value, with the names under which they stand."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _lines(each, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _lines(each, name)
    elif value is not None:
        yield name, value if isinstance(value, str) else json.dumps(value, default=str)


def prefix_filter(op: SearchOp) -> dict[str, Any]:
    """A filter that all items meet which the operation means; `matches` says which of those it means: here "*" is any text."""
    prefix = {str(n): label for n, label in enumerate(op.namespace_prefix)}
    texts = {key: wanted for key, wanted in (op.filter or {}).items() if isinstance(wanted, str)}
    both = {"namespace": prefix, "value": texts}
    conditions = {name: each for name, each in both.items() if each}
    return {"metadata": conditions} if conditions else {}


def matches(memory: Mapping[str, Any], op: SearchOp) -> bool:
    """Whether an item lies below the namespace and meets the filter."""
    labels = tuple(memory["metadata"]["namespace"].values())
    value = value_of(memory)
    return labels[: len(op.namespace_prefix)] == tuple(op.namespace_prefix) and all(
        _equal(value.get(key), wanted) for key, wanted in (op.filter or {}).items()
    )


def _equal(value: Any, wanted: Any) -> bool:
    """As LangGraph's in-memory store compares: objects by the keys that are wanted, operators begin with a $."""
    if isinstance(wanted, Mapping):
        if any(str(key).startswith("$") for key in wanted):
            return all(_compare(value, operator, operand) for operator, operand in wanted.items())
        return isinstance(value, Mapping) and all(_equal(value.get(key), each) for key, each in wanted.items())
    if isinstance(wanted, list | tuple):
        return isinstance(value, list | tuple) and len(value) == len(wanted) and all(map(_equal, value, wanted))
    return bool(value == wanted)


def _compare(value: Any, operator: str, operand: Any) -> bool:
    if operator == "$eq":
        return bool(value == operand)
    if operator == "$ne":
        return bool(value != operand)
    if operator == "$gt":
        return float(value) > float(operand)
    if operator == "$gte":
        return float(value) >= float(operand)
    if operator == "$lt":
        return float(value) < float(operand)
    if operator == "$lte":
        return float(value) <= float(operand)
    raise ValueError(f"unknown operator {operator!r}; there are $eq, $ne, $gt, $gte, $lt, $lte")


def shortened(namespaces: Sequence[tuple[str, ...]], op: ListNamespacesOp) -> list[tuple[str, ...]]:
    """The namespaces that a listing means, cut to its depth, in order."""
    found = [each for each in namespaces if all(_fits(each, one) for one in op.match_conditions or ())]
    if op.max_depth is not None:
        found = sorted({each[: op.max_depth] for each in found})
    return found[op.offset : op.offset + op.limit]


def _fits(namespace: tuple[str, ...], condition: MatchCondition) -> bool:
    path = condition.path
    if condition.match_type not in ("prefix", "suffix"):
        raise ValueError(f"unknown match type {condition.match_type!r}; there are prefix and suffix")
    if len(namespace) < len(path):
        return False
    labels = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(labels, path, strict=True))
