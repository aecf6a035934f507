"""``crm-fields``: shows what the fields of the CRM's contacts are for, and keeps what a person sets."""

from collections.abc import Iterator, Sequence

import anyio
import click

from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.connection import chosen_context, settings
from saleshandy_mcp.cli.support.selection_options import crm_settings
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.features.crm.crm_field_names import names_of
from saleshandy_mcp.features.crm.crm_field_roles import (
    WORDS,
    KnownRoles,
    changed_roles,
    confirm,
    forget,
    known_roles,
)
from saleshandy_mcp.integrations.crm import CrmRecord, Query, crm_of
from saleshandy_mcp.untrusted.one_line import one_line

_LONGEST = 60


def run(pairs: Sequence[str], *, confirm: bool, forget: bool, sandbox: bool) -> None:
    if forget and (pairs or confirm):
        raise click.UsageError("--forget stands alone")
    ended = anyio.run(_shown, pairs, confirm, forget, sandbox)
    if isinstance(ended, str):
        raise click.ClickException(ended)
    click.echo("\n".join(ended))


async def _shown(
    pairs: Sequence[str],
    confirms: bool,  # noqa: FBT001 - anyio passes by place
    forgets: bool,  # noqa: FBT001
    sandbox: bool,  # noqa: FBT001
) -> list[str] | str:
    """The lines, after what was asked for is done; or the words of what went wrong."""
    chosen = crm_settings(settings(sandbox=sandbox), crm=True, crm_write=False)
    async with chosen_context(chosen, sandbox=sandbox, files=False) as context:
        try:
            if forgets:
                forget(context)
            crm = crm_of(context)
            contacts = (await crm.page("contacts", Query())).records
            found = known_roles(context, contacts)
            if pairs or confirms:
                confirm(context, changed_roles(found, pairs, contacts))
                found = known_roles(context, contacts)
            return list(_lines(crm.name, found, contacts))
        except Mistake as mistake:
            return mistake.words(as_command)
        except SaleshandyError as error:
            return str(error)


def _lines(name: str, found: KnownRoles, contacts: Sequence[CrmRecord]) -> Iterator[str]:
    state = "confirmed" if found.confirmed else "proposed from names and values, not confirmed yet"
    yield f"Fields of contacts in {name}, {state}:"
    for role, words in WORDS.items():
        yield f"  {role} ({words}): {one_line(found.roles.get(role, ''), _LONGEST) or 'none'}"
    others = [one_line(it, _LONGEST) for it in names_of(contacts) if it not in found.roles.values()]
    if others:
        yield f"Other fields: {', '.join(others)}"
