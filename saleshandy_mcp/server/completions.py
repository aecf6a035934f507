"""Completes what a person types into an argument of a prompt or of an address: titles, senders, names of files.

Values are read, never changed, and may be a minute old. Told is only what a tool of this server tells, too.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.types import Completion, CompletionArgument, PromptReference, ResourceTemplateReference

from saleshandy_mcp.api.resources.dnc import ListDncLists
from saleshandy_mcp.api.resources.email_accounts import ListEmailAccounts
from saleshandy_mcp.api.resources.sequences import ListSequences
from saleshandy_mcp.core.addresses import domain
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.integrations.crm import crm_of
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.server.prompts.job import Completes, Job
from saleshandy_mcp.server.resources import SEQUENCE
from saleshandy_mcp.untrusted.one_line import one_line

_MOST = 100
"""Values of a completion: the protocol allows no more."""
_SECONDS = 5.0
"""Nobody waits longer for a completion."""
_FILES_LOOKED_AT = 1000
_TABLES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".json", ".jsonl", ".vcf"})
PERIODS = (
    *("last week", "this week", "last month", "this month", "today", "yesterday", "last 7 days", "last 30 days"),
    *("this year", "last year"),
)


def add_completions(server: MCPServer[Any], context: Context, offered: Collection[str], jobs: Sequence[Job]) -> None:
    """Give a server its completions.

    Args:
        server: which one.
        context: what they read with.
        offered: names of the tools and operations that may be used.
        jobs: the prompts that clients have.
    """
    kinds: dict[tuple[str, str], Completes] = {
        (job.name, it.name): it.completes for job in jobs for it in job.arguments if it.completes
    }

    @server.completion()
    async def _(
        reference: PromptReference | ResourceTemplateReference, argument: CompletionArgument, _: Any
    ) -> Completion | None:
        kind = _kind(reference, argument.name, kinds)
        return await _completion(kind, argument.value, context, offered) if kind else None


def _kind(
    reference: PromptReference | ResourceTemplateReference, name: str, kinds: dict[tuple[str, str], Completes]
) -> Completes | None:
    if isinstance(reference, PromptReference):
        return kinds.get((reference.name, name))
    return "sequences" if reference.uri == SEQUENCE else None


async def _completion(kind: Completes, begun: str, context: Context, offered: Collection[str]) -> Completion:
    """Values that hold what has been typed, those that begin with it first."""
    gate = Gate(context.api, READING, clock=context.clock)
    gate.begin(_SECONDS)
    reading = replace(context, api=gate)
    found: list[str] = []
    try:
        for read, told_by in _VALUES[kind]:
            if not told_by or told_by & {*offered}:
                found += await read(reading)
    except (Mistake, SaleshandyError):
        # A completion is a help, never a place to complain: the call that follows says what is wrong.
        return Completion(values=[])
    key = begun.casefold()
    values = list(dict.fromkeys(one_line(it) for it in found if it and key in it.casefold()))
    values.sort(key=lambda value: not value.casefold().startswith(key))
    return Completion(values=values[:_MOST], total=len(values), has_more=len(values) > _MOST)


async def _titles(context: Context) -> Iterable[str]:
    return [it.title for it in (await context.api.recent(ListSequences(page_size=1000))).items]


async def _senders(context: Context) -> Iterable[str]:
    """The first hundred: more would be more than one call."""
    return [it.from_email for it in (await context.api.recent(ListEmailAccounts(page_size=100))).items]


async def _domains(context: Context) -> Iterable[str]:
    return [domain(it) for it in await _senders(context)]


async def _dnc_lists(context: Context) -> Iterable[str]:
    return [it.name for it in (await context.api.recent(ListDncLists(page_size=100))).items]


async def _stages(context: Context) -> Iterable[str]:
    return [it.name for it in await crm_of(context).stages()]


async def _periods(_: Context) -> Iterable[str]:
    return PERIODS


async def _files(context: Context) -> Iterable[str]:
    """Tables in the folder that imports may read; not those in folders within it."""
    if context.folder is None:
        return []
    try:
        there = [it for it in islice(context.folder.iterdir(), _FILES_LOOKED_AT) if it.suffix.lower() in _TABLES]
        return sorted(it.name for it in there if it.is_file() and not it.is_symlink())
    except OSError:
        return []


_Source = tuple[Callable[[Context], Awaitable[Iterable[str]]], frozenset[str]]
_SEQUENCES: _Source = (_titles, frozenset({"list_sequences", "get_sequence"}))
_SENDERS: _Source = (_senders, frozenset({"list_email_accounts"}))
_VALUES: dict[Completes, tuple[_Source, ...]] = {
    "sequences": (_SEQUENCES,),
    "senders": (_SENDERS,),
    "sequences and senders": (_SEQUENCES, _SENDERS),
    "domains": ((_domains, frozenset({"list_email_accounts"})),),
    "DNC lists": ((_dnc_lists, frozenset({"list_dnc_lists"})),),
    "stages": ((_stages, frozenset({"find_crm_records"})),),
    "files": ((_files, frozenset({"import_prospects"})),),
    "periods": ((_periods, frozenset()),),
}
"""Kind -> where its values come from, each with the tools and operations one of which has to be offered."""
