"""The tables of a workspace and the ids in them. Rows are plain dicts with the names that the API uses."""

import hashlib
import pickle
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from saleshandy_mcp.sandbox.world.clock import BASE, Clock, iso

Row = dict[str, Any]
Table = dict[str, Row]
Place = tuple[str, str]
"""A person in a sequence or subsequence: (its id, prospect id)."""

ALPHABET = string.ascii_letters + string.digits
ID_LENGTH = 10
# Ids are made by the thousand, so they are put together of two letters at a time.
PAIRS = [first + second for second in ALPHABET for first in ALPHABET]


def hash_id(*parts: object) -> str:
    """An id of ten letters and digits. The same parts give the same id on every start."""
    number = int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()) % len(ALPHABET) ** ID_LENGTH
    pairs: list[str] = []
    for _ in range(ID_LENGTH // 2):
        number, index = divmod(number, len(PAIRS))
        pairs.append(PAIRS[index])
    return "".join(pairs)


@dataclass
class World:
    """One workspace. Rows refer to each other by id; tables keep the order in which rows were created."""

    clock: Clock
    # What `simulation/seeded_random.py` draws from.
    seed: int = 0
    # Everything that was due by this moment has happened; see `simulation/catch_up.py`.
    settled: datetime = BASE
    user: Row = field(default_factory=dict[str, Any])
    email_accounts: Table = field(default_factory=dict[str, Row])
    schedules: Table = field(default_factory=dict[str, Row])
    fields: Table = field(default_factory=dict[str, Row])
    sequences: Table = field(default_factory=dict[str, Row])
    # Rows like those of sequences, and with "parentId", "conditions" and "firstStepRelativeDays".
    subsequences: Table = field(default_factory=dict[str, Row])
    # Steps and people of a subsequence refer to it by "sequenceId", as those of a sequence do.
    steps: Table = field(default_factory=dict[str, Row])
    variants: Table = field(default_factory=dict[str, Row])
    prospects: Table = field(default_factory=dict[str, Row])
    # Address in lower case -> prospect id.
    by_email: dict[str, str] = field(default_factory=dict[str, str])
    # Sequence id -> prospect id -> step id: at which step each person of a sequence is.
    enrolments: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    # How far a person has come: when they entered, what was sent when, from which mailbox, in which thread.
    progress: dict[Place, Row] = field(default_factory=dict[Place, Row])
    # A status that somebody has set: {"status": word, "until": moment or None}.
    set_statuses: dict[Place, Row] = field(default_factory=dict[Place, Row])
    # Why a person gets nothing more, when nobody has set it: "replied" or "finished".
    ended: dict[Place, str] = field(default_factory=dict[Place, str])
    # Prospect ids for whom conditions of subsequences are to be checked; see `simulation/subsequences.py`.
    changed_people: list[str] = field(default_factory=list[str])
    imports: Table = field(default_factory=dict[str, Row])
    # All other work that ends by the clock.
    jobs: Table = field(default_factory=dict[str, Row])
    # Name of a report -> its CSV.
    reports: dict[str, str] = field(default_factory=dict[str, str])
    # What has happened, in the order in which it was recorded; see `simulation/events.py`.
    events: list[Row] = field(default_factory=list[Row])
    # What people will do with the mails they got: (moment, id, what), the next first; see `simulation/reactions.py`.
    pending: list[tuple[datetime, str, Row]] = field(default_factory=list[tuple[datetime, str, Row]])
    # Email account id -> its daily limit and what it has sent; see `simulation/quota.py`.
    outboxes: Table = field(default_factory=dict[str, Row])
    outcomes: Table = field(default_factory=dict[str, Row])
    # Mails that no step sent: answers from the inbox, test mails, exports.
    mails: list[Row] = field(default_factory=list[Row])
    # Thread id -> when it was last read.
    read_at: dict[str, str] = field(default_factory=dict[str, str])
    webhooks: Table = field(default_factory=dict[str, Row])
    # Calls to webhooks, and how many events have been turned into calls already.
    deliveries: list[Row] = field(default_factory=list[Row])
    heard: int = 0
    tasks: Table = field(default_factory=dict[str, Row])
    # Tag name -> {"id", "name"}; prospects hold the names.
    tags: Table = field(default_factory=dict[str, Row])
    notes: Table = field(default_factory=dict[str, Row])
    dnc_lists: Table = field(default_factory=dict[str, Row])
    dnc_items: Table = field(default_factory=dict[str, Row])
    # Domain -> when it was blocked.
    blacklist: dict[str, str] = field(default_factory=dict[str, str])
    clients: Table = field(default_factory=dict[str, Row])
    # Id of a sequence or an email account -> client id.
    client_of: dict[str, str] = field(default_factory=dict[str, str])
    attachments: Table = field(default_factory=dict[str, Row])
    members: Table = field(default_factory=dict[str, Row])
    companies: dict[float, Row] = field(default_factory=dict[float, Row])
    leads: dict[float, Row] = field(default_factory=dict[float, Row])
    conversations: Table = field(default_factory=dict[str, Row])
    workflows: Table = field(default_factory=dict[str, Row])
    credits: Row = field(default_factory=dict[str, Any])
    domains: Table = field(default_factory=dict[str, Row])
    domain_orders: Table = field(default_factory=dict[str, Row])
    pictures: list[str] = field(default_factory=list[str])

    @classmethod
    def packed(cls, clock: Clock, tables: dict[str, bytes]) -> "World":
        """A world of pickled tables. Each is unpickled when it is first used, since most callers use few of them.

        Args:
            clock: its clock.
            tables: the name of each attribute except the clock -> its value, pickled.
        """
        world = cls.__new__(cls)
        world.__dict__ |= {"clock": clock, "_packed": tables}
        # An attribute with a default of the class would never be missing.
        world.__dict__ |= {name: pickle.loads(tables[name]) for name in tables if name in vars(cls)}  # noqa: S301 - our own bytes
        return world

    if not TYPE_CHECKING:  # for a type checker every attribute is declared above

        def __getattr__(self, name: str) -> object:
            """Unpickle a table that is used for the first time."""
            packed = self.__dict__.get("_packed", {})
            if name not in packed:
                raise AttributeError(name)
            value = self.__dict__[name] = pickle.loads(packed[name])  # noqa: S301 - our own bytes
            return value

    def now(self) -> str:
        return iso(self.clock.now())

    def sequence(self, id_: str | None) -> Row | None:
        """The sequence or subsequence with this id."""
        return self.sequences.get(id_ or "") or self.subsequences.get(id_ or "")

    def sequence_of(self, step: Row) -> Row:
        """The sequence or subsequence that a step belongs to."""
        return self.sequences.get(step["sequenceId"]) or self.subsequences[step["sequenceId"]]

    def all_sequences(self) -> Iterator[Row]:
        """Sequences, then subsequences."""
        yield from self.sequences.values()
        yield from self.subsequences.values()

    def prospect(self, email: str) -> Row | None:
        prospect_id = self.by_email.get(email.lower())
        return None if prospect_id is None else self.prospects[prospect_id]

    def add_prospect(self, row: Row) -> None:
        self.prospects[row["id"]] = row
        self.by_email[row["email"].lower()] = row["id"]

    def status_of(self, sequence_id: str, prospect_id: str) -> str:
        """active, paused, replied, finished, unsubscribed or bounced. A pause with an end counts until then."""
        row = self.prospects[prospect_id]
        for word in ("unsubscribed", "bounced"):
            if row[word]:
                return word
        place = (sequence_id, prospect_id)
        found = self.set_statuses.get(place)
        if found is None or (found["until"] is not None and found["until"] <= self.clock.now()):
            return self.ended.get(place, "active")
        return found["status"]

    def enter(self, step_id: str, prospect_id: str) -> bool:
        """Put a person into a step. False, and nothing changes, when they are in the sequence already."""
        sequence_id = self.steps[step_id]["sequenceId"]
        if prospect_id in self.enrolments[sequence_id]:
            return False
        self.enrolments[sequence_id][prospect_id] = step_id
        self.progress_of(sequence_id, prospect_id)
        return True

    def progress_of(self, sequence_id: str, prospect_id: str) -> Row:
        """How far a person has come in a sequence. Made when it is first asked for: they enter now."""
        place = (sequence_id, prospect_id)
        if place not in self.progress:
            self.progress[place] = {"entered": self.clock.now(), "sent": {}, "senderId": None, "subject": ""}
        return self.progress[place]

    def tag(self, names: Iterable[str]) -> None:
        """Make the tags that do not exist yet."""
        for name in names:
            self.tags.setdefault(name, {"id": hash_id("tag", name), "name": name})

    def do_not_contact(self) -> set[str]:
        """Addresses and domains in lower case. Assumed: a domain does not cover its subdomains."""
        return {row["value"] for row in self.dnc_items.values()} | self.blacklist.keys()

    def steps_of(self, sequence_id: str) -> list[Row]:
        """By day, then by creation. This order gives the steps their numbers."""
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
