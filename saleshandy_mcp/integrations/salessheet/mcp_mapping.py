"""Which tools of SalesSheet's MCP endpoint do what the tools here need. An operator writes it down, in a TOML file.

Neither names nor arguments of these tools are documented, so none is guessed: what the file does not name is not used,
and what it names is compared with the endpoint's own list before the first call.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from saleshandy_mcp.core.settings import safe_url
from saleshandy_mcp.integrations.crm import Kind

DEFAULT_ENDPOINT = "https://app.salessheets.ai/api/mcp"
_NAME = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MappedTool(_Part):
    """A tool.

    Attributes:
        tool: its name.
        also: arguments that are always given, such as ``{object = "contact"}``.
    """

    tool: _NAME
    also: dict[str, Any] = {}

    def arguments(self) -> set[str]:
        """The names of all arguments that may be given."""
        return set(self.also)


class ListTool(MappedTool):
    """A tool that lists records.

    Attributes:
        rows: where the records stand in the answer, with dots: ``data.items``; empty where the answer is the list.
        page: the argument for the number of the page, from 1; empty where one answer holds all.
        size: the argument for the records on a page.
        filters: the argument for the values that fields have to have, an object; empty where it cannot filter.
        sort: the argument for the field to sort by; empty where it cannot sort.
        descending: the argument that is true when the largest come first.
    """

    rows: str = ""
    page: str = ""
    size: str = ""
    filters: str = ""
    sort: str = ""
    descending: str = ""

    def arguments(self) -> set[str]:
        return {*self.also, *filter(None, (self.page, self.size, self.filters, self.sort, self.descending))}


class OneTool(MappedTool):
    """A tool about one record.

    Attributes:
        id: the argument for the record's id; empty for a new one.
        fields: the argument for its values, an object; empty where each value is an argument of its own.
        row: where the record stands in the answer.
    """

    id: str = ""
    fields: str = ""
    row: str = ""

    def arguments(self) -> set[str]:
        return {*self.also, *filter(None, (self.id, self.fields))}


class KindTools(_Part):
    """The tools for one kind of records; what is left out cannot be done.

    Attributes:
        key: the field that holds a record's id.
    """

    key: _NAME = "id"
    list: ListTool
    get: OneTool | None = None
    create: OneTool | None = None
    change: OneTool | None = None


class StageTool(MappedTool):
    """The tool that lists stages.

    Attributes:
        rows: where they stand in the answer.
        id: the field for the id of a stage.
        name: the field for its name.
        pipeline: the field for the name of its pipeline; empty where there is only one.
    """

    rows: str = ""
    id: _NAME = "id"
    name: _NAME = "name"
    pipeline: str = ""


class McpMapping(_Part):
    """The file."""

    endpoint: str = DEFAULT_ENDPOINT
    contacts: KindTools | None = None
    deals: KindTools | None = None
    tasks: KindTools | None = None
    activities: KindTools | None = None
    stages: StageTool | None = None

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the file.

        Raises:
            ValueError: when it cannot be used; the message names the place.
        """
        try:
            found = cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise ValueError(f"{path}: {where}: {first['msg']}") from None
        except (OSError, ValueError) as error:
            raise ValueError(f"{path} cannot be read ({error})") from None
        if not safe_url(found.endpoint):
            raise ValueError(f"{path}: endpoint has to be https://…, or http:// on this machine")
        return found

    def of(self, kind: Kind) -> KindTools | None:
        found: KindTools | None = getattr(self, kind)
        return found

    def tools(self) -> list[MappedTool]:
        """All tools that the file names."""
        kinds = [it for it in (self.contacts, self.deals, self.tasks, self.activities) if it]
        named = [tool for it in kinds for tool in (it.list, it.get, it.create, it.change) if tool]
        return [*named, *([self.stages] if self.stages else [])]
