"""Whose APIs there are: requests, errors and the gate say which one they mean."""

from enum import StrEnum


class Service(StrEnum):
    """A product with an API of its own, by the name that people know."""

    SALESHANDY = "Saleshandy"
    SALESSHEET = "SalesSheet"
    """The CRM beside the outreach."""
