"""Inbox, tasks and webhooks: what is refused before it is sent, and answers that nobody has documented."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.inbox import (
    GetInboxThread,
    GetUnreadThreadCount,
    ListInboxThreads,
    ListOutcomes,
    ReplyToEmail,
)
from saleshandy_mcp.api.resources.tasks import (
    BulkSkipTasks,
    BulkSnoozeTasks,
    CallOutcome,
    CompleteTask,
    CreateTasks,
    GetBulkTaskStatus,
    GetTaskCounts,
    ListTasks,
    SkipTask,
    SnoozeTask,
    TaskType,
    UpdateTaskNote,
)
from saleshandy_mcp.api.resources.webhooks import (
    CreateWebhook,
    DeliveredProspect,
    DeliveredSequence,
    DeliveredUser,
    GetWebhook,
    ListWebhooks,
    WebhookDelivery,
    WebhookEvent,
    read_delivery,
)
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.sandbox.http import contract

REPLY = {"email_thread_id": "t", "email_id": "e", "content": "<p>Hi</p>", "to": ["ann@ann.example.com"]}
HOOK = {"name": "n", "webhook_url": "https://hooks.lantern.example.com/", "webhook_event": ["email-sent"]}


def sent(operation: Operation[Any]) -> dict[str, Any]:
    body = operation.wire().body
    assert body is not None
    return body


@pytest.mark.parametrize(
    ("operation", "arguments", "argument"),
    [
        (ListInboxThreads, {}, "owners"),
        (ListInboxThreads, {"owners": [], "is_read": 2}, "is_read"),
        (ListInboxThreads, {"owners": [], "page_size": 0}, "page_size"),
        (ListInboxThreads, {"owners": [], "sentiment": "positive"}, "sentiment"),
        (GetInboxThread, {"email_thread_id": ""}, "email_thread_id"),
        (ReplyToEmail, REPLY | {"to": []}, "to"),
        (ReplyToEmail, REPLY | {"cc": ["ann"]}, "cc"),
        (ReplyToEmail, REPLY | {"content": ""}, "content"),
        (CreateTasks, {"prospect_ids": ["p"], "task_type": "1"}, "task_type"),
        (CreateTasks, {"prospect_ids": [], "task_type": "9"}, "prospect_ids"),
        (CreateTasks, {"prospect_ids": ["p"], "task_type": "9", "due_date": "tomorrow"}, "due_date"),
        (CreateTasks, {"prospect_ids": ["p"], "task_type": "9", "task_note": "x" * 3001}, "task_note"),
        (CompleteTask, {"task_id": "t", "call_outcome": "no-answer"}, "call_outcome"),
        (SnoozeTask, {"task_id": "t"}, "snooze_until"),
        (SnoozeTask, {"task_id": "t", "snooze_until": "2030-01-07T09:00:00"}, "snooze_until"),
        (UpdateTaskNote, {"task_id": "t", "note": "x" * 3001}, "note"),
        (BulkSkipTasks, {"task_ids": ["t"] * 101}, "task_ids"),
        (BulkSnoozeTasks, {"task_ids": ["t"] * 10_001, "snooze_until": "2030-01-07T09:00:00Z"}, "task_ids"),
        (CreateWebhook, HOOK | {"webhook_url": "hooks.lantern.example.com"}, "webhook_url"),
        (CreateWebhook, HOOK | {"webhook_event": []}, "webhook_event"),
        (CreateWebhook, HOOK | {"webhook_event": ["email-read"]}, "webhook_event"),
        (CreateWebhook, HOOK | {"headers": {"X-Secret": None}}, "headers"),
    ],
)
def test_what_cannot_work_is_refused_with_the_argument_named(
    operation: type[Operation[Any]], arguments: dict[str, Any], argument: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        operation.model_validate(arguments)
    assert caught.value.errors()[0]["loc"][0] == argument


@pytest.mark.parametrize(
    ("operation", "effect"),
    [
        (ReplyToEmail, Effect.SEND),
        (CreateWebhook, Effect.SEND),
        (ListInboxThreads, Effect.READ),
        (CreateTasks, Effect.WRITE),
        (BulkSkipTasks, Effect.WRITE),
    ],
)
def test_what_leaves_the_account_says_so(operation: type[Operation[Any]], effect: Effect) -> None:
    assert effect in operation.effects


def test_the_words_are_those_of_the_contract() -> None:
    schemas = contract.document()["components"]["schemas"]
    assert list(get_args(WebhookEvent)) == schemas["WebhookEvent"]["enum"]
    assert list(get_args(CallOutcome)) == schemas["CallOutcome"]["enum"]
    assert list(get_args(TaskType)) == schemas["TaskTypeCode"]["enum"]


def test_a_page_of_threads_is_asked_for_with_page_and_limit() -> None:
    assert ListInboxThreads(owners=["u"], page=2, page_size=5).wire().body == {"owners": ["u"], "page": 2, "limit": 5}


def test_a_reply_always_carries_the_two_numbers_that_are_required_on_paper() -> None:
    body = sent(ReplyToEmail.model_validate(REPLY))
    assert (body["templateId"], body["unifiedScheduledId"]) == (0, 0)


def test_headers_are_sent_even_when_there_are_none_and_shown_nowhere() -> None:
    assert sent(CreateWebhook.model_validate(HOOK))["headers"] == {}
    assert "canary" not in repr(CreateWebhook.model_validate(HOOK | {"headers": {"X-Secret": "canary"}}))
    answer = {"payload": {"id": "1", "headers": {"X-Secret": "canary"}}}
    assert "canary" not in repr(GetWebhook(webhook_id="1").parse(answer))


def test_a_moment_goes_out_in_utc_however_it_was_given() -> None:
    berlin = datetime(2030, 1, 7, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    for moment in (berlin, berlin.astimezone(UTC)):
        assert sent(SnoozeTask(task_id="t", snooze_until=moment)) == {"snoozeUntil": "2030-01-07T08:00:00.000Z"}


def test_a_task_is_skipped_without_a_body_and_completed_with_an_empty_one() -> None:
    assert SkipTask(task_id="t").wire().body is None
    assert CompleteTask(task_id="t").wire().body == {}


@pytest.mark.parametrize(
    "payload",
    [
        [{"id": "T1"}],
        {"tasks": [{"taskId": "T1"}]},
        {"items": [{"taskId": "T1", "id": 7}], "meta": {"totalItems": 1, "totalPages": 1}},
    ],
)
def test_tasks_are_found_wherever_the_list_stands(payload: Any) -> None:
    page = ListTasks().parse({"payload": payload})
    assert [task.key for task in page.items] == ["T1"]
    assert not page.more


def test_webhooks_are_found_in_a_list_or_in_an_object() -> None:
    hook = {"id": "65f0", "name": "n", "webhookUrl": "https://hooks.lantern.example.com", "webhookEvent": None}
    for payload in ([hook], {"webhooks": [hook], "meta": {"totalItems": 9, "totalPages": 2}}):
        [found] = ListWebhooks().parse({"payload": payload}).items
        assert (found.id, found.webhook_event) == ("65f0", [])


def test_what_is_not_known_of_a_task_is_kept() -> None:
    [task] = ListTasks().parse({"payload": [{"taskId": "T1", "remindAt": "noon", "priority": 2}]}).items
    assert (task.model_extra, task.priority) == ({"remindAt": "noon"}, "2")


@pytest.mark.parametrize(
    ("payload", "count"), [({"count": 4}, 4), (4, 4), ({"unread": 4}, None)], ids=["object", "number", "another key"]
)
def test_unread_conversations_are_counted_under_any_known_shape(payload: Any, count: int | None) -> None:
    assert GetUnreadThreadCount().parse({"payload": payload}).count == count


def test_states_of_tasks_that_nobody_has_named_are_counted_too() -> None:
    counts = GetTaskCounts().parse({"payload": {"dueToday": 1, "snoozed": 3}})
    assert (counts.due_today, counts.model_extra) == (1, {"snoozed": 3})


@pytest.mark.parametrize("envelope", [True, False])
def test_a_bulk_action_is_followed_with_an_envelope_and_without(envelope: bool) -> None:  # noqa: FBT001 - a table
    body = {"bulkActionId": "B1", "status": "completed", "completed": 2, "failed": 1}
    status = GetBulkTaskStatus(bulk_action_id="B1").parse({"payload": body} if envelope else body)
    assert (status.finished, status.failed) == (True, 1)


def test_outcomes_are_asked_for_with_the_category_alone() -> None:
    assert ListOutcomes().wire().query == {"category": "default"}


def test_a_delivery_is_read_with_custom_fields_and_keys_that_are_new() -> None:
    delivery = read_delivery(
        {
            "event": "reply-received",
            "replyReceivedAt": "2030-01-07T09:00:00Z",
            "prospect": {"email": "ann@ann.example.com", "linkedIn": "in/ann", "why_now": "A new job", "tag": None},
            "sequence": {"id": 41, "stepID": "7", "dealValue": 250},
            "conversationId": "Th1",
            "openCount": 2,
        }
    )
    assert delivery.prospect is not None
    assert delivery.sequence is not None
    assert delivery.prospect.model_extra == {"why_now": "A new job"}
    assert (delivery.prospect.linked_in, delivery.prospect.tag) == ("in/ann", [])
    assert (delivery.sequence.id, delivery.sequence.step_id, delivery.sequence.deal_value) == ("41", "7", "250")
    assert (delivery.conversation_id, delivery.open_count) == ("Th1", "2")
    assert delivery.happened_at == "2030-01-07T09:00:00Z"


def test_a_delivery_of_an_event_that_is_not_known_yet_is_read() -> None:
    delivery = read_delivery({"event": "prospect-cloned"})
    assert (delivery.event, delivery.prospect, delivery.happened_at) == ("prospect-cloned", None, None)


@pytest.mark.parametrize(
    ("body", "place"),
    [([], "object"), (None, "object"), ({}, "event"), ({"event": "x", "prospect": "canary"}, "prospect")],
)
def test_what_is_no_delivery_is_told_without_repeating_it(body: Any, place: str) -> None:
    with pytest.raises(ValueError, match=place) as caught:
        read_delivery(body)
    assert "canary" not in str(caught.value)


def test_a_delivery_has_the_names_of_the_contract() -> None:
    declared = contract.document()["components"]["schemas"]["WebhookDelivery"]["properties"]
    for model, names in (
        (WebhookDelivery, declared),
        (DeliveredProspect, declared["prospect"]["properties"]),
        (DeliveredSequence, declared["sequence"]["properties"]),
        (DeliveredUser, declared["user"]["properties"]),
    ):
        assert {field.alias for field in model.model_fields.values()} == set(names)
