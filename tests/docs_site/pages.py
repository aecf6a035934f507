"""The pages of the site, gathered from the repository: what leaves the site is no link there. Pure, but for reading."""

import html
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
BESIDE = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
"""Files at the top of the repository that are pages of the site."""
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]+)\]\((?P<target>[^)\s#]*)(?P<anchor>#[^)\s]*)?\)")
_BAR = re.compile(r"`([^`\n]*\\\|[^`\n]*)`")
"""Code in a table with a bar in it."""
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def sources() -> dict[str, Path]:
    """The pages by the place that they have on the site."""
    pages = {path.relative_to(ROOT / "docs").as_posix(): path for path in sorted((ROOT / "docs").rglob("*.md"))}
    return pages | {name: ROOT / name for name in BESIDE if (ROOT / name).exists()}


def page(place: str, text: str, places: frozenset[str]) -> str:
    """A page of the site: links within the site are kept, others lead to files of the repository and are names."""
    at_top = place in BESIDE

    def link(found: re.Match[str]) -> str:
        target, anchor = found["target"], found["anchor"] or ""
        if not target or ":" in target:
            return found[0]
        path = target.removeprefix("docs/") if at_top else posixpath.join(posixpath.dirname(place), target)
        path = posixpath.normpath(path).removeprefix("../")
        path = path + "/index.md" if f"{path}/index.md" in places else path
        if path in places:
            return f"[{found['text']}]({posixpath.relpath(path, posixpath.dirname(place) or '.')}{anchor})"
        return found["text"]

    return _as_the_generator_reads(LINK.sub(link, text))


def _as_the_generator_reads(text: str) -> str:
    """Two things that the generator takes otherwise than the repository: what stands in an item of a numbered list is
    indented by four, and a bar within code of a table is no backslash and a bar."""
    parts = re.split(rf"({FENCED.pattern})", text, flags=FENCED.flags)
    return "".join(part if number % 2 else _plain(part) for number, part in enumerate(parts))


def _plain(text: str) -> str:
    text = re.sub(r"^ {3}(?=.*\S)", "    ", text, flags=re.MULTILINE)
    return _BAR.sub(lambda it: f"<code>{html.escape(it[1], quote=False).replace(chr(92) + '|', '&#124;')}</code>", text)


def links(text: str) -> Iterator[tuple[str, str]]:
    """The relative links of a page: path, and anchor without its sign."""
    for found in LINK.finditer(FENCED.sub("", text)):
        if ":" not in found["target"]:
            yield found["target"], (found["anchor"] or "").removeprefix("#")


def anchors(text: str) -> set[str]:
    """The anchors that a page has: those of its headings."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {_slug(LINK.sub(r"\g<text>", heading)) for heading in headings}


def _slug(heading: str) -> str:
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.replace("`", "").lower()).strip())


def llms() -> str:
    """``llms.txt``: each page of the site with what it is about."""
    rows: list[str] = []
    for place, path in sources().items():
        text = path.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        rows.append(f"- [{title}]({place.removesuffix('.md')}.html): {_first_sentence(text)}".rstrip(": "))
    return (
        "# saleshandy-mcp\n\n> Run cold outreach in Saleshandy from an AI assistant: MCP server, typed client, command "
        "line and a local sandbox.\n\n## Pages\n\n" + "\n".join(rows) + "\n"
    )


def _first_sentence(text: str) -> str:
    paragraphs = [it.strip() for it in FENCED.sub("", text).split("\n\n")[1:]]
    prose = next((it for it in paragraphs if it and it[0] not in "#|-<!>"), "")
    plain = LINK.sub(r"\g<text>", " ".join(prose.split())).replace("**", "")
    return plain.partition(". ")[0].removesuffix(":")
