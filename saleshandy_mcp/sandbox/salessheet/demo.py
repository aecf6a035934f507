"""Makes the demo CRM. It fits the demo workspace: most of its people are prospects there, too.

150 contacts are people: every third prospect, so that some are in each sequence and some in none; four whom the
do-not-contact lists name; some who opted out; duplicates of people who stand in it already; and people whom only the
CRM knows. The companies they work for are contacts as well.
"""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from saleshandy_mcp.sandbox.demo.people import people
from saleshandy_mcp.sandbox.salessheet.crm import Crm
from saleshandy_mcp.sandbox.salessheet.records import created
from saleshandy_mcp.sandbox.salessheet.rules import KINDS
from saleshandy_mcp.sandbox.world.clock import BASE, Clock, iso
from saleshandy_mcp.sandbox.world.rows import in_ascii
from saleshandy_mcp.sandbox.world.tables import Row

PEOPLE = 150
SHARED = 120
"""Of them, prospects of the workspace."""
DUPLICATES = 6
OPTED_OUT = 14
"""One in so many opted out."""
STAGES_USED = (0, 1, 1, 2, 0, 3, 2, 4, 5)
SOURCES = ("Fair in Copenhagen", "Webinar", "Referral", "Website")


def demo_crm(clock: Clock) -> Crm:
    """The demo CRM, the same rows with the same ids on every start."""
    return Crm.unpacked(clock, _made())


@cache
def _made() -> dict[str, bytes]:
    data = _data()
    # Made at the moment at which the sandbox starts, whatever the time is when it is first needed.
    crm = Crm(Clock(tick=lambda: 0.0), user=dict(data["user"]), organization=dict(data["organization"]))
    crm.users = {row["id"]: dict(row) for row in (data["user"], *data["users"])}
    crm.custom_fields = {row["id"]: dict(row) for row in data["custom_fields"]}
    for entry in data["pipelines"]:
        stages = [{"name": name, "probability": probability} for name, probability in entry["stages"]]
        created(crm, KINDS["pipelines"], {"name": entry["name"], "stages": stages})
    persons = list(islice(_persons(), PEOPLE))
    companies = {name: _company(crm, name) for name in _companies(persons)}
    for number, person in enumerate(persons):
        _add_person(crm, number, person, companies)
    _add_deals(crm)
    _add_work(crm)
    return crm.packed()


@cache
def _data() -> dict[str, Any]:
    text = files("saleshandy_mcp.sandbox.salessheet").joinpath("demo.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _persons() -> Iterator[Row]:
    """Field values by the names of this CRM, and the company by its name."""
    known = [_of_prospect(values) for values in people()]
    shared = known[::3][:SHARED]
    yield from shared
    yield from _data()["people"]
    # The same person twice, the address in capitals or with another company: as imports leave them behind.
    for person in shared[:DUPLICATES]:
        yield {**person, "email": person["email"].upper(), "job_title": None}
    for person in known[1::3]:
        # A colleague whom only the CRM knows.
        first, domain = person.get("first_name") or "Alex", person["email"].split("@")[1]
        yield {**person, "last_name": "Newman", "email": f"{in_ascii(first)}.newman@{domain}"}


def _of_prospect(values: dict[str, str]) -> Row:
    names = {"First Name": "first_name", "Last Name": "last_name", "Job Title": "job_title"}
    person: Row = {ours: values[label] for label, ours in names.items() if label in values}
    person |= {"email": values["Email"], "company": values["Company"], "country": values["Country"]}
    if "Plan" in values:
        person["plan"] = values["Plan"]
    return person


def _companies(persons: list[Row]) -> list[str]:
    return list(
        dict.fromkeys([*(person["company"] for person in persons if "company" in person), *_data()["companies"]])
    )


def _company(crm: Crm, name: str) -> str:
    website = f"https://{name.lower().replace(' ', '')}.example.com"
    row = created(crm, KINDS["contacts"], {"type": "company", "name": name, "website": website, "tags": ["account"]})
    return row["id"]


def _add_person(crm: Crm, number: int, person: Row, companies: dict[str, str]) -> None:
    owners = list(crm.users)
    custom: Row = {}
    if number % 2 == 0:
        custom["cf_source"] = SOURCES[number // 2 % len(SOURCES)]
    if number % 4 == 1:
        custom["cf_support_team_size"] = 2 + number % 9
    if "plan" in person:
        custom |= {"cf_plan": person["plan"], "cf_renewal_date": _day(30 + number)}
    given = {name: value for name, value in person.items() if name not in {"company", "plan"}}
    given |= {"company_id": companies.get(person.get("company", "")), "owner_id": owners[number % len(owners)]}
    given |= {
        "opted_out": number % OPTED_OUT == 9,
        "tags": ["customer"] if "plan" in person else [],
        "custom_fields": custom,
    }
    created(crm, KINDS["contacts"], given)


def _add_deals(crm: Crm) -> None:
    """A deal for every fourth person, somewhere in the first pipeline."""
    pipeline = next(iter(crm.pipelines.values()))
    persons = [row for row in crm.contacts.values() if row["type"] == "person"]
    for number, person in enumerate(persons[1::4]):
        stage = pipeline["stages"][STAGES_USED[number % len(STAGES_USED)]]
        company = crm.contacts[person["company_id"]]["name"] if person["company_id"] else person["last_name"]
        deal: Row = {
            "title": f"{company}: help centre",
            "value": 1_200 + 350 * (number % 12),
            "stage_id": stage["id"],
            "contact_id": person["id"],
            "company_id": person["company_id"],
            "owner_id": person["owner_id"],
            "expected_close_date": _day(10 + 3 * number),
            "custom_fields": {},
        }
        created(crm, KINDS["deals"], deal)


def _add_work(crm: Crm) -> None:
    """Tasks and logged activities about the people of the deals."""
    for number, deal in enumerate(list(crm.deals.values())):
        about = {"contact_id": deal["contact_id"], "deal_id": deal["id"], "owner_id": deal["owner_id"]}
        call = {"type": ("call", "email", "meeting")[number % 3], "subject": "First talk about the help centre"}
        created(crm, KINDS["activities"], {**call, "occurred_at": _moment(-3 - number), **about})
        if number % 2 == 0:
            status = "completed" if number % 6 == 0 else "open"
            task = {"title": "Send the proposal", "due_date": _day(number - 5), "status": status}
            created(crm, KINDS["tasks"], {**task, **about})


def _day(days: int) -> str:
    return (BASE + timedelta(days=days)).date().isoformat()


def _moment(days: int) -> str:
    return iso(BASE + timedelta(days=days))
