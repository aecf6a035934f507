"""Settings in words."""

import pytest

from saleshandy_mcp.api.sequences import Setting
from saleshandy_mcp.workflows.settings import can_unsubscribe, in_words


def of(**codes: str) -> list[Setting]:
    return [Setting(code=int(code.removeprefix("c")), value=value) for code, value in codes.items()]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (of(), []),
        (of(c3="1"), ["stops on reply"]),
        (of(c3="0"), ["goes on after a reply"]),
        (of(c4="1", c5="1", c6="1", c11="1", c13="1"), None),
        (of(c4="0", c5="0", c6="0", c11="0", c13="0"), []),
        (of(c9="0"), []),
        (of(c9="1"), ["styling removed"]),
        (of(c9="2"), ["plain text only"]),
        (of(c1='<a href="{{link}}">bye</a>', c2=""), ["unsubscribe link"]),
        (of(c1="", c2="Tell me to stop"), ["unsubscribe text"]),
        (of(c1="", c2=""), ["no unsubscribe link or text"]),
        (of(c7="[]", c8=""), []),
        (of(c7='["a@x.example.com","b@x.example.com"]'), ["bcc a@x.example.com, b@x.example.com"]),
        (of(c8="a@x.example.com"), ["cc a@x.example.com"]),
        (of(c14="1"), []),
    ],
)
def test_a_setting_is_a_phrase(settings: list[Setting], words: list[str] | None) -> None:
    everything = [
        "tracks clicks",
        "tracks opens",
        "mails risky addresses",
        "matches sender and recipient provider",
        "List-Unsubscribe header",
    ]
    assert in_words(settings) == (everything if words is None else words)


def test_a_setting_without_a_value_is_off() -> None:
    assert in_words([Setting(code=3, value=None), Setting(code=5, value=None)]) == ["goes on after a reply"]


@pytest.mark.parametrize(
    ("settings", "can"),
    [
        (of(), False),
        (of(c1="", c2="", c13="0"), False),
        (of(c1="{{link}}"), True),
        (of(c2="stop"), True),
        (of(c13="1"), True),
    ],
)
def test_a_link_a_text_or_a_header_is_a_way_out(settings: list[Setting], *, can: bool) -> None:
    assert can_unsubscribe(settings) is can
