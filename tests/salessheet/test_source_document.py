"""All that the vendor's help page says of the API, rule by rule, with the tests that hold each.

What is done in the web app alone, and what the page only advises, is no rule of the API and has no row.
"""

from importlib import import_module
from typing import NamedTuple

import pytest

from tests.salessheet import test_source_rules


class Row(NamedTuple):
    """One rule.

    Attributes:
        about: what it is about.
        says: what the page says of it.
        tests: what holds it, as ``module.test``: the emulator's side first, then the client's.
    """

    about: str
    says: str
    tests: tuple[str, ...]


ROWS = (
    Row(
        "plans",
        "Pro and Enterprise have the API, the free plan has not",
        ("source_rules.test_the_free_plan_has_no_api", "connection.test_a_key_that_is_not_accepted_is_told_in_words"),
    ),
    Row(
        "scope",
        "a key has full access, or reads only",
        (
            "source_rules.test_a_read_only_key_reads_and_writes_nothing",
            "connection.test_a_read_only_key_that_writes_is_told_in_words",
        ),
    ),
    Row(
        "several keys",
        "each key can be revoked, and the others go on",
        ("source_rules.test_what_becomes_of_a_key_shows_in_its_next_call_and_in_no_other_key",),
    ),
    Row("secrecy", "a key is never shown to others", ("connection.test_an_error_never_holds_the_key",)),
    Row(
        "Authorization",
        "each request carries the word Bearer, a space and the key",
        (
            "source_rules.test_the_prefix_bearer_is_needed_with_its_space",
            "connection.test_the_key_travels_as_bearer_and_content_type_with_bodies_alone",
        ),
    ),
    Row(
        "401",
        "the answer to a request without a valid key, and to a revoked key",
        (
            "source_rules.test_a_request_without_a_valid_key_gets_401",
            "connection.test_a_key_that_is_not_accepted_is_told_in_words",
        ),
    ),
    Row(
        "new key",
        "it may need some seconds before it works",
        (
            "source_rules.test_a_new_key_works_after_some_seconds",
            "connection.test_a_key_that_is_not_accepted_is_told_in_words",
        ),
    ),
    Row(
        "rights",
        "a key may do what its user may; it stops or loses rights when the user is deactivated or has another role",
        (
            "source_rules.test_a_key_has_the_rights_of_its_user",
            "source_rules.test_what_becomes_of_a_key_shows_in_its_next_call_and_in_no_other_key",
        ),
    ),
    Row("address", "https://api.salessheets.ai/v1", ("connection.test_settings_of_the_crm_are_read",)),
    Row(
        "HTTPS",
        "requests over plain HTTP are refused",
        ("source_rules.test_plain_http_is_refused", "connection.test_only_https_is_taken_or_this_machine"),
    ),
    Row(
        "Content-Type",
        "application/json with the bodies of POST, PUT and PATCH",
        (
            "source_rules.test_a_body_needs_its_content_type",
            "connection.test_the_key_travels_as_bearer_and_content_type_with_bodies_alone",
        ),
    ),
    Row(
        "/me",
        "tells the user and the organisation of the key",
        (
            "source_rules.test_me_tells_the_user_and_the_organisation",
            "operations.test_whose_key_it_is_can_be_asked",
        ),
    ),
    Row(
        "resources",
        "contacts (people and companies), deals, tasks, activities and pipelines: GET of one and of many, POST, PUT, "
        "PATCH, DELETE",
        (
            "source_rules.test_each_resource_is_created_read_changed_replaced_and_deleted",
            "operations.test_every_operation_of_the_contract_has_a_class_and_a_call",
            "operations.test_an_operation_is_carried_out_by_the_emulator",
        ),
    ),
    Row(
        "stages",
        "the stages of a pipeline are created, read, changed and deleted",
        ("source_rules.test_a_stage_is_added_renamed_and_taken_away_with_its_pipeline",),
    ),
    Row(
        "pages",
        "page and per_page",
        (
            "source_rules.test_pages_have_the_size_that_was_asked_for",
            "operations.test_a_walk_meets_every_record_once",
        ),
    ),
    Row(
        "filters",
        "a parameter for a field",
        (
            "source_rules.test_a_list_is_filtered_by_a_parameter_named_after_a_field",
            "operations.test_a_filter_that_means_something_else_is_refused",
        ),
    ),
    Row(
        "sorting",
        "sort_by and sort_order",
        (
            "source_rules.test_a_list_is_sorted_by_a_field",
            "operations.test_an_operation_sends_what_the_contract_declares_and_can_send_all_of_it",
        ),
    ),
    Row(
        "calls a minute",
        "100 on Pro, 500 on Enterprise",
        (
            "source_rules.test_a_key_has_so_many_calls_a_minute",
            "connection.test_calls_are_paced_by_the_limit_of_the_plan_and_never_refused",
        ),
    ),
    Row(
        "calls a day",
        "5,000 on Pro, 50,000 on Enterprise",
        (
            "source_rules.test_a_key_has_so_many_calls_a_day",
            "connection.test_the_limit_of_a_day_is_kept_without_a_header_for_it",
            "connection.test_what_is_left_of_the_day_is_known",
        ),
    ),
    Row(
        "limits of a key",
        "each key has its own; programs that share a key share its limits",
        (
            "source_rules.test_the_limits_of_two_keys_are_their_own",
            "connection.test_what_another_process_uses_up_shows_in_the_headers",
        ),
    ),
    Row(
        "headers",
        "X-RateLimit-Limit, -Remaining and -Reset (a Unix time) with every answer",
        (
            "source_rules.test_a_key_has_so_many_calls_a_minute",
            "source_rules.test_an_answer_that_refuses_has_the_headers_of_the_limit_too",
            "connection.test_a_reset_that_makes_no_sense_stops_nobody_for_longer_than_a_minute",
        ),
    ),
    Row(
        "429",
        "over the limit; wait 1 second, then 2, then 4, and so on",
        (
            "source_rules.test_a_key_has_so_many_calls_a_minute",
            "connection.test_after_429_it_waits_one_two_and_four_seconds",
        ),
    ),
    Row(
        "size of a batch",
        "a bare list of at most 100 records",
        (
            "source_rules.test_a_batch_holds_100_records_and_no_more",
            "source_rules.test_a_batch_that_is_no_list_of_records_is_refused_as_a_whole",
            "connection.test_a_batch_holds_100_records_and_no_more",
            "saving_contacts.test_any_number_is_saved_in_batches_of_a_hundred",
        ),
    ),
    Row(
        "what a batch does",
        "it creates records and updates them",
        (
            "source_rules.test_a_batch_updates_what_is_there",
            "saving_contacts.test_any_number_is_saved_in_batches_of_a_hundred",
        ),
    ),
    Row(
        "errors of a batch",
        "the answer names the items that failed: a required field, a bad e-mail, a stage or a custom field that is "
        "not there",
        (
            "source_rules.test_a_batch_names_the_items_that_failed_and_saves_the_others",
            "source_rules.test_a_batch_of_deals_names_the_item_whose_stage_does_not_exist",
            "saving_contacts.test_bad_items_are_named_and_the_good_ones_are_saved_once",
        ),
    ),
    Row(
        "audit",
        "each request is logged with the name of the key, the time, the endpoint and the status; so are those of a "
        "revoked key",
        ("source_rules.test_every_request_is_in_the_audit_log",),
    ),
    Row(
        "webhooks",
        "a change is told at once, and the record is then read by the API",
        ("crm_webhooks.test_each_change_of_a_record_is_told",),
    ),
)

BESIDE = {
    # Whether the good items of a batch are kept is not documented.
    "source_rules.test_a_batch_that_is_refused_as_a_whole_names_the_same_items",
    # Documented for batches; assumed for a single record.
    "source_rules.test_a_stage_that_does_not_exist_is_refused",
}
"""Tests of what the page does not say."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.about)
def test_a_rule_is_held_by_tests_that_exist(row: Row) -> None:
    assert row.tests
    for named in row.tests:
        module, _, name = named.partition(".")
        assert callable(getattr(import_module(f"tests.salessheet.test_{module}"), name, None)), named


def test_every_test_of_the_rules_stands_in_a_row() -> None:
    held = {named for row in ROWS for named in row.tests}
    there = {f"source_rules.{name}" for name in vars(test_source_rules) if name.startswith("test_")}
    assert there <= held | BESIDE
