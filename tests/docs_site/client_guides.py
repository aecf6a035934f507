"""A guide for each client: made from the table of clients, of which `install` is made, too."""

from saleshandy_mcp.client_settings import package, snippets
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client

QUESTIONS = {
    "form": "{name} shows a dialogue: you read the question there and answer it.",
    "card": "The question comes on a card in the chat, with buttons. If no card appears, answer it at a terminal: "
    "`saleshandy-mcp approvals`.",
    "nothing": "{name} shows no questions that servers ask. The model gets a preview with a token that works once. "
    "With `--approval person` you answer at a terminal instead: `saleshandy-mcp approvals`.",
    None: "Not known for {name}. Where it shows no dialogue and no card, the model gets a preview with a token that "
    "works once. With `--approval person` you answer at a terminal instead: `saleshandy-mcp approvals`.",
}
KEYS = {
    "clear": "The key stands in this file in clear, unless it is in the keyring of the system (`saleshandy-mcp login`) "
    "or in a file (`--key-file`). Prefer one of these.",
    "reference": "The key is taken from `SALESHANDY_API_KEY` of the shell that {name} is started in.",
    "forwarded": "The key is taken from `SALESHANDY_API_KEY` of the shell that {name} is started in.",
    "input": "{name} asks for the key once and keeps it.",
}


_COMMANDS = """```console
$ saleshandy-mcp install {slug} --sandbox   # with invented data, without a key
$ saleshandy-mcp install {slug}             # with your account
```"""


def pages() -> dict[str, str]:
    """The guides by the names of their files, and the page that leads to them."""
    return {"index.md": _index()} | {f"{client.slug}.md": guide(client) for client in CLIENTS}


def guide(client: Client) -> str:
    """The guide for one client."""
    key = "kept" if client.key_way == "reference" and not client.from_shell else client.key_way
    about_key = KEYS.get(key, "The key stands as a line `SALESHANDY_API_KEY=…` in `~/.continue/.env`.")
    parts = [
        f"# {client.name}\n\nFirst install the program ([start](../index.md)). Then:",
        _COMMANDS.format(slug=client.slug),
        f"It shows the change and asks before it writes. {client.restart}",
        f"`saleshandy-mcp uninstall {client.slug}` takes it out again.",
        "## Where the settings are",
        _places(client),
        f"By hand: {client.by_hand}.",
        f"```{client.form}\n{snippets.snippet(client)}```",
        _program(),
        "## The key",
        about_key.format(name=client.name),
        "## How you are asked",
        f"{QUESTIONS[client.questions].format(name=client.name)} More in [agreeing](../agreeing.md).",
        "## When it does not start",
        _start(client),
        "## Where these facts are from",
        "\n".join(f"- <https://{source}>" for source in client.sources),
        *_assumed(client),
    ]
    return "\n\n".join(parts) + "\n"


def _places(client: Client) -> str:
    systems = (("Linux", client.places.linux), ("macOS", client.places.macos), ("Windows", client.places.windows))
    rows = [f"| {name} | {', '.join(f'`{_path(it)}`' for it in places)} |" for name, places in systems]
    project = [f"| a project | `{client.project}` (`install {client.slug} --project`) |"] if client.project else []
    return "\n".join(["| system | file |", "|---|---|", *rows, *project])


def _path(template: str) -> str:
    first, _, rest = template.partition("/")
    return f"~/{rest}" if first == "HOME" else f"${first}/{rest}"


def _program() -> str:
    if package.PUBLISHED:
        return "A client that does not find `uvx` wants its whole path: `which uvx` prints it."
    words = "write what `which saleshandy-mcp` prints (Windows: `where saleshandy-mcp`)."
    return f"In place of `/path/to/saleshandy-mcp` {words}"


def _start(client: Client) -> str:
    limit = f"{client.name} gives a server {client.start_limit} seconds to start. " if client.start_limit else ""
    return (
        f"{limit}`saleshandy-mcp doctor` tells whether {client.name} would find the program, where the key comes from, "
        "and what to mend. The errors that you may see are in [troubleshooting](../troubleshooting.md)."
    )


def _assumed(client: Client) -> list[str]:
    return ["Assumed, for no page of the vendor says so:\n\n" + "\n".join(f"- {it}" for it in client.assumed)] * bool(
        client.assumed
    )


def _index() -> str:
    rows = [f"| [{it.name}]({it.slug}.md) | `saleshandy-mcp install {it.slug}` | {it.restart} |" for it in CLIENTS]
    table = "\n".join(["| client | command | then |", "|---|---|---|", *rows])
    return f"{_INDEX}{table}\n\n{_OTHERS}\n"


_INDEX = """\
# Your client

`saleshandy-mcp install CLIENT` writes the settings of a client, and `uninstall` takes them out. One page for each:

"""
_OTHERS = """\
Any other client that starts MCP servers over stdio takes the settings of
[the README](../../README.md#use-it-from-your-assistant). What real clients did when a person had to agree stands in
[clients that were tried](../clients.md)."""
