"""The key and its owner."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from saleshandy_mcp.api.operation import get
from saleshandy_mcp.integrations.salessheet.crm_records import CrmOperation, content_of


class Me(BaseModel):
    """The user of the key and the organisation. Documented is that both are told, not by which names."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)


class GetMe(CrmOperation[Me]):
    """Check the key: the user who made it, and the organisation."""

    route = get("/me")

    def parse(self, document: Any) -> Me:
        # A body with user and organisation is no envelope of either.
        return self._validated(content_of(document) if isinstance(document, dict) and "data" in document else document)
