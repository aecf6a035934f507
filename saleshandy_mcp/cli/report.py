"""``report``: the tool make_report, printed, or written as a page or a picture."""

from base64 import b64decode
from pathlib import Path
from typing import Any

import click
from mcp.types import CallToolResult, ImageContent

from saleshandy_mcp.cli.call import called
from saleshandy_mcp.cli.support.connection import settings
from saleshandy_mcp.cli.support.output_forms.output import Format, OutputChoice, write
from saleshandy_mcp.cli.support.tool_client import text_in
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.features.reports.report_page import page_of
from saleshandy_mcp.features.reports.report_view import Report
from saleshandy_mcp.server.tools.selection import Selection

TOOL = "make_report"
PAGE, PICTURE = (".html", ".htm"), (".png",)


def run(
    *, period: str, only: str | None, out: Path | None, form: Format | None, columns: str, as_json: bool, sandbox: bool
) -> None:
    output = OutputChoice.of(form, columns, as_json=as_json)
    kind = _kind(out, output)
    given: dict[str, Any] = {"period": period, "picture": kind in PICTURE}
    if only:
        given["only"] = only
    chosen = settings(sandbox=sandbox)
    result = called(TOOL, given, chosen, Selection(tools=(TOOL,)), sandbox=sandbox)
    if out:
        _write(out, _picture(result) if kind in PICTURE else _page(result).encode())
        click.echo(f"Written: {out}", err=True)
    elif output.chosen:
        write(result.structured_content, output)
    else:
        click.echo(text_in(result))


def _kind(out: Path | None, output: OutputChoice) -> str:
    """The ending of the file, in small letters; "" without a file.

    Raises:
        click.UsageError: when it is neither a page nor a picture, or a form for the terminal is wanted, too.
    """
    if out is None:
        return ""
    if output.chosen:
        raise click.UsageError("--out writes a page or a picture: leave --format, --columns and --json out.")
    kind = out.suffix.lower()
    if kind not in (*PAGE, *PICTURE):
        raise click.UsageError("--out has to end in .html for a page, or .png for a picture.")
    return kind


def _picture(result: CallToolResult) -> bytes:
    (drawn,) = (part.data for part in result.content if isinstance(part, ImageContent))
    return b64decode(drawn)


def _page(result: CallToolResult) -> str:
    # The next call is told as a text; a page has no use for it.
    report = Report.model_validate({**(result.structured_content or {}), "next": NextCall.of(TOOL)})
    try:
        return page_of(report)
    except Mistake as mistake:
        click.echo(f"The page has no charts: {mistake.what}", err=True)
        return page_of(report, charts=False)


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from None
