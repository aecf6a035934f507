"""What the people of an import will read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.steps import ListSequenceSteps, Variant
from saleshandy_mcp.core.context import Context
from saleshandy_mcp.features.imports.copy_preview import OPENING, filled, needed, opening
from saleshandy_mcp.features.sequences.copywriting import as_text
from saleshandy_mcp.sandbox import Sandbox
from tests.kit import line_of

JO = {"First Name": "Jo", "Company": "Smith & <Co>", "Why Now": "one<br>two", "City": "", "Region": " <br>"}


def variant(status: int | None = 1, note: str | None = None, **payload: Any) -> Variant:
    return Variant(id="v", payload=payload, status=status, task_note=note)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {{First Name}}", "Hi Jo"),
        ("<p>Hi {{ First Name }},</p><p>of {{Company}}?</p>", "Hi Jo, of Smith &?"),
        ("<p>Hi {{First&nbsp;Name}},</p>", "Hi Jo,"),
        ("{{Why Now}}!", "one two!"),
        ("{{City|'your town'}}, {{City|your town}}, {{Region| ' town ' }}", "your town, your town, town"),
        ("{{City|\"A &amp; B\"}}{{City|''}}", "A & B"),
        ("in {{City}} and {{Region|}}", "in [City: empty] and [Region: empty]"),
        ("{{First Name|'there'}}", "Jo"),
        ("{{first name}} {{Compny|'x'}} {{Signature}} {{}}", "{{first name}} {{Compny|'x'}} {{Signature}} {{}}"),
        ("{spin}Hi|Hello{endspin} {spin}{{City|'you'}} all|<b>two</b>{endspin}", "Hi you all"),
        ("{spin}Hi", "{spin}Hi"),
        ("{Hi|Hello}", "{Hi|Hello}"),
        ("", ""),
    ],
)
def test_a_text_is_filled_as_somebody_would_read_it(text: str, words: str) -> None:
    assert filled(text, JO) == words


@given(st.text("ab<>&;{}|' \n") | st.text())
def test_a_value_is_shown_as_its_own_words_and_changes_nothing_around_it(value: str) -> None:
    shown = as_text(value) or "[Company: empty]"
    assert filled("<p>of {{Company}} now</p>", {"Company": value}) == f"of {shown} now"


@given(st.text("ab<>&;{}|'spinedA \n"), st.dictionaries(st.sampled_from("abA"), st.text("{}<>")))
def test_any_text_can_be_filled(text: str, values: dict[str, str]) -> None:
    assert "\n" not in filled(text, values)


def test_needed_is_what_any_variant_in_use_takes_without_a_fallback() -> None:
    variants = [
        variant(content="{{Why Now}} {{City|'town'}} {{Signature}}", subject="{{First Name}}", preheader="{{P}}"),
        variant(status=None, content="{spin}{{City}}|{{First&nbsp;Name}}{endspin}", attachments=["{{No}}"]),
        variant(status=0, content="{{Not used}}"),
        variant(message="{{Company}}", note="{{Phone Number}}"),
        variant(),
    ]
    assert needed(variants) == ["First Name", "Why Now", "P", "City", "Company", "Phone Number"]


@pytest.mark.parametrize(
    ("variants", "texts"),
    [
        ([], ("", "")),
        ([variant(status=0, subject="s", content="c")], ("", "")),
        ([variant(status=0, content="no"), variant(subject="s", content="<p>c</p><p>d</p>")], ("s", "c d")),
        ([variant(subject="", content="Hi {{First Name|'there'}}")], ("", "Hi {{First Name|'there'}}")),
        ([variant(connectionNote="note")], ("", "note")),
        ([variant(subject="s", message="message")], ("s", "message")),
        ([variant(note="Call {{First Name}}")], ("", "Call {{First Name}}")),
        ([variant()], ("", "")),
        ([variant(content="{spin}Hi|Hello{endspin} you")], ("", "Hi you")),
    ],
)
def test_the_opening_is_of_the_first_variant_in_use(variants: list[Variant], texts: tuple[str, str]) -> None:
    assert opening(variants) == texts


def test_a_long_body_is_cut_and_no_merge_tag_with_it() -> None:
    _, plain = opening([variant(content="<p>" + "x" * 500)])
    _, tagged = opening([variant(content="x" * (OPENING - 5) + " {{First Name}} and more")])
    _, whole = opening([variant(content="x" * OPENING)])
    assert plain == "x" * OPENING + "…"
    assert tagged == "x" * (OPENING - 5) + "…"
    assert whole == "x" * OPENING


def test_what_a_body_says_about_markup_survives_being_cut_and_filled() -> None:
    _, body = opening([variant(content="<p>Use &lt;p&gt; &amp; {{First Name}}</p>")])
    assert filled(body, JO) == "Use <p> & Jo"


async def test_the_step_of_a_stored_sequence_is_previewed(box: Sandbox, context: Context) -> None:
    steps = await context.api.send(ListSequenceSteps(sequence_id=line_of(box, "Q3 launch")["id"]))
    mail, note = steps[0].variants, steps[1].variants
    subject, body = (filled(text, {"First Name": "Jo", "Company": ""}) for text in opening(mail))
    assert subject == "The same ten questions at [Company: empty]"
    assert body.startswith("Hi Jo, Most support teams")
    assert (needed(mail), needed(note)) == (["Company"], [])
    assert filled(opening(note)[1], {"First Name": ""}).startswith("Hi there, I work on help centres")
