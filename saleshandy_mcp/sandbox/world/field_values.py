"""Which values a field of prospects takes."""

from saleshandy_mcp.sandbox.world.tables import Row


def takes(field: Row, value: str) -> bool:
    """Whether a field takes a value. Known for dropdowns, assumed for numbers. Assumed: a blank clears any field."""
    match field["fieldType"]:
        case _ if value == "":
            return True
        case "dropdown":
            return value in options(field)
        case "number" | "currency":
            return _is_number(value)
        case _:
            return True


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def options(field: Row) -> list[str]:
    return field.get("metadata", {}).get("options", [])
