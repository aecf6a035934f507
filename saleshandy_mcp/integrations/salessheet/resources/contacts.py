"""Contacts of the CRM: people and companies."""

from saleshandy_mcp.api.operation import delete, get, patch, post, put
from saleshandy_mcp.core.addresses import is_address, key
from saleshandy_mcp.core.context import Api
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.integrations.salessheet.batches import SaveBatch
from saleshandy_mcp.integrations.salessheet.by_email import records_by_email
from saleshandy_mcp.integrations.salessheet.crm_records import (
    CreateRecord,
    DeleteRecord,
    GetRecord,
    ListRecords,
    WriteRecord,
)


class ListContacts(ListRecords):
    """List contacts (people and companies, in one list): by field values, sorted, page by page."""

    route = get("/contacts")


class GetContact(GetRecord):
    """Read one contact with all its fields."""

    route = get("/contacts/{id}")


class CreateContact(CreateRecord):
    """Create a contact, a person or a company. One whose e-mail is there already is not created a second time."""

    route = post("/contacts", Effect.WRITE)

    async def check(self, api: Api) -> None:
        """Look for contacts with the same e-mail: whether the CRM would refuse a second one is not documented.

        Raises:
            Mistake: naming the contact that is there.
        """
        for name, value in self.fields.items():
            if "mail" in name.lower() and isinstance(value, str) and is_address(value):
                found = await records_by_email(api, ListContacts(), [value], field=name)
                if records := found.get(key(value)):
                    ids = ", ".join(record.id for record in records)
                    raise Mistake(
                        f"fields.{name}: a contact with {value} exists already: id {ids}",
                        "Use salessheet.change_contact to change it.",
                    )


class ReplaceContact(WriteRecord):
    """Replace a contact: a field that is not given is emptied (assumed). change_contact changes some fields."""

    route = put("/contacts/{id}", Effect.DELETE, why="fields that are not given are emptied")


class ChangeContact(WriteRecord):
    """Change the fields that are given, and leave all others alone."""

    route = patch("/contacts/{id}", Effect.WRITE)


class DeleteContact(DeleteRecord):
    """Delete a contact. Whether it can be brought back is not documented."""

    route = delete("/contacts/{id}", why="whether it can be brought back is not documented")


class SaveContactsBatch(SaveBatch):
    """Create or update up to 100 contacts in one request."""

    route = post("/contacts/batch", Effect.WRITE)
