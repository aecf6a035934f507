"""The API keys of the demo organisation: what each may do, and how many calls its plan allows."""

from dataclasses import dataclass
from typing import Literal

from saleshandy_mcp.sandbox.http.message import Refusal
from saleshandy_mcp.sandbox.salessheet.errors import forbidden, unauthorized

Plan = Literal["free", "pro", "enterprise"]


@dataclass(frozen=True)
class Allowance:
    """How many calls a key may make."""

    per_minute: int
    per_day: int


# Both plans as documented; the free plan has no API.
ALLOWANCES: dict[Plan, Allowance] = {
    "pro": Allowance(100, 5_000),
    "enterprise": Allowance(500, 50_000),
}


@dataclass(frozen=True)
class ApiKey:
    """One key of one user.

    Attributes:
        name: what its owner calls it; the audit log shows it.
        plan: of the organisation.
        reads_only: whether its scope is reading.
        revoked: whether somebody has revoked it.
        owner_active: whether the user who made it may still log in.
        may_configure: whether the role of that user may change pipelines.
        works_from: the second of the clock from which it is known everywhere.
    """

    name: str
    plan: Plan = "pro"
    reads_only: bool = False
    revoked: bool = False
    owner_active: bool = True
    may_configure: bool = True
    works_from: float = 0.0


KEY = "crm-sandbox-key"
READ_ONLY_KEY = "crm-sandbox-read-only"
ENTERPRISE_KEY = "crm-sandbox-enterprise"
FREE_KEY = "crm-sandbox-free"
REVOKED_KEY = "crm-sandbox-revoked"
MEMBER_KEY = "crm-sandbox-member"
DEACTIVATED_KEY = "crm-sandbox-deactivated"

KEYS: dict[str, ApiKey] = {
    KEY: ApiKey("Outreach bridge"),
    READ_ONLY_KEY: ApiKey("Dashboard", reads_only=True),
    ENTERPRISE_KEY: ApiKey("Warehouse sync", plan="enterprise"),
    FREE_KEY: ApiKey("Trial", plan="free"),
    REVOKED_KEY: ApiKey("Old laptop", revoked=True),
    MEMBER_KEY: ApiKey("Ola's script", may_configure=False),
    DEACTIVATED_KEY: ApiKey("Left the company", owner_active=False),
}


def admit(key: ApiKey | None, method: str, path: str, now: float) -> ApiKey:
    """The key, when it may make this call.

    Raises:
        Refusal: 401 without a valid key, 403 (assumed) for one that may not do this.
    """
    if key is None or now < key.works_from:
        raise unauthorized("Missing or invalid API key.")
    if key.revoked:
        raise unauthorized("This API key has been revoked.")
    if not key.owner_active:
        raise unauthorized("The user who created this API key is deactivated.")
    if refusal := _forbidden(key, method, path):
        raise refusal
    return key


def _forbidden(key: ApiKey, method: str, path: str) -> Refusal | None:
    if key.plan not in ALLOWANCES:
        return forbidden("API access is not available on the free plan.")
    if key.reads_only and method != "GET":
        return forbidden("This API key is read-only.")
    if method != "GET" and path.startswith("/pipelines") and not key.may_configure:
        return forbidden("Your role may not change pipelines.")
    return None
