"""How the Lead Finder applies filters, and which filters it finds in a request in plain words."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, TypeGuard

from saleshandy_mcp.sandbox.world.tables import Row, World

PER_PAGE = 25  # one live client expects this number

# Assumed: these take only whole values. For other filters a part of the text is enough.
WHOLE = {"company_domain", "company_industry", "department", "management_level"}
NO_FILTERS = {"page", "limitPerCompany"}
COMPANY_WORDS = re.compile(r"\b(compan|firms?\b|businesses|organi[sz]ation|makers)", re.IGNORECASE)
UNDERSTOOD = ("company_hq_location", "company_industry", "department", "management_level")


def search(rows: Iterable[Row], wishes: Row) -> list[Row]:
    """The rows that fit all filters."""
    filters = {name: wish for name, wish in wishes.items() if name not in NO_FILTERS}
    found = [row for row in rows if all(_fits(name, wish, row["facts"].get(name)) for name, wish in filters.items())]
    most = wishes.get("limitPerCompany")
    return found if most is None else _limited(found, most)


def bad_ranges(wishes: Row) -> list[str]:
    """Complaints about ends of ranges that are neither a number nor a day. The contract has them as texts."""
    ranges = {name: wish for name, wish in wishes.items() if is_row(wish) and wish.keys() & {"min", "max"}}
    return [
        f"{name}.{end} must be a number string"
        for name, wish in ranges.items()
        for end, text in wish.items()
        if text and _number(text) is None and not re.fullmatch(r"\d{4}(-\d\d){0,2}", text)
    ]


def understood(query: str, values: Row) -> Row:
    """The filters that a request names: places, industries, departments and levels, each by its own word."""
    wishes: Row = {}
    for name in UNDERSTOOD:
        named = [value for value in values[name] if _mentioned(value, query, whole=name == "company_hq_location")]
        if named:
            wishes[name] = {"includes": named}
    return wishes


def filter_values(world: World) -> Row:
    """Filter -> the values it can have, for filters that have a list of them."""
    names = ("company_industry", "company_hq_location", "technologies_used", "ownership_status", "type")
    of_companies = {name: _values(world.companies.values(), name) for name in names}
    of_people = {
        name: _values(world.leads.values(), name) for name in ("department", "location", "management_level", "skills")
    }
    return {**of_companies, **of_people}


def is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def is_row(value: Any) -> TypeGuard[Row]:
    return isinstance(value, dict)


def _values(rows: Any, name: str) -> list[str]:
    known = [row["facts"].get(name, []) for row in rows]
    return sorted({value for entry in known for value in (entry if is_list(entry) else [entry])})


def _limited(rows: list[Row], most: int) -> list[Row]:
    taken: Counter[int] = Counter()
    kept: list[Row] = []
    for row in rows:
        taken[row["companyId"]] += 1
        if taken[row["companyId"]] <= most:
            kept.append(row)
    return kept


def _fits(name: str, wish: Any, fact: Any) -> bool:
    """Whether a fact fits a filter. An unknown fact fits only a filter that asks for nothing or only excludes."""
    if wish in ({}, []):
        return True
    if is_row(wish):
        if wish.keys() & {"min", "max"}:
            return _within(fact, wish)
        exact = name in WHOLE or wish.get("exactMatch") == 1
        includes, excludes = wish.get("includes", []), wish.get("excludes", [])
        return (not includes or _any(includes, fact, exact=exact)) and not _any(excludes, fact, exact=exact)
    if is_list(wish):
        return all(isinstance(value, str) for value in wish) and _any(wish, fact, exact=True)
    return fact == wish


def _any(values: list[str], fact: Any, *, exact: bool) -> bool:
    known = [str(text).lower() for text in (fact if is_list(fact) else [fact]) if text is not None]
    wanted = [value.lower() for value in values]
    return any(value == text if exact else value in text for value in wanted for text in known)


def _within(fact: Any, wish: Row) -> bool:
    low, high = wish.get("min") or None, wish.get("max") or None
    if low is None and high is None:
        return True
    if isinstance(fact, str):  # a day; texts of days compare by time, and "2024" stands for the whole year
        return (low is None or fact >= low) and (high is None or fact[: len(high)] <= high)
    if fact is None:
        return False
    least, most = (None if end is None else _number(end) for end in (low, high))
    return (least is None or fact >= least) and (most is None or fact <= most)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _mentioned(value: str, query: str, *, whole: bool) -> bool:
    word = value if whole else value.split(maxsplit=1)[0]
    return re.search(rf"\b{re.escape(word)}", query, re.IGNORECASE) is not None
