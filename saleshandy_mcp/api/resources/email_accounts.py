"""Email accounts: the senders."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, PlainSerializer, SecretStr, model_validator

from saleshandy_mcp.api.operation import Command, Operation, Paged, get, post
from saleshandy_mcp.api.types import ApiModel, EmailAccountId
from saleshandy_mcp.core.action import ClearableText
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.core.request import Wire
from saleshandy_mcp.core.uses import Uses

Password = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value, return_type=str, when_used="json")]
"""A password. Only the request holds it as plain text: neither ``repr`` nor an error shows it."""

Port = Annotated[int, Field(ge=1, le=65535)]


class EmailAccountSetting(ApiModel):
    """A setting of a sender. Live answers have shown the codes ``available-quota`` and ``signature``."""

    id: str | None = None
    email_account_id: str | None = None
    code: str = ""
    value: str | None = None
    modified_at: str | None = None


class EmailAccount(ApiModel):
    """A sender. Sources agree only on status 1, active. The API tells the mails left today, not the daily limit."""

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
    sequences: list[dict[str, Any]] = []
    settings: list[EmailAccountSetting] = []

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


class ConnectStarted(ApiModel):
    request_id: str


class ConnectStatus(ApiModel):
    """``is_completed`` means that the job ended, not that every account was connected: see the report."""

    is_completed: bool
    report_url: Annotated[str | None, Field(alias="reportURL")] = None


class ConnectionCheck(ApiModel):
    error: str | None = None


class ConnectedAccount(ApiModel):
    """The account is stored even when a check failed; then ``status`` is 0 and the errors say why."""

    id: str
    status: int | None = None
    smtp_connection: ConnectionCheck | None = None
    imap_connection: ConnectionCheck | None = None

    @property
    def errors(self) -> list[str]:
        checks = (self.smtp_connection, self.imap_connection)
        return [check.error for check in checks if check and check.error]


class NewAccount(ApiModel):
    """An SMTP/IMAP account to connect with others."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    email_service_provider: Literal[
        "gsuite", "microsoft", "o365", "yahoo", "zoho", "godaddy", "yandex", "sendgrid", "other"
    ]
    from_first_name: str
    from_last_name: str
    smtp_email_address: str
    smtp_user_name: str
    smtp_password: Password
    smtp_host: str
    smtp_port: Port
    smtp_encryption: Literal["ssl", "tls", "none"]
    imap_email_address: str
    imap_user_name: str
    imap_password: Password
    imap_host: str
    imap_port: Port
    imap_encryption: Literal["ssl", "tls", "none"]


class MailServer(ApiModel):
    """Where an account reads its mail, and the way in."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    email_address: str
    password: Password
    host: str
    port: Port
    encryption: Literal["TLS", "SSL"]


class SmtpServer(MailServer):
    """Where an account sends from: a user name beside the address."""

    user_name: str


class MailServers(ApiModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    smtp: SmtpServer
    imap: MailServer


class ConnectEmailAccounts(Operation[ConnectStarted]):
    """Connect many SMTP/IMAP accounts in the background; get_email_account_connect_status tells how far it is."""

    model_config = ConfigDict(hide_input_in_errors=True)
    route = post(
        "/email-accounts/connect",
        Effect.SEND,
        why="mail can go out through a server that somebody names, and be read there",
    )
    accounts: Annotated[list[NewAccount], Field(min_length=1)]

    def wire(self) -> Wire:
        """The body is the bare list."""
        wire = super().wire()
        return wire._replace(body=(wire.body or {})["accounts"])

    def uses(self) -> Uses:
        return Uses(mail_servers=tuple(host for it in self.accounts for host in (it.smtp_host, it.imap_host)))


class GetEmailAccountConnectStatus(Operation[ConnectStatus]):
    """Read how far connecting or reconnecting is. Once it ended, the report names the accounts that failed."""

    route = get("/email-accounts/connect/status/{requestId}")
    request_id: Annotated[str, Field(min_length=1, description="Of connect_ or reconnect_email_accounts.")]


class ReconnectEmailAccounts(Operation[ConnectStarted]):
    """Switch accounts on again, in the background. Running sequences go on to send from them."""

    route = post("/email-accounts/reconnect", Effect.SEND, why="running sequences go on to send from it")
    email_account_ids: Annotated[list[EmailAccountId], Field(min_length=1)]


class ConnectSmtpImapAccount(Operation[ConnectedAccount]):
    """Connect one SMTP/IMAP account now. It is stored even when the check fails: read the errors in the answer."""

    model_config = ConfigDict(hide_input_in_errors=True)
    route = post(
        "/email-accounts/smtp-imap/connect",
        Effect.SEND,
        why="mail can go out through a server that somebody names, and be read there",
    )
    email_service_provider: Literal[
        "gsuite", "microsoft", "o365", "yahoo", "zoho", "godaddy", "yandex", "sendgrid", "other", "gmail"
    ]
    from_name: Annotated[str, Field(description="Full name that recipients see.")]
    from_first_name: str
    from_last_name: str
    payload: Annotated[MailServers, Field(description="The two servers: smtp sends, imap reads.")]

    def uses(self) -> Uses:
        return Uses(mail_servers=(self.payload.smtp.host, self.payload.imap.host))


class BulkUpdateEmailAccounts(Command):
    """Change settings of several mailboxes: signature, quota, interval, name.

    The sender's first name is demanded whatever else changes, and it overwrites the name of EVERY account listed: to
    keep names apart, call once for each name.
    """

    route = post(
        "/email-accounts/bulk-update",
        Effect.SEND,
        idempotent=True,
        why="every mail of the account shows its signature and name, and goes to its bcc",
    )
    email_account_ids: Annotated[list[EmailAccountId], Field(min_length=1)]
    sender_first_name: Annotated[str, Field(min_length=1, description="Becomes the first name of all of them.")]
    sender_last_name: ClearableText = None
    daily_quota: Annotated[int | None, Field(ge=0, description="Mails a day.")] = None
    bcc: Annotated[ClearableText, Field(description="Addresses, with commas between.")] = None
    signature_html: ClearableText = None
    sending_interval_min: Annotated[int | None, Field(ge=0, description="Seconds between two mails, at least.")] = None
    sending_interval_max: Annotated[int | None, Field(ge=0, description="Seconds between two mails, at most.")] = None
    ramp_up_initial_sending_limit: Annotated[int | None, Field(ge=0, description="Mails on the first day.")] = None
    ramp_up_percent: Annotated[float | None, Field(ge=0, description="Growth a day, in percent.")] = None
    client_id: str | None = None

    @model_validator(mode="after")
    def _interval_in_order(self) -> Self:
        low, high = self.sending_interval_min, self.sending_interval_max
        if low is not None and high is not None and low > high:
            raise ValueError("sending_interval_min is above sending_interval_max")
        return self

    def uses(self) -> Uses:
        """An empty bcc takes the copies away."""
        return Uses(copies=tuple(it.strip() for it in (self.bcc or "").split(",") if it.strip()))
