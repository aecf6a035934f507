"""``report``: the tool make_report, printed, or written as a page or a picture."""

import logging
from dataclasses import replace
from pathlib import Path
from textwrap import wrap
from typing import Any

import anyio
import click

from saleshandy_mcp.cli import call
from saleshandy_mcp.cli.support.at_terminal.terminal import width_of_output
from saleshandy_mcp.cli.support.connection import chosen_context, log_to_stderr, settings
from saleshandy_mcp.cli.support.output_forms.output import OutputChoice
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import Mistake, SaleshandyError
from saleshandy_mcp.core.settings import Settings
from saleshandy_mcp.features.capacity.mails_ahead import MailsAhead
from saleshandy_mcp.features.reports.make_report import MakeReport
from saleshandy_mcp.features.reports.report_page import page_of
from saleshandy_mcp.features.reports.report_view import Report
from saleshandy_mcp.policy.effects import Gate
from saleshandy_mcp.server.tools.error_text import failure

PAGE, PICTURE = ".html", ".png"
_PROPOSED = ("Next: ", "Look at one: ")


def run(*, period: str, only: str | None, out: Path | None, sandbox: bool, **output: Any) -> None:
    if out is None:
        given = {"period": period, "only": only}
        call.run_one(MakeReport.slug, given, sandbox=sandbox, as_typed=_as_printed, **output)
        return
    if OutputChoice.of(output["form"], output["columns"], as_json=output["as_json"]).chosen:
        raise click.UsageError("--out writes a page or a picture: leave --format, --columns and --json out.")
    kind = out.suffix.lower()
    if kind not in (PAGE, PICTURE):
        raise click.UsageError("--out has to end in .html for a page, or .png for a picture.")
    log_to_stderr(logging.WARNING)
    wanted = MakeReport(period=period, only=only, picture=kind == PICTURE)
    report = anyio.run(_made, wanted, settings(sandbox=sandbox), sandbox)
    if isinstance(report, str):
        raise click.ClickException(report)
    try:
        out.write_bytes(report.picture or _page(report).encode())
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from None
    click.echo(f"Written: {out}", err=True)


async def _made(
    wanted: MakeReport,
    chosen: Settings,
    sandbox: bool,  # noqa: FBT001 - anyio.run passes no keywords
) -> Report | MailsAhead | str:
    """The report, or in words why there is none: an error raised in here would be wrapped in a group."""
    async with chosen_context(chosen, sandbox=sandbox) as context:
        gate = Gate(context.api, READING, clock=context.clock)
        gate.begin(context.longest)
        try:
            return await wanted.run(replace(context, api=gate))
        except (Mistake, SaleshandyError) as error:
            return failure(wanted.slug, error, gate).words


def _page(report: Report | MailsAhead) -> str:
    try:
        return page_of(report)
    except Mistake as mistake:
        click.echo(f"The page has no charts: {mistake.what}", err=True)
        return page_of(report, charts=False)


def _as_printed(text: str) -> str:
    """The report without the calls that it proposes to a model; at a terminal, lines are broken between words."""
    lines = [line for line in text.splitlines() if not line.startswith(_PROPOSED)]
    if width := width_of_output():
        lines = [part for line in lines for part in wrap(line, width, subsequent_indent="  ", break_on_hyphens=False)]
    return "\n".join(lines)
