"""Which part of a list is shown: every list says it by these words. Pure."""

from typing import overload

from saleshandy_mcp.core.view import PAGE_SIZE


@overload
def pages_in(total: int, size: int = ...) -> int: ...
@overload
def pages_in(total: int | None, size: int = ...) -> int | None: ...
def pages_in(total: int | None, size: int = PAGE_SIZE) -> int | None:
    """How many pages so many things are; None where their number is not known. What is empty has one page, too."""
    return None if total is None else max(-(-total // size), 1)


def page_words(page: int, pages: int | None, teller: str = "API") -> str:
    """``page 2 of 5``: where in a list its reader is."""
    return f"page {page}; the {teller} tells no total" if pages is None else f"page {page} of {pages:,}"


def empty_page(page: int, pages: int | None) -> str:
    """What a list says of a page after its last."""
    return f"Page {page} is empty." if pages is None else f"Page {page} is empty; page {pages:,} is the last."
