"""The entry for the MCP registry (server.json). Pure."""

import json
from typing import Any

from manifests.releasing.index_page import registry_name
from saleshandy_mcp.client_settings.package import SUMMARY, TITLE
from saleshandy_mcp.core.variables import FILES, KEY, READ_ONLY, SANDBOX

SCHEMA = "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"
_VARIABLES: tuple[dict[str, Any], ...] = (
    {"name": KEY, "description": "API key (Saleshandy: Settings, API Key)", "isSecret": True},
    {"name": FILES, "description": "The only folder that imports may read files from", "format": "filepath"},
    {"name": SANDBOX, "description": "true: invented data, no key", "format": "boolean"},
    {"name": READ_ONLY, "description": "true: only tools that change nothing", "format": "boolean"},
)


def server_json(name: str, version: str, repository: str | None, *, published: bool) -> str | None:
    """The entry; None while the package has no public repository, or is on no index: the registry checks both.

    Args:
        name: the name of the package.
        version: of the package.
        repository: the public address of the source.
        published: whether the package index has it.
    """
    entry = registry_name(name, repository)
    if entry is None or not published:
        return None
    told = {
        "$schema": SCHEMA,
        "name": entry,
        "title": TITLE,
        "description": SUMMARY,
        "repository": {"url": repository, "source": "github"},
        "version": version,
        "packages": [
            {
                "registryType": "pypi",
                "identifier": name,
                "version": version,
                "runtimeHint": "uvx",
                "transport": {"type": "stdio"},
                "environmentVariables": list(_VARIABLES),
            }
        ],
    }
    return json.dumps(told, indent=2) + "\n"
