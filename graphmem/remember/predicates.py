"""The vocabulary of relations: how a predicate is called, whatever a model called it. Open: what is not listed stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Folded(NamedTuple):
    """A predicate of the vocabulary, and whether source and target change places: "Book written_by Ann" is "Ann wrote Book"."""

    predicate: str
    swapped: bool = False


# Kind of relation, which orders the table, and predicate: others that say the same; ~ before those that say it the other way round.
_TABLE = """
state lives_in: lives_at resides_in resident_of based_in living_in home_is
state born_in: birthplace place_of_birth was_born_in
state is_from: from comes_from originates_from hometown native_of
state works_at: works_for employed_by employed_at employee_of has_job_at ~employs ~employer_of
state works_as: job occupation profession has_job has_occupation has_profession is_a_professional
state studies: studies_subject majors_in major field_of_study
state studies_at: student_at attends_school attends_university enrolled_in enrolled_at
state member_of: belongs_to_group is_member_of part_of_group ~has_member
state allergic_to: has_allergy allergy intolerant_to has_allergy_to
state follows_diet: diet has_diet
state has_condition: suffers_from diagnosed_with has_disease has_illness
state practices: practises does_activity hobby has_hobby enjoys_hobby does_sport
state plays: plays_instrument plays_game plays_sport
state speaks: speaks_language fluent_in
state uses: uses_tool uses_app
event visited: went_to traveled_to travelled_to been_to has_visited has_been_to took_trip_to trip_to vacationed_in toured ~visited_by
event attended: participated_in took_part_in went_to_event participates_in has_attended ~attended_by
event moved_to: relocated_to has_moved_to
event moved_from: relocated_from left_city
event started: began launched opened founded ~founded_by ~started_by
event bought: purchased ordered acquired ~bought_by
event made: created built crafted painted ~created_by ~made_by
event wrote: authored ~written_by ~author_is
event read: reads has_read finished_reading is_reading
event watched: saw has_watched has_seen
event won: received_award awarded
event met: met_with
event gave: gifted gave_gift
event received: received_gift got_as_gift
taste likes: enjoys is_fan_of fan_of interested_in fond_of appreciates
taste loves: adores passionate_about
taste prefers: favorite favourite has_favorite has_favourite favorite_is favourite_is
taste dislikes: does_not_like not_fond_of doesnt_like
taste avoids: does_not_eat stays_away_from
possession owns: has possesses owner_of ~owned_by ~belongs_to
possession has_pet: pet owns_pet has_dog has_cat ~pet_of
kin married_to: spouse spouse_of wife_of husband_of has_wife has_husband is_married_to
kin engaged_to: fiance_of fiancee_of
kin dating: in_relationship_with girlfriend_of boyfriend_of partner_of has_partner dates
kin sister_of: is_sister_of sister
kin brother_of: is_brother_of brother
kin mother_of: is_mother_of mother mom_of
kin father_of: is_father_of father dad_of
kin parent_of: has_child ~child_of
kin friend_of: friends_with has_friend is_friend_of friend
kin colleague_of: coworker_of works_with has_colleague
kin boss_of: manages manager_of supervisor_of ~reports_to ~managed_by
plan plans_to_visit: will_visit going_to intends_to_visit plans_trip_to
plan wants_to_visit: would_like_to_visit dreams_of_visiting
plan plans: plans_to intends intends_to
plan wants: wants_to wishes desires hopes_for
"""

# Kinds that are not proposed: everybody names such relations so.
_OBVIOUS = frozenset({"kin"})


@cache
def _rows() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    rows = (line.split(": ") for line in _TABLE.strip().splitlines())
    return tuple((*head.split(), tuple(others.split())) for head, others in rows)  # type: ignore[misc]


@cache
def _folded() -> Mapping[str, Folded]:
    return {
        other.lstrip("~"): Folded(predicate, other.startswith("~"))
        for _, predicate, others in _rows()
        for other in others
    }


def vocabulary() -> tuple[str, ...]:
    """The predicates to propose, in the order of the table."""
    return tuple(predicate for kind, predicate, _ in _rows() if kind not in _OBVIOUS)


def folded(predicate: str) -> Folded:
    """The predicate of the vocabulary that says the same; the given one if there is none."""
    return _folded().get(predicate, Folded(predicate))
