"""One thread, the oldest mail first."""

from saleshandy_mcp.sandbox.simulation.threads import Message, changes, outcome, threads
from saleshandy_mcp.sandbox.window.html import Markup
from saleshandy_mcp.sandbox.window.pages.mail import content
from saleshandy_mcp.sandbox.window.parts import facts, link, moment, section
from saleshandy_mcp.sandbox.window.view import Missing, Page, View
from saleshandy_mcp.sandbox.window.words import full_name


def page(view: View) -> Page:
    world = view.world
    thread = next((found for found in threads(world) if found.id == view.id), None)
    if thread is None:
        raise Missing("There is no such thread.")
    person, sequence = world.prospects.get(thread.prospect_id), world.sequence(thread.sequence_id)
    told = facts(
        ("With", link(full_name(person["values"]) or person["email"], "people", person["id"]) if person else None),
        ("Sequence", link(sequence["title"], "sequences", sequence["id"]) if sequence else None),
        ("Outcome", outcome(changes(world).get(thread.place))),
    )
    return Page(thread.subject or "(no subject)", (told, map(_message, thread.messages)))


def _message(message: Message) -> Markup:
    about = facts(("When", moment(message.at)), ("Subject", message.subject))
    title = f"{'From' if message.received else 'Sent by'} {message.sender}"
    return section(title, about, *content(message.id, message.content), id_=f"m-{message.id}", live=False)
