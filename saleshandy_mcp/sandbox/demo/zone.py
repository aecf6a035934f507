"""DNS of the demo workspace: a zone of its own, so that no question leaves this machine."""

import re
import tomllib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from random import Random

Zone = dict[str, dict[str, list[str]]]
_KEY_BYTES = {"1024": 162, "2048": 294}
_KEY = re.compile(r"\{(\d+)\}")


@cache
def demo_zone() -> Zone:
    """By name and kind, the records as text."""
    zone: Zone = tomllib.loads(files("saleshandy_mcp.sandbox.demo").joinpath("zone.toml").read_text(encoding="utf-8"))
    return {
        name: {kind: [_with_key(name, it) for it in records] for kind, records in kinds.items()}
        for name, kinds in zone.items()
    }


def _with_key(name: str, record: str) -> str:
    """The record with an invented key, the same on every start, where it has a place for one."""
    invented = Random(name)  # noqa: S311 - nothing is signed with it
    return _KEY.sub(lambda found: b64encode(invented.randbytes(_KEY_BYTES[found[1]])).decode(), record)
