"""Who opted out in the CRM, for everything that may lead to mail: read at most once an hour, and kept with its age."""

from collections.abc import Iterable
from datetime import datetime

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import NoKey, SaleshandyError
from saleshandy_mcp.features.crm.crm_field_names import text_of
from saleshandy_mcp.features.crm.crm_field_roles import roles_for
from saleshandy_mcp.features.crm.crm_lines import Roles, opted_out
from saleshandy_mcp.import_engine.resolved_import import OptOuts
from saleshandy_mcp.integrations.crm import CrmAccess, CrmRecord, crm_of
from saleshandy_mcp.store.crm_ledger import CrmLedger
from saleshandy_mcp.store.sqlite_file import SET_RIGHT

MOST_CONTACTS = 10_000
"""Contacts that are read, by 100 calls."""
_FRESH = 3600.0
"""Seconds for which what was read counts as it is."""


def opt_outs_among(contacts: Iterable[CrmRecord], roles: Roles) -> set[str]:
    """The addresses of which at least one contact opted out."""
    email = roles.get("email", "")
    return {key(text_of(it.fields, email)) for it in contacts if opted_out(it.fields, roles)} - {""}


def known_opt_outs(context: Context) -> OptOuts | None:
    """Those that were read last, without a call; None without a CRM, or when it is not known that or when any were."""
    access = context.find(CrmAccess)
    if access is None:
        return None
    emails, at = context.service(CrmLedger).opt_outs(access.account)
    if not at:
        return None
    age = (context.now() - datetime.fromisoformat(at)).total_seconds()
    if age < -SET_RIGHT:  # the clock was set back since then: they may be of any age
        return None
    return OptOuts(crm_of(context).name, frozenset(emails), max(age, 0.0))


def note_opt_outs(context: Context, emails: Iterable[str]) -> None:
    """Keep those that were just read."""
    account = context.service(CrmAccess).account
    context.service(CrmLedger).note_opt_outs(account, emails, context.now().isoformat(timespec="seconds"))


async def crm_opt_outs(context: Context) -> OptOuts | None:
    """Those of now, or of the last hour; None where no CRM is connected, or it has no key.

    Where the CRM cannot be read, those that were read before count, with their age.

    Raises:
        SaleshandyError: when the CRM cannot be read, and never was.
    """
    known = known_opt_outs(context)
    if context.find(CrmAccess) is None or (known and known.age < _FRESH):
        return known
    crm = crm_of(context)
    try:
        contacts = [it async for it in crm.every("contacts", MOST_CONTACTS + 1)]
    except NoKey:
        return known
    except SaleshandyError:
        if known is None:
            raise
        return known
    emails = opt_outs_among(contacts, roles_for(context, "contacts", contacts))
    note_opt_outs(context, emails)
    return OptOuts(crm.name, frozenset(emails), 0.0, whole=len(contacts) <= MOST_CONTACTS)
