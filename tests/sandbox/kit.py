"""A sandbox whose time is moved by hand, calls to it without a socket, and a sequence of one's own in it."""

import json
from typing import Any

from saleshandy_mcp.sandbox import KEY, Clock, Sandbox
from saleshandy_mcp.sandbox.http.asgi import Call
from saleshandy_mcp.sandbox.simulation.events import Kind, select
from saleshandy_mcp.sandbox.world.tables import World

Row = dict[str, Any]

DAY = 86_400
BEGIN = "2026-11-16T08:00:00.000Z"
# Round the clock, so that days and quotas alone decide.
ALWAYS = [
    {"day": day, "slots": [{"start": {"hour": 0, "minute": 0}, "end": {"hour": 23, "minute": 59}}]} for day in range(7)
]


def frozen(**more: Any) -> Sandbox:
    return Sandbox(limits=False, clock=Clock(tick=lambda: 0.0), **more)


def call(box: Sandbox, method: str, path: str, body: Any = None, query: dict[str, str] | None = None) -> Any:
    """The payload of the answer, which must be a good one."""
    content = json.dumps({} if body is None else body).encode()
    reply = box.answer(Call(method, f"/v1{path}", path, query or {}, KEY, content, "http://sandbox/"))
    assert reply.status in (200, 201), reply
    return reply.body.get("payload")


def passes(box: Sandbox, seconds: float) -> None:
    box.clock.advance(seconds)
    box.state()


def since(box: Sandbox, *kinds: Kind, **where: str) -> list[Row]:
    """What has happened after the demo's past."""
    return list(select(box.world, *kinds, since=BEGIN, **where))


def quiet(box: Sandbox) -> None:
    """Pause what the demo workspace runs."""
    ids = [row["id"] for row in box.world.sequences.values() if row["active"]]
    call(box, "POST", "/sequences/status", {"sequenceIds": ids, "status": "pause"})


def mail(day: int, subject: str = "Hello {{First Name|'you'}}", *contents: str) -> Row:
    variants = [{"payload": {"subject": subject, "content": text}} for text in contents or ("<p>Hi</p>",)]
    return {"type": 1, "absoluteDays": day, "variants": variants}


def task(day: int) -> Row:
    return {"type": 9, "absoluteDays": day, "variants": [{"payload": {}, "taskNote": "Look"}]}


class Crowd:
    """A running sequence with people nobody knows yet, whose mailbox is Ada's unless told."""

    def __init__(self, box: Sandbox, *steps: Row, people: int = 3, verify: bool = False, **settings: str) -> None:
        self.box = box
        self.world: World = box.world
        quiet(box)
        senders = [row["id"] for row in self.world.email_accounts.values() if row["status"] == 1]
        schedule = call(box, "POST", "/schedules", {"name": "Always", "timezone": "Etc/UTC", "timeSlots": ALWAYS})
        self.senders = senders[:1]
        body = {"title": "Crowd", "emailAccountIds": self.senders, "scheduleId": schedule["id"]}
        self.id: str = call(box, "POST", "/sequences", body)["id"]
        self.steps = [call(box, "POST", f"/sequences/{self.id}/steps", step)["id"] for step in steps or [mail(1)]]
        self.set(**settings)
        self.put(people, verify=verify)
        self.status("resume")

    def put(self, people: int, *, verify: bool = False, step: int = 0) -> None:
        number = len(self.world.enrolments[self.id])
        rows = [{"Email": f"p{n}@crowd.example.com"} for n in range(number, number + people)]
        body = {"stepId": self.steps[step], "prospectList": rows, "verifyProspects": verify, "conflictAction": "upsert"}
        if rows:
            call(self.box, "POST", "/sequences/prospects/import-with-field-name", body)
            passes(self.box, 5)

    def set(self, **settings: str) -> None:
        """Settings by their codes, as in s3="0"."""
        entries = [{"code": int(code[1:]), "value": value} for code, value in settings.items()]
        if entries:
            call(self.box, "PATCH", f"/sequences/{self.id}/settings", {"settings": entries})

    def status(self, word: str) -> None:
        call(self.box, "POST", "/sequences/status", {"sequenceIds": [self.id], "status": word})

    @property
    def people(self) -> list[str]:
        return list(self.world.enrolments[self.id])

    @property
    def mails(self) -> list[Row]:
        return since(self.box, "email-sent", sequenceId=self.id)

    def mailed(self, step: int = 0) -> list[str]:
        return [event["prospectId"] for event in self.mails if event["stepId"] == self.steps[step]]

    def standing(self, person: str) -> str:
        return self.world.status_of(self.id, person)
