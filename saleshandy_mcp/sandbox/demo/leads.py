"""The people and companies of the Lead Finder, combined from short lists. They are the same on every start."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from saleshandy_mcp.sandbox.demo.people import REGIONS
from saleshandy_mcp.sandbox.simulation.imports import verification_result
from saleshandy_mcp.sandbox.world.rows import in_ascii
from saleshandy_mcp.sandbox.world.tables import Row, World

COMPANIES = 40
PEOPLE_PER_COMPANY = 3
FIRST_COMPANY, FIRST_LEAD = 5501, 90401


def add_leads(world: World) -> None:
    """Add all of them to a world. `facts` holds what is known about each, under the names of the search filters."""
    for number in range(COMPANIES):
        company = _company(number)
        world.companies[company["id"]] = company
        for place in range(PEOPLE_PER_COMPANY):
            lead = _lead(number * PEOPLE_PER_COMPANY + place, company)
            world.leads[lead["id"]] = lead


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("saleshandy_mcp.sandbox.demo").joinpath("leads.toml").read_text(encoding="utf-8"))


def _company(number: int) -> Row:
    data = _data()["companies"]
    row, column = divmod(number, len(data["prefixes"]))
    name = data["prefixes"][column] + data["suffixes"][row]
    domain = f"{name.lower()}.example.com"
    region = REGIONS[(number + 2) % len(REGIONS)]
    size: int = data["sizes"][(5 * number + row) % len(data["sizes"])]
    bootstrapped = number % 3 == 0
    facts: Row = {
        "company_name": name,
        "company_domain": domain,
        "website": f"https://{domain}",
        "linkedin_url": f"https://linkedin.example.com/company/{name.lower()}",
        "company_industry": data["industries"][(number + row) % len(data["industries"])],
        "company_hq_location": [region.cities.split()[row % 3], region.country],
        "company_size": size,
        "company_annual_revenue": size * 120_000,
        "company_founded_year": 1984 + number * 7 % 40,
        "company_bootstraped": bootstrapped,  # the API spells the filter like this
        "is_b2b": number % 4 != 1,
        "ownership_status": "Public" if size > 1000 else "Private",
        "type": "Public Company" if size > 1000 else "Privately Held",
        "technologies_used": [data["technologies"][number % 5], data["technologies"][(number + 2) % 5]],
        "keywords": [data["keywords"][number % 5], data["keywords"][(number + 1) % 5]],
        "active_job_postings_count": number * 3 % 11,
    }
    return {"id": FIRST_COMPANY + number, "facts": facts if bootstrapped else {**facts, **_funding(number)}}


def _funding(number: int) -> Row:
    name = _data()["companies"]["rounds"][number % 3]
    amount, day = 500_000 * (1 + number % 12), f"{2021 + number % 5}-0{1 + number % 9}-15"
    return {
        "company_funding_amount": amount,
        "company_funding_date": day,
        "funding_rounds_name": [name],
        "last_funding_round_name": name,
        "last_funding_round_amount_raised": amount,
        "last_funding_round_announced_date": day,
    }


def _lead(number: int, company: Row) -> Row:
    data = _data()["people"]
    region = next(region for region in REGIONS if region.country == company["facts"]["company_hq_location"][1])
    first = region.first.split()[(number * 7 + number // 10) % 10]
    last = region.last.split()[(number * 3 + number // 7) % 10]
    job = data["titles"][number % len(data["titles"])]
    name, host = f"{in_ascii(first)}.{in_ascii(last)}", company["facts"]["company_domain"]
    email = None if number % 9 == 4 else f"{name}@{host}"
    shared = ("company_bootstraped", "is_b2b", "keywords")
    facts: Row = {
        **{key: value for key, value in company["facts"].items() if key.startswith("company_") or key in shared},
        "full_name": f"{first} {last}",
        "job_title": job["title"],
        "department": job["department"],
        "management_level": job["level"],
        "decision_maker": job["decides"],
        "location": company["facts"]["company_hq_location"],
        "linkedin_url": f"https://linkedin.example.com/in/{name.replace('.', '-')}-{FIRST_LEAD + number}",
        "skills": [data["skills"][number % 5], data["skills"][(number + 3) % 5]],
        "total_experience": 2 + number % 23,
        "current_company_experience": 1 + number % 6,
        "current_role_tenure": 1 + number % 3,
        "linkedin_connection_count": 40 + 17 * number % 500,
    }
    return {
        "id": FIRST_LEAD + number,
        "companyId": company["id"],
        "firstName": first,
        "lastName": last,
        "facts": facts,
        # What enrichment reveals. None: it is not known.
        "work_email": email,
        "personal_email": f"{name}@mail.example.com" if number % 2 else None,
        "phone": f"+1{201 + number}55501{number % 100:02d}" if number % 3 else None,
        "verification": None if email is None else verification_result(email),
        "revealed": set[str](),
    }
