"""DNS over the network, by the name servers of this machine. Its library is loaded with the first question."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from saleshandy_mcp.core.dns import Dns, DnsSilent, Question

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

SECONDS = 3.0
"""So long one question may take."""
_RECORDS = 20
_CHARACTERS = 4096
"""What is read of an answer: so many records, and so much of each."""


def network_dns(
    blocklists: tuple[str, ...] = (), resolver: "Callable[[], Resolver] | None" = None, seconds: float = SECONDS
) -> Dns:
    """DNS as this machine is set up for it.

    Args:
        blocklists: lists of domains that may be asked.
        resolver: makes what asks the name servers; left out, the one of this machine.
        seconds: how long one question may take.
    """
    return Dns(partial(_ask, resolver or _of_machine, seconds), blocklists)


async def _ask(resolver: "Callable[[], Resolver]", seconds: float, question: Question) -> Sequence[str]:
    try:
        from dns.exception import DNSException  # noqa: PLC0415 - an extra, and few calls ask DNS
        from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415 - the same
    except ImportError:
        raise DnsSilent('the library that asks DNS is not installed: pip install "saleshandy-mcp[dns]"') from None
    try:
        answer = await resolver().resolve(question.name, question.kind, lifetime=seconds, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError) as error:
        raise DnsSilent(f"DNS did not answer ({type(error).__name__})") from None
    return [_text(record)[:_CHARACTERS] for record in list(answer)[:_RECORDS]]


@cache
def _of_machine() -> "Resolver":
    from dns.asyncresolver import Resolver  # noqa: PLC0415 - the same

    return Resolver()


def _text(record: object) -> str:
    """A record as text; the parts of a TXT record are put together."""
    parts: tuple[bytes, ...] | None = getattr(record, "strings", None)
    return str(record) if parts is None else b"".join(parts).decode("utf-8", "replace")
