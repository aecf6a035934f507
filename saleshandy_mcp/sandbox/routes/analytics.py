"""Numbers of sequences, recipients, email accounts and team members, in the shapes of the API."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

from saleshandy_mcp.sandbox.http.message import Reply, Request, app_error, done, validation_error
from saleshandy_mcp.sandbox.routes.common import known_senders, page_of, sequence
from saleshandy_mcp.sandbox.simulation import reports, statistics, threads
from saleshandy_mcp.sandbox.world.clock import iso
from saleshandy_mcp.sandbox.world.rows import client_of
from saleshandy_mcp.sandbox.world.tables import Row, World

FURTHEST_BACK = timedelta(days=731)


def sequence_stats(world: World, request: Request) -> Reply:
    """Numbers of people are texts and numbers of mails are numbers, as in the sample."""
    row = sequence(world, request.body["sequenceId"])
    numbers = statistics.of_sequence(world, row)
    payload = {
        "prospects": [{name: str(number) for name, number in numbers["people"].items()}],
        "emails": numbers["emails"],
        "sequenceId": row["id"],
        "sequenceName": row["title"],
        "client": client_of(world, row["id"]),
    }
    return done("Success", payload)


def consolidated_stats(world: World, request: Request) -> Reply:
    """Assumed: the rows are in the order of sending."""
    body = request.body
    since, until = _window(world, body)
    rows = reports.recipients(world, _sequences(world, body["sequenceIds"]), since, until)
    page = page_of(rows, body["pageNum"], body["pageLimit"])
    return done("Success", {"data": page, "hasMore": body["pageNum"] * body["pageLimit"] < len(rows)})


def email_account_stats(world: World, request: Request) -> Reply:
    [row] = known_senders(world, [request.body["emailId"]])
    payload = {
        "Email Analytics": [reports.email_account(world, row)],
        "EmailAccountId": row["id"],
        "Email Address": row["fromEmail"],
        "client": client_of(world, row["id"]),
    }
    return done("Success", payload)


def team_stats(world: World, request: Request) -> Reply:
    """Assumed: what a sequence does counts for the member whom it belongs to, and unknown ids have no row."""
    body = request.body
    allowed = reports.OF_PEOPLE if body["type"] == "prospect" else reports.OF_MAILS
    if body["orderBy"] not in allowed:
        raise validation_error(f"orderBy must be one of the following values: {', '.join(allowed)}")
    since, until = _moment("startDate", body["startDate"]), _moment("endDate", body["endDate"])
    known = [id_ for id_ in dict.fromkeys(body["userIds"]) if id_ in _names(world)]
    rows = [_member(world, body, id_, since, until) for id_ in known]
    rows.sort(key=lambda row: row[body["orderBy"]], reverse=body["sortOrder"] == "desc")
    return done("Success", page_of(rows, body["page"], body["limit"]))


def export_email_sent_details(world: World, request: Request) -> Reply:
    """The file is mailed to the owner of the key; no call tells about it. Assumed: its columns."""
    body = request.body
    since, until = _window(world, body)
    rows = reports.recipients(world, _sequences(world, body.get("sequenceIds") or list(world.sequences)), since, until)
    text = io.StringIO()
    writer = csv.DictWriter(text, reports.COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    about: Row = {"to": [world.user["email"]], "subject": "Your export of sent mails", "content": "", "senderId": None}
    threads.add_mail(world, "export", at=world.now(), attachment=text.getvalue(), **about)
    return Reply(200, {"message": "Export started"})


def _sequences(world: World, ids: list[str]) -> list[Row]:
    return [sequence(world, id_) for id_ in dict.fromkeys(ids)]


def _window(world: World, body: Row) -> tuple[str, str]:
    """The window as texts of moments. Assumed: days are whole and in UTC. The API takes up to two years in a call."""
    start, end = _day("startDate", body["startDate"]), _day("endDate", body["endDate"])
    if end < start:
        raise app_error(4000, "endDate lies before startDate")
    if start < world.clock.now().date() - FURTHEST_BACK:
        raise app_error(4000, "startDate lies more than two years back")
    return start.isoformat(), f"{end.isoformat()}~"


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise validation_error(f"{name} must be a valid ISO 8601 date string") from None


def _moment(name: str, text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        return iso((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise validation_error(f"{name} must be a valid ISO 8601 date string") from None


def _names(world: World) -> dict[str, str]:
    everybody = [world.user, *world.members.values()]
    return {str(row["id"]): f"{row['firstName']} {row['lastName']}" for row in everybody}


def _member(world: World, body: Row, user_id: str, since: str, until: str) -> Row:
    numbers = reports.team(
        world,
        since,
        until,
        by_person=body["type"] == "prospect",
        relative=body["countBy"] == "relative",
        member=user_id,
    )
    return {"userId": user_id, "name": _names(world)[user_id], **numbers}


ROUTES = {
    ("POST", "/analytics/stats"): sequence_stats,
    ("POST", "/analytics/consolidated-stats"): consolidated_stats,
    ("POST", "/analytics/emailaccount/stats"): email_account_stats,
    ("POST", "/analytics/team/stats"): team_stats,
    ("POST", "/analytics/email-sent-details"): export_email_sent_details,
}
