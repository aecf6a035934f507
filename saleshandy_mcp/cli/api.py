"""``api``: every operation of the API as a command, made from its declaration. The MCP SDK is not loaded."""

import inspect
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, cast

import anyio
import click

from saleshandy_mcp.api.operation import Operation, Page, Paged, every
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.cli.commands.shared.output_choices import output_options
from saleshandy_mcp.cli.support.api_access import Access, access_to
from saleshandy_mcp.cli.support.at_terminal.stopping import told_what_was_done
from saleshandy_mcp.cli.support.at_terminal.yes_or_no import agrees
from saleshandy_mcp.cli.support.calls_as_commands import as_command
from saleshandy_mcp.cli.support.operation_options import build, options
from saleshandy_mcp.cli.support.output_forms.output import Format, OutputChoice, write
from saleshandy_mcp.cli.support.recording import recorded_gate
from saleshandy_mcp.cli.support.sandbox_options import sandbox_options
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.effects import CONSEQUENCES
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.prepared import Prepared
from saleshandy_mcp.core.question import Question
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.core.variables import CRM_WRITE
from saleshandy_mcp.integrations.salessheet.crm_operations import CRM_OPERATIONS
from saleshandy_mcp.policy.approvals import words_of
from saleshandy_mcp.policy.effects import Gate, judge, would
from saleshandy_mcp.server.tools import operation_tool
from saleshandy_mcp.server.tools.error_text import failure

BY_NAME = {operation.slug: operation for operation in (*OPERATIONS, *CRM_OPERATIONS)}


def command_of(operation: type[Operation[Any]]) -> click.Command:
    """The command of an operation: an option for each field, and the options that tell how to carry it out."""
    return click.Command(
        operation.slug,
        callback=partial(_call, operation),
        params=[*options(operation), *_own_options(operation)],
        help=words(operation),
    )


def _own_options(operation: type[Operation[Any]]) -> list[click.Parameter]:
    found: list[click.Parameter] = []
    if issubclass(operation, Paged):
        found.append(click.Option(["--all", "whole"], is_flag=True, help="From this page to the last."))
    if operation.route.effects & CONSEQUENCES:
        words = f"Go ahead without asking: this may {would(operation.route.effects & CONSEQUENCES)}."
        found.append(click.Option(["--yes"], is_flag=True, help=words))
    if operation.service is Service.SALESSHEET and not operation.route.reads:
        found.append(click.Option(["--crm-write"], is_flag=True, help=f"Let this change the CRM. [{CRM_WRITE}]"))
    return [
        *found,
        *output_options(),
        *sandbox_options(),
    ]


def _call(
    operation: type[Operation[Any]],
    *,
    form: Format | None,
    columns: str,
    as_json: bool,
    sandbox: bool,
    whole: bool = False,
    yes: bool = False,
    crm_write: bool = False,
    **given: Any,
) -> None:
    choice = OutputChoice.of(form, columns, as_json=as_json)
    if choice.columns and not operation.route.reads:
        raise click.UsageError("--columns is for operations that only read.")
    request = build(operation, given)
    access = access_to(operation.service, sandbox=sandbox, crm_write=crm_write)
    asked = anyio.run(_question, request, access)
    if not yes:
        _ask(request, asked)
    result = anyio.run(_carry_out, request, access, asked, whole)
    write(result, choice)


def _ask(operation: Operation[Any], question: Question | None) -> None:
    """Ask the person at the terminal. Without a terminal the command ends: ``--yes`` has to be given there."""
    if question is None:
        return
    words = words_of(question, as_command)
    if not sys.stdin.isatty():
        raise click.ClickException(
            f"{words}\nNobody can be asked here: give --yes to run {operation.slug}. Nothing was sent."
        )
    click.echo(words, err=True)
    if not agrees(f"Go ahead with {operation.slug}?"):
        raise click.ClickException("Nothing was sent.")


async def _question(operation: Operation[Any], access: Access) -> Question | None:
    async with access.connect() as api:
        return (await _judged(operation, Gate(api, access.allowed, access.writable), api.pause)).question


async def _judged(operation: Operation[Any], gate: Gate, pause: Callable[[float], Awaitable[None]]) -> Prepared[Any]:
    """The operation as it would be carried out.

    Raises:
        click.ClickException: when it cannot be carried out, or the operator does not allow it.
    """
    try:
        gate.refuse_locked(operation)
        prepared = await operation_tool.prepare(operation, Context(api=gate, pause=pause))
        judge(prepared, gate.allowed)
    except (Mistake, SaleshandyError) as error:
        raise click.ClickException(failure(operation.slug, error, gate).words) from None
    return prepared


async def _carry_out(
    operation: Operation[Any],
    access: Access,
    asked: Question | None,
    whole: bool,  # noqa: FBT001 - anyio.run passes no keywords
) -> Any:
    async with access.connect() as api:
        names = sorted(operation.model_fields_set)
        recorded = recorded_gate(
            api,
            access.allowed,
            f"api {operation.slug}",
            names,
            writable=access.writable,
            lasting=access.lasting,
        )
        with recorded as gate, told_what_was_done(gate.done, gate.doubtful):
            return await _agreed_to(operation, gate, api.pause, asked, whole=whole)


async def _agreed_to(
    operation: Operation[Any],
    gate: Gate,
    pause: Callable[[float], Awaitable[None]],
    asked: Question | None,
    *,
    whole: bool,
) -> Any:
    prepared = await _judged(operation, gate, pause)
    if prepared.question != asked:
        raise click.ClickException("The question no longer fits the account. Nothing was sent; try again.")
    gate.open(prepared.effects)
    try:
        if whole and isinstance(operation, Paged):
            return await _walk(gate, cast("Paged[Any]", operation), pause)
        return await gate.send(operation)
    except (Mistake, SaleshandyError) as error:
        raise click.ClickException(failure(operation.slug, error, gate).words) from None


async def _walk(api: Gate, operation: Paged[Any], pause: Callable[[float], Awaitable[None]]) -> Page[Any]:
    """All pages as one; a line on stderr tells how many items were read so far."""
    items: list[Any] = []
    async for item in every(api, operation, pause=pause):
        items.append(item)
        if len(items) % operation.page_size == 0:
            click.echo(f"\r{len(items):,} so far", err=True, nl=False)
    click.echo(f"\r{len(items):,} read   ", err=True)
    return Page(items=items, total=len(items) if operation.page == 1 else None)


def words(operation: type[Operation[Any]]) -> str:
    """The docstring of the operation, without marks that a terminal does not need."""
    return inspect.cleandoc(operation.__doc__ or "").replace("``", "")
