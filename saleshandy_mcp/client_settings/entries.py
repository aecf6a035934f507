"""What is put into a client's settings: the program with its options, or an address. Pure."""

from dataclasses import dataclass, field
from typing import Any

from saleshandy_mcp.client_settings.documents.placement import Placement
from saleshandy_mcp.client_settings.known_clients import Client
from saleshandy_mcp.core.settings import FILES, KEY

SERVER = "saleshandy"
"""The name under which clients list this server."""
PLACEHOLDER = "paste-your-key-here"
"""What stands in a snippet where the key belongs."""


@dataclass(frozen=True)
class Start:
    """How a client starts the server, or where it finds it.

    Attributes:
        program: the command and its first words, up to the name of the program.
        options: the words after ``serve``.
        files: the folder that imports may read from.
        key: the key in clear, where the client has no better way; None to let the client hand it over in its own way.
        variables: further variables.
        sandbox: whether it works on invented data, so that there is no key.
        url: the address of a server that runs already; nothing else counts then.
    """

    program: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    files: str | None = None
    key: str | None = None
    variables: dict[str, str] = field(default_factory=dict[str, str])
    sandbox: bool = False
    url: str | None = None


def placements(client: Client, start: Start) -> tuple[Placement, ...]:
    """What comes into the settings of this client; the server itself is the first."""
    server = Placement(client.servers, SERVER, _entry(client, start), client.by)
    if client.key_way == "input" and start.url is None and not start.sandbox and start.key is None:
        return server, _question(client)
    return (server,)


def traces(client: Client) -> tuple[Placement, ...]:
    """Everything that may stand in the settings of this client for this server; the server itself is the first."""
    server = Placement(client.servers, SERVER, None, client.by)
    return (server, _question(client)) if client.key_way == "input" else (server,)


def _question(client: Client) -> Placement:
    asked = {
        "type": "promptString",
        "id": client.key_text,
        "description": "Saleshandy API key (Saleshandy: Settings, API Key)",
        "password": True,
    }
    return Placement(("inputs",), client.key_text, asked, by="id")


def _entry(client: Client, start: Start) -> dict[str, Any]:
    def word(name: str) -> str:
        return client.words.get(name, name)

    if start.url is not None:
        return {**(client.remote or {}), word("url"): start.url}
    command, *words = start.program
    entry: dict[str, Any] = {
        **client.local,
        word("command"): command,
        word("args"): [*words, "serve", *(["--sandbox"] if start.sandbox else []), *start.options],
    }
    variables = dict(start.variables)
    if not start.sandbox:
        _hand_over(client, start.key, entry, variables)
    if start.files is not None:
        variables[FILES] = start.files
    return {**entry, word("env"): variables} if variables else entry


def _hand_over(client: Client, key: str | None, entry: dict[str, Any], variables: dict[str, str]) -> None:
    if key is not None:
        variables[KEY] = key
    elif client.key_way == "forwarded":
        entry[client.key_text] = [KEY]
    elif client.key_way == "input":
        variables[KEY] = f"${{input:{client.key_text}}}"
    elif client.key_way == "reference":
        variables[KEY] = client.key_text
