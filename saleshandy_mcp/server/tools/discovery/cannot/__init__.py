"""What people ask for that the public API cannot do, each with the way round: a file for each thing it is about.

Known: the published reference has no call for any of these. The web app has most of them.
"""

from saleshandy_mcp.server.tools.discovery.cannot import account, mailboxes, messages, people, sequences
from saleshandy_mcp.server.tools.discovery.cannot.limit import Limit

LIMITS: tuple[Limit, ...] = (*sequences.LIMITS, *people.LIMITS, *mailboxes.LIMITS, *messages.LIMITS, *account.LIMITS)
"""Each has its own ``what``."""
