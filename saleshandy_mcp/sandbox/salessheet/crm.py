"""The tables of the CRM. Rows are plain dicts; the names of their fields are invented."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from saleshandy_mcp.sandbox.world.clock import Clock, iso
from saleshandy_mcp.sandbox.world.tables import Row, Table, hash_id


@dataclass
class Crm:
    """One organisation. Rows refer to each other by id; tables keep the order in which rows were created."""

    clock: Clock
    user: Row = field(default_factory=dict[str, Any])
    organization: Row = field(default_factory=dict[str, Any])
    users: Table = field(default_factory=dict[str, Row])
    # Id of a custom field -> {"label", "type", "options"}.
    custom_fields: Table = field(default_factory=dict[str, Row])
    contacts: Table = field(default_factory=dict[str, Row])
    deals: Table = field(default_factory=dict[str, Row])
    tasks: Table = field(default_factory=dict[str, Row])
    activities: Table = field(default_factory=dict[str, Row])
    pipelines: Table = field(default_factory=dict[str, Row])
    # Made in the web app, and what they were told.
    webhooks: Table = field(default_factory=dict[str, Row])
    deliveries: list[Row] = field(default_factory=list[Row])
    # How many records were ever made, so that no id comes twice.
    made: int = 0

    def table(self, name: str) -> Table:
        """The table of a resource, by the name in its path."""
        found: Table = getattr(self, name)
        return found

    def new_id(self) -> str:
        self.made += 1
        return hash_id("crm", self.made)

    def now(self) -> str:
        return iso(self.clock.now())

    def packed(self) -> dict[str, bytes]:
        """All tables as bytes, to make copies from."""
        return {name: pickle.dumps(getattr(self, name)) for name in names()}

    @classmethod
    def unpacked(cls, clock: Clock, tables: Mapping[str, bytes]) -> "Crm":
        # S301: the bytes were made in this process by `packed`.
        return cls(clock, **{name: pickle.loads(content) for name, content in tables.items()})  # noqa: S301


def names() -> list[str]:
    return [entry.name for entry in fields(Crm) if entry.name != "clock"]
