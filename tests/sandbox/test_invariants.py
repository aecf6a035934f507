"""Whatever is called, in whatever order, the workspace stays one that can be: counts agree, ids resolve, rules hold."""

import json
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http.asgi import Call
from saleshandy_mcp.sandbox.http.message import Reply

Row = dict[str, Any]

NEW = [f"new{number}@fresh.example.com" for number in range(6)]
PEOPLE = st.lists(st.sampled_from([*NEW, "nobody", "zofia.nowak@ostrellis.example.com"]), min_size=1, max_size=4)
SOME = st.integers(0, 10_000)


class Workspace(RuleBasedStateMachine):
    """Calls as they come, over a workspace with frozen time."""

    @initialize()
    def begin(self) -> None:
        self.box = Sandbox(limits=False, clock=Clock(tick=lambda: 0.0))
        self.world = self.box.world
        # address -> the sequences that held it when it was blocked
        self.blocked: dict[str, set[str]] = {}

    def call(self, method: str, path: str, body: Row | None = None, query: dict[str, str] | None = None) -> Reply:
        content = json.dumps(body or {}).encode()
        reply = self.box.answer(Call(method, f"/v1{path}", path, query or {}, KEY, content, "http://sandbox/"))
        assert reply.status in (200, 201, 400), reply
        return reply

    def one(self, table: dict[str, Row], number: int) -> Row:
        return list(table.values())[number % len(table)]

    def sequences_of(self, address: str) -> set[str]:
        person = self.world.by_email.get(address)
        return {sequence for sequence, people in self.world.enrolments.items() if person in people}

    @rule(number=SOME)
    def create_sequence(self, number: int) -> None:
        self.call("POST", "/sequences", {"title": f"S{number}"})

    @rule(number=SOME, day=st.integers(1, 9), channel=st.sampled_from([1, 3, 12]))
    def create_step(self, number: int, day: int, channel: int) -> None:
        payload = {1: {"subject": "s", "content": "c"}, 3: {"message": "m"}, 12: {}}[channel]
        sequence = self.one(self.world.sequences, number)["id"]
        body = {"type": channel, "absoluteDays": day, "variants": [{"payload": payload}]}
        self.call("POST", f"/sequences/{sequence}/steps", body)

    @rule(number=SOME, status=st.sampled_from(["resume", "pause"]))
    def set_status(self, number: int, status: str) -> None:
        body = {"sequenceIds": [self.one(self.world.sequences, number)["id"]], "status": status}
        self.call("POST", "/sequences/status", body)

    @rule(number=SOME, emails=PEOPLE, into_step=st.booleans())
    def import_people(self, number: int, emails: list[str], into_step: bool) -> None:  # noqa: FBT001 - drawn by name
        body: Row = {
            "prospectList": [{"Email": email, "First Name": "New"} for email in emails],
            "conflictAction": "upsert",
            "verifyProspects": False,
        }
        if into_step:
            self.call(
                "POST",
                "/sequences/prospects/import-with-field-name",
                {**body, "stepId": self.one(self.world.steps, number)["id"]},
            )
        else:
            self.call("POST", "/prospects/import-with-field-name", body)

    @rule(number=SOME)
    def enrol_stored_people(self, number: int) -> None:
        step = self.one(self.world.steps, number)
        person = self.one(self.world.prospects, number)["id"]
        self.call("POST", f"/sequences/{step['sequenceId']}/contacts", {"contactIds": [person], "stepId": step["id"]})

    @rule(number=SOME)
    def unsubscribe(self, number: int) -> None:
        self.call("POST", "/prospects/unsubscribe", {"prospectIds": [self.one(self.world.prospects, number)["id"]]})

    @rule(email=st.sampled_from([*NEW, "fresh.example.com"]))
    def block(self, email: str) -> None:
        dnc_list = next(iter(self.world.dnc_lists))
        self.call("POST", "/dnc", {"dncListId": dnc_list, "items": [email]})
        for address in NEW:
            if email in (address, address.partition("@")[2]):
                self.blocked.setdefault(address, self.sequences_of(address))

    @rule(number=SOME, phone=st.booleans())
    def enrich(self, number: int, phone: bool) -> None:  # noqa: FBT001 - drawn by name
        lead = list(self.world.leads)[number % len(self.world.leads)]
        self.call("POST", "/enrich/contact", {"lead_id": [lead], "reveal_phone": phone})

    @rule(number=SOME, outcome=st.sampled_from(["Interested", "Not Now"]))
    def set_outcome(self, number: int, outcome: str) -> None:
        body = {"prospectEmails": [self.one(self.world.prospects, number)["email"]], "outcomeName": outcome}
        self.call("PATCH", "/sequences/update-prospect-outcome", body)

    @rule(seconds=st.integers(1, 100_000))
    def wait(self, seconds: int) -> None:
        self.box.clock.advance(seconds)

    @invariant()
    def counts_agree_between_endpoints(self) -> None:
        told = {row["id"]: row for row in self.box.state()["sequences"]}
        listed = self.call("GET", "/sequences", query={"pageSize": "1000"}).body["payload"]
        assert {row["id"] for row in listed} == told.keys()
        for row in listed:
            stats = self.call("POST", "/analytics/stats", {"sequenceId": row["id"]}).body["payload"]
            assert int(stats["prospects"][0]["total"]) == told[row["id"]]["prospects"]
            assert len(row["steps"]) == told[row["id"]]["steps"]
            assert row["active"] == told[row["id"]]["active"]

    @invariant()
    def ids_resolve(self) -> None:
        for sequence_id, people in self.world.enrolments.items():
            assert sequence_id in self.world.sequences or sequence_id in self.world.subsequences
            assert people.keys() <= self.world.prospects.keys()
            assert all(self.world.steps[step]["sequenceId"] == sequence_id for step in people.values())
        assert all(self.world.prospects[id_]["email"].lower() == email for email, id_ in self.world.by_email.items())

    @invariant()
    def nobody_is_enrolled_after_having_been_blocked(self) -> None:
        for address, before in self.blocked.items():
            assert self.sequences_of(address) <= before

    @invariant()
    def every_row_of_an_ended_import_is_counted_once(self) -> None:
        for job in self.world.imports.values():
            settled = job["imported"] + job["updated"] + len(job["refused"])
            assert settled == (len(job["rows"]) if job["isCompleted"] else 0)

    @invariant()
    def days_hold_one_email_each(self) -> None:
        for sequence_id in self.world.sequences:
            days = [step["absoluteDays"] for step in self.world.steps_of(sequence_id) if step["type"] == 1]
            assert len(days) == len(set(days))

    @invariant()
    def credits_are_never_negative(self) -> None:
        assert all(value >= 0 for value in self.world.credits.values() if isinstance(value, int | float))


Workspace.TestCase.settings = settings(
    max_examples=15, stateful_step_count=25, deadline=None, derandomize=True, database=None
)
test_the_workspace_stays_possible = Workspace.TestCase
