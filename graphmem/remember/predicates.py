"""The vocabulary of relations: how a predicate is called, whatever a model called it. Open: what is not listed stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple


class Folded(NamedTuple):
    """A predicate of the vocabulary, and whether source and target change places: "Book written_by Ann" is "Ann wrote Book"."""

    predicate: str
    swapped: bool = False


# Kind of relation, which orders the table, predicate and, where the rules look for it in a sentence, the type of its target: others that
# say the same; ~ before those that say it the other way round. The rules know the words of a sentence by this table, too: "has moved to"
# is has_moved_to. Where they say "something", it stands for any noun.
_TABLE = """
state lives_in place: lives_at resides_in resident_of is_based_in based_in living_in home_is has_lived_in
state born_in place: birthplace place_of_birth was_born_in
state is_from place: from comes_from originates_from hometown hometown_is native_of was_from
state works_at organization: works_for employed_by employed_at employee_of has_job_at is_something_at is_something_for has_worked_at
  has_worked_for ~employs ~employer_of
state works_as thing: job occupation profession has_job has_occupation has_profession is_a_professional job_is
state studies thing: studies_subject majors_in major field_of_study
state studies_at organization: student_at attends_school attends_university enrolled_in enrolled_at
state member_of organization: joined has_joined belongs_to_group is_member_of part_of_group ~has_member
state allergic_to thing: is_allergic_to has_allergy allergy intolerant_to has_allergy_to
state follows_diet: diet has_diet
state has_condition: suffers_from diagnosed_with has_disease has_illness
state practices: practises does_activity hobby has_hobby enjoys_hobby does_sport
state plays thing: plays_instrument plays_game plays_sport can_play
state speaks language: speaks_language fluent_in is_fluent_in can_speak
state uses: uses_tool uses_app
event visited place: went_to traveled_to travelled_to been_to has_visited has_been_to flew_to took_trip_to trip_to vacationed_in toured
  got_back_from returned_from ~visited_by
event attended: participated_in took_part_in went_to_event participates_in has_attended ~attended_by
event moved_to place: relocated_to has_moved_to emigrated_to immigrated_to
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
taste likes thing: enjoys is_fan_of fan_of interested_in is_into is_fond_of fond_of appreciates
taste loves thing: adores passionate_about is_passionate_about
taste prefers thing: favorite favourite has_favorite has_favourite favorite_is favourite_is
taste dislikes thing: does_not_like does_not_love does_not_enjoy is_not_fan_of can_not_stand detests not_fond_of doesnt_like
taste avoids thing: does_not_eat can_not_eat does_not_drink can_not_drink can_not_have stays_away_from
possession owns: has possesses owner_of ~owned_by ~belongs_to
possession has_pet: pet owns_pet has_dog has_cat ~pet_of
kin married_to person: spouse spouse_of wife_of husband_of has_wife has_husband has_spouse is_married_to got_married_to
  was_married_to married
kin engaged_to person: fiance_of fiancee_of is_engaged_to got_engaged_to has_fiance has_fiancee
kin dating: in_relationship_with girlfriend_of boyfriend_of partner_of has_partner has_girlfriend has_boyfriend dates
kin sister_of: is_sister_of sister ~has_sister
kin brother_of: is_brother_of brother ~has_brother
kin mother_of: is_mother_of mother mom_of ~has_mother ~has_mom ~has_mum
kin father_of: is_father_of father dad_of ~has_father ~has_dad
kin parent_of: has_child ~child_of ~has_parent
kin friend_of: friends_with has_friend is_friend_of friend
kin colleague_of: coworker_of works_with has_colleague has_coworker
kin boss_of: manages manager_of supervisor_of ~reports_to ~managed_by ~has_boss ~has_manager ~has_supervisor
plan plans_to_visit place: will_visit going_to is_going_to is_off_to is_heading_to is_flying_to is_travelling_to is_traveling_to
  intends_to_visit plans_trip_to
plan wants_to_visit place: would_like_to_visit would_love_to_visit hopes_to_visit wants_to_go_to dreams_of_visiting
plan plans: plans_to intends intends_to
plan wants: wants_to wishes desires hopes_for
past lived_in place: used_to_live_in
past worked_at organization: worked_for used_to_work_at used_to_work_for
past studied_at organization: graduated_from graduated_at studied_from
own hates thing:
own is_named person: name_is nickname_is
own grew_up_in place: was_raised_in
own learns language: is_learning
own drives thing:
own plans_to_move_to place: is_moving_to will_move_to is_going_to_move_to wants_to_move_to is_relocating_to
"""

# Kinds that are not proposed: everybody names such relations so, or few need them.
_OBVIOUS = frozenset({"kin", "past", "own"})


class Row(NamedTuple):
    kind: str
    predicate: str
    type: str
    others: tuple[str, ...]


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(map(_row, _TABLE.strip().replace("\n  ", " ").splitlines()))


def _row(line: str) -> Row:
    head, _, others = line.partition(":")
    kind, predicate, *type = head.split()
    return Row(kind, predicate, " ".join(type), tuple(others.split()))


@cache
def _folded() -> Mapping[str, Folded]:
    return {other.lstrip("~"): Folded(row.predicate, other.startswith("~")) for row in _rows() for other in row.others}


@cache
def _known() -> Mapping[str, Row]:
    return {wording: row for row in _rows() for wording in (row.predicate, *row.others) if not wording.startswith("~")}


def vocabulary() -> tuple[str, ...]:
    """The predicates to propose, in the order of the table."""
    return tuple(row.predicate for row in _rows() if row.kind not in _OBVIOUS)


def spelled(text: str) -> str:
    """A predicate as all are written: "Lives in" and "LIVES-IN" are lives_in."""
    return "_".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def is_past(predicate: str) -> bool:
    """Whether it tells of a state that is over."""
    row = known(predicate)
    return row is not None and row.kind == "past"


def folded(predicate: str) -> Folded:
    """The predicate of the vocabulary that says the same; the given one if there is none."""
    return _folded().get(predicate, Folded(predicate))


def known(wording: str) -> Row | None:
    """The row of a wording that means what the predicate of the row means, in the same direction; None if there is none."""
    return _known().get(wording)
