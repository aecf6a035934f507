"""What stands around every page: the title, the clock with its buttons, and the links to the pages."""

from saleshandy_mcp.sandbox.window.html import Child, Markup, document, el
from saleshandy_mcp.sandbox.window.next_event import next_event
from saleshandy_mcp.sandbox.window.parts import at, link, post
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import duration, event_words
from saleshandy_mcp.sandbox.world.clock import iso

LINKS = (
    ("Overview", ""),
    ("Sequences", "sequences"),
    ("People", "people"),
    ("Outbox", "outbox"),
    ("Inbox", "inbox"),
    ("Imports", "imports"),
    ("Tasks", "tasks"),
    ("Credits", "credits"),
    ("CRM", "crm"),
    ("Calls", "calls"),
    ("Faults", "faults"),
)
STEPS = (("+1 hour", "hour"), ("+1 day", "day"), ("+1 week", "week"), ("To next event", "next"))


def whole(view: View, page: Page) -> Markup:
    """The document of a page."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", f"{page.title} · Saleshandy sandbox"),
        el("link", rel="icon", href=at("icon.svg"), type="image/svg+xml"),
        el("link", rel="stylesheet", href=at("style.css")),
        el("script", src=at("live.js"), defer=True),
    )
    main = el("main", el("h1", page.title), page.body, id="main", tabindex=-1)
    skip = el("a", "Skip to the content", href="#main", class_="skip")
    return document(head, el("body", skip, _header(view), el("div", _navigation(view), main, class_="columns")))


def clock_words(view: View) -> Child:
    now = view.box.clock.now()
    return el("time", f"{now:%a %d %b %Y, %H:%M} UTC", datetime=iso(now))


def next_words(view: View) -> str:
    """What happens next, and in how long."""
    coming = next_event(view.world)
    if coming is None:
        return "Nothing is due"
    seconds = (coming.at - view.box.clock.now()).total_seconds()
    return f"Next: {event_words(coming.what)} in {duration(seconds)}"


def _header(view: View) -> Markup:
    brand = link(("Saleshandy ", el("b", "sandbox")))
    clock = el(
        "p",
        el("strong", clock_words(view)),
        " ",
        el("span", next_words(view)),
        id="clock",
        class_="clock",
        data_live=True,
    )
    buttons = [el("button", words, name="to", value=value) for words, value in STEPS]
    form = post("clock", view.here, *buttons, class_="buttons", aria_label="Move the clock")
    switch = el("button", "Live", type="button", id="live", class_="live", aria_pressed="true", hidden=True)
    return el("header", el("div", brand, class_="brand"), switch, clock, form, class_="top")


def _navigation(view: View) -> Markup:
    parts = view.here.partition("?")[0].split("/")
    current = parts[2] if len(parts) > 2 else ""
    entries = [_entry(words, name, current=name == current) for words, name in LINKS]
    return el("nav", el("ul", *entries), aria_label="Pages of the window", class_="pages")


def _entry(words: str, name: str, *, current: bool) -> Markup:
    address = at(name) if name else at()
    return el("li", el("a", words, href=address, aria_current="page" if current else None))
