"""A page of the people who fit, with a handle for all of them."""

from collections.abc import Iterator

from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import NextCall, Say, View, counted, empty_page, page_of, pages_in
from saleshandy_mcp.features.prospects.people_found import Found, FoundPerson
from saleshandy_mcp.features.prospects.prospect_line import ProspectLine, prospect_line
from saleshandy_mcp.store.selections import Member, Selections
from saleshandy_mcp.untrusted.one_line import one_line

PAGE = 20


class FoundLine(View):
    """Somebody who fits.

    Attributes:
        person: as stored; without an id where that was not looked up.
        story: where they stand, what happened and when; empty where no mail was asked about.
        tags: those that imports from here have given.
    """

    person: ProspectLine
    story: str = ""
    tags: list[str] = []

    def line(self) -> str:
        tags = ", ".join(one_line(tag, 40) for tag in self.tags)
        parts = (self.person.line(), one_line(self.story, 200), f"tags: {tags}" if tags else "")
        return " · ".join(part for part in parts if part)


class PeopleList(View):
    """Everybody who fits, a page at a time.

    Attributes:
        total: how many fit in all.
        said: the conditions.
        page: the number of the page, from 1.
        handle: stands for all who fit, for an hour; empty where there is none.
        notes: who is left out, and what was not looked through.
        next: the next page.
    """

    untrusted = True
    total: int
    said: list[str]
    people: list[FoundLine]
    page: int
    handle: str
    notes: list[str]
    next: NextCall | None = None

    def lines(self, say: Say) -> Iterator[str | None]:
        asked = ", ".join(one_line(it, 80) for it in self.said)
        pages = pages_in(self.total, PAGE)
        fit = "fits" if self.total == 1 else "fit"
        if not self.people and self.page > 1:
            yield empty_page(self.page, pages)
        else:
            yield f"{counted(self.total, 'person', 'people')} {fit} {asked} ({page_of(self.page, pages)})"
        yield from (it.line() for it in self.people)
        yield from self.notes
        if self.handle:
            whole = NextCall.of("update_prospects", prospects=[self.handle])
            yield f"All {self.total:,}, for an hour: {say(whole)}, or in add_to_dnc, import_prospects(people=…)"
        yield f"More: {say(self.next)}" if self.next else None


def people_list(context: Context, found: Found, said: list[str], page: int, further: NextCall) -> PeopleList:
    """A page of what was found, and a handle for everybody in it.

    Args:
        context: with the selections.
        found: everybody who fits.
        said: the conditions.
        page: its number.
        further: the call that shows the next page.
    """
    total = len(found.people)
    selections = context.find(Selections)
    members = [Member(it.stored.id if it.stored else "", it.email) for it in found.people]
    return PeopleList(
        total=total,
        said=said,
        people=[_line(it) for it in found.people[(page - 1) * PAGE : page * PAGE]],
        page=page,
        handle=selections.try_keep("people", members) if selections and members else "",
        notes=found.notes,
        next=further if page * PAGE < total else None,
    )


def _line(found: FoundPerson) -> FoundLine:
    story = found.story
    stored = prospect_line(found.stored) if found.stored else None
    person = stored or ProspectLine(id="", email=found.email, name=story.name if story else "")
    return FoundLine(person=person, story=story.in_words() if story else "", tags=list(found.tags))
