"""Contacts of the CRM as rows of an import: their values, the company by its name, and reasons to leave them out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from saleshandy_mcp.core.addresses import key
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.crm.crm_field_names import (
    company_field,
    contact_field,
    letters,
    names_of,
    stage_field,
    text_of,
)
from saleshandy_mcp.features.crm.crm_field_roles import KnownRoles, known_roles
from saleshandy_mcp.features.crm.crm_lines import Roles, opted_out, person_name
from saleshandy_mcp.features.crm.crm_opt_outs import MOST_CONTACTS, opt_outs_among
from saleshandy_mcp.features.crm.crm_where import resolve_where, stages_named
from saleshandy_mcp.integrations.crm import Crm, CrmRecord, Query, Stage

LOST, OUT_ELSEWHERE, COMPANY = "Lost deal", "Opted out in another contact", "Company"
_NO_COLUMNS = ("createdat", "updatedat", "type")


@dataclass(frozen=True)
class CrmPeople:
    """The contacts of an import.

    Attributes:
        rows: values by column.
        contacts: address and id of each row that has an address.
        lost: names of the stages of which a deal speaks against its contact.
        opted_out: addresses of all contacts of the CRM that opted out.
        roles: of the fields.
    """

    rows: list[dict[str, str]]
    contacts: list[tuple[str, str]]
    lost: list[str]
    opted_out: set[str]
    roles: KnownRoles


async def crm_people(crm: Crm, where: Sequence[str], lost_stages: Sequence[str] | None, context: Context) -> CrmPeople:
    """The contacts that are meant, as rows.

    Args:
        crm: where they are.
        where: the conditions.
        lost_stages: stages of which a deal speaks against its contact; None for those that are called lost.
        context: of the call.

    Raises:
        Mistake: for a condition that cannot be, when nobody fits, or when the CRM holds too many contacts.
    """
    everybody = await all_contacts(crm)
    known = known_roles(context, everybody)
    roles = known.roles
    email = roles.get("email", "")
    if not email:
        raise no_addresses()
    chosen = [it for it in everybody if _is_person(it, roles)]
    fits = await resolve_where(crm, "contacts", where, everybody)
    chosen = [it for it in chosen if fits.fits(it)]
    if not chosen:
        raise Mistake("where: no person of the CRM fits", "Look with find_crm_records.")
    lost, lost_of = await _lost_deals(crm, lost_stages)
    out = opt_outs_among(everybody, roles)
    companies = {it.id: person_name(it.fields, roles) for it in everybody}
    rows = [_row(it, roles, companies, out, lost_of) for it in chosen]
    contacts = [(address, it.id) for it in chosen if (address := text_of(it.fields, email))]
    return CrmPeople(rows, contacts, lost, out, known)


async def all_contacts(crm: Crm) -> list[CrmRecord]:
    """All of them.

    Raises:
        Mistake: when there are too many.
    """
    everybody = [it async for it in crm.every("contacts", MOST_CONTACTS + 1)]
    if len(everybody) > MOST_CONTACTS:
        raise Mistake(
            f"the CRM holds over {MOST_CONTACTS:,} contacts, more than are read for one call",
            "To import some of them, export them there and import the file.",
        )
    return everybody


def no_addresses() -> Mistake:
    return Mistake("no field of the contacts holds addresses", "Nobody of this CRM can be mailed.")


def _is_person(record: CrmRecord, roles: Roles) -> bool:
    """Whether it can be somebody to write to: companies have neither an address nor a first or last name."""
    return any(text_of(record.fields, roles.get(role, "")) for role in ("email", "first_name", "last_name"))


def _row(
    record: CrmRecord,
    roles: Roles,
    companies: Mapping[str, str],
    out: Collection[str],
    lost_of: Mapping[str, str],
) -> dict[str, str]:
    company = company_field(record.fields)
    row = {
        name: text
        for name, value in record.fields.items()
        if not _is_technical(name) and name != company and (text := text_of(record.fields, name)) and value is not False
    }
    if named := companies.get(text_of(record.fields, company), ""):
        row.setdefault(roles.get("company", COMPANY), named)
    if not opted_out(record.fields, roles) and key(text_of(record.fields, roles["email"])) in out:
        row[OUT_ELSEWHERE] = "yes"
    if record.id in lost_of:
        row[LOST] = lost_of[record.id]
    return row


def _is_technical(name: str) -> bool:
    """Whether a field is of no use outside the CRM: an id, or when the record was made."""
    return letters(name) in _NO_COLUMNS or name.rpartition(".")[2].lower().endswith(("_id", " id"))


async def _lost_stages(crm: Crm, names: Sequence[str] | None) -> list[Stage]:
    """Those that somebody names, or those with "lost" in their name."""
    if names is None:
        return [it for it in await crm.stages() if "lost" in it.name.casefold()]
    return [stage for name in names for stage in await stages_named(crm, name, "lost_stages")]


async def _lost_deals(crm: Crm, names: Sequence[str] | None) -> tuple[list[str], dict[str, str]]:
    """The stages that count as lost, and by contact the lost stage; not for contacts that have another deal, too."""
    lost = await _lost_stages(crm, names)
    if not lost:
        return [], {}
    field = stage_field(names_of((await crm.page("deals", Query(size=1))).records))
    by_value = {value: it.name for it in lost for value in (it.id, it.name)}
    lost_of: dict[str, str] = {}
    alive: set[str] = set()
    async for deal in crm.every("deals", MOST_CONTACTS):
        contact = text_of(deal.fields, contact_field(deal.fields))
        if stage := by_value.get(text_of(deal.fields, field)):
            lost_of[contact] = stage
        else:
            alive.add(contact)
    names_lost = list(dict.fromkeys(it.name for it in lost))
    return names_lost, {contact: stage for contact, stage in lost_of.items() if contact and contact not in alive}
