"""Chance that is none: the same seed and the same ids always draw the same."""

import hashlib
from random import Random

from saleshandy_mcp.sandbox.world.tables import World


def number(world: World, *parts: object) -> int:
    """A large number, to be taken by a remainder."""
    return int.from_bytes(hashlib.sha256(_name(world, parts).encode()).digest()[:8])


def of(world: World, *parts: object) -> Random:
    """Several draws."""
    return Random(_name(world, parts))  # noqa: S311 - a story, not a secret


def _name(world: World, parts: tuple[object, ...]) -> str:
    """The seed 0 is left out: its draws are older than seeds are."""
    return "/".join(map(str, (world.seed, *parts) if world.seed else parts))
