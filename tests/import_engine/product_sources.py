"""How many headers of the samples of exports were seen in public.

``python -m tests.import_engine.product_sources`` prints the table of docs/imports-evidence.md.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any, Literal, NamedTuple

from saleshandy_mcp.import_engine.mapping.columns import map_columns
from saleshandy_mcp.import_engine.mapping.presets import word
from tests.import_engine.test_presets import LABELS, read

FOLDER = Path(__file__).parent / "exports"


class Source(NamedTuple):
    """Where headers were seen.

    Attributes:
        samples: names of the files here that have them.
        where: an address, or words by which public code is found.
        shows: "export": headers of an export; "fields": names that the product gives its fields elsewhere.
    """

    samples: list[str]
    title: str
    where: str
    shows: Literal["export", "fields"]
    headers: list[str]


class Figures(NamedTuple):
    """Headers of a sample, by where they were seen."""

    product: str
    sample: str
    exports: int
    fields: int
    assumed: list[str]


def sources() -> list[Source]:
    listed: list[dict[str, Any]] = tomllib.loads((FOLDER / "sources.toml").read_text(encoding="utf-8"))["source"]
    return [
        Source(it["samples"], it["title"], it.get("address") or it["found_by"], it["shows"], it["headers"])
        for it in listed
    ]


def samples() -> list[str]:
    return sorted(it.stem for it in FOLDER.glob("*.csv"))


def figures(sample: str) -> Figures:
    columns, _ = read(sample)
    export, fields = (_seen(sample, shows) for shows in ("export", "fields"))
    words = dict.fromkeys(map(word, columns))
    assumed = [it for it in columns if word(it) not in export | fields]
    product = map_columns(columns, LABELS).preset
    return Figures(product, sample, len(words.keys() & export), len(words.keys() & (fields - export)), assumed)


def table() -> str:
    """The table, in Markdown."""
    rows = [figures(it) for it in samples()]
    lines = [f"| {it.product} | `{it.sample}` | {it.exports} | {it.fields} | {len(it.assumed)} |" for it in rows]
    total = [sum(it.exports for it in rows), sum(it.fields for it in rows), sum(len(it.assumed) for it in rows)]
    head = ["| product | sample | seen in an export | a name of its fields | assumed |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines, f"| **all** | {len(rows)} samples | {total[0]} | {total[1]} | {total[2]} |"])


def _seen(sample: str, shows: str) -> set[str]:
    return {word(name) for it in sources() if it.shows == shows and sample in it.samples for name in it.headers}


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
