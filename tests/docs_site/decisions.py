"""The list of decision records."""

from tests.docs_site.pages import LINK, ROOT


def page() -> str:
    """The records in their order, each with its title."""
    files = sorted(path for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    titles = [(path.name, LINK.sub(r"\g<text>", path.read_text(encoding="utf-8").partition("\n")[0])) for path in files]
    rows = [f"- [{title.partition('. ')[2]}]({name}) ({name[:4]})" for name, title in titles]
    return "# Decisions\n\nWhy things are as they are. Made by `make snapshots`.\n\n" + "\n".join(rows) + "\n"
