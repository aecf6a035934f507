"""DNS over the network, by the name servers of this machine. Its library is loaded with the first question."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from saleshandy_mcp.core.dns import Dns, DnsSilent, Question

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver


def network_dns(blocklists: tuple[str, ...] = (), resolver: "Callable[[], Resolver] | None" = None) -> Dns:
    """DNS as this machine is set up for it. Whoever asks limits the time.

    Args:
        blocklists: lists of domains that may be asked.
        resolver: makes what asks the name servers, for each question; left out, the one of this machine.
    """
    return Dns(partial(_ask, resolver or _of_machine), blocklists)


async def _ask(resolver: "Callable[[], Resolver]", question: Question) -> Sequence[str]:
    try:
        from dns.exception import DNSException  # noqa: PLC0415 - an extra, and few calls ask DNS
        from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415 - the same
    except ImportError:
        raise DnsSilent('dnspython is not installed, which asks DNS: it comes with the extra "dns"') from None
    try:
        answer = await resolver().resolve(question.name, question.kind, search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    except (DNSException, OSError) as error:
        raise DnsSilent(f"DNS did not answer ({type(error).__name__})") from None
    return [_text(record) for record in answer]


def _of_machine() -> "Resolver":
    """With the name servers of this moment: a laptop changes its network while a server runs."""
    from dns.asyncresolver import Resolver  # noqa: PLC0415 - the same

    return Resolver()


def _text(record: object) -> str:
    """A record as text; the parts of a TXT record are put together."""
    parts: tuple[bytes, ...] | None = getattr(record, "strings", None)
    return str(record) if parts is None else b"".join(parts).decode("utf-8", "replace")
