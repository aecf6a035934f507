"""Sequence settings in words instead of codes 1 to 13. Pure."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from saleshandy_mcp.api.resources.sequences import Setting
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
"""Settings by code, as the API has them: always text."""


class Flag(NamedTuple):
    """Something that is on or off.

    Attributes:
        name: what people and models call it.
        code: the setting it is.
        on: the value that means on; "0" means off.
        phrase: what is said of it when it is on.
        phrase_off: the same when it is off; nothing where nobody would miss it.
    """

    name: FlagName
    code: int
    on: str = "1"
    phrase: str = ""
    phrase_off: str = ""


FLAGS = (
    Flag("stop_on_reply", 3, phrase="stops on reply", phrase_off="goes on after a reply"),
    Flag("track_clicks", 4, phrase="tracks clicks"),
    Flag("track_opens", 5, phrase="tracks opens"),
    Flag("mail_risky", 6, phrase="mails risky addresses"),
    Flag("match_providers", 11, phrase="matches sender and recipient provider"),
    Flag("unsubscribe_header", 13, phrase="List-Unsubscribe header"),
    Flag("strip_styling", 9, phrase="styling removed"),
    Flag("plain_text", 9, on="2", phrase="plain text only"),
    Flag("first_mail_plain", 12),
)
"""Setting 10, whether the web app offers text-only at all, is left to the web app."""

COPIES = {"bcc": 7, "cc": 8}
LINK, TEXT = 1, 2

PRIORITIES = {"follow_ups": 1, "new": 2, "balanced": 3, "mostly_new": 4}
"""Who is mailed first when a day has not room for all."""

_STRINGS = TypeAdapter(list[str])
_DEFAULT_LINK = '<a href="{{link}}">Unsubscribe</a>'
"""That {{link}} stands for an address, so that it can be the target of a link, is assumed."""


def by_code(settings: Iterable[Setting]) -> dict[int, str]:
    return {setting.code: setting.value or "" for setting in settings}


def in_words(settings: list[Setting]) -> list[str]:
    """What is set, a phrase each; what is off is left out, but for what a person would want to know."""
    values = by_code(settings)
    words = [flag.phrase if _is_on(flag, values) else flag.phrase_off for flag in FLAGS if flag.code in values]
    words += [f"{name} {', '.join(copies)}" for name, code in COPIES.items() if (copies := addresses(values, code))]
    if {LINK, TEXT} & values.keys():
        words.append(_way_out(values))
    return [word for word in words if word]


def can_unsubscribe(settings: list[Setting]) -> bool:
    """Whether a recipient is offered a way out: a link, a text or the header."""
    values = by_code(settings)
    return bool(values.get(LINK) or values.get(TEXT) or values.get(13) == "1")


def addresses(values: Values, code: int) -> list[str]:
    value = values.get(code, "")
    try:
        return _STRINGS.validate_json(value or "[]")
    except ValueError:
        return [value]


def switched(stored: Values, on: Collection[str], off: Collection[str]) -> dict[int, str]:
    """The values that turn flags on and off.

    Raises:
        Mistake: when a flag is to be both, or two that are one setting are to be on.
    """
    if both := [flag.name for flag in FLAGS if flag.name in on and flag.name in off]:
        raise Mistake(f"on, off: {', '.join(both)} is in both", "Name each once.")
    # Off is no value of its own where a setting has two ways of being on: what is on otherwise stays.
    values = {flag.code: "0" for flag in FLAGS if flag.name in off and stored.get(flag.code) in (flag.on, None)}
    for flag in FLAGS:
        if flag.name in on:
            if values.get(flag.code, "0") not in ("0", flag.on):
                raise Mistake("on: strip_styling and plain_text exclude each other", "Turn one of them on.")
            values[flag.code] = flag.on
    return values


def unsubscribing(stored: Values, wish: str) -> dict[int, str]:
    """The values for a way to unsubscribe: ``link``, ``none``, or own words, with {{link}} in them or without.

    Raises:
        Mistake: when it is nothing that a recipient could follow.
    """
    words = wish.strip()
    if words.casefold() == "none":
        return {LINK: "", TEXT: ""}
    if words.casefold() == "link":
        return {LINK: stored.get(LINK) or _DEFAULT_LINK, TEXT: ""}
    if "{{link}}" in words:
        return {LINK: words, TEXT: ""}
    if len(words.split()) < 2:
        raise Mistake(
            f'unsubscribe: "{wish}" is nothing that a recipient could follow',
            'Give "link", "none", or a sentence such as "Reply no and I will not write again."',
        )
    return {LINK: "", TEXT: words}


def copying(copies: Mapping[str, list[str]]) -> dict[int, str]:
    """The values for copies, by ``cc`` and ``bcc``."""
    return {COPIES[name]: json.dumps(given) for name, given in copies.items()}


def copies_of(settings: list[Setting]) -> list[str]:
    """Who gets a copy of each mail: "cc: a@b.example"."""
    values = by_code(settings)
    return [f"{name}: {address}" for name, code in COPIES.items() for address in addresses(values, code)]


def new_recipients(stored: Values, changed: Values) -> list[str]:
    """Who would get copies that gets none now, in whatever way."""
    now = {address for code in COPIES.values() for address in addresses(stored, code)}
    return sorted({address for code in COPIES.values() for address in addresses(changed, code)} - now)


def priority(number: int) -> str:
    return next((word for word, known in PRIORITIES.items() if known == number), f"priority {number}")


def refuse_conflicts(stored: Values, changed: Values) -> None:
    """Refuse a change after which settings would contradict each other, by what is documented of them.

    Raises:
        Mistake: naming what has to be changed in the same call.
    """
    after = {**stored, **changed}
    for code, value, needs in _NEEDS:
        wrong = {other: needed for other, needed in needs.items() if (after.get(other) or needed) != needed}
        if wrong and after.get(code) == value and changed.keys() & {code, *needs}:
            remedy = " and ".join(
                f"{word}={[flag.name for flag in FLAGS if wrong.get(flag.code) == value]}".replace("'", '"')
                for word, value in (("on", "1"), ("off", "0"))
                if value in wrong.values()
            )
            raise Mistake(f"{_CONFLICT[value]} goes only with {remedy}", "Give that in the same call.")


_NEEDS = ((9, "2", {4: "0", 5: "0", 12: "0"}), (9, "0", {12: "1"}))
_CONFLICT = {"2": "plain_text", "0": "a sequence with neither plain_text nor strip_styling"}


class Change(NamedTuple):
    name: str
    before: str
    after: str


def differences(stored: Values, changed: Values) -> Iterator[Change]:
    """What a change alters, by name and in words; what would stay as it is is left out."""
    after = {**stored, **changed}
    told = [(flag.name, _on_off(flag, stored), _on_off(flag, after)) for flag in FLAGS]
    told += [(name, _copies(stored, code), _copies(after, code)) for name, code in COPIES.items()]
    told.append(("unsubscribe", _way_out_in_full(stored), _way_out_in_full(after)))
    yield from (Change(*it) for it in told if it[1] != it[2])


def _is_on(flag: Flag, values: Values) -> bool:
    return values.get(flag.code) == flag.on


def _on_off(flag: Flag, values: Values) -> str:
    return "not told" if flag.code not in values else "on" if _is_on(flag, values) else "off"


def _copies(values: Values, code: int) -> str:
    if code not in values:
        return "not told"
    return ", ".join(addresses(values, code)) or "none"


def _way_out(values: Values) -> str:
    if values.get(LINK):
        return "unsubscribe link"
    return "unsubscribe text" if values.get(TEXT) else "no unsubscribe link or text"


def _way_out_in_full(values: Values) -> str:
    if not {LINK, TEXT} & values.keys():
        return "not told"
    if values.get(LINK):
        return f"link {values[LINK]}"
    return f"text {values[TEXT]}" if values.get(TEXT) else "none"
