"""Types of relations for people. Neo4j Browser writes a relation's type on its arrow, and every relation of graphmem's is a RELATES_TO.

So beside a relation whose predicate is one of these stands a twin of that type between the same entities, and beside one that was
retracted a twin of the type FORMERLY. A twin has no property but the id of the memory that it stands on. It is for people and their
queries: nothing reads it but what keeps it in step. The types come from this list only, never from a caller or a model: relations of
other predicates have no twin.
"""

from __future__ import annotations

RETRACTED = "FORMERLY"
# The vocabulary of relations, in capitals.
_VOCABULARY = """
LIVES_IN BORN_IN IS_FROM WORKS_AT WORKS_AS STUDIES STUDIES_AT MEMBER_OF ALLERGIC_TO FOLLOWS_DIET HAS_CONDITION PRACTICES PLAYS SPEAKS
USES VISITED ATTENDED MOVED_TO MOVED_FROM STARTED BOUGHT MADE WROTE READ WATCHED WON MET GAVE RECEIVED LIKES LOVES PREFERS DISLIKES
AVOIDS OWNS HAS_PET MARRIED_TO ENGAGED_TO DATING SISTER_OF BROTHER_OF MOTHER_OF FATHER_OF PARENT_OF FRIEND_OF COLLEAGUE_OF BOSS_OF
PLANS_TO_VISIT WANTS_TO_VISIT PLANS WANTS LIVED_IN WORKED_AT STUDIED_AT HATES IS_NAMED GREW_UP_IN LEARNS DRIVES PLANS_TO_MOVE_TO
"""
TYPES = (RETRACTED, *_VOCABULARY.split())
