"""What the workspace has sent."""

from saleshandy_mcp.sandbox.window.html import Child
from saleshandy_mcp.sandbox.window.mails import Mail, kind_words, outgoing
from saleshandy_mcp.sandbox.window.parts import Column, link, moment, search, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.world.tables import World

COLUMNS = (Column("Subject"), Column("To"), Column("When"), Column("Sent by"))


def page(view: View) -> Page:
    words = view.asked("q").lower().split()
    found = [mail for mail in outgoing(view.world) if _fits(mail, words)]
    stretch = view.stretch(len(found))
    rows = [_row(view.world, mail) for mail in stretch.of(found)]
    listed = table("Mails, the newest first", COLUMNS, rows, empty="No mail fits.")
    asked = search("Subject or address", view.asked("q"), "outbox")
    body = section("Sent mails", listed, stretch.pager("outbox", q=view.asked("q")), id_="mails")
    return Page("Outbox", (asked, body))


def _fits(mail: Mail, words: list[str]) -> bool:
    text = " ".join((mail.subject, mail.sender, *mail.to)).lower()
    return all(word in text for word in words)


def _row(world: World, mail: Mail) -> list[Child]:
    subject = link(mail.subject or "(no subject)", "outbox", mail.id)
    return [subject, ", ".join(mail.to), moment(mail.at), kind_words(world, mail)]
