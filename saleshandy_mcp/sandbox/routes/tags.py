"""Tags: list them, assign them to people, remove them from people."""

from typing import cast

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.world.tables import Row, World


def list_tags(world: World, request: Request) -> Reply:
    wanted = request.query.get("search", "").lower()
    return done("Success", [row for row in world.tags.values() if wanted in row["name"].lower()])


def assign_tags(world: World, request: Request) -> Reply:
    names = _names(request.body)
    people = _people(world, request.body)
    world.tag(names)
    for prospect in people:
        prospect["tags"] = list(dict.fromkeys([*prospect["tags"], *names]))
        world.changed_people.append(prospect["id"])
    return Reply(201, {"message": "Tags assigned"})


def unassign_tags(world: World, request: Request) -> Reply:
    """The body is a list. Assumed: a tag that a person does not have changes nothing."""
    entries = cast("list[Row]", request.body)
    # Everything is checked before anything is changed.
    chosen = [(_names(entry), _people(world, entry)) for entry in entries]
    for names, people in chosen:
        for prospect in people:
            prospect["tags"] = [name for name in prospect["tags"] if name not in names]
            world.changed_people.append(prospect["id"])
    return Reply(200, {"message": "Tags removed"})


def _names(entry: Row) -> list[str]:
    names = [entry["tags"]] if isinstance(entry["tags"], str) else entry["tags"]
    if not names or not all(name.strip() for name in names):
        raise validation_error("each value in tags should not be empty")
    return names


def _people(world: World, entry: Row) -> list[Row]:
    ids, emails = entry.get("prospects", []), entry.get("prospectsEmails", [])
    if not ids and not emails:
        raise app_error(40503, "Either prospects or prospectsEmails must be given")
    by_id = [world.prospects.get(id_) for id_ in ids]
    by_email = [world.prospect(email) for email in emails]
    if None in by_id:
        raise app_error(40501, "Prospect ids are not valid")
    if None in by_email:
        raise app_error(40502, "Prospect emails are not valid")
    return [row for row in [*by_id, *by_email] if row is not None]


ROUTES = {
    ("GET", "/prospects/tags"): list_tags,
    ("POST", "/prospects/tags/assign"): assign_tags,
    ("POST", "/prospects/tags/un-assign"): unassign_tags,
}
