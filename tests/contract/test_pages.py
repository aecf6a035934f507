"""Pages of documentation made of the code: what each operation does, and how much of the API is covered."""

from collections.abc import Callable, Iterable
from typing import Any

import click

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS, RESOURCES, operations
from saleshandy_mcp.cli.api import command
from saleshandy_mcp.core.action import Action
from saleshandy_mcp.sandbox import Sandbox, contract
from saleshandy_mcp.sandbox.routes import ROUTES
from tests.contract.test_sandbox import tried

Snapshot = Callable[[str, str], None]

EFFECTS = """\
# What each operation does to the world

Made of the declarations in `saleshandy_mcp/api/`; a test keeps it true. The effect decides what is retried, asked
first, hinted and logged, so this page is for a person to review.

- **read** changes nothing. Several reads travel as POST.
- **write** can be undone and reaches nobody.
- **send** reaches people: mail, calls, messages. What changes the texts, people or times of a sequence counts as
  this, for the sequence may be active.
- **spend** uses up credits or money.
- **delete** cannot be brought back through the API.

"by argument" means that the effect is the worst it can do and some arguments make it less. "twice is once" means that
doing it again changes nothing more.
"""

COVERAGE = """\
# Coverage of the API

Made of the contract, the client and the sandbox; a test keeps it true. "Doubts" is what the contract says is not known
for certain.
"""


def test_the_page_of_effects_is_as_the_declarations_are(snapshot: Snapshot) -> None:
    parts = [EFFECTS]
    for module in RESOURCES:
        name = module.__name__.rsplit(".", 1)[-1]
        parts += [f"## {name}\n", "| operation | call | effect | |", "|---|---|---|---|"]
        parts += [_effect_row(operation) for operation in operations(module)]
        parts.append("")
    snapshot("docs/effects.md", "\n".join(parts).rstrip() + "\n")


def test_the_page_of_coverage_is_as_the_code_is(snapshot: Snapshot, box: Sandbox) -> None:
    columns = {
        "Python": {operation.slug() for operation in OPERATIONS},
        "CLI": set(command.list_commands(click.Context(command))),
        "sandbox": {contract.operation_of(*route).id for route in ROUTES},
        "contract test": {operation.slug() for operation in tried(box)},
    }
    specs = [
        (f"{method.upper()} {path}", spec)
        for path, item in contract.document()["paths"].items()
        for method, spec in item.items()
    ]
    names = {spec["operationId"] for _, spec in specs}
    assert all(names == covered for covered in columns.values()), "what is not covered has to be said here"
    head = [
        COVERAGE,
        "**" + ", ".join(f"{column} {len(covered)} of {len(names)}" for column, covered in columns.items()) + "**\n",
        f"| operation | call | {' | '.join(columns)} | doubts |",
        "|---|---" + "|---" * len(columns) + "|---|",
    ]
    rows = [_coverage_row(call, spec, columns.values()) for call, spec in specs]
    snapshot("docs/api-coverage.md", "\n".join([*head, *rows]) + "\n")


def _effect_row(operation: type[Operation[Any]]) -> str:
    varies = operation.consequence is not Action.consequence
    notes = ", ".join(
        note
        for note, holds in (
            ("by argument", varies),
            ("twice is once", operation.idempotent and operation.effect != "read"),
        )
        if holds
    )
    return f"| {operation.slug()} | {operation.route.method} {operation.route.path} | {operation.effect} | {notes} |"


def _coverage_row(call: str, spec: dict[str, Any], columns: Iterable[set[str]]) -> str:
    doubts = " ".join(str(spec.get("x-uncertain", "")).split()).replace("|", "\\|")
    covered = ["yes" if spec["operationId"] in column else "no" for column in columns]
    return f"| {spec['operationId']} | {call} | {' | '.join(covered)} | {doubts} |"
