"""How the clients of this machine start this server, and by which way they would ask their users."""

import shutil
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast, get_origin

from saleshandy_mcp.cli.support.setup.finding import Finding
from saleshandy_mcp.client_settings.documents.edit import entry
from saleshandy_mcp.client_settings.documents.placement import Broken
from saleshandy_mcp.client_settings.entries import traces
from saleshandy_mcp.client_settings.known_clients import CLIENTS, Client
from saleshandy_mcp.client_settings.machine import Machine
from saleshandy_mcp.client_settings.settings_file import Unusable, load
from saleshandy_mcp.core.keys.found_key import checked_key
from saleshandy_mcp.core.variables import APPROVAL, FILES, KEY, KEY_FILE, NoHome, whole_path
from saleshandy_mcp.policy.approval_channels import APPROVALS, Approval, Reach, choose

_T = TypeVar("_T")
_INVENTED = "invented data"


def client_findings(machine: Machine) -> Iterator[Finding]:
    """A finding for each client in which this server is installed, or whose file is broken."""
    nowhere = True
    for client in CLIENTS:
        path = machine.file(client)
        try:
            server: Any = entry(client.form, load(path).text, traces(client)[0])
        except (Broken, Unusable) as error:
            yield Finding(client.name, f"{path}: {error}", "correct the file; the client cannot read it either")
            nowhere = False
            continue
        if isinstance(server, dict):
            nowhere = False
            yield _of_client(client, cast("dict[str, Any]", server), machine.environ)
    if nowhere:
        here = ", ".join(client.name for client in CLIENTS if machine.has(client)) or "none was found"
        yield Finding("clients", f"in no client's settings; clients here: {here}", "saleshandy-mcp install CLIENT")


def _of_client(client: Client, server: Mapping[str, Any], environ: Mapping[str, str]) -> Finding:
    def of(name: str, kind: type[_T]) -> _T:
        value = server.get(client.words.get(name, name))
        return cast("_T", value) if isinstance(value, get_origin(kind) or kind) else kind()

    if url := of("url", str):
        return Finding(client.name, f"reaches a server at {url}; {_channel(client, 'auto')}")
    command, words = of("command", str), [str(word) for word in of("args", list[Any])]
    env = {str(name): str(value) for name, value in of("env", dict[Any, Any]).items()}
    approval = words[words.index("--approval") + 1] if "--approval" in words[:-1] else env.get(APPROVAL, "auto")
    key = _INVENTED if "--sandbox" in words else _key(client, env, server)
    text = f"starts {command}, {key}, {_files(env)}; {_channel(client, approval)}"
    return Finding(client.name, text, _mend(client, command, env, key, environ))


def _is_folder(place: str) -> bool:
    try:
        return whole_path(place).is_dir()
    except NoHome:
        return False


def _mend(client: Client, command: str, env: Mapping[str, str], key: str, environ: Mapping[str, str]) -> str | None:
    """What has to be done about an entry that starts the server by a command; None when nothing has."""
    again = f"saleshandy-mcp install {client.slug}"
    if not shutil.which(command):
        return f"{command or 'its command'} is not there: {again}"
    if env.get(FILES) and not _is_folder(env[FILES]):
        return f"{env[FILES]} is no folder: {again} --files FOLDER"
    if key == _INVENTED:
        return None
    if KEY in env and client.key_way == "clear":
        try:
            checked_key(KEY, env[KEY])
        except (ValueError, IndexError) as error:
            return f"{error}: {again}"
    if client.from_shell and "shell" in key and not environ.get(KEY):
        return f"{KEY} is not set in this shell: export it, or {again} --key-file FILE"
    return None


def _key(client: Client, env: Mapping[str, str], server: Mapping[str, Any]) -> str:
    if KEY_FILE in env:
        return "key from a file"
    if KEY in env and env[KEY] != client.key_text and "${input:" not in env[KEY]:
        return "key in clear text in its settings"
    if KEY in env or client.key_text in server:
        return (
            "the client asks for the key"
            if client.key_way == "input"
            else ("key from the shell" if client.from_shell else "key kept by the client")
        )
    return "no key in its settings"


def _files(env: Mapping[str, str]) -> str:
    return f"imports read from {env[FILES]}" if env.get(FILES) else "imports read no files"


def _channel(client: Client, approval: str) -> str:
    """By which way a person is asked there."""
    known: dict[str, Approval] = {word: word for word in APPROVALS}
    if approval not in known:
        return f"--approval {approval} is not known"
    if client.questions is None and known[approval] in ("auto", "person"):
        return "agreement: a dialogue, if the client says at its start that it shows them"
    reach = Reach(form=client.questions == "form", card=client.questions == "card", terminal=True, page=True)
    choice = choose(known[approval], reach)
    return f"agreement: {choice.channel or 'nobody can agree'} ({choice.why})"
