"""Which tools a start chooses, read from its arguments and variables; None where anything about it is unusual.

The real server reads all of that again, and with more care. This knows the usual starts alone, so that no answer is
given before the time in a start that would end with an error.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence

from saleshandy_mcp.core.keys.key_text import wrong_with

_FLAGS = {"--sandbox", "--read-only", "--crm", "--crm-write", "--quiet"}
_WORDS = {
    "--toolsets": None,
    "--effects": None,
    "--approval": {"auto", "person", "terminal", "page", "token", "deny"},
    "--log-level": {"debug", "info", "warning", "error"},
}
"""Options with a value, and the values that they take; None where the names of the answers decide."""
_KNOWN = {
    *(
        "SALESHANDY_API_KEY_FILE",
        "SALESSHEET_API_KEY_FILE",
        "SALESHANDY_API_KEY",
        "SALESHANDY_DATA",
        "SALESHANDY_SANDBOX",
        "SALESHANDY_TOOLSETS",
        "SALESHANDY_EFFECTS",
    ),
    *("SALESHANDY_READ_ONLY", "SALESHANDY_APPROVAL", "SALESHANDY_FILES", "SALESSHEET_API_KEY", "SALESSHEET_WRITE"),
}
_EFFECTS = ("read", "write", "send", "spend", "delete")
_YES, _NO = {"1", "true", "yes"}, {"", "0", "false", "no"}
_CARDS = {"auto", "person"}
"""Ways to agree with which the card in the chat is offered."""
_DECIDES = ("keyring", "rules.toml")
"""Files of the data folder that can change what is offered, or end a start."""

_LONGEST_KEY = 2_000
"""Bytes of a file that are read for a key; keys are much shorter."""

_Options = dict[str, str]


def selection(arguments: Sequence[str], environ: Mapping[str, str]) -> str | None:
    """The name under which the answers of a start are kept; None where they may be others.

    Args:
        arguments: of the command line, without the program.
        environ: the variables.
    """
    options = _options(arguments)
    ours = {name: value.strip() for name, value in environ.items() if name.startswith(("SALESHANDY_", "SALESSHEET_"))}
    if options is None or not _KNOWN.issuperset(ours) or sys.platform not in ("linux", "darwin"):
        return None
    try:
        return _selection(options, ours, environ)
    except (ValueError, OSError):
        return None


def name_of(toolset: str, effects: Iterable[str], *, cards: bool, crm: bool) -> str:
    """The name of a selection.

    Args:
        toolset: the only one.
        effects: what calls may do.
        cards: whether the card in the chat is among the ways to agree.
        crm: whether the tools of the CRM are offered.
    """
    chosen = {*effects}
    words = "+".join(word for word in _EFFECTS if word in chosen)
    return " ".join((toolset, words, *(["cards"] if cards else []), *(["crm"] if crm else [])))


def _selection(options: _Options, ours: Mapping[str, str], environ: Mapping[str, str]) -> str:
    sandbox = "--sandbox" in options or _yes(ours, "SALESHANDY_SANDBOX")
    crm = "--crm" in options
    if not sandbox:
        _key(ours, "SALESHANDY_API_KEY")
        crm = _key(ours, "SALESSHEET_API_KEY") or crm
        _look_at(ours.get("SALESHANDY_DATA") or _usual_folder(environ))
    if ours.get("SALESHANDY_FILES") and not _is_folder(ours["SALESHANDY_FILES"]):
        raise ValueError("SALESHANDY_FILES")
    _yes(ours, "SALESSHEET_WRITE")
    approval = options.get("--approval") or ours.get("SALESHANDY_APPROVAL", "").lower() or "auto"
    if approval not in (_WORDS["--approval"] or ()):
        raise ValueError("approval")
    toolsets = _names(options.get("--toolsets", ours.get("SALESHANDY_TOOLSETS", ""))) or ["default"]
    effects = _names(options.get("--effects", ours.get("SALESHANDY_EFFECTS", ""))) or [*_EFFECTS]
    if not {*_EFFECTS}.issuperset(effects) or len(toolsets) > 1:
        raise ValueError("effects")
    if "--read-only" in options or _yes(ours, "SALESHANDY_READ_ONLY"):
        effects = ["read"]
    return name_of(toolsets[0], effects, cards=approval in _CARDS, crm=crm)


def _options(arguments: Sequence[str]) -> _Options | None:
    """The options of ``serve``; None for another command, and for an option that is not known here or given twice."""
    rest = [*arguments]
    if rest and rest.pop(0) != "serve":
        return None
    options: _Options = {}
    while rest:
        name, _, value = rest.pop(0).partition("=")
        if name in options:
            return None
        if name in _WORDS:
            value = value or (rest.pop(0) if rest else "")
            allowed = _WORDS[name]
            if not value or value.startswith("-") or (allowed and value not in allowed):
                return None
        elif name not in _FLAGS or value:
            return None
        options[name] = value
    return options


def _key(ours: Mapping[str, str], name: str) -> bool:
    """Whether there is a key, in the variable or in the file that the other variable names.

    Raises:
        ValueError: when it may be none.
    """
    text, place = ours.get(name, ""), ours.get(f"{name}_FILE", "")
    if place:
        # What is no plain file, such as a pipe, can be read once only, and the real server has to read it.
        if text or not place.startswith("/") or not os.path.isfile(place):  # noqa: PTH113 - pathlib loads slowly
            raise ValueError(name)
        with open(place, "rb") as file:  # noqa: PTH123 - pathlib takes longer to load than this
            text = file.read(_LONGEST_KEY).decode().strip()
    if (text or place) and (not text or len(text) > _LONGEST_KEY // 2 or wrong_with(text)):
        raise ValueError(name)
    return bool(text)


def _yes(ours: Mapping[str, str], name: str) -> bool:
    word = ours.get(name, "").lower()
    if word not in _YES | _NO:
        raise ValueError(name)
    return word in _YES


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_folder(path: str) -> bool:
    return os.path.isabs(path) and os.path.isdir(path)  # noqa: PTH112, PTH117 - pathlib takes longer to load than this


def _usual_folder(environ: Mapping[str, str]) -> str:
    """The system's usual folder for data; the full rule is in ``core.variables``, with a library that loads slowly.

    Raises:
        ValueError: where only that library knows.
    """
    home, chosen = environ.get("HOME", ""), environ.get("XDG_DATA_HOME", "")
    if not home.startswith("/") or (chosen and not (chosen.startswith("/") and sys.platform == "linux")):
        raise ValueError("the folder")
    if sys.platform == "darwin":
        return f"{home}/Library/Application Support/saleshandy-mcp"
    return f"{chosen or home + '/.local/share'}/saleshandy-mcp"


def _look_at(folder: str) -> None:
    """Look whether a file of the data folder decides more than the options do.

    Raises:
        ValueError: when there is one, or when nobody can tell.
    """
    if not folder.startswith("/"):
        raise ValueError(folder)
    for name in _DECIDES:
        try:
            os.lstat(f"{folder}/{name}")
        except FileNotFoundError:
            continue
        except OSError:
            pass
        raise ValueError(name)
