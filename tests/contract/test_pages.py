"""Pages of documentation made of the code: what each operation does, and how much of the API is covered."""

from collections.abc import Callable
from typing import Any

import click

from saleshandy_mcp.api.operation import Operation
from saleshandy_mcp.api.resources.catalog import OPERATIONS, RESOURCES, operations
from saleshandy_mcp.cli.commands.api_command import command
from saleshandy_mcp.core.effects import Effect
from saleshandy_mcp.sandbox import Sandbox
from saleshandy_mcp.sandbox.http import contract
from saleshandy_mcp.sandbox.routes import ROUTES
from tests.contract.test_every_operation import SENT
from tests.contract.test_sandbox import tried

Snapshot = Callable[[str, str], None]

EFFECTS = """\
# What each operation does to the world

Made of the declarations in `saleshandy_mcp/api/resources/`; a test keeps it true. The effects decide what is retried,
asked first, hinted and logged, so this page is for a person to review.

- **read** changes nothing. Several reads travel as POST.
- **write** changes data, can be undone and reaches nobody.
- **send** reaches people: mail, calls, messages; or data leaves the account.
- **spend** uses up credits or money.
- **delete** cannot be undone through the API: something goes, or a text is replaced that nobody can read any more.

"may" is all that an operation can do. Where several stand there, its arguments and the account decide: "send when the
sequence is active" means that it only writes while the sequence is paused. What cannot be looked up within four calls
is taken for the worst. "twice is once" means that doing it again changes nothing more.
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
        parts += [f"## {name}\n", "| operation | call | may | why, and when |", "|---|---|---|---|"]
        parts += [_effect_row(operation) for operation in operations(module)]
        parts.append("")
    snapshot("docs/effects.md", "\n".join(parts).rstrip() + "\n")


def test_the_page_of_coverage_is_as_the_code_is(snapshot: Snapshot, box: Sandbox) -> None:
    columns = {
        "Python": {operation.slug for operation in OPERATIONS},
        "CLI": {name for name in command.list_commands(click.Context(command)) if "." not in name},
        "sandbox": {contract.operation_of(*route).id for route in ROUTES},
        "contract test": {operation.slug for operation in tried(box)},
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
        "| operation | call | doubts |",
        "|---|---|---|",
    ]
    rows = [_coverage_row(call, spec) for call, spec in specs]
    snapshot("docs/api-coverage.md", "\n".join([*head, *rows]) + "\n")


def _effect_row(operation: type[Operation[Any]]) -> str:
    route = operation.route
    may = ", ".join(effect for effect in Effect if effect in route.effects)
    causes = () if route.reads else SENT[operation].causes()
    whens = dict.fromkeys(f"{cause.effect} when {cause.when.reason}" for cause in causes if cause.when)
    again = "twice is once" if operation.idempotent and not route.reads else ""
    notes = "; ".join(note for note in (route.why, *whens, again) if note)
    return f"| {operation.slug} | {route.method} {route.path} | {may} | {notes} |"


def test_every_operation_that_changes_something_says_why_it_has_its_effects() -> None:
    assert [it.slug for it in OPERATIONS if not it.route.reads and not it.route.why] == []


def test_what_an_operation_causes_is_among_what_it_says_it_may_do() -> None:
    for operation in SENT.values():
        assert {cause.effect for cause in operation.causes()} <= operation.route.effects, operation.slug


def _coverage_row(call: str, spec: dict[str, Any]) -> str:
    doubts = " ".join(str(spec.get("x-uncertain", "")).split()).replace("|", "\\|")
    return f"| {spec['operationId']} | {call} | {doubts} |"
