"""Whatever people do while time passes, nobody is written to who must not be, and all numbers agree."""

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from saleshandy_mcp.sandbox import Clock, Sandbox
from saleshandy_mcp.sandbox.simulation.events import KINDS, select
from tests.sandbox.kit import DAY, call, mail, passes, since
from tests.sandbox.rules import ALWAYS, mails_went_out_in_slots

Row = dict[str, Any]
SOME = st.integers(0, 10_000)
CONDITIONS: list[Row] = [
    {"name": "Email Open Count", "operation": "greater than", "value": 0},
    {"name": "Replied", "operation": "is", "value": False},
    {"name": "Last Step Completed", "operation": "is", "value": True},
    {"name": "Prospect Outcome", "operation": "is not", "value": ["Interested"]},
]


class Weeks(RuleBasedStateMachine):
    """Acts of people between stretches of time. What has been looked at once is only added to."""

    @initialize()
    def begin(self) -> None:
        self.told: list[str] = []
        self.box = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), deliver=self.deliver)
        self.world = self.box.world
        body: Row = {"name": "All", "webhookUrl": "http://127.0.0.1:9/", "webhookEvent": list(KINDS), "headers": {}}
        call(self.box, "POST", "/webhook/create", body)
        self.add_a_subsequence(0, CONDITIONS[0])  # of an active sequence, so that people are taken over
        self.before = len(self.world.events)
        self.blocked: dict[str, int] = {}
        self.seen = self.before

    def deliver(self, _url: str, _headers: dict[str, str], content: bytes) -> int:
        self.told.append(content.decode())
        return 200

    def one(self, table: dict[str, Row], number: int) -> Row:
        return list(table.values())[number % len(table)]

    def someone(self, number: int) -> tuple[str, str]:
        places = [(sequence, person) for sequence, people in self.world.enrolments.items() for person in people]
        return places[number % len(places)]

    @rule(seconds=st.integers(60, 2 * DAY))
    def wait(self, seconds: int) -> None:
        """What is sent meanwhile is judged by how things stood when the time began."""
        active = {row["id"] for row in self.world.all_sequences() if row["active"]}
        senders = {row["id"] for row in self.world.email_accounts.values() if row["status"] == 1}
        statuses = self.world.set_statuses.items()
        held = {place for place, row in statuses if row["status"] != "active" and not row["until"]}
        begun = len(self.world.events)
        passes(self.box, seconds)
        mails = [event for event in self.world.events[begun:] if event["kind"] == "email-sent"]
        mails_went_out_in_slots(self.world, mails)
        for event in mails:
            assert event["sequenceId"] in active
            assert event["senderId"] in senders
            assert event["prospectId"] not in self.blocked
            assert (event["sequenceId"], event["prospectId"]) not in held

    @rule(number=SOME)
    def start_or_pause(self, number: int) -> None:
        row = self.one(self.world.sequences, number)
        if row["active"] or any(self.world.email_accounts[id_]["status"] == 1 for id_ in row["emailAccountIds"]):
            status = "pause" if row["active"] else "resume"
            call(self.box, "POST", "/sequences/status", {"sequenceIds": [row["id"]], "status": status})

    @rule(number=SOME, people=st.integers(1, 30), verify=st.booleans())
    def put_in(self, number: int, people: int, *, verify: bool) -> None:
        rows = [{"Email": f"p{number}.{place}@crowd.example.com"} for place in range(people)]
        body: Row = {"prospectList": rows, "verifyProspects": verify, "conflictAction": "upsert"}
        step = self.one(self.world.steps, number)["id"]
        call(self.box, "POST", "/sequences/prospects/import-with-field-name", {**body, "stepId": step})

    @rule(number=SOME, status=st.sampled_from(["replied", "finished", "paused", "unsubscribed", "active"]))
    def mark(self, number: int, status: str) -> None:
        sequence, person = self.someone(number)
        if status == "active" and (sequence, person) in self.world.ended:
            return  # whoever is brought back may be written to again
        pair = {"sequenceId": sequence, "prospectId": person}
        call(self.box, "PATCH", "/prospects/status", {"prospectAndSequenceIds": [pair], "status": status})

    @rule(number=SOME)
    def block(self, number: int) -> None:
        _, person = self.someone(number)
        body = {"dncListId": next(iter(self.world.dnc_lists)), "items": [self.world.prospects[person]["email"]]}
        call(self.box, "POST", "/dnc", body)
        self.blocked[person] = len(self.world.events)

    @rule(number=SOME, condition=st.sampled_from(CONDITIONS))
    def add_a_subsequence(self, number: int, condition: Row) -> None:
        parent = self.one(self.world.sequences, number)
        body: Row = {"title": "More", "conditions": [condition]}
        id_ = call(self.box, "POST", f"/sequences/{parent['id']}/subsequence", body)["id"]
        for day in (1, 3):
            call(self.box, "POST", f"/sequences/{id_}/steps", mail(day))
        if any(self.world.email_accounts[sender]["status"] == 1 for sender in parent["emailAccountIds"]):
            call(self.box, "POST", "/sequences/status", {"sequenceIds": [id_], "status": "resume"})

    @rule(number=SOME)
    def do_tasks(self, number: int) -> None:
        ids = [row["id"] for row in self.world.tasks.values() if not (row["completedAt"] or row["skippedAt"])]
        if ids:
            start = number % len(ids)
            call(self.box, "POST", "/tasks/bulk-skip", {"taskIds": ids[start : start + 30]})

    @rule(number=SOME, day=st.integers(1, 20))
    def add_a_step(self, number: int, day: int) -> None:
        sequence = self.one(self.world.sequences, number)["id"]
        body: Row = {"type": 9, "absoluteDays": day, "variants": [{"payload": {}, "taskNote": "Look"}]}
        call(self.box, "POST", f"/sequences/{sequence}/steps", body)

    @rule(number=SOME, limit=st.integers(5, 60))
    def limit_a_mailbox(self, number: int, limit: int) -> None:
        """Never below what may have been sent on the days before."""
        row = self.one(self.world.email_accounts, number)
        limit = max(limit, self.world.outboxes[row["id"]]["limit"])
        body = {"emailAccountIds": [row["id"]], "senderFirstName": row["fromName"], "dailyQuota": limit}
        call(self.box, "POST", "/email-accounts/bulk-update", body)

    @invariant()
    def the_rules_hold(self) -> None:
        for holds in ALWAYS:
            holds(self.world)

    @invariant()
    def numbers_agree(self) -> None:
        sent = Counter(event["sequenceId"] for event in select(self.world, "email-sent"))
        for row in self.world.all_sequences():
            mails = call(self.box, "POST", "/analytics/stats", {"sequenceId": row["id"]})["emails"]["status"]
            assert mails["delivered"] + mails["bounced"] == sent[row["id"]]
        team = {"startDate": "2026-09-01", "endDate": "2027-12-31", "userIds": ["41", "42"], "type": "email"}
        ask = {"countBy": "absolute", "orderBy": "emailSent", "sortOrder": "asc", "page": 1, "limit": 10}
        members = call(self.box, "POST", "/analytics/team/stats", team | ask)
        assert sum(it["emailSent"] for it in members) == sum(sent.values())
        inbox = call(self.box, "POST", "/unified-inbox/emails", {"owners": ["41"], "page": 1, "limit": 1})
        answered = {(e["sequenceId"], e["prospectId"]) for e in select(self.world, "reply-received")}
        assert inbox["meta"]["totalItems"] == len(answered)

    @invariant()
    def what_mailboxes_have_left_is_what_they_have_not_sent(self) -> None:
        today = Counter(e["senderId"] for e in select(self.world, "email-sent", since=self.world.now()[:10]))
        for row in call(self.box, "POST", "/email-accounts", {"page": 1, "pageSize": 100})["emails"]:
            left = next(entry["value"] for entry in row["settings"] if entry["code"] == "available-quota")
            whole = self.world.outboxes[row["id"]]["limit"] if row["status"] == 1 else today[row["id"]]
            assert int(left) == whole - today[row["id"]]

    @invariant()
    def webhooks_hear_of_each_event_once(self) -> None:
        assert len(self.told) == len(self.world.events) - self.before
        assert len(since(self.box)) == len(self.world.events) - self.before


Weeks.TestCase.settings = settings(
    max_examples=12, stateful_step_count=20, deadline=None, derandomize=True, database=None
)
test_weeks_of_work_keep_the_rules = Weeks.TestCase
