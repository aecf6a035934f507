"""What the operations on all resources share. Records are open: no name of a field is documented.

Every resource has the same five methods. So a resource module declares routes and words, and everything else is here.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field

from saleshandy_mcp.api.operation import Operation, Page, Paged
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.request import Wire
from saleshandy_mcp.core.services import Service

T_co = TypeVar("T_co", covariant=True)

MOST_IN_A_BATCH = 100
"""Records of one request, as documented."""
PAGE_WORDS = frozenset({"page", "per_page", "sort_by", "sort_order"})
# Not "count": that may be how many there are on this page.
_TOTALS = ("total", "total_count", "total_items")
_DEEPEST = 8
"""How many objects within each other are taken apart."""
_SIZES = ("per_page", "page_size", "limit")

RecordId = Annotated[str, Field(min_length=1, description="Id of the record.")]
Fields = Annotated[
    dict[str, Any],
    Field(min_length=1, description="Values by field name. Read a record first: names are those that it shows."),
]


class Record(BaseModel):
    """A record as it came: its id, and in ``fields`` all else by its own name."""

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True, defer_build=True)
    id: str

    @property
    def fields(self) -> Mapping[str, Any]:
        """Values by field name; fields within a field are named with a dot: ``custom_fields.cf_plan``."""
        return flattened(self.model_extra or {})


class CrmOperation(Operation[T_co]):
    """One request to the CRM. Names on the wire are written as here."""

    model_config = ConfigDict(alias_generator=AliasGenerator(serialization_alias=str))
    service = Service.SALESSHEET

    @classmethod
    def __pydantic_init_subclass__(cls, **more: Any) -> None:
        super().__pydantic_init_subclass__(**more)
        cls.slug = f"salessheet.{cls.slug}"

    def parse(self, document: Any) -> T_co:
        """The result out of a decoded 2xx body, bare or in an envelope.

        Raises:
            pydantic.ValidationError: if it is not of the kind that is asked for.
        """
        return cast("T_co", self._validated(content_of(document)))


class ListRecords(Paged[Record], CrmOperation[Page[Record]]):
    """A page of records."""

    page: Annotated[int, Field(ge=1, le=100_000, description="Page number, from 1.")] = 1
    page_size: Annotated[int, Field(ge=1, le=100, serialization_alias="per_page", description="Records on a page.")] = (
        100
    )
    sort_by: Annotated[str | None, Field(description="Name of the field to sort by.")] = None
    sort_order: Literal["asc", "desc"] | None = None
    filters: Annotated[
        dict[str, str] | None,
        Field(description="Value by field name, equal to it. A name that the CRM does not know may be ignored by it."),
    ] = None

    def wire(self) -> Wire:
        """Each filter is a parameter of its own.

        Raises:
            Mistake: if a filter has a name that means something else.
        """
        wire = super().wire()
        if taken := PAGE_WORDS & (self.filters or {}).keys():
            raise Mistake(f"filters: {min(taken)} is no field; it is an argument of its own")
        query = {name: value for name, value in wire.query.items() if name != "filters"}
        return wire._replace(query={**query, **(self.filters or {})})

    def parse(self, document: Any) -> Page[Record]:
        """A bare list, or an object with one. Without a total only an empty page says that there is no more."""
        records = cast("list[Record]", self._validated(list_of(document)))
        total, size = _told(document, _TOTALS), _told(document, _SIZES)
        more = bool(records) and (total is None or size is None or self.page * size < total)
        return Page[Record](items=records, total=total, more=more)


class GetRecord(CrmOperation[Record]):
    """A request about one record."""

    id: RecordId


class CreateRecord(CrmOperation[Record]):
    """A request whose body is a record."""

    fields: Fields

    def wire(self) -> Wire:
        wire = super().wire()
        return wire._replace(body=self.fields)


class WriteRecord(CreateRecord):
    """A request that writes a record that is there."""

    id: RecordId


class DeleteRecord(CrmOperation[None]):
    """A request that deletes a record."""

    id: RecordId

    def parse(self, document: Any) -> None:  # noqa: ARG002 - there is nothing to read
        return None


def content_of(document: Any) -> Any:
    """A body without its envelope: what stands under ``data``, or the object that is all that the body holds."""
    if not isinstance(document, dict):
        return document
    body = cast("dict[str, Any]", document)
    if "data" in body:
        return body["data"]
    return _only(body, dict) if len(body) == 1 else body


def list_of(document: Any) -> Any:
    """The list of a body: the body itself, what stands under ``data``, or the only list of an object."""
    body = content_of(document)
    if not isinstance(body, dict):
        return body
    return _only(cast("dict[str, Any]", body), list)


def _only(body: dict[str, Any], kind: type) -> Any:
    """The only value of this kind in an object; without one, or with several, the object."""
    found: list[Any] = [part for part in body.values() if isinstance(part, kind)]
    return found[0] if len(found) == 1 else body


def _told(document: Any, names: tuple[str, ...]) -> int | None:
    """A number beside a list, by any of these names, in the body or in an object of it."""
    if not isinstance(document, dict):
        return None
    body = cast("dict[str, Any]", document)
    places = [body, *(cast("dict[str, Any]", part) for part in body.values() if isinstance(part, dict))]
    values = [place[name] for name in names for place in places if name in place]
    return next((value for value in values if isinstance(value, int) and not isinstance(value, bool)), None)


def flattened(values: Mapping[str, Any], before: str = "", depth: int = _DEEPEST) -> dict[str, Any]:
    """Values by field name, those within an object with a dot: ``custom_fields.cf_plan``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, dict) and depth:
            found |= flattened(cast("dict[str, Any]", value), f"{before}{name}.", depth - 1)
        else:
            found[before + name] = value
    return found
