"""Prospects in text, and whom we know or must not write to."""

from saleshandy_mcp.core.view import counted
from saleshandy_mcp.features.prospects.find_prospects import Checked, CheckedList, ProspectLine, ProspectList
from saleshandy_mcp.server.render.base import lines, more, plain, render


@render.register
def _(view: ProspectList) -> str:
    if not view.prospects:
        return lines("No prospect fits." if view.page == 1 else f"Page {view.page} is empty.", more(view.next))
    return lines(
        f"{counted(len(view.prospects), 'prospect')} (page {view.page}; the API tells no total), valid unless said",
        *(_line(it) for it in view.prospects),
        more(view.next) or "No more.",
    )


@render.register
def _(view: CheckedList) -> str:
    known = sum(bool(it.stored) for it in view.checked)
    blocked = sum(bool(it.dnc) for it in view.checked)
    open_ = sum(it.stored is None or not (it.dnc or it.dnc_known) for it in view.checked)
    return lines(
        f"{len(view.checked)} checked: {known} stored, {blocked} on a do-not-contact list"
        + (f", {open_} not settled" if open_ else ""),
        *(_checked(it) for it in view.checked),
        f"Do-not-contact lists that could not be read: {', '.join(map(plain, view.unread_lists))}"
        if view.unread_lists
        else None,
        "What is not known could not be looked up now: check it again in a minute." if open_ else None,
    )


def _checked(it: Checked) -> str:
    on = "; ".join(f'DNC list "{plain(place.dnc_list)}" ({plain(place.entry)})' for place in it.dnc)
    blocked = f"on {on}" if on else "on no DNC list" if it.dnc_known else "DNC: NOT KNOWN"
    return f"{plain(it.item)}: {_stored(it)} · {blocked}" + (f" · all: {it.next}" if it.next else "")


def _stored(it: Checked) -> str:
    if it.stored is None:
        return "stored: not known"
    if not it.stored:
        return "not stored"
    if "@" in it.item:
        return "stored, " + _line(it.examples[0], address=False)
    number = f"{it.stored}{' or more' if it.at_least else ''}"
    return f"{number} stored: " + ", ".join(f"{plain(person.email)} [{person.id}]" for person in it.examples)


def _line(it: ProspectLine, *, address: bool = True) -> str:
    role = ", ".join(plain(part, 60) for part in (it.job_title, it.company) if part)
    who = f"{plain(it.name, 60)} <{plain(it.email)}>" if address else plain(it.name, 60)
    # In a list it is said once that addresses are valid.
    usual = {"skip": "not verified", "valid": "" if address else "valid"}
    parts = [f"{who} [{it.id}]".lstrip(), role, usual.get(it.verification, it.verification)]
    return " · ".join(part for part in parts if part)
