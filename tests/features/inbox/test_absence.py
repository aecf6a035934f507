"""When somebody is back: read from automatic replies, and never from anything else."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.features.inbox.absence import back_on, is_away

SENT = date(2026, 11, 13)  # a Friday


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("I am out of the office until Monday, 23 November, and will read it then.", "2026-11-23"),
        ("Ich bin bis zum 20. November nicht im Büro. Ihre Nachricht wird nicht weitergeleitet.", "2026-11-20"),
        ("AUTO-REPLY: on parental leave until March. Søren covers for me.", "2027-03-01"),
        ("Our office is closed for stocktaking until Wednesday.", "2026-11-18"),
        ("Out of office from Nov 16 to Nov 27th. I am back on December 1st, 2026.", "2026-12-01"),
        ("On vacation 16/11/2026 - back 30/11/2026", "2026-11-30"),
        ("Ich bin vom 16.11. bis 27.11.2026 im Urlaub.", "2026-11-27"),
        ("Je suis absent jusqu'au 2 décembre.", "2026-12-02"),
        ("Estoy de vacaciones hasta el 7 de enero de 2027.", "2027-01-07"),
        ("Sono in ferie fino al 9 gennaio", "2027-01-09"),
        ("Ik ben afwezig tot 24 november", "2026-11-24"),
        ("Estou de férias até 4 de dezembro", "2026-12-04"),
        ("I'm on annual leave, returning 2026-12-07.", "2026-12-07"),
        ("Automatic reply: back on Fri 20 Nov", "2026-11-20"),
    ],
)
def test_the_day_of_the_return_is_read(text: str, back: str) -> None:
    assert is_away(text)
    assert back_on(text, SENT) == date.fromisoformat(back)


@pytest.mark.parametrize(
    "text",
    [
        "Let us talk again in March, I am back then.",
        "I am out of the office.",
        "I am out of the office until 04/05.",
        "Out of office since 2 November, call me on +49 30 2026 11 20.",
        "I am out of the office until 31 June.",
        "I am on leave until 2029-01-01.",
        "Out of office. Founded 12 March 1999.",
    ],
)
def test_a_day_that_is_not_certain_is_none(text: str) -> None:
    assert back_on(text, SENT) is None


@given(st.text(max_size=300), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_gives_a_day_after_it_was_sent_or_none(text: str, sent: date) -> None:
    back = back_on(f"Out of office until {text}", sent)
    assert back is None or sent < back
