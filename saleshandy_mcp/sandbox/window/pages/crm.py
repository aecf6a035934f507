"""SalesSheet, the CRM beside it: its records and its audit log."""

from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.window.html import Child, el
from saleshandy_mcp.sandbox.window.parts import Column, moment, pill, search, section, table
from saleshandy_mcp.sandbox.window.view import Page, View
from saleshandy_mcp.sandbox.window.words import number
from saleshandy_mcp.sandbox.world.tables import Row

CONTACTS = (Column("Contact"), Column("Email"), Column("Type"), Column("Changed"), Column("Marks"))
DEALS = (Column("Deal"), Column("Stage"), Column("Value", number=True), Column("Closes"))
ACTIVITIES = (Column("Activity"), Column("Type"), Column("When"), Column("Contact"))
CALLS = (Column("When"), Column("Call"), Column("Status", number=True), Column("Key"))
NEWEST = 25


def page(view: View) -> Page:
    crm, words = view.box.salessheet.crm, view.asked("q").lower().split()
    contacts = [row for row in _newest(crm, "contacts") if _fits(row, words)]
    stretch = view.stretch(len(contacts))
    deals = [_deal(crm, row) for row in _newest(crm, "deals")]
    activities = [_activity(crm, row) for row in _newest(crm, "activities")[:NEWEST]]
    audit = [_call(line) for line in reversed(view.box.salessheet.audit[-NEWEST:])]
    listed = table(
        "Contacts, the last changed first", CONTACTS, map(_contact, stretch.of(contacts)), empty="None fits."
    )
    body = (
        search("Name or address of a contact", view.asked("q"), "crm"),
        section("Contacts", listed, stretch.pager("crm", q=view.asked("q")), id_="contacts"),
        section("Deals", table("Deals", DEALS, deals, empty="There is no deal."), id_="deals"),
        section("Last activities", table("Activities", ACTIVITIES, activities, empty="None yet."), id_="activities"),
        section(
            "Audit log", table("Calls to the CRM, the newest first", CALLS, audit, empty="No call yet."), id_="audit"
        ),
    )
    return Page("CRM", body)


def _newest(crm: Crm, name: str) -> list[Row]:
    return sorted(crm.table(name).values(), key=lambda row: row["updated_at"], reverse=True)


def _name(row: Row) -> str:
    return row["name"] or " ".join(filter(None, (row["first_name"], row["last_name"]))) or row["email"] or row["id"]


def _fits(row: Row, words: list[str]) -> bool:
    text = f"{_name(row)} {row['email'] or ''}".lower()
    return all(word in text for word in words)


def _contact(row: Row) -> list[Child]:
    marks = [*([pill("opted out", "bad")] if row["opted_out"] else []), *map(pill, row["tags"] or [])]
    return [_name(row), row["email"] or "", row["type"] or "", moment(row["updated_at"]), marks]


def _deal(crm: Crm, row: Row) -> list[Child]:
    stages = {stage["id"]: stage["name"] for line in crm.pipelines.values() for stage in line["stages"]}
    value = f"{number(row['value'])} {row['currency'] or ''}" if row["value"] is not None else ""
    return [row["title"], stages.get(row["stage_id"], ""), value, moment(row["expected_close_date"] or "")]


def _activity(crm: Crm, row: Row) -> list[Child]:
    contact = crm.contacts.get(row["contact_id"] or "")
    return [row["subject"] or "", row["type"], moment(row["occurred_at"] or ""), _name(contact) if contact else ""]


def _call(line: Row) -> list[Child]:
    return [moment(line["time"]), el("code", line["endpoint"]), line["status"], line["key"] or "no known key"]
