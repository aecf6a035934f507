"""What a variant may hold, by the channel of its step."""

from saleshandy_mcp.sandbox.http.contract import shape_complaints
from saleshandy_mcp.sandbox.http.message import validation_error
from saleshandy_mcp.sandbox.world.rows import EMAIL
from saleshandy_mcp.sandbox.world.tables import Row

PAYLOADS = {
    EMAIL: "EmailPayload",
    2: "ConnectionRequestPayload",
    3: "LinkedInMessagePayload",
    4: "InMailPayload",
}
MOST_EMAIL_VARIANTS = 26


def check(channel: int, *parts: tuple[Row, tuple[str | int, ...]]) -> None:
    """Refuse what the channel does not take. Each part is a variant and the path to it in the request."""
    if complaints := [line for variant, at in parts for line in _complaints(channel, variant, at)]:
        raise validation_error(*complaints)


def most_variants(channel: int) -> int:
    return MOST_EMAIL_VARIANTS if channel == EMAIL else 1


def _complaints(channel: int, variant: Row, at: tuple[str | int, ...]) -> list[str]:
    prefix = "".join(f"{part}." for part in at)
    lines: list[str] = []
    if "payload" in variant:
        lines += shape_complaints(PAYLOADS.get(channel, "EmptyPayload"), variant["payload"], (*at, "payload"))
    if channel == EMAIL and "taskNote" in variant:
        lines.append(f"{prefix}taskNote is not allowed for Email")
    if channel != EMAIL and variant.get("attachmentIds"):
        lines.append(f"{prefix}attachmentIds is only allowed for Email")  # assumed
    return lines
