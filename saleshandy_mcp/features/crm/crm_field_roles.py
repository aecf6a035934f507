"""What the fields of contacts are for: proposed from the records, and confirmed by a person once for each key."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Item, Question, Value, Words
from saleshandy_mcp.features.crm.crm_field_names import names_of
from saleshandy_mcp.features.crm.crm_lines import Roles
from saleshandy_mcp.features.crm.crm_where import field_named
from saleshandy_mcp.integrations.crm import CrmAccess, CrmRecord, Kind
from saleshandy_mcp.integrations.field_roles import ROLES, Role, proposed_roles
from saleshandy_mcp.store.crm_ledger import CrmLedger

T = TypeVar("T")

WORDS: Mapping[Role, str] = {
    "email": "address",
    "first_name": "first name",
    "last_name": "last name",
    "full_name": "name",
    "company": "company",
    "opted_out": "opt-out",
    "tags": "tags",
}
_ASK = "Are these the fields of the CRM's contacts?"
_CHANGED_BY = "A yes confirms these fields for later calls; `saleshandy-mcp crm-fields` shows and changes them."


@dataclass(frozen=True)
class KnownRoles:
    """The fields by role.

    Attributes:
        roles: those that count.
        proposed: by their names and values.
        confirmed: whether a person has confirmed the roles for what is proposed now.
    """

    roles: Roles
    proposed: Roles
    confirmed: bool


def known_roles(context: Context, contacts: Sequence[CrmRecord]) -> KnownRoles:
    """The roles of the fields of contacts.

    What a person confirmed holds as long as nothing else is proposed. Fewer fields are no reason to ask again: not
    every record shows every field.
    """
    return _known(context, proposed_roles(contacts))


def _known(context: Context, proposed: Roles) -> KnownRoles:
    confirmed, then = context.service(CrmLedger).roles(_account(context))
    same = confirmed is not None and all(then.get(role) == name for role, name in proposed.items())
    if confirmed is None or not same:
        return KnownRoles(proposed, proposed, confirmed=False)
    return KnownRoles({role: confirmed[role] for role in ROLES if confirmed.get(role)}, proposed, confirmed=True)


def roles_for(context: Context, kind: Kind, records: Sequence[CrmRecord]) -> Roles:
    """Which fields hold address, names and opt-out; only those of contacts have roles."""
    return known_roles(context, records).roles if kind == "contacts" else {}


def confirm(context: Context, found: KnownRoles) -> None:
    """A person has confirmed these. Where they are not those that counted, opt-outs are read again."""
    ledger = context.service(CrmLedger)
    if found.roles != _known(context, found.proposed).roles:
        ledger.forget_opt_outs(_account(context))
    ledger.note_roles(
        _account(context), _by_text(found.roles), _by_text(found.proposed), context.now().isoformat(timespec="seconds")
    )


def forget(context: Context) -> None:
    """Nothing is confirmed any more."""
    ledger, account = context.service(CrmLedger), _account(context)
    ledger.forget_roles(account)
    ledger.forget_opt_outs(account)


def changed_roles(found: KnownRoles, pairs: Sequence[str], contacts: Sequence[CrmRecord]) -> KnownRoles:
    """The same with other fields: "email=work_email"; "opted_out=" is none.

    Raises:
        Mistake: for what is no pair, a role that there is not, or a field that no contact shows.
    """
    roles = dict(found.roles)
    names = names_of(contacts)
    for pair in pairs:
        role, equals, name = (it.strip() for it in pair.partition("="))
        if not equals or role not in ROLES:
            raise Mistake(f'"{pair}" is no pair', f"Write ROLE=FIELD, with one of {', '.join(ROLES)}.")
        roles |= {known: field_named(name, names, "contacts", role) if name else "" for known in ROLES if known == role}
    return replace(found, roles={role: name for role, name in roles.items() if name})


def with_confirmation(prepared: Prepared[T], found: KnownRoles, context: Context) -> Prepared[T]:
    """The same call; where the roles are not confirmed yet and it does something, a person is asked for them, too."""
    if found.confirmed or prepared.effects == READING:
        return prepared
    question = prepared.question or Question(_ASK, (), "On yes the call goes on.")
    asked = replace(question, items=(*question.items, *_items(found.roles)))
    return replace(prepared, execute=partial(_confirmed, prepared, found, context), question=asked)


def link_job(context: Context, job: str, contacts: Iterable[tuple[str, str]], found: KnownRoles) -> None:
    """Remember the contacts that an import takes, address and id of each, and by which fields they were read."""
    ledger = context.service(CrmLedger)
    ledger.link(job, contacts)
    ledger.note_proposed(job, _by_text(found.proposed))


def with_confirmation_of_job(prepared: Prepared[T], job: str, context: Context) -> Prepared[T]:
    """The same for an import; one whose people are not from the CRM stays as it is."""
    ledger = context.find(CrmLedger)
    proposed = ledger.proposed_of(job) if ledger else None
    if proposed is None:
        return prepared
    found = _known(context, {role: proposed[role] for role in ROLES if role in proposed})
    return with_confirmation(prepared, found, context)


async def _confirmed(prepared: Prepared[T], found: KnownRoles, context: Context) -> T:
    confirm(context, found)
    return await prepared.execute()


def _items(roles: Roles) -> list[Item]:
    held = [Value(f"field for {WORDS[role]}", roles[role]) for role in ROLES if role in roles]
    missing = ", ".join(WORDS[role] for role in ROLES if role not in roles)
    return [*held, *([Words(f"no field was found for: {missing}")] if missing else []), Words(_CHANGED_BY)]


def _by_text(roles: Roles) -> dict[str, str]:
    return {str(role): name for role, name in roles.items()}


def _account(context: Context) -> str:
    return context.service(CrmAccess).account
