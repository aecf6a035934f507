"""The settings of a sequence by name: the API has them by the codes 1 to 13. Pure."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from saleshandy_mcp.api.resources import sequences
from saleshandy_mcp.api.resources.sequence_values import Setting
from saleshandy_mcp.core.errors import Mistake

FlagName = Literal[
    "stop_on_reply",
    "track_clicks",
    "track_opens",
    "mail_risky",
    "match_providers",
    "unsubscribe_header",
    "strip_styling",
    "plain_text",
    "first_mail_plain",
]

Values = Mapping[int, str]
"""Settings by code. A value is always text, as the API has it."""


class Flag(NamedTuple):
    """A setting that is on or off.

    Attributes:
        name: as it is written in arguments.
        code: its code in the API.
        on: the value that means on; "0" means off.
        phrase: describes it when it is on.
        phrase_off: describes it when it is off; empty where off needs no mention.
    """

    name: FlagName
    code: int
    on: str = "1"
    phrase: str = ""
    phrase_off: str = ""


STOP_ON_REPLY, MAIL_RISKY = 3, 6
FLAGS = (
    Flag("stop_on_reply", STOP_ON_REPLY, phrase="stops on reply", phrase_off="goes on after a reply"),
    Flag("track_clicks", 4, phrase="tracks clicks"),
    Flag("track_opens", 5, phrase="tracks opens"),
    Flag("mail_risky", MAIL_RISKY, phrase="mails risky addresses"),
    Flag("match_providers", 11, phrase="matches sender and recipient provider"),
    Flag("unsubscribe_header", 13, phrase="List-Unsubscribe header"),
    Flag("strip_styling", 9, phrase="styling removed"),
    Flag("plain_text", 9, on="2", phrase="plain text only"),
    Flag("first_mail_plain", 12),
)
"""All settings but 10, which decides whether the web app offers text only."""

COPIES = {"bcc": 7, "cc": 8}
"""Codes of the settings that send a copy of each mail to somebody."""
LINK, TEXT = 1, 2
"""Codes of the two ways to unsubscribe; one of them is empty."""

PRIORITIES = {"follow_ups": 1, "new": 2, "balanced": 3, "mostly_new": 4}
"""Who is mailed first when a day is too short for everybody, with the API's number for it."""

_STRINGS = TypeAdapter(list[str])
_DEFAULT_LINK = '<a href="{{link}}">Unsubscribe</a>'
"""Assumes that {{link}} stands for an address, so that it can be the target of a link."""


def by_code(settings: Iterable[Setting]) -> dict[int, str]:
    return {setting.code: setting.value or "" for setting in settings}


def in_words(settings: list[Setting]) -> list[str]:
    """The settings that are on, a phrase each. Of those that are off, only stop on reply and unsubscribing are told."""
    values = by_code(settings)
    words = [flag.phrase if _is_on(flag, values) else flag.phrase_off for flag in FLAGS if flag.code in values]
    words += [f"{name} {', '.join(copies)}" for name, code in COPIES.items() if (copies := addresses(values, code))]
    if {LINK, TEXT} & values.keys():
        words.append(_unsubscribe_phrase(values))
    return [word for word in words if word]


def can_unsubscribe(settings: list[Setting]) -> bool:
    """Whether recipients can unsubscribe: by a link, a text or the header."""
    values = by_code(settings)
    return bool(values.get(LINK) or values.get(TEXT) or values.get(13) == "1")


def goes_on_after_reply(settings: list[Setting]) -> bool:
    """Whether people who have replied still get the next mails; False where the API does not say."""
    return by_code(settings).get(STOP_ON_REPLY, "1") != "1"


def addresses(values: Values, code: int) -> list[str]:
    """The addresses that get copies by the setting with this code."""
    return sequences.addresses(values.get(code))


def switched(stored: Values, on: Collection[str], off: Collection[str]) -> dict[int, str]:
    """The values that turn flags on and off.

    Raises:
        Mistake: when a flag is in both, or two that share a setting are both to be on.
    """
    if both := [flag.name for flag in FLAGS if flag.name in on and flag.name in off]:
        raise Mistake(f"on, off: {', '.join(both)} is in both", "Name each once.")
    # strip_styling and plain_text share setting 9: turning one off does not touch the other.
    values = {flag.code: "0" for flag in FLAGS if flag.name in off and stored.get(flag.code) in (flag.on, None)}
    for flag in FLAGS:
        if flag.name in on:
            if values.get(flag.code, "0") not in ("0", flag.on):
                raise Mistake("on: strip_styling and plain_text exclude each other", "Turn one of them on.")
            values[flag.code] = flag.on
    return values


