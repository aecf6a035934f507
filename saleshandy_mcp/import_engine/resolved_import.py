"""An import with every name looked up: what planning starts from."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import counted
from saleshandy_mcp.import_engine.ledger.records import Target
from saleshandy_mcp.import_engine.read_as import AS_IT_IS, ReadAs
from saleshandy_mcp.import_engine.sources import Source

_NAMED = 5
"""People that a sentence names."""


@dataclass(frozen=True)
class OptOuts:
    """Who opted out in a CRM.

    Attributes:
        crm: its name.
        emails: as ``core.addresses.key`` writes them.
        age: seconds since they were read.
        whole: whether all contacts of the CRM were looked at.
    """

    crm: str
    emails: frozenset[str]
    age: float = 0.0
    whole: bool = True

    def told_among(self, emails: Iterable[str]) -> str:
        """Which of these people opted out, in a sentence; empty when nobody did."""
        out = sorted(it for it in emails if key(it) in self.emails)
        some = f"{', '.join(out[:_NAMED])}{' …' if len(out) > _NAMED else ''}"
        return f"{counted(len(out), 'person', 'people')} in it opted out in {self.crm}: {some}" if out else ""


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
        opt_outs: reads who opted out in the CRM that is connected; None where it need not be asked.
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
    opt_outs: Callable[[Context], Awaitable[OptOuts | None]] | None = None
