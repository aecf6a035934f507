"""A running sequence with a subsequence, and what can happen to its people."""

from collections.abc import Callable
from typing import Any

from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.simulation.events import Kind, record
from tests.sandbox.kit import Crowd, Row, call, mail, since

OPENED: Row = {"name": "Email Open Count", "operation": "greater than", "value": 0}
Act = Callable[["Parent", str], None]
FAR = mail(30)  # nothing of the parent goes out in these tests
NEVER: Row = {"name": "Email Open Count", "operation": "greater than", "value": 99}


class Parent(Crowd):
    """A running sequence with a subsequence that has one mail."""

    def __init__(self, box: Sandbox, *conditions: Row, steps: tuple[Row, ...] = (FAR,), active: bool = True) -> None:
        super().__init__(box, *steps)
        self.number = 0
        self.sub = self.subsequence(*conditions or (NEVER,))
        if active:
            self.start(self.sub)

    def subsequence(self, *conditions: Row, days: int = 1, steps: tuple[Row, ...] = (mail(1),)) -> str:
        self.number += 1
        body = {"title": f"After {self.number}", "conditions": list(conditions), "firstStepRelativeDays": days}
        id_: str = call(self.box, "POST", f"/sequences/{self.id}/subsequence", body)["id"]
        for step in steps:
            call(self.box, "POST", f"/sequences/{id_}/steps", step)
        return id_

    def start(self, id_: str, word: str = "resume") -> None:
        call(self.box, "POST", "/sequences/status", {"sequenceIds": [id_], "status": word})

    def happens(self, person: str, kind: Kind, **facts: Any) -> None:
        record(self.world, kind, sequence_id=self.id, step_id=self.steps[0], prospect_id=person, **facts)

    def email(self, person: str) -> str:
        return self.world.prospects[person]["email"]

    def mailed_by(self, id_: str | None = None) -> list[str]:
        """Who has got mails of the subsequence, one entry a mail."""
        return [event["prospectId"] for event in since(self.box, "email-sent", sequenceId=id_ or self.sub)]

    def places(self, person: str) -> dict[str, str]:
        """Sequence id -> status, as the API tells it."""
        found = call(self.box, "GET", f"/prospects/{person}/minimal/sequences")
        return {row["id"]: row["status"] for row in found}


def opens(times: int) -> Act:
    def act(parent: Parent, person: str) -> None:
        for _ in range(times):
            parent.happens(person, "email-opened")

    return act


def replies(text: str) -> Act:
    return lambda parent, person: parent.happens(person, "reply-received", content=f"<p>{text}</p>")


def clicks(parent: Parent, person: str) -> None:
    parent.happens(person, "email-link-clicked", link="https://lanternworks.example.com")


def ends(parent: Parent, person: str) -> None:
    parent.happens(person, "prospect-finished")


def outcome(name: str) -> Act:
    def act(parent: Parent, person: str) -> None:
        body = {"prospectEmails": [parent.email(person)], "outcomeName": name, "sequenceId": parent.id}
        call(parent.box, "PATCH", "/sequences/update-prospect-outcome", body)

    return act


def tags(*names: str) -> Act:
    return lambda parent, person: call(
        parent.box, "POST", "/prospects/tags/assign", {"prospects": [person], "tags": list(names)}
    )


def no_tag(name: str) -> Act:
    return lambda parent, person: call(
        parent.box, "POST", "/prospects/tags/un-assign", [{"prospects": [person], "tags": [name]}]
    )


def status(word: str) -> Act:
    def act(parent: Parent, person: str) -> None:
        pair = {"sequenceId": parent.id, "prospectId": person}
        call(parent.box, "PATCH", "/prospects/status", {"prospectAndSequenceIds": [pair], "status": word})

    return act
