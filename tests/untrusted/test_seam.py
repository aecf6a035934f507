"""The seam: whatever strangers wrote, a text that leaves the process holds nothing unseen, and nothing that steers."""

import json
import unicodedata
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcp import Client
from mcp.server.mcpserver import MCPServer
from mcp.types import CallToolResult, TextContent

from saleshandy_mcp.core.action import Action
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.core.view import Say, View
from saleshandy_mcp.server.tools.action_tool import ActionTool, text_result
from saleshandy_mcp.server.tools.error_text import Failure, error_result
from saleshandy_mcp.untrusted.one_line import cleaned, fence, invisible, one_line, smuggles, visible
from tests.kit import context_over, new_box

IGNORABLE = frozenset(
    chr(point)
    for first, last in (
        # The characters that Unicode calls default ignorable, and blanks that are letters or symbols.
        *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
        *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
        *((0x2800, 0x2800), (0x1D159, 0x1D159), (0x16FE4, 0x16FE4), (0x13441, 0x13442)),
    )
    for point in range(first, last + 1)
)
ESCAPES = (
    "\x1b[31mred\x1b[0m",
    "\x9b31mred",
    "\x1b]0;title\x07",
    "\x1b]8;;https://x.example.com\x1b\\here\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "over\rwritten",
    "back\b\b\b\bspace",
    "\x90q\x9c",
)

CHARACTERS = st.characters(exclude_categories=())
"""Halves of characters, too, which a JSON document may hold."""
NASTY = st.sampled_from(
    [*sorted(IGNORABLE)[:400], "\ud800", "\udfff", "\x1b", "\x9b", "\x00", "\x85", "\u2028", "\ue000", *ESCAPES]
)
ANY = st.lists(st.one_of(CHARACTERS, NASTY, st.sampled_from(["word", " ", "\n", "\r\n", "⟦", "⟧"])), max_size=60).map(
    "".join
)
STRUCTURES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY, inner, max_size=4),
    max_leaves=12,
)

HONEST = (
    "السَّلامُ عليكم، كيف حالك؟",
    "שָׁלוֹם, מה שלומך?",
    "नमस्ते दुनिया, क्षत्रिय",
    "สวัสดีครับ ขอบคุณมาก",
    "வணக்கம் உலகம்",
    "বাংলা ভাষা",
    "Tiếng Việt, ngày mai",
    "Ελληνικά και Кириллица",
    "日本語、中文、한국어",
    "አማርኛ ሰላም",
    "မြန်မာဘာသာ",
    "ភាសាខ្មែរ",
    "Zażółć gęślą jaźń",
    "cafe\u0301 nai\u0308ve",
    "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "👍🏽 🎉 ✓ € ½ → …",
    "🇩🇪 1 < 2 & 3 > 2",
    "one\ttwo\nthree",
)


def harmless(text: str) -> bool:
    return not any(
        char in IGNORABLE
        or (char not in "\n\t" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
        for char in text
    )


def texts(value: Any) -> Iterator[str]:
    """Every text in a structure, names of keys included."""
    match value:
        case str():
            yield value
        case dict():
            for name, part in cast("dict[str, Any]", value).items():
                yield from (name, *texts(part))
        case list():
            for part in cast("list[Any]", value):
                yield from texts(part)
        case _:
            pass


def shape(value: Any) -> Any:
    """A structure without its texts."""
    match value:
        case str():
            return ""
        case dict():
            return sorted((shape(part) for part in cast("dict[str, Any]", value).values()), key=repr)
        case list():
            return [shape(part) for part in cast("list[Any]", value)]
        case _:
            return value


@given(ANY)
@settings(max_examples=400, deadline=None, derandomize=True, database=None)
def test_a_text_that_leaves_holds_only_what_leaves_a_trace(text: str) -> None:
    seen = visible(text)
    assert harmless(seen)
    assert seen.encode("utf-8").decode("utf-8") == seen
    assert visible(seen) == seen
    assert (invisible(seen), smuggles(seen)) == (0, False)


@given(ANY)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_what_leaves_a_trace_stays_in_its_order(text: str) -> None:
    kept = [char for char in text if not char.isspace() and harmless(char)]
    assert [char for char in visible(text) if not char.isspace()] == kept


@given(ANY, st.integers(1, 80))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_a_value_stays_on_its_line_and_within_its_room(text: str, longest: int) -> None:
    line = one_line(text, longest)
    assert harmless(line)
    assert len(line.splitlines()) <= 1
    assert "\n" not in line
    assert "\t" not in line
    assert len(line) <= longest
    assert one_line(line, longest) == line


@given(STRUCTURES)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_a_structure_is_cleaned_in_every_corner(value: Any) -> None:
    done = cleaned(value)
    assert all(harmless(text) for text in texts(done))
    assert json.loads(json.dumps(done).encode("utf-8")) == done
    if len(list(texts(done))) == len(list(texts(value))):  # two names may have become one
        assert shape(done) == shape(value)


@given(ANY, ANY)
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_nothing_inside_closes_a_fence(head: str, text: str) -> None:
    said = fence(head, text)
    assert said.count("⟦") == said.count("⟧") == 2


@given(ANY, st.dictionaries(ANY, STRUCTURES, max_size=3))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_results_and_errors_leave_through_the_seam(text: str, facts: dict[str, Any]) -> None:
    failed = error_result(Failure("failed", text, text, text, more=facts))
    for result in (text_result(text, facts), text_result(text, facts, untrusted=True), failed):
        assert harmless(text_in(result))
        assert all(harmless(part) for part in texts(result.structured_content))


@pytest.mark.parametrize("text", ESCAPES)
def test_no_escape_sequence_of_a_terminal_survives(text: str) -> None:
    assert harmless(visible(text))
    assert harmless(one_line(text))


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_of_every_script_stays_as_it_is(text: str) -> None:
    assert visible(text) == text
    assert (invisible(text), smuggles(text)) == (0, False)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\U0001f4bb"),
        ("\u2764\ufe0f", "\u2764"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"),
        ("\u200f\u05e9\u05dc\u05d5\u05dd\u200e", "\u05e9\u05dc\u05d5\u05dd"),
        ("co\u00adoperation", "cooperation"),
        ("a\u00a0b\u3000c", "a b c"),
        ("one\r\ntwo\rthree\x85four\u2028five\vsix\fseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("Pay \u202e001\u202c now", "Pay 001 now"),
        ("Fine.\U000e004c\U000e0045\U000e007f", "Fine."),
        ("half \ud83d of one", "half  of one"),
    ],
)
def test_what_is_lost_is_what_the_seam_says(text: str, seen: str) -> None:
    assert visible(text) == seen


async def test_progress_leaves_through_the_seam() -> None:
    heard: list[str | None] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        del progress, total
        heard.append(message)

    async with context_over(new_box()) as context:
        server = MCPServer("seam", tools=[ActionTool.of(Tells, context)])
        async with Client(server) as client:
            await client.call_tool("tells", {}, progress_callback=hear)
    assert heard == ["leads .csv: half"]


class Told(View):
    """An answer without a fact."""

    def lines(self, say: Say) -> Iterator[str | None]:
        del say
        yield "Done."


class Tells(Action[Told]):
    """Tell of a file with a hostile name."""

    async def run(self, context: Context) -> Told:
        await context.tell("leads\n\u202e.csv\x1b: ha\u200blf")
        return Told()


def text_in(result: CallToolResult) -> str:
    (part,) = result.content
    assert isinstance(part, TextContent)
    return part.text
