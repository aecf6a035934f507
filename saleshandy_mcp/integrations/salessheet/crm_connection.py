"""The connection to SalesSheet: its REST API, as its help centre documents it."""

from math import inf
from typing import Any, TypeVar, cast

from pydantic import SecretStr

from saleshandy_mcp.api.client import Connection, Profile
from saleshandy_mcp.api.http.chain import Backoff
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Request
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.settings import DEFAULT_CRM_BASE_URL
from saleshandy_mcp.core.variables import CRM_BASE_URL, CRM_KEY, CRM_MCP
from saleshandy_mcp.integrations.salessheet.call_budget import CallBudget
from saleshandy_mcp.integrations.salessheet.crm_errors import RefusedRecords, failure
from saleshandy_mcp.integrations.salessheet.resources.me import GetMe

T = TypeVar("T")

OF_THE_OTHER_FORM = "ss_live_"
"""What keys of the product's MCP endpoint begin with."""

# 429 waits 1 s, 2 s and 4 s, as documented. A call that was turned away so was not carried out, whatever it is.
SALESSHEET = Profile(
    service=Service.SALESSHEET,
    key_header="authorization",
    key_prefix="Bearer ",
    failure=failure,
    limiter=CallBudget,
    backoff=Backoff(first=1.0, share=1.0, read_attempts=4, write_attempts=4),
)


class SalesSheet(Connection):
    """The connection to SalesSheet, as ``Connection`` describes it.

    Args:
        key: the API key (Settings, Integrations, API, in the web app); None lets everything start and every call fail
            with NoKey.
        base_url: the address up to and including the version.
        more: ``app``, ``clock``, ``pause`` and ``now`` of ``Connection``.
    """

    def __init__(self, key: SecretStr | str | None, *, base_url: str = DEFAULT_CRM_BASE_URL, **more: Any) -> None:
        super().__init__(key, SALESSHEET, base_url=base_url, **more)

    @property
    def left_today(self) -> int:
        """How many calls the key has left within 24 hours, as far as this machine has counted."""
        return cast("CallBudget", self._pacing.limiter).left_today

    async def send(self, operation: Request[T], until: float = inf) -> T:
        """Carry out an operation and return its result.

        Raises:
            Mistake: when the key belongs to the other form of the product, and is sent nowhere then; or when the call
                that checks a key finds no such API at the address.
            SaleshandyError: whatever came in between.
        """
        if self._key and self._key.get_secret_value().startswith(OF_THE_OTHER_FORM):
            raise Mistake(
                f"{CRM_KEY} holds a key that begins with {OF_THE_OTHER_FORM}: it belongs to SalesSheet's MCP endpoint, "
                "and the REST API that is used here does not take it",
                "Make a key under Settings, Integrations, API, and put that one there; or keep this one, and name the "
                f"tools of that endpoint in a file that {CRM_MCP} names (docs/crm.md).",
            )
        try:
            return await super().send(operation, until)
        except RefusedRecords as error:
            if error.status == 404 and isinstance(operation, GetMe):
                raise _no_such_api() from None
            raise


def _no_such_api() -> Mistake:
    return Mistake(
        "there is no REST API of SalesSheet at this address: GET /me was not found",
        f"Check {CRM_BASE_URL}. Where an account has the MCP endpoint alone, its key begins with {OF_THE_OTHER_FORM}, "
        f"and {CRM_MCP} says how to use it.",
    )
