"""What a column's name and a cell together say, in eight languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.suppression.judges import Says, judges

OUT_FLAGS = [
    "Email Opt Out", "Unsubscribed from all email", "HasOptedOutOfEmail", "is_unsubscribed", "Do Not Contact",
    "doNotEmail",    "Bounced", "Has hard bounced", "Marked email as spam", "Archived", "Blocklisted", "Suppressed",
    "Invalid email address",    "Opted out of email: Newsletter",
     "Abgemeldet", "Werbesperre", "Désabonné", "Ne pas contacter", "Dado de baja",
    "No contactar", "Uitgeschreven", "Niet mailen", "Wypisany", "Nie kontaktować", "Descadastrado", "Não contatar",
    "Disiscritto", "Non contattare",
]  # fmt: skip
AGREED_FLAGS = [
    "Subscribed", "Opt-In", "Opted in", "Email consent", "Accepts Marketing", "Einwilligung", "Consentement",
    "Consentimiento", "Toestemming", "Zgoda", "Consentimento", "Consenso",
]  # fmt: skip
YES = ["true", "TRUE", "1", "yes", "Yes", "x", "ja", "oui", "sí", "si", "tak", "sim", "vero", "prawda", "☑", "✓"]
NO = ["false", "FALSE", "0", "no", "No", "n", "nein", "non", "nee", "nie", "não", "falso", "fałsz", "faux", "☐", "0.0"]
NOTHING = ["-", "n/a", "null", "None", "—", "never", "jamais"]
OUT_WORDS = [
    "Unsubscribed", "opted-out", "OPTED_OUT", "Do Not Contact", "bounced", "Hard bounce", "Spam complaint", "archived",
    "suppressed", "blacklisted", "cleaned", "abgemeldet", "désabonnée", "dado de baja", "uitgeschreven", "wypisana",
    "descadastrado", "disiscritto", "unzustellbar", "rebotado", "odbity", "devolvido", "respinto", "nicht kontaktieren",
]  # fmt: skip
GOOD_WORDS = [
    "Subscribed",
    "opted in",
    "active",
    "valid",
    "Verified",
    "deliverable",
    "aktiv",
    "abonné",
    "suscrito",
    "ok",
]
VERIFIERS = ["ZB Status", "Email Status", "result", "Verification Status", "Email Validity", "quality", "email_status"]


def says(column: str, value: str) -> Says:
    found = judges([column])
    return found[0].verdict(value).says if found else Says.NOTHING


def written(name: str) -> st.SearchStrategy[str]:
    """The name in the ways that people write it."""
    return st.sampled_from(
        [name, name.upper(), name.lower(), name.replace(" ", "_"), f" {name} ", name.replace(" ", "-")]
    )


OUT = st.sampled_from(OUT_FLAGS).flatmap(written)
AGREED = st.sampled_from(AGREED_FLAGS).flatmap(written)


@given(OUT, st.sampled_from([*YES, "2026-05-01 10:00:00", "12.05.2026", *OUT_WORDS]))
def test_a_yes_a_date_or_a_word_in_a_column_for_those_who_are_out_means_it(column: str, value: str) -> None:
    assert says(column, value) is Says.OUT


@given(OUT, st.sampled_from([*NO, *NOTHING, *GOOD_WORDS, "not yet", "nicht abgemeldet"]))
def test_a_no_nothing_or_a_good_word_there_says_nothing_against_the_person(column: str, value: str) -> None:
    assert says(column, value) is Says.NOTHING


@given(AGREED, st.sampled_from([*NO, *OUT_WORDS, "not subscribed"]))
def test_a_no_in_a_column_for_those_who_agreed_means_that_the_person_is_out(column: str, value: str) -> None:
    assert says(column, value) is Says.OUT


@given(AGREED, st.sampled_from([*YES, *NOTHING, *GOOD_WORDS, "2026-01-01"]))
def test_a_yes_or_nothing_there_keeps_the_person(column: str, value: str) -> None:
    assert says(column, value) is Says.NOTHING


@given(
    st.sampled_from(["Status", "Subscription status", "Statut", "Estado", "Stato", "Tags", "Label", "Notes"]),
    st.sampled_from(OUT_WORDS),
)
def test_a_status_word_is_enough_in_a_column_for_such_words(column: str, value: str) -> None:
    assert says(column, value) is Says.OUT


@given(
    st.sampled_from(["Status", "Lead Status", "Lifecycle stage", "Marketing status"]),
    st.sampled_from([*GOOD_WORDS, "New", "lost", "dead", "bad", "Customer", "Non-marketing contact", "yes", "no", "0"]),
)
def test_any_other_status_says_nothing_against_the_person(column: str, value: str) -> None:
    assert says(column, value) is Says.NOTHING


@given(
    st.sampled_from(VERIFIERS),
    st.sampled_from(["invalid", "undeliverable", "spamtrap", "abuse", "do_not_mail", "disposable", "bad", "Bounced"]),
)
def test_what_a_verifier_calls_bad_is_out(column: str, value: str) -> None:
    assert says(column, value) is Says.OUT


@given(
    st.sampled_from(VERIFIERS),
    st.sampled_from(
        ["risky", "catch-all", "catch_all", "accept_all", "accept_all_unverifiable", "unknown", "role", "Unavailable"]
    ),
)
def test_what_a_verifier_doubts_is_told_and_kept(column: str, value: str) -> None:
    assert says(column, value) is Says.DOUBT


@pytest.mark.parametrize(
    "column",
    [
        "Email", "First Name", "Job Title", "State", "Company", "Do Not Call", "HasOptedOutOfFax", "SMS Opt-Out",
        "Accepts SMS Marketing", "Bounce rate", "Unsubscribe link", "Double Opt-In", "Lead Score", "Trabajador",
    ],
)  # fmt: skip
def test_other_columns_say_nothing_with_a_yes_or_a_no(column: str) -> None:
    assert {says(column, value) for value in [*YES, *NO]} == {Says.NOTHING}
