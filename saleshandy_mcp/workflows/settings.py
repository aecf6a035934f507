"""Sequence settings in words instead of codes 1 to 13. Pure."""

from pydantic import TypeAdapter

from saleshandy_mcp.api.sequences import Setting

_FLAGS = {
    3: ("stops on reply", "goes on after a reply"),
    4: ("tracks clicks", None),
    5: ("tracks opens", None),
    6: ("mails risky addresses", None),
    11: ("matches sender and recipient provider", None),
    13: ("List-Unsubscribe header", None),
}
_PLAIN = {"1": "styling removed", "2": "plain text only"}
_STRINGS = TypeAdapter(list[str])
_LISTS = {7: "bcc", 8: "cc"}


def in_words(settings: list[Setting]) -> list[str]:
    """What is set, a phrase each; what is off is left out, but for what a person would want to know."""
    by_code = {setting.code: setting.value or "" for setting in settings}
    words: list[str] = []
    for code, (on, off) in _FLAGS.items():
        phrase = on if by_code.get(code) == "1" else off
        if code in by_code and phrase:
            words.append(phrase)
    if by_code.get(9) in _PLAIN:
        words.append(_PLAIN[by_code[9]])
    words += [
        f"{name} {', '.join(_addresses(by_code[code]))}"
        for code, name in _LISTS.items()
        if _addresses(by_code.get(code, ""))
    ]
    if {1, 2} & by_code.keys():
        words.append(_unsubscribe(by_code))
    return words


def can_unsubscribe(settings: list[Setting]) -> bool:
    """Whether a recipient is offered a way out: a link, a text or the header."""
    by_code = {setting.code: setting.value or "" for setting in settings}
    return bool(by_code.get(1) or by_code.get(2) or by_code.get(13) == "1")


def _unsubscribe(by_code: dict[int, str]) -> str:
    if by_code.get(1):
        return "unsubscribe link"
    return "unsubscribe text" if by_code.get(2) else "no unsubscribe link or text"


def _addresses(value: str) -> list[str]:
    try:
        return _STRINGS.validate_json(value or "[]")
    except ValueError:
        return [value]
