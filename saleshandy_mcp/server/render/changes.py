"""Changes of prospects, and additions to do-not-contact lists, in text."""

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.do_not_contact.add_to_dnc import DncReport
from saleshandy_mcp.features.prospects.prospect_changes import Change, Trouble
from saleshandy_mcp.features.prospects.update_prospects import ChangedProspects, PersonLine
from saleshandy_mcp.server.render.base import lines, plain, render


@render.register
def _(view: ChangedProspects) -> str:
    return lines(
        f"{counted(len(view.prospects), 'prospect')}: {', '.join(_person(it) for it in view.prospects)}",
        *(_change(change, len(view.prospects)) for change in view.changes),
        "It was cut short. The same call can be made again: what is done stays as it is." if view.again else None,
    )


@render.register
def _(view: DncReport) -> str:
    place = f'the do-not-contact list "{plain(view.dnc_list)}" [{view.id}]'
    already = f"{view.already or 0:,} ({_first(view.already_items, view.already or 0)})"
    if not view.added:
        return f"Nothing to add to {place}: {already} on it already."
    return lines(
        f"{'Sent' if view.unseen else 'Added'} {counted(view.added, 'entry', 'entries')} to {place}"
        + (", and seen there" if view.seen else "")
        + f": {_first(view.items, view.added)}",
        f"On it already: {already}" if view.already else None,
        _unseen(view),
    )


def _unseen(view: DncReport) -> str | None:
    if view.unseen:
        return f"Accepted, but NOT SEEN there afterwards: {', '.join(view.unseen)}. Look again: {view.next}"
    return None if view.seen else f"The list is long, and was not read afterwards. Look: {view.next}"


def _first(values: list[str], number: int) -> str:
    more = f" and {number - len(values):,} more" if number > len(values) else ""
    return ", ".join(values) + more


def _person(it: PersonLine) -> str:
    return plain(it.email) + (f" [{it.id}]" if it.id else "")


def _change(change: Change, people: int) -> str:
    everybody = "done" if people == 1 else f"all {people}"
    done = everybody if change.done == people else f"{change.done} of {people}"
    return lines(f"{plain(change.does, 300)}: {done}", *(_trouble(it) for it in change.trouble))


def _trouble(it: Trouble) -> str:
    state = "UNKNOWN, sent without an answer" if it.state == "unknown" else it.state
    who = f" {', '.join(map(plain, it.emails))}:" if it.emails else ""
    return f"  {state}:{who} {plain(it.reason, 200)}"
