"""What is put into a client's settings: the program with its options, or an address. Pure."""

from dataclasses import dataclass
from typing import Any

from saleshandy_mcp.client_settings.documents.placement import Placement
from saleshandy_mcp.client_settings.known_clients import Client
from saleshandy_mcp.core.variables import FILES, KEY, KEY_FILE

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
        key_file: a file that holds the key; the client hands no key over then.
        key_kept: whether the system's keyring holds the key; the client hands no key over then.
        sandbox: whether it works on invented data, so that there is no key.
        url: the address of a server that runs already; nothing else counts then.
    """

    program: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    files: str | None = None
    key: str | None = None
    key_file: str | None = None
    key_kept: bool = False
    sandbox: bool = False
    url: str | None = None

    @property
    def asks_client(self) -> bool:
        """Whether the client hands the key over in its own way."""
        return not (self.sandbox or self.url or self.key or self.key_file or self.key_kept)


def placements(client: Client, start: Start) -> tuple[Placement, ...]:
    """What comes into the settings of this client; the server itself is the first."""
    server = Placement(client.servers, SERVER, _entry(client, start), client.by)
    if client.key_way == "input" and start.asks_client:
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
    variables: dict[str, str] = {}
    if start.asks_client and client.key_way == "forwarded":
        entry[client.key_text] = [KEY]
    elif start.asks_client and client.key_way != "clear":
        variables[KEY] = f"${{input:{client.key_text}}}" if client.key_way == "input" else client.key_text
    elif start.key is not None:
        variables[KEY] = start.key
    elif start.key_file is not None:
        variables[KEY_FILE] = start.key_file
    if start.files is not None:
        variables[FILES] = start.files
    return {**entry, word("env"): variables} if variables else entry
