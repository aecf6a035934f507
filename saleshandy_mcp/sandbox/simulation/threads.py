"""Threads of the inbox. The mails with a person in a sequence are a thread as soon as the person has answered."""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.sandbox.simulation.events import select
from saleshandy_mcp.sandbox.simulation.merge import plain
from saleshandy_mcp.sandbox.world.tables import Place, Row, World, hash_id

UNCATEGORIZED = "Uncategorized"
SENTIMENTS = {"1": "Positive", "2": "Negative", "3": "Neutral"}


@dataclass(frozen=True)
class Message:
    """One mail of a thread, sent or received."""

    id: str
    at: str
    sender: str  # address
    subject: str
    content: str
    received: bool


@dataclass(frozen=True)
class Thread:
    id: str
    sequence_id: str
    prospect_id: str
    sender_id: str | None
    messages: list[Message]  # oldest first

    @property
    def place(self) -> tuple[str, str]:
        return self.sequence_id, self.prospect_id

    @property
    def subject(self) -> str:
        return self._received.subject

    @property
    def sender(self) -> str:
        return self._received.sender

    @property
    def last_at(self) -> str:
        return self.messages[-1].at

    @property
    def received_at(self) -> str:
        return self._received.at

    @property
    def text(self) -> str:
        """The text that a search looks in."""
        return " ".join(f"{message.subject} {plain(message.content)} {message.sender}" for message in self.messages)

    @property
    def _received(self) -> Message:
        return next(message for message in reversed(self.messages) if message.received)


def thread_id(sequence_id: str | None, prospect_id: str | None) -> str:
    return hash_id("thread", sequence_id, prospect_id)


def threads(world: World) -> list[Thread]:
    """All threads, the one with the latest message first."""
    answered = {(event["sequenceId"], event["prospectId"]) for event in select(world, "reply-received")}
    pairs: dict[tuple[str, str], list[Row]] = {pair: [] for pair in answered}
    for event in select(world, "email-sent", "reply-received"):
        if (pair := (event["sequenceId"], event["prospectId"])) in pairs:
            pairs[pair].append(event)
    answers: dict[str, list[Row]] = {}
    for mail in world.mails:
        answers.setdefault(mail.get("threadId", ""), []).append(mail)
    found = [_thread(world, pair, happened, answers) for pair, happened in pairs.items()]
    return sorted(found, key=lambda thread: (thread.last_at, thread.id), reverse=True)


def is_read(world: World, thread: Thread) -> bool:
    return world.read_at.get(thread.id, "") >= thread.received_at


def changes(world: World) -> dict[Place, Row]:
    """The last change of outcome of each person in each sequence."""
    ordered = sorted(select(world, "prospect-outcome-updated"), key=lambda event: event["at"])
    return {(event["sequenceId"], event["prospectId"]): event for event in ordered}


def outcome(change: Row | None) -> str:
    """The name of the outcome after the last change."""
    return UNCATEGORIZED if change is None else change["facts"]["newOutcome"]


def outcome_row(world: World, name: str) -> Row | None:
    return next((row for row in world.outcomes.values() if row["name"] == name), None)


def sentiment(world: World, name: str) -> str:
    """The sentiment of an outcome. Assumed: the one of Uncategorized is Uncategorized, and neutral as a category."""
    row = outcome_row(world, name)
    return UNCATEGORIZED if row is None or name == UNCATEGORIZED else SENTIMENTS[row["sentiment"]]


def add_mail(world: World, kind: str, at: str, **facts: Any) -> Row:
    """Store a mail that no step sends. Nobody receives it."""
    mail: Row = {"id": hash_id("mail", len(world.mails)), "kind": kind, "at": at, **facts}
    world.mails.append(mail)
    return mail


def _thread(world: World, pair: tuple[str, str], happened: list[Row], answers: dict[str, list[Row]]) -> Thread:
    id_ = thread_id(*pair)
    messages = [_of_event(world, event) for event in happened] + [
        _of_mail(world, mail) for mail in answers.get(id_, [])
    ]
    messages.sort(key=lambda message: message.at)
    return Thread(id_, *pair, sender_id=happened[-1]["senderId"], messages=messages)


def _of_event(world: World, event: Row) -> Message:
    received = event["kind"] == "reply-received"
    sender = world.prospects.get(event["prospectId"], {}).get("email", "") if received else _mailbox(world, event)
    facts = event["facts"]
    return Message(
        event["id"], event["at"], sender, facts.get("subject", ""), facts.get("content", ""), received=received
    )


def _of_mail(world: World, mail: Row) -> Message:
    return Message(mail["id"], mail["at"], _mailbox(world, mail), mail["subject"], mail["content"], received=False)


def _mailbox(world: World, row: Row) -> str:
    return world.email_accounts.get(row["senderId"], {}).get("fromEmail", "")
