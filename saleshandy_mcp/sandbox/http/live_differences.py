"""Where the live API is known to accept or refuse other requests than the written contract says."""

from typing import Any

Schema = dict[str, Any]

# Query parameters that the contract requires and the live API does not.
OPTIONAL = {
    "list_prospects": {"pageSize", "sort", "sortBy"},
    "list_fields": {"systemFields"},
    "list_outcomes": {"category"},
    "list_clients": {"sort", "sortBy"},
    "list_dnc_lists": {"sort", "sortBy"},
    "get_dnc_items": {"type"},
    "search_dnc_item": {"type"},
}

# Lists whose length the route checks, because a longer list is refused with a code of its own.
LENGTH_JUDGED_BY_HANDLER = {
    "add_sequence_email_accounts": "emailAccountIds",
    "import_prospects_by_field_name": "prospectList",
    "import_prospects_to_sequence": "prospectList",
}

# A larger page is answered with this many rows instead of being refused.
LARGEST_PAGE = {"list_prospects": 100}


# Other words for a value of the query, seen in a program that is in use.
SAME_VALUE = {"list_fields": {"systemFields": {"1": "true", "0": "false"}}}


def number_of_number_or_name(branches: list[Schema]) -> Schema | None:
    """The branch for numbers of an enum that is documented as number or name; None for any other schema.

    The live API refuses names for the step type. Assumed: also for step priority and priority distribution, which are
    documented in the same two ways.
    """
    kinds = [branch.get("type") for branch in branches if "enum" in branch]
    return branches[0] if kinds == ["integer", "string"] else None
