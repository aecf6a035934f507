"""What each channel takes, how it travels, and what is said of what it does not take."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.api.types import Channel
from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.features.sequences.channels import (
    ChannelWord,
    VariantText,
    rules,
    texts,
    wire_variant,
    wire_variants,
)
from saleshandy_mcp.sandbox.http.contract import shape_complaints

SHAPES = {1: "EmailPayload", 2: "ConnectionRequestPayload", 3: "LinkedInMessagePayload", 4: "InMailPayload"}
TASKS = [channel for channel in Channel if channel not in SHAPES]
FULL = {
    Channel.EMAIL: VariantText(subject="Hi", content="<p>Text</p>", preheader="Psst", attachment_ids=["a"]),
    Channel.LINKEDIN_CONNECTION: VariantText(content="Note", task_note="Look first"),
    Channel.LINKEDIN_MESSAGE: VariantText(content="Text", task_note="Look first"),
    Channel.LINKEDIN_INMAIL: VariantText(subject="Hi", content="Text", task_note="Look first"),
    **dict.fromkeys(TASKS, VariantText(task_note="Do it")),
}
NOTE = {"task_note": "Look first"}


def refused(channel: Channel, text: VariantText, *, opens_thread: bool = True) -> str:
    with pytest.raises(Mistake) as refusal:
        wire_variants(channel, [VariantText(**FULL[channel].model_dump()), text][1:], opens_thread=opens_thread)
    return refusal.value.wrong


def test_the_words_are_those_of_the_channels() -> None:
    assert list(get_args(ChannelWord)) == [channel.word for channel in Channel]
    assert len(Channel) == 15


@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
def test_all_that_a_channel_takes_travels_as_the_contract_has_it(channel: Channel) -> None:
    wire = wire_variant(channel, FULL[channel], "", opens_thread=True)
    assert shape_complaints(SHAPES.get(channel, "EmptyPayload"), wire.payload, ()) == []
    assert wire.task_note == FULL[channel].task_note
    assert wire.attachment_ids == FULL[channel].attachment_ids


@pytest.mark.parametrize(
    ("channel", "payload"),
    [
        (Channel.EMAIL, {"subject": "Hi", "content": "<p>Text</p>", "preheader": "Psst"}),
        (Channel.LINKEDIN_CONNECTION, {"connectionNote": "Note"}),
        (Channel.LINKEDIN_MESSAGE, {"message": "Text"}),
        (Channel.LINKEDIN_INMAIL, {"subject": "Hi", "message": "Text"}),
        *((channel, {}) for channel in TASKS),
    ],
)
def test_texts_travel_under_the_key_of_their_channel_and_find_back(channel: Channel, payload: dict[str, Any]) -> None:
    assert wire_variant(channel, FULL[channel], "", opens_thread=True).payload == payload
    assert texts(channel, payload) == (FULL[channel].subject, FULL[channel].content or "")


@pytest.mark.parametrize(
    ("name", "value", "allowed", "where"),
    [
        ("subject", "Hi", {1, 4}, "it is for email and linkedin_inmail"),
        ("content", "Text", {1, 2, 3, 4}, "put it into task_note"),
        ("preheader", "Psst", {1}, "it is for email"),
        ("attachment_ids", ["a"], {1}, "it is for email"),
        ("task_note", "Do it", set(Channel) - {1}, "it is for tasks, calls, LinkedIn and WhatsApp"),
    ],
)
@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
def test_what_a_channel_does_not_take_is_refused_by_name_and_place(
    channel: Channel, name: str, value: Any, allowed: set[int], where: str
) -> None:
    text = FULL[channel].model_copy(update={name: value})
    if channel in allowed:
        wire_variants(channel, [text], opens_thread=True)
    else:
        said = refused(channel, text)
        assert said.startswith(f"variants[0].{name} is not allowed on {channel.word}: ")
        assert said.endswith(where)


@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
def test_an_empty_text_where_none_is_allowed_is_as_none(channel: Channel) -> None:
    empty = dict.fromkeys(("subject", "content", "preheader", "task_note"), "")
    given = {name: value for name, value in FULL[channel].model_dump().items() if value}
    wire = wire_variant(channel, VariantText.model_validate({**empty, **given}), "", opens_thread=True)
    assert shape_complaints(SHAPES.get(channel, "EmptyPayload"), wire.payload, ()) == []
    assert wire.payload == wire_variant(channel, FULL[channel], "", opens_thread=True).payload


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.LINKEDIN_MESSAGE, Channel.LINKEDIN_INMAIL])
@pytest.mark.parametrize("blank", [None, "", " \n"])
def test_a_message_needs_a_text(channel: Channel, blank: str | None) -> None:
    text = FULL[channel].model_copy(update={"content": blank})
    assert refused(channel, text) == f"variants[0].content: {channel.word} needs a text"


def test_a_connection_needs_no_note_and_a_task_no_text_at_all() -> None:
    assert wire_variant(Channel.LINKEDIN_CONNECTION, VariantText(), "", opens_thread=True).payload == {
        "connectionNote": ""
    }
    assert wire_variant(Channel.LINKEDIN_VIEW_PROFILE, VariantText(), "", opens_thread=True).payload == {}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_the_first_email_needs_a_subject_and_a_later_one_does_not(blank: str | None) -> None:
    text = VariantText(subject=blank, content="Text")
    assert refused(Channel.EMAIL, text) == "variants[0].subject: the first email of a sequence needs one"
    assert wire_variant(Channel.EMAIL, text, "", opens_thread=False).payload["subject"] == (blank or "")


LIMITS = [
    (Channel.EMAIL, "subject", 998),
    (Channel.LINKEDIN_CONNECTION, "content", 300),
    (Channel.LINKEDIN_MESSAGE, "content", 8000),
    (Channel.LINKEDIN_INMAIL, "content", 1900),
    (Channel.LINKEDIN_INMAIL, "subject", 200),
    *((channel, "task_note", 3000) for channel in Channel if channel is not Channel.EMAIL),
]


@given(st.sampled_from(LIMITS), st.integers(-3, 3) | st.integers(-199, 5000))
def test_a_text_may_be_as_long_as_its_channel_allows_and_no_longer(limit: tuple[Channel, str, int], more: int) -> None:
    channel, name, longest = limit
    text = FULL[channel].model_copy(update={name: "x" * (longest + more)})
    if more <= 0:
        wire_variants(channel, [text], opens_thread=True)
    else:
        assert refused(channel, text) == (
            f"variants[0].{name}: {longest + more} characters, at most {longest} are allowed"
        )


@pytest.mark.parametrize("channel", Channel, ids=lambda it: it.word)
def test_an_email_takes_26_variants_and_any_other_channel_one(channel: Channel) -> None:
    most = 26 if channel is Channel.EMAIL else 1
    assert rules(channel).most_variants == most
    assert len(wire_variants(channel, [FULL[channel]] * most, opens_thread=True)) == most
    with pytest.raises(Mistake, match=f"variants: {channel.word} takes .* got {most + 1}"):
        wire_variants(channel, [FULL[channel]] * (most + 1), opens_thread=True)


def test_a_mistake_names_the_place_of_its_variant() -> None:
    with pytest.raises(Mistake, match=r"variants\[1\]\.task_note is not allowed on email"):
        wire_variants(
            Channel.EMAIL,
            [FULL[Channel.EMAIL], VariantText(subject="Hi", content="x", task_note="no")],
            opens_thread=True,
        )


def test_a_plain_body_becomes_html_on_email_alone() -> None:
    text = VariantText(subject="Hi", content="one\ntwo")
    assert wire_variant(Channel.EMAIL, text, "", opens_thread=True).payload["content"] == "<p>one<br>two</p>"
    assert wire_variant(Channel.LINKEDIN_INMAIL, text, "", opens_thread=True).payload["message"] == "one\ntwo"
