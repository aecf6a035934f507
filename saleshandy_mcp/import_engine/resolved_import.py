"""An import with every name looked up: what planning starts from."""

from collections.abc import Callable
from dataclasses import dataclass, field

from saleshandy_mcp.import_engine.ledger.records import Target
from saleshandy_mcp.import_engine.read_as import AS_IT_IS, ReadAs
from saleshandy_mcp.import_engine.sources import Source


@dataclass(frozen=True)
class ResolvedImport:
    """An import with every name looked up: what is imported, where and how.

    Attributes:
        source: opens the rows.
        name: of the source.
        target: where they go.
        labels: of the account's fields.
        account: whose account it is, for the keys of rows.
        given: column to label, as the user says; an empty label leaves a column out.
        needed: labels that the step's copy needs.
        own_domains: of the senders.
        exact: whether each column has to be a label, as for rows that were written for the call.
        again: whether rows are sent too that a previous job imported.
        read_as: how the table is to be read.
        paragraphs: labels of fields that may have line breaks and markup.
        typed: labels of fields that do not take every text, each with its type.
    """

    source: Callable[[], Source]
    name: str
    target: Target
    labels: list[str]
    account: str
    given: dict[str, str] = field(default_factory=dict[str, str])
    needed: list[str] = field(default_factory=list[str])
    own_domains: frozenset[str] = frozenset()
    exact: bool = False
    again: bool = False
    read_as: ReadAs = AS_IT_IS
    paragraphs: frozenset[str] = frozenset()
    typed: dict[str, str] = field(default_factory=dict[str, str])
