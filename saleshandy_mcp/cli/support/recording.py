"""Records what a command changes as the server does: in the state file and in the audit file."""

from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from functools import partial
from math import inf
from typing import TypeVar, cast

from saleshandy_mcp.api.client import Connection
from saleshandy_mcp.api.operation import Page
from saleshandy_mcp.api.resources.sequences import ListSequences, Sequence
from saleshandy_mcp.cli.completion.kept_names import data_folder, keep_titles
from saleshandy_mcp.cli.support.connection import rules_of, settings, state_path
from saleshandy_mcp.core.effects import READING, Effect
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.lookups.facts import look_at_sequences
from saleshandy_mcp.policy.allowance import Allowance
from saleshandy_mcp.policy.effects import OUTREACH_ALONE, Gate
from saleshandy_mcp.policy.hold import Hold
from saleshandy_mcp.policy.journal import CallRecord, Journal
from saleshandy_mcp.store.state import State

T = TypeVar("T")


class _NotingGate(Gate):
    """A gate that writes down the titles of sequences when all of them come by, for completion."""

    async def send(self, operation: Request[T], until: float = inf) -> T:
        result = await super().send(operation, until)
        if isinstance(operation, ListSequences) and operation.title is None and operation.page == 1:
            keep_titles(data_folder(), (it.title for it in cast("Page[Sequence]", result).items))
        return result


@contextmanager
def recorded_gate(
    api: Connection,
    allowed: frozenset[Effect],
    command: str,
    arguments: Iterable[str] = (),
    *,
    granted: frozenset[Effect] = READING,
    writable: frozenset[Service] = OUTREACH_ALONE,
    lasting: bool = True,
    ruled: bool = True,
) -> Generator[Gate]:
    """A gate for one command, which asked its question itself.

    Args:
        api: the connection.
        allowed: the effects that the operator lets through.
        command: what is run, as it is typed.
        arguments: names of its arguments.
        granted: the effects that it may have: those that were judged and agreed to.
        writable: whose data it may change at all.
        lasting: False for the sandbox of this process; nothing is kept then.
        ruled: False for what stops mail: no rule stands against that, and no file with rules that is broken.
    """
    chosen = settings(sandbox=not lasting)
    rules = rules_of(chosen, lasting=lasting) if ruled else None
    with closing(State(partial(state_path, chosen) if lasting else None)) as state:
        journal = Journal(state, api.account)
        record = CallRecord(journal, command, tuple(arguments), channel="command", who="command line")
        gate = (_NotingGate if lasting else Gate)(api, allowed, writable, record=record, hold=Hold(state, api.account))
        gate.allowance = Allowance(rules, state, api.account, look_at_sequences) if rules else None
        gate.open(granted)
        failed = True
        try:
            yield gate
            failed = False
        finally:
            record.ends(gate.done, gate.doubtful, failed=failed)
