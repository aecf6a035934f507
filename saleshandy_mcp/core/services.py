"""The products whose APIs are used: each request, each error and the gate name the one they mean."""

from enum import StrEnum


class Service(StrEnum):
    """A product with an API of its own, by the name that people know."""

    SALESHANDY = "Saleshandy"
    SALESSHEET = "SalesSheet"
    """The CRM beside the outreach."""
