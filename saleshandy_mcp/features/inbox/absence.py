"""Reads when somebody is back, from the automatic reply of somebody who is away, and what to do then. Pure.

Seven languages; a date with only digits and slashes counts where day and month cannot be taken for each other.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from saleshandy_mcp.core.view import NextCall

_AWAY = re.compile(
    r"out of (?:the )?office|away from|on (?:\w+ )?(?:leave|vacation|holidays?)\b|auto(?:matic)?[- ]?reply"
    r"|office is closed|nicht im (?:buro|haus)|abwesen|im urlaub|automatische antwort|elternzeit"
    r"|absente?\b|en (?:conge|vacances)|reponse automatique|fuera de la oficina|de vacaciones|respuesta automatica"
    r"|fuori (?:sede|ufficio)|in ferie|afwezig|met vakantie|automatisch antwoord|fora do escritorio|de ferias"
)
_UNTIL = re.compile(
    r"\b(?:until|till?|through|back|return\w*|to|bis|zuruck|wieder|ab dem|jusqu\w*|au|retour|hasta|vuelta|regres\w*|al?"
    r"|fino|rientr\w*|tot|terug|ate|volt\w*)\b[^.!?\n\d]{0,30}?$"
)
"""Words before a day that make it the one of the return, or the last of some days."""
_MONTHS = (
    "jan(?:uary|uar|uari|vier|eiro|v)?|ene(?:ro)?|gen(?:naio)?",
    "feb(?:ruary|ruar|ruari|rero|braio)?|fev(?:rier|ereiro|r)?",
    "mar(?:ch|zo|s|co)?|marz|maart|mrz|mrt",
    "apr(?:il|ile)?|avr(?:il)?|abr(?:il)?",
    "may|mai|mayo|maggio|mag|mei|maio",
    "june?|jun[io]|juin|giu(?:gno)?|junho|juni",
    "jul(?:y|i|io|ho)?|juillet|juil|lug(?:lio)?",
    "aug(?:ust|ustus)?|aout|ago(?:sto)?",
    "sep(?:t|tember|tembre|tiembre)?|settembre|set(?:embro)?",
    "oct(?:ober|obre|ubre)?|okt(?:ober)?|ott(?:obre)?|out(?:ubro)?",
    "nov(?:ember|embre|iembre|embro)?",
    "dec(?:ember|embre)?|dez(?:ember|embro)?|dic(?:iembre|embre)?",
)
_WEEKDAYS = (
    "monday|montag|lundi|lunes|lunedi|maandag|segunda",
    "tuesday|dienstag|mardi|martes|martedi|dinsdag|terca",
    "wednesday|mittwoch|mercredi|miercoles|mercoledi|woensdag|quarta",
    "thursday|donnerstag|jeudi|jueves|giovedi|donderdag|quinta",
    "friday|freitag|vendredi|viernes|venerdi|vrijdag|sexta",
    "saturday|samstag|samedi|sabado|sabato|zaterdag",
    "sunday|sonntag|dimanche|domingo|domenica|zondag",
)
_MONTH, _WEEKDAY = "|".join(_MONTHS), "|".join(_WEEKDAYS)
_YEAR = r"(?:,?\s*(?:de\s+)?(?P<year>20\d\d))?"
_DATES = re.compile(
    r"\b(?P<iso>20\d\d-\d\d-\d\d)\b"
    r"|\b(?P<d1>\d{1,2})(?P<between>[./])(?P<d2>\d{1,2})(?:(?P=between)(?P<y>20\d\d|\d\d)?)?(?!\d)"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o|\.)?\s+(?:of\s+|de\s+)?(?P<name>{_MONTH})\b\.?{_YEAR}"
    rf"|\b(?P<name2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:){_YEAR.replace('year', 'year2')}"
    rf"|\b(?P<month>{_MONTH})\b|\b(?P<weekday>{_WEEKDAY})\b"
)
_LONGEST = timedelta(days=366)
_READ, _NEAR = 2000, 60
"""Characters of a mail that are read, and before a day: absences are told briefly."""


def is_away(text: str) -> bool:
    """Whether a mail says that its sender is away."""
    return _AWAY.search(_plain(text)) is not None


def back_on(text: str, sent: date) -> date | None:
    """The last day that is named as the end of an absence.

    Args:
        text: of a mail, without what it quotes.
        sent: its day; the return lies after it, and within a year.

    Returns:
        The day; None where the mail is no word of absence, or names no such day that is certain.
    """
    plain = _plain(text)
    if not _AWAY.search(plain):
        return None
    days = [
        day
        for found in _DATES.finditer(plain)
        if _UNTIL.search(plain[max(found.start() - _NEAR, 0) : found.start()])
        and (day := _day(found, sent))
        and sent < day <= sent + _LONGEST
    ]
    return max(days, default=None)


def pause_until(address: str, back: str) -> NextCall:
    """The call that pauses somebody in all their sequences until they are back; without a day it is to be filled in."""
    return NextCall.of("update_prospects", prospects=[address], status="paused", until=back or "…")


def _plain(text: str) -> str:
    """In lower case and without accents."""
    spread = unicodedata.normalize("NFKD", text[:_READ].casefold())
    return "".join(it for it in spread if not unicodedata.combining(it))


def _day(found: re.Match[str], sent: date) -> date | None:
    try:
        return next(_readings(found, sent), None)
    except ValueError:
        return None  # the 31st of June


def _readings(found: re.Match[str], sent: date) -> Iterator[date]:
    part = found.groupdict()
    if part["iso"]:
        yield date.fromisoformat(part["iso"])
    elif part["d1"]:
        first, second = int(part["d1"]), int(part["d2"])
        by_day = part["between"] == "." or first > 12
        if by_day or second > 12:
            day, month = (first, second) if by_day else (second, first)
            yield _next(sent, month, day, part["y"])
    elif part["weekday"]:
        yield sent + timedelta(days=(_place(part["weekday"], _WEEKDAYS) - sent.weekday() - 1) % 7 + 1)
    elif part["month"]:
        if len(part["month"]) > 3:  # "mar" and "may" alone are other words as well
            yield _next(sent, _place(part["month"], _MONTHS) + 1, 1, None)
    else:
        month = _place(part["name"] or part["name2"], _MONTHS) + 1
        yield _next(sent, month, int(part["day"] or part["day2"]), part["year"] or part["year2"])


def _place(word: str, names: tuple[str, ...]) -> int:
    return next(place for place, pattern in enumerate(names) if re.fullmatch(pattern, word))


def _next(sent: date, month: int, day: int, year: str | None) -> date:
    """That day in its year; without one, the next such day."""
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = date(sent.year, month, day)
    return this if this > sent else date(sent.year + 1, month, day)
