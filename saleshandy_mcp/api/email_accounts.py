"""Email accounts: the senders."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from saleshandy_mcp.api.action import Effect, post
from saleshandy_mcp.api.model import ApiModel, EmptyIfNull
from saleshandy_mcp.api.paging import Paged


class EmailAccountSetting(ApiModel):
    """``available-quota`` and ``signature`` are the codes seen."""

    id: str | None = None
    email_account_id: str | None = None
    code: str = ""
    value: str | None = None
    modified_at: str | None = None


class EmailAccount(ApiModel):
    """A sender. Only status 1, active, means the same in every source; the daily limit is not told, what is left is."""

    id: str
    from_name: str = ""
    from_email: str = ""
    type: int | None = None
    status: int | None = None
    is_default: bool = False
    created_at: str | None = None
    user_id: str | None = None
    email_service_provider: str | None = None
    health_score: float | None = None
    user: dict[str, Any] | None = None
    sequences: Annotated[list[dict[str, Any]], EmptyIfNull] = []
    settings: Annotated[list[EmailAccountSetting], EmptyIfNull] = []

    ACTIVE: ClassVar[int] = 1

    @property
    def active(self) -> bool:
        return self.status == self.ACTIVE

    @property
    def quota_left(self) -> int | None:
        """Mails it may still send today; None where the answer does not tell."""
        value = next((setting.value for setting in self.settings if setting.code == "available-quota"), None)
        return int(value) if value and value.isdecimal() else None


class ListEmailAccounts(Paged[EmailAccount]):
    """List sending accounts. A read, though it travels as POST."""

    route = post("/email-accounts", Effect.READ)
    list_at = "emails"
    search: str | None = None
    page_size: Annotated[int, Field(ge=1, le=100)] = 25
    sort: Literal["ASC", "DESC"] | None = None
    sort_by_key: Literal["created-date", "health-score", "remaining-quota", "clientFirstName"] | None = None
    sequence_ids: list[str] | None = None
    client_ids: list[str] | None = None
    added_by: list[str] | None = None
    status: int | None = None
    email_service_provider: list[str] | None = None
