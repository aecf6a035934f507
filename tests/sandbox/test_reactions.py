"""What people do with mails comes later, by itself, and everything tells the same of it."""

from collections import Counter
from typing import Any

import pytest

from saleshandy_mcp.sandbox.simulation import reactions
from saleshandy_mcp.sandbox.simulation.events import Kind
from saleshandy_mcp.sandbox.simulation.threads import threads
from tests.sandbox.kit import DAY, Crowd, call, frozen, mail, passes, since

LINK = '<p>Look at <a href="https://lanternworks.example.com/x">this</a></p>'
MANY = 250


def crowd_of(people: int = MANY, *steps: Any, **settings: Any) -> Crowd:
    """With a mailbox that has no limit to speak of."""
    crowd = Crowd(frozen(), *(steps or [mail(1, "Hello", LINK)]), people=people, **settings)
    crowd.world.outboxes[crowd.senders[0]]["limit"] = 1000
    return crowd


def test_people_open_click_answer_and_bounce_in_likely_shares() -> None:
    crowd = crowd_of(s4="1", s12="0")
    passes(crowd.box, 10 * DAY)
    people = {kind: {event["prospectId"] for event in since(crowd.box, kind)} for kind in KINDS}
    shares = {kind: len(found) / MANY for kind, found in people.items()}
    assert 0.4 < shares["email-opened"] < 0.65
    assert 0.04 < shares["email-link-clicked"] < 0.2
    assert 0.03 < shares["reply-received"] < 0.12
    assert 0.01 < shares["email-bounced"] < 0.1
    assert people["email-bounced"] & (people["email-opened"] | people["reply-received"]) == set()
    assert all(crowd.world.prospects[person]["bounced"] for person in people["email-bounced"])


KINDS: tuple[Kind, ...] = ("email-opened", "email-link-clicked", "reply-received", "email-bounced")


def test_what_is_not_tracked_is_not_known() -> None:
    crowd = crowd_of(s5="0", s4="0")
    passes(crowd.box, 10 * DAY)
    assert {event["kind"] for event in since(crowd.box)} & {"email-opened", "email-link-clicked"} == set()
    assert since(crowd.box, "reply-received")


def test_settings_change_what_they_are_about_and_nothing_else() -> None:
    tracked, untracked = crowd_of(), crowd_of(s5="0")
    for crowd in (tracked, untracked):
        passes(crowd.box, 10 * DAY)
    answers = [
        [(e["prospectId"], e["at"]) for e in since(crowd.box, "reply-received")] for crowd in (tracked, untracked)
    ]
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("settings", "leave"), [({}, False), ({"s1": '<a href="{{link}}">Leave</a>'}, True)])
def test_people_leave_by_link_where_there_is_one(settings: dict[str, Any], *, leave: bool) -> None:
    crowd = crowd_of(**settings)
    passes(crowd.box, 5 * DAY)
    left = since(crowd.box, "prospect-unsubscribed")
    assert bool(left) is leave
    assert all(event["stepId"] == crowd.steps[0] for event in left)
    assert all(("unsubscribe" in event["facts"]["content"]) is leave for event in crowd.mails)
    assert {event["prospectId"] for event in left} == {id_ for id_ in crowd.people if unsubscribed(crowd, id_)}


def unsubscribed(crowd: Crowd, person: str) -> bool:
    return crowd.world.prospects[person]["unsubscribed"]


@pytest.mark.parametrize("stops", [True, False])
def test_an_answer_ends_the_walk_if_the_sequence_is_set_so(*, stops: bool) -> None:
    crowd = crowd_of(MANY, mail(1), mail(9), s3="1" if stops else "0")
    passes(crowd.box, 7 * DAY)
    answered = {event["prospectId"] for event in since(crowd.box, "reply-received")}
    assert {crowd.standing(person) for person in answered} == {"replied" if stops else "active"}
    passes(crowd.box, 7 * DAY)
    assert bool(answered & set(crowd.mailed(1))) is not stops


