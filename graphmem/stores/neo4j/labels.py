"""The labels of graphmem's nodes, and what other programs of the database do with the same ones.

Each node carries a label that no other program has, such as ``GraphmemUser``. By it go constraints, indexes, reads, writes, repairs and
resets. Beside it stands the plain one, ``User``, for people and their queries. Other programs use such words too, and their
constraints would refuse graphmem's nodes, their indexes and queries would find them. So a plain label is left out where

- other programs have nodes, indexes or constraints of it when the store is set up;
- they have a constraint on it when a store is opened;
- they have a constraint or an index on it that may have refused what was to be written.

The types of twins (`graphmem.stores.neo4j.twins`) are left out likewise, and where relations of other programs have them.

The store's node lists these labels and types in `bare_labels`. The files in cypher/ write both labels of a pair, the own one first
(``:GraphmemUser:User``): so `worn` finds the pairs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphmem.stores.neo4j.query_files import load
from graphmem.stores.neo4j.statements import SCHEMA, STEPS, OwnLabels, Statement
from graphmem.stores.neo4j.twins import TYPES

OWN = "Graphmem"
PLAIN = (
    "User",
    "Agent",
    "App",
    "Run",
    "Category",
    "Message",
    "Conversation",
    "Entity",
    "Version",
    "Memory",
    "DeletedMemory",
)

_PAIR = re.compile(rf":({OWN}(\w+)):\2\b")
_MADE = re.compile(
    r"CREATE (?:VECTOR |FULLTEXT )?(?P<kind>CONSTRAINT|INDEX) (?P<name>\w+) IF NOT EXISTS"
    r"\s+FOR \(\w*:?(?P<node>\w*)\)(?:-\[\w+:(?P<relation>\w+)\]-\(\))? (?P<on>.*)"
)
_PROPERTY = re.compile(r"\w\.(\w+)")
_VECTORS = "schema/memory_embedding"
# What every set-up makes first.
_FIRST = SCHEMA[0]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """An index or a constraint. `kind`: INDEX or CONSTRAINT. `labels`: of nodes, or types of relations."""

    kind: str
    name: str
    labels: tuple[str, ...]
    properties: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name} on {'|'.join(self.labels)}({', '.join(self.properties)})"


def worn(statement: Statement, bare: frozenset[str]) -> Statement:
    """The same query for a store whose nodes don't carry these plain labels, and whose relations have no twins of these types."""
    if not bare:
        return statement
    text = _PAIR.sub(lambda pair: f":{pair[1]}" if pair[2] in bare else pair[0], statement.text)
    parameters = dict(statement.parameters)
    if "types" in parameters:
        parameters["types"] = [type for type in parameters["types"] if type not in bare]
    return Statement(text, parameters)


def rules(kind: str, rows: Iterable[Row]) -> list[Rule]:
    """What `schema/constraints` or `schema/indexes` returns."""
    return [Rule(kind, row["name"], tuple(row["labels"]), tuple(row["properties"] or ())) for row in rows]


def own_rule(name: str) -> Rule:
    """The index or the constraint that this file makes."""
    made = _MADE.search(load(name).text)
    if made is None:
        raise ValueError(f"cypher/{name}.cypher makes no index and no constraint")
    return Rule(made["kind"], made["name"], (made["relation"] or made["node"],), tuple(_PROPERTY.findall(made["on"])))


def own_rules() -> list[Rule]:
    """All that a store makes, the indexes of vectors included."""
    vectors = own_rule(_VECTORS)
    second = Rule(vectors.kind, f"{vectors.name}_2", vectors.labels, (f"{vectors.properties[0]}_2",))
    return [*(own_rule(name) for name in SCHEMA), vectors, second]


def needed_rules(vectors: str | None) -> list[Rule]:
    """Those that a store needs. `vectors`: the property that holds its vectors; None if it has none yet."""
    made = [own_rule(name) for name in SCHEMA]
    return made if vectors is None else [rule for rule in own_rules() if rule in made or rule.properties == (vectors,)]


def former_rules(present: Iterable[Rule]) -> frozenset[Rule]:
    """Which of these a store of before made, on plain labels."""
    if own_rule(_FIRST) not in (found := list(present)):
        return frozenset()
    # By name and place: what an index of texts is on was another property then.
    former = {
        (rule.kind, rule.name.replace("_own_", "_"), (rule.labels[0].removeprefix(OWN),))
        for rule in own_rules()
        if "_own_" in rule.name
    }
    return frozenset(rule for rule in found if (rule.kind, rule.name, rule.labels) in former)


def clash(present: Iterable[Rule]) -> str | None:
    """What another program has made in the way of graphmem's indexes and constraints, and what to do; None if nothing."""
    own = {rule.name: rule for rule in own_rules()}
    places = {(rule.labels, rule.properties) for rule in own.values() if rule.labels[0].startswith(OWN)}
    for rule in present:
        if rule.name in own and rule != own[rule.name]:
            return f"the {rule.kind} {rule} has the name of graphmem's own {own[rule.name]}; drop it, or give it another name"
        if rule.name not in own and (rule.labels, rule.properties) in places:
            return f"the {rule.kind} {rule} stands where graphmem makes one of its own; drop it"
    return None


def half_made(present: Iterable[Rule]) -> bool:
    """Whether another client may just make one of graphmem's constraints: its index is there first, and belongs to no constraint yet."""
    own = {rule for rule in own_rules() if rule.kind == "CONSTRAINT"}
    return any(rule.kind == "INDEX" and replace(rule, kind="CONSTRAINT") in own for rule in present)


def used_by_others(present: Iterable[Rule], former: frozenset[Rule] = frozenset()) -> frozenset[str]:
    """Plain labels and types of twins that indexes or constraints of other programs are on. `former`: those of a store of before."""
    mine = {rule.name for rule in own_rules()}
    others = (rule for rule in present if rule.name not in mine and rule not in former)
    return frozenset(label for rule in others for label in rule.labels if label in {*PLAIN, *TYPES})


def drop(rule: Rule) -> Statement:
    """Drops an index or a constraint of a store of before, whose name is one that graphmem gave."""
    return Statement(f"DROP {rule.kind} {rule.name} IF EXISTS")


def told(bare: frozenset[str]) -> str | None:
    """Which labels the nodes don't carry, for people; None if they carry all."""
    labels, types = sorted(bare.difference(TYPES)), sorted(bare.intersection(TYPES))
    found = []
    if labels:
        own = ", ".join(f"{OWN}{label}" for label in labels)
        found.append(f"other programs use {', '.join(labels)} here: graphmem's nodes carry {own} only")
    if types:
        found.append(
            f"other programs use {', '.join(types)} here: such relations of graphmem's are drawn as RELATES_TO only"
        )
    return "; ".join(found) or None


def upgraded(before: int | None) -> str | None:
    """That the store is one of before, for people; None if it is not. `before`: the schema version that it had."""
    if before is None:
        return None
    labelled = next(version for version, step in STEPS.items() if isinstance(step, OwnLabels))
    since = f": nodes have labels of graphmem's own, such as {OWN}User" if before < labelled else ""
    return f"upgraded from schema version {before}{since}"
