"""The contract of Saleshandy's API held against the API itself: by calls that only read, and its own specification.

The report holds names of fields and types, and no value of the account.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from saleshandy_mcp import __version__
from saleshandy_mcp.api.client import Connection
from saleshandy_mcp.api.operation import Operation, get
from saleshandy_mcp.api.resources.catalog import OPERATIONS
from saleshandy_mcp.cli.support.setup.shapes import differences, specification_differences
from saleshandy_mcp.core.effects import READING
from saleshandy_mcp.core.errors import BadKey, NoKey, NotSent, SaleshandyError
from saleshandy_mcp.core.services import Service
from saleshandy_mcp.sandbox.http import contract


class GetPublishedSpecification(Operation[Any]):
    """The OpenAPI document that Saleshandy publishes. It stands outside the version of the API."""

    route = get("/api-doc-json")

    def parse(self, document: Any) -> Any:
        return document


@dataclass
class ContractReport:
    """What was found.

    Attributes:
        called: the operations that were called.
        without_arguments: how many reading operations were not called, for they need an id or another argument.
        answers: the differences of each operation that differs.
        specification: the differences of the published specification.
        unread: why it could not be read; empty when it was.
    """

    called: list[str] = field(default_factory=list[str])
    without_arguments: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    specification: list[str] = field(default_factory=list[str])
    unread: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.answers and not self.specification

    def text(self) -> str:
        """The report, to be read and to be put into an issue."""
        fitting = len(self.called) - len(self.answers)
        made = f"saleshandy-mcp {__version__}: {len(self.called)} reading calls"
        lines = [f"{made}, {fitting} answered as the contract says; {self.without_arguments} more need an argument."]
        lines += [f"{slug}: {line}" for slug, found in self.answers.items() for line in found]
        if self.unread:
            lines.append(f"The published specification could not be read ({self.unread}).")
        else:
            lines.append(f"The published specification differs in {len(self.specification)} things.")
        lines += self.specification
        if not self.same:
            lines.append(
                "This report has names of fields and types, and no values. Look at it, then open an issue with it."
            )
        return "\n".join(lines)


async def contract_report(connect: Callable[[str], Connection], base_url: str) -> ContractReport:
    """Call what only reads and needs no argument, and read the published specification.

    Args:
        connect: makes a connection to an address.
        base_url: the address of the API, with its version.

    Raises:
        BadKey, NoKey, NotSent: when no call can be made.
    """
    report = ContractReport()
    async with connect(base_url) as api:
        for operation in OPERATIONS:
            if operation.service is Service.SALESHANDY and operation.route.reads and operation.effects == READING:
                call = _raw(operation)
                if call is None:
                    report.without_arguments += 1
                    continue
                report.called.append(operation.slug)
                if found := await _answer_differences(api, call):
                    report.answers[operation.slug] = found
    async with connect(_root(base_url)) as root:
        try:
            published = await root.send(GetPublishedSpecification())
            report.specification = specification_differences(contract.document(), published)
        except SaleshandyError as error:
            report.unread = type(error).__name__
        except (AttributeError, TypeError, KeyError):
            report.unread = "it is not an OpenAPI document"
    return report


async def _answer_differences(api: Connection, call: Operation[Any]) -> list[str]:
    declared = contract.operation_of(call.route.method, call.route.path)
    schema = contract.SALESHANDY.reply_schema(declared.spec["responses"]["200"])
    try:
        return differences(schema, await api.send(call))
    except (BadKey, NoKey, NotSent):
        raise
    except SaleshandyError as error:
        # What the API says in an error may quote the account.
        return [f"no answer to compare: {type(error).__name__}"]


def _raw(operation: type[Operation[Any]]) -> Operation[Any] | None:
    """The operation without arguments, whose result is the body as it came; None when it needs some."""

    def body(_: object, document: Any) -> Any:
        return document

    raw: type[Operation[Any]] = type(
        operation.__name__, (operation,), {"parse": body, "__module__": operation.__module__}
    )
    try:
        return raw()
    except ValidationError:
        return None


def _root(base_url: str) -> str:
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"
