"""The settings, read from the environment variables named here."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from saleshandy_mcp.core.hooks.hook_proof import HookProof, hook_proof
from saleshandy_mcp.core.keys.found_key import FoundKey, found_key
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.variables import (
    APPROVAL,
    BASE_URL,
    BLOCKLISTS,
    CRM_BASE_URL,
    CRM_KEY,
    CRM_MCP,
    CRM_WRITE,
    EFFECTS,
    EXCLUDE_TOOLS,
    FILES,
    KEEP_PLANS,
    KEY,
    READ_ONLY,
    RULES,
    TOOLS,
    TOOLSETS,
    set_data_folder,
    whole_path,
)

DEFAULT_BASE_URL = "https://open-api.saleshandy.com/v1"
DEFAULT_CRM_BASE_URL = "https://api.salessheets.ai/v1"

_DIGITS = 4
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Settings:
    """What the operator has set.

    Attributes:
        key: the API key; None when there is none, and then every tool says how to set one.
        base_url: where the API is, version included.
        files: the only folder that imports may read from; None lets them read none.
        data: the folder for all that is kept on this machine; None for the system's usual folder for data.
        keep_plans: how long a plan of an import is kept that nobody starts; None for the usual time.
        toolsets: names of toolsets; empty for the default one.
        tools: names of single tools.
        exclude_tools: names of tools that are not offered.
        effects: the effects that calls may have, by name; empty for all.
        read_only: whether calls may only read, whatever ``effects`` says.
        approval: how a person's agreement comes about, in one of the words of ``--approval``.
        rules: the file with the operator's rules; None for the usual one, if it is there.
        blocklists: lists of domains that may be asked about those of the account, by the name under which they answer.
        crm_key: the API key of the CRM, SalesSheet; None when there is none.
        crm_base_url: where its API is, version included.
        crm: whether its tools are offered; commands set it by their options.
        crm_write: whether calls may change anything in the CRM; reading is what a key alone gives.
        crm_mcp: the file that maps the tools of the CRM's MCP endpoint; None for its REST API.
        warnings: what the operator should know of the way keys are kept.
        hook_proofs: how deliveries to webhooks are checked, for each product where that is set.
        crm_wait: whether a command waits when the calls of a day to the CRM are used up; commands set it.
    """

    key: SecretStr | None = None
    base_url: str = DEFAULT_BASE_URL
    files: Path | None = None
    data: Path | None = None
    keep_plans: timedelta | None = None
    toolsets: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    exclude_tools: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    read_only: bool = False
    approval: str = "auto"
    rules: Path | None = None
    blocklists: tuple[str, ...] = ()
    crm_key: SecretStr | None = None
    crm_base_url: str = DEFAULT_CRM_BASE_URL
    crm: bool = False
    crm_write: bool = False
    crm_mcp: Path | None = None
    warnings: tuple[str, ...] = ()
    hook_proofs: Mapping[Service, HookProof] = field(default_factory=dict[Service, HookProof])
    crm_wait: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, keys: bool = True) -> Self:
        """Read and check the settings.

        Args:
            environ: the variables.
            keys: False where keys are no matter, not even wrong ones.

        Raises:
            ValueError: when a variable is wrong; the message names it, and never holds the key.
        """
        key, crm_key = (found_key(environ, it) if keys else FoundKey() for it in (KEY, CRM_KEY))
        return cls(
            key=key.key,
            base_url=_base_url(environ, BASE_URL, DEFAULT_BASE_URL),
            files=_folder(environ.get(FILES, "")),
            data=set_data_folder(environ),
            keep_plans=_span(environ, KEEP_PLANS),
            toolsets=names(environ.get(TOOLSETS, "")),
            tools=names(environ.get(TOOLS, "")),
            exclude_tools=names(environ.get(EXCLUDE_TOOLS, "")),
            effects=names(environ.get(EFFECTS, "")),
            read_only=_yes(environ, READ_ONLY),
            approval=environ.get(APPROVAL, "").strip().lower() or "auto",
            rules=whole_path(environ[RULES].strip()) if environ.get(RULES, "").strip() else None,
            blocklists=_blocklists(environ),
            crm_key=crm_key.key,
            crm_base_url=_base_url(environ, CRM_BASE_URL, DEFAULT_CRM_BASE_URL),
            crm_write=_yes(environ, CRM_WRITE),
            crm_mcp=whole_path(environ[CRM_MCP].strip()) if environ.get(CRM_MCP, "").strip() else None,
            warnings=tuple(it.warning for it in (key, crm_key) if it.warning),
            hook_proofs={it: proof for it in Service if (proof := hook_proof(environ, it))},
        )

    @staticmethod
    def key_source(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
        """The variable that a key comes from; None when it is in none."""
        return next((it for it in (name, f"{name}_FILE") if environ.get(it, "").strip()), None)


def names(text: str) -> tuple[str, ...]:
    """The names in a text that separates them by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def span(text: str) -> timedelta:
    """A time such as "7d" or "12h".

    Raises:
        ValueError: when it is no such time.
    """
    number, unit = text.strip()[:-1], text.strip().lower()[-1:]
    if unit not in ("d", "h") or not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
        raise ValueError(f'"{text}" is no time: write days or hours, such as 7d or 12h')
    return timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number))


def _span(environ: Mapping[str, str], name: str) -> timedelta | None:
    text = environ.get(name, "").strip()
    try:
        return span(text) if text else None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _blocklists(environ: Mapping[str, str]) -> tuple[str, ...]:
    found = names(environ.get(BLOCKLISTS, "").lower())
    if wrong := next((it for it in found if not _HOST.fullmatch(it)), None):
        raise ValueError(f'{BLOCKLISTS}: "{wrong}" is no name of a list, such as dbl.example.org')
    return found


def on_this_machine(url: str) -> bool:
    """Whether an address leads to this machine itself: there is a sandbox behind it."""
    return urlsplit(url).hostname in _LOOPBACK


def _yes(environ: Mapping[str, str], name: str) -> bool:
    word = environ.get(name, "").strip().lower()
    if word not in ("", "0", "false", "no", "1", "true", "yes"):
        raise ValueError(f"{name} has to be true or false")
    return word in ("1", "true", "yes")


def _base_url(environ: Mapping[str, str], name: str, default: str) -> str:
    url = environ.get(name, "").strip().rstrip("/") or default
    if not safe_url(url):
        raise ValueError(f"{name} has to be https://…, or http:// on this machine")
    return url


def safe_url(url: str) -> bool:
    """Whether a key may be sent there: without TLS, only to this machine."""
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return safe and bool(parts.hostname) and not (parts.username or parts.query)


def _folder(value: str) -> Path | None:
    if not value.strip():
        return None
    folder = whole_path(value.strip())
    if not folder.is_dir():
        raise ValueError(f"{FILES} is not a folder: {folder}")
    return folder
