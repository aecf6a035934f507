"""The README and the addresses as a package index shows them. Pure; the build loads this file alone."""

import re

_IMAGE = re.compile(r"!\[(?P<text>[^\]]*)\]\((?!https?://)(?P<path>[^)]+)\)\n*")
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?!https?://|#)(?P<path>[^)]+)\)")
_COMMENT = re.compile(r"<!--.*?-->\n", re.DOTALL)
WITHOUT_REPOSITORY = (
    "Pages that this text names, such as `docs/safety.md`, are in the source distribution: "
    "the source has no public address yet.\n"
)


def index_page(readme: str, name: str, repository: str | None) -> str:
    """The README for an index: relative links lead into the repository, or are left out while it has no address.

    Args:
        readme: the README of the repository.
        name: the name of the package.
        repository: the public address of the source.
    """
    text = _COMMENT.sub("", readme)
    if repository is None:
        text = _LINK.sub(lambda it: it["text"], _IMAGE.sub("", text))
        return f"{text.rstrip()}\n\n{WITHOUT_REPOSITORY}"
    text = _IMAGE.sub(lambda it: f"![{it['text']}]({repository}/raw/main/{it['path']})\n\n", text)
    text = _LINK.sub(lambda it: f"[{it['text']}]({repository}/blob/main/{it['path']})", text)
    entry = registry_name(name, repository)
    return f"{text.rstrip()}\n" + (f"\n<!-- mcp-name: {entry} -->\n" if entry else "")


def project_urls(repository: str | None) -> dict[str, str]:
    """The addresses of the project; none while there is no repository."""
    if repository is None:
        return {}
    return {
        "Source": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def registry_name(name: str, repository: str | None) -> str | None:
    """The name in the MCP registry, which follows from the owner of the repository; None without one on GitHub."""
    owned = re.fullmatch(r"https://github\.com/(?P<owner>[A-Za-z0-9-]+)/[A-Za-z0-9._-]+", repository or "")
    return f"io.github.{owned['owner']}/{name}" if owned else None
