"""What the pages are made of: tables, facts, forms, links and pages of long lists."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from saleshandy_mcp.sandbox.window.html import Child, Markup, el

T = TypeVar("T")
PER_PAGE = 50
BASE = "/window"


class Column(NamedTuple):
    """A column of a table."""

    title: str
    number: bool = False

    @property
    def look(self) -> str | None:
        return "number" if self.number else None


def at(*parts: str, **query: str | int | None) -> str:
    """The address of a page of the window."""
    path = "/".join([BASE, *(quote(part, safe="") for part in parts)])
    wanted = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def link(text: Child, *parts: str, **query: str | int | None) -> Markup:
    return el("a", text, href=at(*parts, **query))


def section(title: str, *children: Child, id_: str, live: bool = True) -> Markup:
    """A part of a page under its own heading.

    Args:
        title: the heading.
        *children: what stands below it.
        id_: its name in the page.
        live: whether the script brings it up to date.
    """
    heading = el("h2", title, id=f"{id_}-title")
    return el("section", heading, *children, id=id_, aria_labelledby=f"{id_}-title", data_live=live)


def table(caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Child]], *, empty: str) -> Markup:
    """A table whose first cell of each row is its heading.

    Args:
        caption: what the table shows, for whoever hears it.
        columns: their titles.
        rows: the cells.
        empty: what is said when there are none.
    """
    body = [_row(columns, row) for row in rows]
    if not body:
        return el("p", empty, class_="empty")
    titles = (el("th", it.title, scope="col", role="columnheader", class_=it.look) for it in columns)
    head = el("thead", el("tr", *titles, role="row"), role="rowgroup")
    # A narrow screen shows each row as a block. Browsers that take it for no table then are told by the roles.
    whole = el("table", el("caption", caption), head, el("tbody", *body, role="rowgroup"), role="table")
    # It can be scrolled with the keyboard where it is too wide.
    return el("div", whole, class_="scroll", tabindex=0, role="group", aria_label=caption)


def _row(columns: Sequence[Column], cells: Sequence[Child]) -> Markup:
    first, *others = zip(columns, cells, strict=True)
    heading = el("th", first[1], scope="row", role="rowheader", class_=first[0].look)
    return el("tr", heading, *(_cell(column, child) for column, child in others), role="row")


def _cell(column: Column, child: Child) -> Markup:
    whole = child if child is None or isinstance(child, str | int | float) else el("div", child)
    return el("td", whole, role="cell", class_=column.look, data_label=column.title)


def facts(*pairs: tuple[str, Child]) -> Markup:
    """Names and values, without those that are None."""
    shown = [el("div", el("dt", name), el("dd", value)) for name, value in pairs if value is not None]
    return el("dl", *shown, class_="facts")


def pill(word: str, kind: str = "") -> Markup:
    """A state in one word. `kind` gives it a colour: good, bad or busy."""
    return el("span", word, class_=f"pill {kind}".strip())


def moment(text: str) -> Markup:
    """A moment of the API, `2026-11-16T08:00:00.000Z`, or a day of it, for a reader: 2026-11-16 08:00."""
    return el("time", f"{text[:10]} {text[11:16]}".strip(), datetime=text or None)


def post(action: str, back: str, *children: Child, **attributes: str) -> Markup:
    """A form that changes something and comes back to a page."""
    hidden = el("input", type="hidden", name="back", value=back)
    return el("form", hidden, *children, method="post", action=at(action), **attributes)


def search(label: str, value: str, *parts: str) -> Markup:
    field = el("input", type="search", name="q", id="q", value=value)
    words = el("label", label, for_="q")
    return el(
        "form", words, field, el("button", "Search"), method="get", action=at(*parts), class_="search", role="search"
    )


@dataclass(frozen=True)
class Stretch:
    """The part of a long list that a page shows.

    Attributes:
        number: of the page, from 1.
        total: how long the whole list is.
    """

    number: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PER_PAGE))

    def of(self, items: Sequence[T]) -> Sequence[T]:
        first = (self.number - 1) * PER_PAGE
        return items[first : first + PER_PAGE]

    def pager(self, *parts: str, **query: str | None) -> Markup | None:
        """Links to the pages before and after; None when there is only one."""
        if self.last == 1:
            return None
        before = link("Before", *parts, **query, page=self.number - 1) if self.number > 1 else None
        after = link("Next", *parts, **query, page=self.number + 1) if self.number < self.last else None
        where = el("span", f"Page {self.number} of {self.last:,}, {self.total:,} in all")
        return el("nav", before, where, after, aria_label="Pages", class_="pager")
