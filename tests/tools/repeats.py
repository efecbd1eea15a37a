"""Which tests only ``pytest -m thorough`` runs: those on a Neo4j server that repeat what another test has tried.

Both servers get the same Cypher, the sync client is generated from the async one, and rules know nothing of stores. So a usual
run tries the contract on one of the servers, most of it on Neo4j 2026, with the async client if there is a choice. On Neo4j 5 it also
tries what may differ between servers (all query files, the schema, filters) and what goes through all calls (the same program on all
stores, random histories). Of a contract test with several cases, a server gets the first and the embedded store all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.tools.servers import VERSIONS
from tests.tools.workers import group

# Folders and files whose tests do not depend on the release of the server.
ON_NEO4J_5 = (
    "tests/cli/",
    "tests/contract/",
    "tests/server/",
    "tests/stores/test_beside_others",
    "tests/stores/test_doctor",
    "tests/stores/test_neo4j_local",
    "tests/stores/test_old_stores",
    "tests/stores/test_origins",
    "tests/stores/test_own_labels",
    "tests/stores/test_related_work",
    "tests/stores/test_rereading",
    "tests/stores/test_sent_twice",
    "tests/stores/test_twins",
    "tests/system/test_bad_stores",
    "tests/system/test_forks_and_loops",
    "tests/system/test_injection",
    "tests/system/test_readme",
    "tests/system/test_tenants",
)
_NOT_ON_NEO4J_5 = ("tests/contract/test_protocol.py",)
# These run on the older server in a usual run, so that both have as much to do.
ON_NEO4J_2026 = (
    "tests/contract/test_context",
    "tests/contract/test_events",
    "tests/contract/test_reembedding",
    "tests/contract/test_said",
)
# Tests of rules, for which the embedded store is enough; and what takes its time: large stores and requests, the demo, new embedders
# for a whole store, schemas that are made anew, and servers that are killed.
ON_NEO4J = (
    "tests/cli/test_commands.py::test_demo_in_neo4j",
    "tests/contract/test_adding_many",
    "tests/contract/test_asked_relations.py::test_explain_tells_the_path_in_the_graph",
    "tests/contract/test_asked_relations.py::test_names_that_count_as_one_are_one",
    "tests/contract/test_asked_relations.py::test_only_relations_in_force_count",
    "tests/contract/test_asked_relations.py::test_relations_of_those_who_are_meant",
    "tests/contract/test_asked_relations.py::test_without_a_scope_everybody_is_found",
    "tests/contract/test_bad_input.py::test_filters_at_the_limits_are_accepted",
    "tests/contract/test_batches.py::test_a_batch_of_the_largest_size_is_accepted",
    "tests/contract/test_clocks",
    "tests/contract/test_context.py::test_it_explains_what_it_holds",
    "tests/contract/test_context.py::test_it_keeps_to_its_size",
    "tests/contract/test_context.py::test_what_names_something_of_the_kind_that_is_asked_for_comes_higher",
    "tests/contract/test_context.py::test_what_was_so_before_where_it_is_asked_for",
    "tests/contract/test_credentials",
    "tests/contract/test_dialect_examples",
    "tests/contract/test_events.py::test_an_older_export_has_no_days",
    "tests/contract/test_events.py::test_an_update_keeps_the_days",
    "tests/contract/test_events.py::test_days_survive_export_and_import",
    "tests/contract/test_every_script.py::test_a_name_among_very_alike_memories_is_found_first",
    "tests/contract/test_forgetting_beside_others.py::test_adds_during_a_reset_are_complete_or_gone",
    "tests/contract/test_merged_texts",
    "tests/contract/test_names_across_scopes",
    "tests/contract/test_reembedding.py::test_a_reset_ends_a_change",
    "tests/contract/test_reembedding.py::test_a_third_embedder_must_throw_away_what_the_second_made",
    "tests/contract/test_reembedding.py::test_afterwards_clients_with_the_old_embedder_are_refused",
    "tests/contract/test_reembedding.py::test_no_other_vectors_are_left",
    "tests/contract/test_reembedding.py::test_queries_may_be_embedded_otherwise",
    "tests/contract/test_reembedding.py::test_stopped_halfway",
    "tests/contract/test_reembedding.py::test_the_past_has_new_vectors",
    "tests/contract/test_reembedding.py::test_there_and_back_again",
    "tests/contract/test_reembedding.py::test_what_is_added_and_changed_meanwhile_is_not_missed",
    "tests/contract/test_reembedding.py::test_what_is_erased_meanwhile_is_passed_over",
    "tests/contract/test_said_vectors.py::test_an_export_of_an_older_graphmem",
    "tests/contract/test_said_vectors.py::test_they_change_with_those_of_memories",
    "tests/contract/test_said_vectors.py::test_they_move_with_an_export",
    "tests/contract/test_said_vectors.py::test_those_that_have_none_get_one",
    "tests/contract/test_same_entities",
    "tests/providers/",
    "tests/remember/",
    "tests/stores/test_beside_others.py::test_a_repair_is_of_our_own",
    "tests/stores/test_beside_others.py::test_indexes_that_others_dropped_are_made_again",
    "tests/stores/test_beside_others.py::test_others_come_after_graphmem",
    "tests/stores/test_neo4j_local.py::test_data_outlives_a_stop_and_a_start_that_was_killed",
    "tests/stores/test_neo4j_local.py::test_the_server_answers_as_the_version_that_was_asked_for",
    "tests/stores/test_neo4j_local.py::test_two_calls_at_once_start_one_server",
    "tests/stores/test_old_stores.py::test_an_old_store_can_be_added_to_and_changed",
    "tests/stores/test_old_stores.py::test_messages_of_then_are_found",
    "tests/stores/test_old_stores.py::test_opening_an_old_store_again_changes_nothing",
    "tests/stores/test_origins.py::test_an_older_store_gets_it_even_after_a_kill",
    "tests/stores/test_own_labels.py::test_killed_within_a_query_it_is_resumed",
    "tests/stores/test_own_labels.py::test_what_was_taken_from_others_is_given_back",
    "tests/stores/test_plans",
    "tests/stores/test_related_work",
    "tests/stores/test_upgrades",
    "tests/system/test_add_many_equals_adds",
    "tests/system/test_concurrency",
    "tests/system/test_congruence",
    "tests/system/test_durability",
    "tests/system/test_end_to_end",
    "tests/system/test_injection.py::test_hostile_texts_as_ids_categories_and_names",
    "tests/system/test_injection.py::test_hostile_texts_as_metadata_keys_and_values",
    "tests/system/test_injection.py::test_hostile_texts_as_queries_and_conditions",
    "tests/system/test_neo4j_browser",
    "tests/system/test_reembedding_killed",
    "tests/system/test_tenants",
)
# Long ones, of which a thorough run leaves the case on Neo4j 5 to an exhaustive one.
LONG = (
    "tests/cli/test_commands.py::test_demo_in_neo4j",
    "tests/contract/test_batches.py::test_a_batch_of_the_largest_size_is_accepted",
    "tests/contract/test_reembedding.py::test_there_and_back_again",
    "tests/stores/test_neo4j_local.py::test_two_calls_at_once_start_one_server",
    "tests/system/test_durability.py::test_acknowledged_adds_survive_a_restart_of_neo4j",
    "tests/system/test_end_to_end.py::test_an_add_stores_what_the_model_says_or_nothing_at_all",
    "tests/system/test_injection.py::test_hostile_texts_as_queries_and_conditions",
    "tests/system/test_reembedding_killed",
)
# Contract tests that a usual run tries beside other programs' data as well, on Neo4j 2026. A thorough one tries these on Neo4j 5, and all
# others on Neo4j 2026.
BESIDE_OTHERS = (
    "tests/contract/test_finding.py::test_users_lists_every_kind_of_scope",
    "tests/contract/test_going_back.py::test_erase_a_scope_with_what_was_deleted_in_it",
    "tests/contract/test_going_back.py::test_undo_of_an_add_an_update_and_a_delete",
    "tests/contract/test_relations.py::test_neighbours_by_distance",
    "tests/contract/test_resetting.py::test_reset_leaves_nothing_and_the_store_goes_on",
    "tests/contract/test_said.py::test_what_a_deleted_memory_came_from_is_not_found",
    "tests/contract/test_transfer.py::test_a_store_survives_export_and_import_both_ways",
)
_FIRST_CASE = ("tests/contract/",)


def takes_too_long(test: str) -> bool:
    """Whether this repeat is for exhaustive runs: all of the contract beside other programs' data, and long ones on Neo4j 5."""
    return "-shared" in test or (test.startswith(LONG) and group(test) == "neo4j-5")


def repeats(tests: Iterable[str]) -> Iterator[str]:
    """The ids among these that belong to repeats. Their order decides which case of a test is the first."""
    tried: set[tuple[str, str]] = set()
    for test in tests:
        server = group(test)
        if server not in VERSIONS:
            continue
        case = (server, test.split("[")[0])
        if "-shared" in test:
            if server == "neo4j-5" or not test.startswith(BESIDE_OTHERS):
                yield test
        elif _is_elsewhere(test, server) or "[sync-" in test or (case in tried and test.startswith(_FIRST_CASE)):
            yield test
        else:
            tried.add(case)


def _is_elsewhere(test: str, server: str) -> bool:
    on_neo4j_5 = test.startswith(ON_NEO4J_5) and not test.startswith((*_NOT_ON_NEO4J_5, *ON_NEO4J_2026))
    on_neo4j_2026 = server == "neo4j-2026" and test.startswith(ON_NEO4J_2026)
    return (server == "neo4j-5" and on_neo4j_5) or on_neo4j_2026 or test.startswith(ON_NEO4J)
