"""The tables of the sandbox and the ids in them: plain dicts with wire names."""

import hashlib
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from saleshandy_mcp.sandbox.world.clock import BASE, Clock, iso

Row = dict[str, Any]
Table = dict[str, Row]

ALPHABET = string.ascii_letters + string.digits
ID_LENGTH = 10
# Two letters at a time: ids are made by the thousand.
PAIRS = [first + second for second in ALPHABET for first in ALPHABET]


def hash_id(*parts: object) -> str:
    """Ten letters and digits, the same for the same parts on every start."""
    number = int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()) % len(ALPHABET) ** ID_LENGTH
    pairs: list[str] = []
    for _ in range(ID_LENGTH // 2):
        number, index = divmod(number, len(PAIRS))
        pairs.append(PAIRS[index])
    return "".join(pairs)


@dataclass
class World:
    """One workspace. Rows refer to each other by id; tables keep the order of creation."""

    clock: Clock
    # what chance is drawn from
    seed: int = 0
    # until when everything has happened that was due; see due.py
    settled: datetime = BASE
    user: Row = field(default_factory=dict[str, Any])
    email_accounts: Table = field(default_factory=dict[str, Row])
    schedules: Table = field(default_factory=dict[str, Row])
    fields: Table = field(default_factory=dict[str, Row])
    sequences: Table = field(default_factory=dict[str, Row])
    steps: Table = field(default_factory=dict[str, Row])
    variants: Table = field(default_factory=dict[str, Row])
    prospects: Table = field(default_factory=dict[str, Row])
    imports: Table = field(default_factory=dict[str, Row])
    # what has happened, in the order of recording; see events.py
    events: list[Row] = field(default_factory=list[Row])
    outcomes: Table = field(default_factory=dict[str, Row])
    # mails outside of steps: answers from the inbox, tests, exports
    mails: list[Row] = field(default_factory=list[Row])
    # thread id -> when it was last read
    read_at: dict[str, str] = field(default_factory=dict[str, str])
    webhooks: Table = field(default_factory=dict[str, Row])
    # what goes to webhooks, and how many events they have been told of
    deliveries: list[Row] = field(default_factory=list[Row])
    heard: int = 0
    tasks: Table = field(default_factory=dict[str, Row])
    companies: dict[float, Row] = field(default_factory=dict[float, Row])
    leads: dict[float, Row] = field(default_factory=dict[float, Row])
    conversations: Table = field(default_factory=dict[str, Row])
    workflows: Table = field(default_factory=dict[str, Row])
    credits: Row = field(default_factory=dict[str, Any])
    domains: Table = field(default_factory=dict[str, Row])
    domain_orders: Table = field(default_factory=dict[str, Row])
    pictures: list[str] = field(default_factory=list[str])
    # domain -> when it was blocked
    blacklist: dict[str, str] = field(default_factory=dict[str, str])
    # everything that ends by the clock, imports aside
    jobs: Table = field(default_factory=dict[str, Row])
    # name -> CSV, as jobs leave them
    reports: dict[str, str] = field(default_factory=dict[str, str])
    # sequence id -> prospect id -> step id: where the people of a sequence stand
    enrolments: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    # (sequence id, prospect id) -> what somebody has set: {"status": word, "until": datetime or None}
    standings: dict[tuple[str, str], Row] = field(default_factory=dict[tuple[str, str], Row])
    # the same -> what has ended somebody's walk by itself: replied or finished
    ended: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    # the same -> when somebody entered, what was sent when, from which mailbox, in which thread
    walks: dict[tuple[str, str], Row] = field(default_factory=dict[tuple[str, str], Row])
    # email account id -> its daily limit and what it has sent; see quota.py
    outboxes: Table = field(default_factory=dict[str, Row])
    # what people are going to do with mails they have got, the next first: (moment, id, what); see reactions.py
    pending: list[tuple[datetime, str, Row]] = field(default_factory=list[tuple[datetime, str, Row]])
    # rows like those of sequences, with "parentId", "conditions" and "firstStepRelativeDays"
    subsequences: Table = field(default_factory=dict[str, Row])
    # name -> {"id", "name"}; people carry the names
    tags: Table = field(default_factory=dict[str, Row])
    notes: Table = field(default_factory=dict[str, Row])
    dnc_lists: Table = field(default_factory=dict[str, Row])
    dnc_items: Table = field(default_factory=dict[str, Row])
    clients: Table = field(default_factory=dict[str, Row])
    # sequence or email account id -> client id
    client_of: dict[str, str] = field(default_factory=dict[str, str])
    attachments: Table = field(default_factory=dict[str, Row])
    members: Table = field(default_factory=dict[str, Row])
    # address in lower case -> prospect id
    by_email: dict[str, str] = field(default_factory=dict[str, str])

    def now(self) -> str:
        return iso(self.clock.now())

    def prospect(self, email: str) -> Row | None:
        prospect_id = self.by_email.get(email.lower())
        return None if prospect_id is None else self.prospects[prospect_id]

    def add_prospect(self, row: Row) -> None:
        self.prospects[row["id"]] = row
        self.by_email[row["email"].lower()] = row["id"]

    def standing(self, sequence_id: str, prospect_id: str) -> str:
        """active, paused, replied, finished, unsubscribed or bounced; a pause may end by the clock."""
        row = self.prospects[prospect_id]
        for word in ("unsubscribed", "bounced"):
            if row[word]:
                return word
        place = (sequence_id, prospect_id)
        found = self.standings.get(place)
        if found is None or (found["until"] is not None and found["until"] <= self.clock.now()):
            return self.ended.get(place, "active")
        return found["status"]

    def enter(self, step_id: str, prospect_id: str) -> bool:
        """Put a person into a step, unless the sequence has them already: then they stay where they are."""
        sequence_id = self.steps[step_id]["sequenceId"]
        if prospect_id in self.enrolments[sequence_id]:
            return False
        self.enrolments[sequence_id][prospect_id] = step_id
        self.walk(sequence_id, prospect_id)
        return True

    def walk(self, sequence_id: str, prospect_id: str) -> Row:
        """How far somebody has come; who was not seen before enters now."""
        place = (sequence_id, prospect_id)
        if place not in self.walks:
            self.walks[place] = {"entered": self.clock.now(), "sent": {}, "senderId": None, "subject": ""}
        return self.walks[place]

    def tag(self, names: Iterable[str]) -> None:
        """Make the tags that do not exist yet."""
        for name in names:
            self.tags.setdefault(name, {"id": hash_id("tag", name), "name": name})

    def do_not_contact(self) -> set[str]:
        """Addresses and domains in lower case. That a domain does not cover its subdomains is assumed."""
        return {row["value"] for row in self.dnc_items.values()} | self.blacklist.keys()

    def steps_of(self, sequence_id: str) -> list[Row]:
        """By day, then by creation; that order gives their numbers."""
        steps = [step for step in self.steps.values() if step["sequenceId"] == sequence_id]
        return sorted(steps, key=lambda step: step["absoluteDays"])

    def variants_of(self, step_id: str) -> list[Row]:
        return [variant for variant in self.variants.values() if variant["stepId"] == step_id]

    def labels(self) -> dict[str, Row]:
        return {row["label"]: row for row in self.fields.values()}

    def default(self, table: Table) -> Row:
        return next(row for row in table.values() if row["isDefault"])


def put(table: Table, rows: Iterable[Row]) -> None:
    table.update({row["id"]: row for row in rows})
