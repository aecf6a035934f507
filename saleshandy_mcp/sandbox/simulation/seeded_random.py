"""Random numbers that are drawn from the seed of the world and from ids: the same ids always draw the same."""

import hashlib
from random import Random

from saleshandy_mcp.sandbox.world.tables import World


def number(world: World, *parts: object) -> int:
    """A large number. Callers take the remainder by what they need."""
    return int.from_bytes(hashlib.sha256(_name(world, parts).encode()).digest()[:8])


def of(world: World, *parts: object) -> Random:
    """A generator for several draws."""
    return Random(_name(world, parts))  # noqa: S311 - it decides what invented people do, and keeps no secret


def _name(world: World, parts: tuple[object, ...]) -> str:
    """Seed 0 is not part of the name, so its numbers are the same as before there were seeds."""
    return "/".join(map(str, (world.seed, *parts) if world.seed else parts))
