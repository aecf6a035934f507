"""Where the live API is known to judge a request otherwise than the written contract says."""

from typing import Any

Schema = dict[str, Any]

# Query parameters which are required on paper and may be left out live.
OPTIONAL = {
    "list_prospects": {"pageSize", "sort", "sortBy"},
    "list_fields": {"systemFields"},
    "list_outcomes": {"category"},
    "list_clients": {"sort", "sortBy"},
    "list_dnc_lists": {"sort", "sortBy"},
    "get_dnc_items": {"type"},
    "search_dnc_item": {"type"},
}

# A list longer than this is refused by the handler, with a code and status of its own.
LENGTH_JUDGED_BY_HANDLER = {
    "add_sequence_email_accounts": "emailAccountIds",
    "import_prospects_by_field_name": "prospectList",
    "import_prospects_to_sequence": "prospectList",
}

# A larger page is cut, not refused.
LARGEST_PAGE = {"list_prospects": 100}


def number_of_number_or_name(branches: list[Schema]) -> Schema | None:
    """Some enums are documented as number or name. Seen live for the step type: names are refused.

    Assumed for step priority and priority distribution, which are documented in the same two ways.
    """
    kinds = [branch.get("type") for branch in branches if "enum" in branch]
    return branches[0] if kinds == ["integer", "string"] else None