def test_answers_are_unread_and_sorted_or_not() -> None:
    crowd = crowd_of()
    passes(crowd.box, 10 * DAY)
    found = [thread for thread in threads(crowd.world) if thread.sequence_id == crowd.id]
    answered = {event["prospectId"] for event in since(crowd.box, "reply-received")}
    assert {thread.prospect_id for thread in found} == answered
    listed = call(crowd.box, "POST", "/unified-inbox/emails", {**INBOX, "sequenceIds": [crowd.id]})["items"]
    assert not any(row["isRead"] for row in listed)
    sorted_ones = {event["prospectId"] for event in since(crowd.box, "prospect-outcome-updated")}
    assert sorted_ones < answered


INBOX = {"owners": ["41"], "page": 1, "limit": 100}


def test_what_somebody_has_sorted_stays_so() -> None:
    crowd = crowd_of()
    while not since(crowd.box, "reply-received"):
        passes(crowd.box, 20)
    person = since(crowd.box, "reply-received")[0]["prospectId"]
    address = crowd.world.prospects[person]["email"]
    call(
        crowd.box, "PATCH", "/sequences/update-prospect-outcome", {"prospectEmails": [address], "outcomeName": "Closed"}
    )
    passes(crowd.box, 3600)
    changes = since(crowd.box, "prospect-outcome-updated", prospectId=person)
    assert [event["facts"]["newOutcome"] for event in changes][-1] == "Closed"


def test_a_mailbox_is_paused_after_five_blocked_mails_in_a_row() -> None:
    crowd = crowd_of()
    account = crowd.world.email_accounts[crowd.senders[0]]
    account["healthScore"] = 1
    passes(crowd.box, DAY)
    assert account["status"] == 2
    (paused,) = since(crowd.box, "email-account-paused")
    assert [event["facts"]["reason"] for event in since(crowd.box, "email-bounced")][-5:] == [reactions.BLOCK] * 5
    assert all(event["at"] < paused["at"] for event in crowd.mails)
    assert not any(crowd.world.prospects[event["prospectId"]]["bounced"] for event in crowd.mails[-5:])


@pytest.mark.parametrize("another", [False, True])
def test_a_sequence_whose_only_mailbox_is_paused_is_paused_too(*, another: bool) -> None:
    crowd = crowd_of()
    row = crowd.world.sequences[crowd.id]
    if another:
        others = (
            it for it in crowd.world.email_accounts.values() if it["status"] == 1 and it["id"] not in crowd.senders
        )
        row["emailAccountIds"] = [*crowd.senders, next(others)["id"]]
    crowd.world.email_accounts[crowd.senders[0]]["healthScore"] = 1
    passes(crowd.box, DAY)
    assert since(crowd.box, "email-account-paused")
    assert row["active"] == another
    assert len(since(crowd.box, "sequence-paused", sequenceId=crowd.id)) == (not another)


def test_some_answers_hide_instructions_to_an_assistant() -> None:
    crowd = crowd_of(600)
    passes(crowd.box, 10 * DAY)
    texts = Counter(event["facts"]["content"] for event in since(crowd.box, "reply-received"))
    assert sum(
        any(sign in text for sign in ("display:none", "<!--", "#ffffff", "\u200b", "[system]")) for text in texts
    )
    assert len(texts) > 15


def test_numbers_of_a_sequence_follow() -> None:
    crowd = crowd_of()
    passes(crowd.box, 10 * DAY)
    stats = call(crowd.box, "POST", "/analytics/stats", {"sequenceId": crowd.id})
    counted = Counter(event["kind"] for event in since(crowd.box, sequenceId=crowd.id))
    assert stats["emails"]["status"]["bounced"] == counted["email-bounced"]
    assert stats["emails"]["status"]["delivered"] == counted["email-sent"] - counted["email-bounced"]
    assert stats["prospects"][0]["replied"] == str(counted["reply-received"])
