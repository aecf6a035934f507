"""What people ask for that the public API cannot do, each with the way round: a file for each thing it is about.

Known: the published reference has no call for any of these. The web app has most of them.
"""

from saleshandy_mcp.server.tools.discovery.cannot import (
    account_limits,
    mailbox_limits,
    message_limits,
    people_limits,
    sequence_limits,
)
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

LIMITS: tuple[Limit, ...] = (
    *sequence_limits.LIMITS,
    *people_limits.LIMITS,
    *mailbox_limits.LIMITS,
    *message_limits.LIMITS,
    *account_limits.LIMITS,
)
"""Each has its own ``what``."""
