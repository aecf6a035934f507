"""Faults: which ways there are for a call to go wrong, and which are switched on."""

from collections.abc import Mapping
from typing import Any

from saleshandy_mcp.sandbox.faults.fault import Fault
from saleshandy_mcp.sandbox.faults.table import FAULTS
from saleshandy_mcp.sandbox.window.html import Child, Markup, el
from saleshandy_mcp.sandbox.window.parts import Column, post, section, table
from saleshandy_mcp.sandbox.window.view import Page, View

SET = (Column("Fault"), Column("Calls"), Column("How many"), Column("Seen", number=True), Column("Switch"))
KNOWN = (Column("Fault"), Column("What the client sees"), Column("Carried out"), Column("Switch"))


def page(view: View) -> Page:
    entries = view.box.faults.shown()
    rows = [_set(view, entry) for entry in entries]
    known = [_known(view, fault) for fault in FAULTS.values()]
    all_off = post("faults", view.here, el("button", "Switch all off", name="off", value="all")) if entries else None
    body = (
        section(
            "Switched on",
            table("Faults that are on", SET, rows, empty="All calls go well. "),
            all_off,
            id_="set",
        ),
        section("Switch one on", _form(view), id_="new", live=False),
        section("All faults", table("Faults that there are", KNOWN, known, empty="None."), id_="known", live=False),
    )
    return Page("Faults", body)


def _set(view: View, entry: Mapping[str, Any]) -> list[Child]:
    name, call = entry["fault"], entry["call"]
    off = el("button", "Off", name="off", value=name, aria_label=f"Switch {name} off")
    many = "all" if entry["times"] is None else f"{entry['times']:,}"
    chance = "" if entry["chance"] >= 1 else f", by a chance of {entry['chance']:g}"
    calls = el("code", call) if call else "every call"
    return [el("code", name), calls, many + chance, entry["seen"], post("faults", view.here, off)]


def _known(view: View, fault: Fault) -> list[Child]:
    on = [
        el("input", type="hidden", name="fault", value=fault.name),
        el("button", "On", aria_label=f"Switch {fault.name} on"),
    ]
    return [el("code", fault.name), fault.what, "yes" if fault.executed else "no", post("faults", view.here, *on)]


def _form(view: View) -> Markup:
    names = [el("option", name, value=name) for name in FAULTS]
    fields = (
        el("label", "Fault ", el("select", *names, name="fault")),
        el("label", "For calls that begin with ", el("input", name="call", placeholder="POST /sequences/status")),
        el("label", "How many ", el("input", name="times", inputmode="numeric", placeholder="all", size=6)),
    )
    return post("faults", view.here, *fields, el("button", "Switch on"), class_="fields")
