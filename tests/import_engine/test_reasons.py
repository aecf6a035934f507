"""Reasons of rows: codes with details in the ledger, words for people."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleshandy_mcp.import_engine.ledger.reasons import NO_REASON, Reason, ReasonCode

reasons = st.builds(
    Reason,
    st.sampled_from(ReasonCode),
    st.none() | st.integers(0, 100_000),
    st.text(max_size=5),
    st.text(max_size=5),
    st.text(max_size=5),
)


@given(reasons)
def test_what_is_written_is_read_again(reason: Reason) -> None:
    assert Reason.read(reason.code, reason.details) == reason


@given(st.text(), st.text())
def test_whatever_stands_in_a_ledger_is_a_reason_in_words(code: str, details: str) -> None:
    assert isinstance(Reason.read(code, details).text, str)


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (NO_REASON, ""),
        (Reason(ReasonCode.NO_ADDRESS), "no address"),
        (Reason(ReasonCode.DUPLICATE, row=17), "duplicate (of row 17)"),
        (Reason(ReasonCode.DUPLICATE), "duplicate"),
        (Reason(ReasonCode.DO_NOT_CONTACT, list_name="{words}"), "on the do-not-contact list {words}"),
        (Reason(ReasonCode.IMPORTED_BEFORE, job="imp_1"), "imported by imp_1 with the same values"),
        (Reason(ReasonCode.REFUSED, words="Prospect {is} unsubscribed"), "Prospect {is} unsubscribed"),
        (Reason(ReasonCode.WAITS_IN_JOB, job="imp_1"), "waits in imp_1, which has not ended"),
        (Reason(ReasonCode.UNKNOWN_IN_JOB, job="imp_1"), "sent by imp_1, and its outcome is unknown"),
    ],
)
def test_a_reason_reads_as_a_sentence(reason: Reason, text: str) -> None:
    assert (reason.text, str(reason)) == (text, text)


@given(reasons.filter(lambda it: it.code is not ReasonCode.NONE))
def test_every_code_has_words(reason: Reason) -> None:
    words = Reason(reason.code, reason.row, "list", "imp_1", "words").text
    assert words
    assert bool(reason)
    assert not NO_REASON


def test_duplicates_are_counted_together_whatever_row_they_repeat() -> None:
    one, other = Reason(ReasonCode.DUPLICATE, row=2), Reason(ReasonCode.DUPLICATE, row=3)
    assert one != other
    assert one.kind == other.kind == Reason(ReasonCode.DUPLICATE)


@pytest.mark.parametrize(
    ("code", "details", "reason"),
    [
        ("duplicate", "{broken", Reason(ReasonCode.DUPLICATE, words="{broken")),
        ("duplicate", "[]", Reason(ReasonCode.DUPLICATE, words="[]")),
        ("duplicate", '{"row": "2"}', Reason(ReasonCode.DUPLICATE)),
        ("refused", '{"words": "no", "new": 1}', Reason(ReasonCode.REFUSED, words="no")),
        ("bounced", "", Reason(ReasonCode.OTHER, words="bounced")),
        ("Prospect is unsubscribed", "", Reason(ReasonCode.OTHER, words="Prospect is unsubscribed")),
        ("too_old", json.dumps({"days": 3}), Reason(ReasonCode.OTHER, words='too_old {"days": 3}')),
    ],
)
def test_what_another_version_wrote_or_is_broken_is_told_by_its_own_words(
    code: str, details: str, reason: Reason
) -> None:
    assert Reason.read(code, details) == reason