def unsubscribe_values(stored: Values, wanted: str) -> dict[int, str]:
    """The values for a way to unsubscribe.

    Args:
        stored: the values now.
        wanted: ``link``, ``none``, or a text; a text with {{link}} in it is a link.

    Raises:
        Mistake: when it is one word that is neither.
    """
    words = wanted.strip()
    if words.casefold() == "none":
        return {LINK: "", TEXT: ""}
    if words.casefold() == "link":
        return {LINK: stored.get(LINK) or _DEFAULT_LINK, TEXT: ""}
    if "{{link}}" in words:
        return {LINK: words, TEXT: ""}
    if len(words.split()) < 2:
        raise Mistake(
            f'unsubscribe: "{wanted}" is nothing that a recipient could follow',
            'Give "link", "none", or a sentence such as "Reply no and I will not write again."',
        )
    return {LINK: "", TEXT: words}


def copy_values(copies: Mapping[str, list[str]]) -> dict[int, str]:
    """The values for the addresses that get copies, by ``cc`` and ``bcc``."""
    return {COPIES[name]: json.dumps(given) for name, given in copies.items()}


def copies_of(settings: list[Setting]) -> list[str]:
    """Who gets a copy of each mail: "cc: a@b.example"."""
    values = by_code(settings)
    return [f"{name}: {address}" for name, code in COPIES.items() for address in addresses(values, code)]


def new_recipients(stored: Values, changed: Values) -> list[str]:
    """The addresses that would get copies, by cc or bcc, and get none now."""
    now = {address for code in COPIES.values() for address in addresses(stored, code)}
    return sorted({address for code in COPIES.values() for address in addresses(changed, code)} - now)


def priority(number: int) -> str:
    """The name of a priority."""
    return next((word for word, known in PRIORITIES.items() if known == number), f"priority {number}")


def refuse_conflicts(stored: Values, changed: Values) -> None:
    """Refuse a change after which settings contradict each other. The rules are from the vendor's documentation.

    Raises:
        Mistake: naming what to change in the same call.
    """
    after = {**stored, **changed}
    for what, code, value, needs in _NEEDS:
        wrong = {other: needed for other, needed in needs.items() if (after.get(other) or needed) != needed}
        if wrong and after.get(code) == value and changed.keys() & {code, *needs}:
            turned = {"on": _named(wrong, "1"), "off": _named(wrong, "0")}
            remedy = " and ".join(f"{word}={json.dumps(names)}" for word, names in turned.items() if names)
            raise Mistake(f"{what} goes only with {remedy}", "Give that in the same call.")


_NEEDS = (
    ("plain_text", 9, "2", {4: "0", 5: "0", 12: "0"}),
    ("a sequence with neither plain_text nor strip_styling", 9, "0", {12: "1"}),
)
"""In words and by code: with this value of a setting, other settings need these values."""


def _named(values: Values, value: str) -> list[str]:
    return [flag.name for flag in FLAGS if values.get(flag.code) == value]


class Change(NamedTuple):
    """One setting before and after a change, in words."""

    name: str
    before: str
    after: str


def differences(stored: Values, changed: Values) -> Iterator[Change]:
    """The settings that a change alters, in words."""
    after = {**stored, **changed}
    told = [(flag.name, _on_off(flag, stored), _on_off(flag, after)) for flag in FLAGS]
    told += [(name, _copies(stored, code), _copies(after, code)) for name, code in COPIES.items()]
    told.append(("unsubscribe", _unsubscribe(stored), _unsubscribe(after)))
    yield from (Change(*it) for it in told if it[1] != it[2])


def _is_on(flag: Flag, values: Values) -> bool:
    return values.get(flag.code) == flag.on


def _on_off(flag: Flag, values: Values) -> str:
    return "not told" if flag.code not in values else "on" if _is_on(flag, values) else "off"


def _copies(values: Values, code: int) -> str:
    if code not in values:
        return "not told"
    return ", ".join(addresses(values, code)) or "none"


def _unsubscribe_phrase(values: Values) -> str:
    if values.get(LINK):
        return "unsubscribe link"
    return "unsubscribe text" if values.get(TEXT) else "no unsubscribe link or text"


def _unsubscribe(values: Values) -> str:
    if not {LINK, TEXT} & values.keys():
        return "not told"
    if values.get(LINK):
        return f"link {values[LINK]}"
    return f"text {values[TEXT]}" if values.get(TEXT) else "none"
