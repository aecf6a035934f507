"""What is found in the texts of a step: what would be mailed as it stands, and what a careful person would change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saleshandy_mcp.api.resources.fields import Field
from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.features.sequences.checks.check_finding import Finding, together
from saleshandy_mcp.features.sequences.checks.copy_findings import MOST_LINKS, MOST_WORDS, copy_findings

FIELDS = [
    Field(id="1", label="First Name", is_default=True),
    Field(id="2", label="Company", is_default=True),
    Field(id="3", label="Why Now"),
    Field(id="4", label="Hook", fallback_text="a thought"),
]


def found(content: str, subject: str = "A question", *, opens_thread: bool = True) -> list[Finding]:
    payload = {"subject": subject, "content": content}
    return copy_findings("step 1 A", Channel.EMAIL, payload, FIELDS, opens_thread=opens_thread)


@pytest.mark.parametrize(
    "content",
    [
        "Hi {{First Name|'there'}}, one question. {{Signature}}",
        "{spin}Hi|Hello{endspin} {{First Name|'there'}}, {{Hook}}",
        "<p style='color: red'>Prices [1] are in [brackets] and a < b</p>",
        '<a href="https://acme.example/a">one</a> <a href="https://acme.example/b">two</a>',
        "word " * MOST_WORDS,
        "Hi",
    ],
    ids=[
        "a fallback",
        "spintax and a field with a fallback of its own",
        "brackets",
        "two links",
        "long enough",
        "none",
    ],
)
def test_a_good_text_is_left_alone(content: str) -> None:
    assert found(content) == []


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("Hi {First Name},", "{First Name} is mailed as it stands"),
        ("Hi {firstName}, {company}", "{firstName}, {company} is mailed as it stands"),
        ("Best, [Your Name]", "[Your Name] is mailed as it stands"),
        ("At [COMPANY]", "[COMPANY] is mailed as it stands"),
        ("Hi %FIRSTNAME%", "%FIRSTNAME% is mailed as it stands"),
        ("Hi *|FNAME|*", "*|FNAME|* is mailed as it stands"),
        ("Hi &lt;First Name&gt;", "<First Name> is mailed as it stands"),
        ("Lorem ipsum dolor", "Lorem ipsum is mailed as it stands"),
        ("TODO: write it", "TODO is mailed as it stands"),
        ("Hi {{First Name, how are you", "{{First Name, how are is never closed with }}"),
        ("{spin}a|b", "{spin} and {endspin} do not come in pairs"),
        ("{endspin}a|b{spin}", "{spin} and {endspin} do not come in pairs"),
        ("Hi {{Frist Name|'x'}}", "{{Frist Name}} is no field of this account; did you mean {{First Name}}?"),
        ("{a|b}", "{a|b} is sent as it stands; spintax is written {spin}one|two{endspin}"),
        ("<p> </p>", "the text is empty"),
    ],
)
def test_what_would_be_mailed_as_it_stands_blocks(content: str, what: str) -> None:
    assert [(it.level, it.where, it.what) for it in found(content)] == [("blocks", "step 1 A", what)]


def test_the_first_email_needs_a_subject_and_a_later_one_does_not() -> None:
    assert [it.what for it in found("Hi", "")] == ["the first email has no subject"]
    assert found("Hi", "", opens_thread=False) == []


@pytest.mark.parametrize(
    ("content", "subject", "what"),
    [
        ("Hi {{First Name}}", "Hi", "no fallback for First Name"),
        ("Hi {{First Name}} {{Company}}, {{Hook}}", "Hi", "no fallback for First Name, Company"),
        (
            "{{Why Now}}",
            "Hi",
            "no fallback for Why Now (unless the field itself has one, which the API does not tell)",
        ),
        ("word " * (MOST_WORDS + 1), "Hi", "201 words, 200 at most are advised"),
        ("Hi", "x" * 61, "subject of 61 characters, 60 at most are advised"),
        ("Act now, it is 100% free!!", "Hi", "reads like spam: act now, 100% free, !!"),
        ("Hi", "READ THIS TODAY", "reads like spam: a subject in capitals"),
        (
            " ".join(f'<a href="https://acme.example/{place}">x</a>' for place in range(MOST_LINKS + 1)),
            "Hi",
            "3 links, 2 at most are advised",
        ),
    ],
)
def test_what_a_careful_person_would_change_is_told_with_its_threshold(content: str, subject: str, what: str) -> None:
    assert [(it.level, it.what) for it in found(content, subject)] == [("change", what)]


def test_notes_of_tasks_and_linkedin_texts_are_looked_at_too() -> None:
    message = copy_findings("step 2 A", Channel.LINKEDIN_MESSAGE, {"message": ""}, FIELDS)
    note = copy_findings("step 3 A", Channel.CALL_OTHER, {}, FIELDS, note="Ask [Your Name]")
    assert [it.what for it in (*message, *note)] == ["the text is empty", "[Your Name] is mailed as it stands"]


def test_the_same_thing_in_many_places_is_told_once_and_what_blocks_comes_first() -> None:
    places = [
        it
        for number in range(300)
        for it in copy_findings(
            f"step {number} A", Channel.EMAIL, {"subject": "s", "content": "{{First Name}} [Your Name]"}, FIELDS
        )
    ]
    first, second = together(places)
    assert (first.level, second.level) == ("blocks", "change")
    assert first.where.startswith("step 0 A, step 1 A,")
    assert first.where.endswith("and 294 more")


PARTS = [*"{}[]<>%|*'\"aN \n\u200b\u202e&;!$", "spin", "{{First Name", "href=", "https://", "[Your Name"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=80).map("".join))
def test_no_text_stops_the_check_and_what_is_told_is_one_line(text: str) -> None:
    for it in found(text, text[:50]):
        assert "\n" not in it.sentence()
        assert len(it.sentence()) < 1000


@pytest.mark.parametrize("part", ["{", "[a ", "<name", "{{", "%A", "{spin}", "https://", 'href="', "a|", "*|A"])
def test_a_text_of_a_megabyte_is_looked_at_in_no_more_time_than_its_beginning(part: str) -> None:
    assert found(part * (1_000_000 // len(part))) is not None
