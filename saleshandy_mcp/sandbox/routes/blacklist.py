"""Blacklisted domains: no mail is sent to them."""

import re

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error
from saleshandy_mcp.sandbox.world.tables import World

MOST_AT_ONCE = 50
DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def add_blacklist_domains(world: World, request: Request) -> Reply:
    """One bad domain refuses the whole call. Assumed: which refusal comes first; case and repeats do not matter."""
    domains = list(dict.fromkeys(part.strip().lower() for part in request.body["domains"].split(",")))
    if len(domains) > MOST_AT_ONCE:
        raise app_error(40003, f"At most {MOST_AT_ONCE} domains can be added at once")
    if invalid := [domain for domain in domains if not DOMAIN.fullmatch(domain)]:
        raise app_error(40001, f"Not a valid domain: {', '.join(invalid)}")
    if known := [domain for domain in domains if domain in world.blacklist]:
        raise app_error(40002, f"Domain already on the list: {', '.join(known)}")
    world.blacklist.update(dict.fromkeys(domains, world.now()))
    return Reply(200, {"message": "Domains added successfully"})


ROUTES = {("POST", "/blacklist-domains"): add_blacklist_domains}
