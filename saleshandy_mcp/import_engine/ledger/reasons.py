"""Why a row is in its state: a code, the details that belong to it, and the words that people read. Pure."""

import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Self


class ReasonCode(StrEnum):
    """What the reason is. The comment names the details that it comes with."""

    NONE = ""
    # Rows that are skipped: never sent.
    UNREADABLE = "unreadable"  # words: what is wrong with the row in the source
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"  # words: what is wrong with it; none in ledgers of earlier versions
    PLACEHOLDER = "placeholder"  # words: what the address is instead
    FILE_SAYS = "file_says"  # words: what the row says of the person; column and value: where it stands
    NOT_CHOSEN = "not_chosen"  # words: what the row is or is not
    DUPLICATE = "duplicate"  # row: the first row of this person
    DO_NOT_CONTACT = "do_not_contact"  # list_name
    OPTED_OUT = "opted_out"  # list_name: the CRM
    WAITS_IN_JOB = "waits_in_job"  # job
    UNKNOWN_IN_JOB = "unknown_in_job"  # job
    IMPORTED_BEFORE = "imported_before"  # job
    # Rows that Saleshandy refused.
    REFUSED = "refused"  # words: what Saleshandy says
    REFUSED_UNREAD = "refused_unread"
    # Rows that were imported. Of one without a reason it is not known whether the person is new.
    NEW = "new"
    THERE_BEFORE = "there_before"
    THERE_BY_JOB = "there_by_job"  # job
    FOUND_AGAIN = "found_again"
    # Rows whose outcome is unknown, or that were not sent. All but the first follow from the batch of the row.
    UNPROVEN = "unproven"
    NO_PROOF = "no_proof"
    NOT_READ_YET = "not_read_yet"
    NOT_REACHED = "not_reached"
    # A row of any state, after its person was forgotten.
    FORGOTTEN = "forgotten"
    # What is stored of the row cannot be read.
    DAMAGED = "damaged"  # words: what cannot be read
    OTHER = "other"  # words: a reason that this version does not know


_CODES = frozenset(ReasonCode)
_TEXTS = {
    ReasonCode.NONE: "",
    ReasonCode.UNREADABLE: "{words}",
    ReasonCode.NO_ADDRESS: "no address",
    ReasonCode.BAD_ADDRESS: "bad address: {words}",
    ReasonCode.PLACEHOLDER: "{words}",
    ReasonCode.FILE_SAYS: "{words}",
    ReasonCode.NOT_CHOSEN: "not chosen: {words}",
    ReasonCode.DUPLICATE: "duplicate",
    ReasonCode.DO_NOT_CONTACT: "on the do-not-contact list {list_name}",
    ReasonCode.OPTED_OUT: "opted out in {list_name}",
    ReasonCode.WAITS_IN_JOB: "waits in {job}, which has not ended",
    ReasonCode.UNKNOWN_IN_JOB: "sent by {job}, and its outcome is unknown",
    ReasonCode.IMPORTED_BEFORE: "imported by {job} with the same values",
    ReasonCode.REFUSED: "{words}",
    ReasonCode.REFUSED_UNREAD: "refused; the reason could not be read",
    ReasonCode.NEW: "new: stored since this import began",
    ReasonCode.THERE_BEFORE: "there already: stored before this import began",
    ReasonCode.THERE_BY_JOB: "there already: imported before by {job}",
    ReasonCode.FOUND_AGAIN: "the answer was lost; the person was looked up and is there",
    ReasonCode.UNPROVEN: "sent, and the answer was lost; whether it was stored could not be proven",
    ReasonCode.NO_PROOF: "sent, and nothing proves what became of it",
    ReasonCode.NOT_READ_YET: "accepted by Saleshandy; what became of it has not been read yet",
    ReasonCode.NOT_REACHED: "the import stopped before",
    ReasonCode.FORGOTTEN: "the person was forgotten on this machine",
    ReasonCode.DAMAGED: "its entry in the import ledger cannot be read: {words}",
    ReasonCode.OTHER: "{words}",
}
_TEXT_DETAILS = ("list", "job", "words", "column", "value")
"""What the details are called in the ledger, in the order in which a reason has them."""


@dataclass(frozen=True)
class Reason:
    """Why a row is in its state.

    Attributes:
        code: what the reason is.
        row: the number of another row, of a duplicate.
        list_name: the do-not-contact list that the person is on, or the CRM in which the person opted out.
        job: the other job that has to do with the person.
        words: of Saleshandy, of the row itself, or about what cannot be read.
        column, value: the column of the row that says it, and what it says there.
    """

    code: ReasonCode = ReasonCode.NONE
    row: int | None = None
    list_name: str = ""
    job: str = ""
    words: str = ""
    column: str = ""
    value: str = ""

    @property
    def text(self) -> str:
        """The reason as people read it."""
        text = _TEXTS[self.code].format(list_name=self.list_name, job=self.job, words=self.words).removesuffix(": ")
        if self.column:
            text += f' ("{self.column}": {self.value})' if self.value else f' ("{self.column}")'
        return text if self.row is None else f"{text} (of row {self.row})"

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return self.code is not ReasonCode.NONE

    @property
    def kind(self) -> Self:
        """The reason without what differs from row to row: the same for all rows that are counted together."""
        return replace(self, row=None, value="")

    @property
    def details(self) -> str:
        """The details as the ledger stores them: a JSON object, or empty where there are none."""
        if self is NO_REASON:
            return ""
        texts = zip(_TEXT_DETAILS, (self.list_name, self.job, self.words, self.column, self.value), strict=True)
        given = {"row": self.row, **dict(texts)}
        known = {name: value for name, value in given.items() if value not in (None, "")}
        return json.dumps(known, ensure_ascii=False) if known else ""

    @classmethod
    def read(cls, code: str, details: str) -> Self:
        """A reason out of the ledger. What this version does not know is kept as words; nothing is an error."""
        if code not in _CODES:
            return cls(ReasonCode.OTHER, words=f"{code} {details}".strip())
        try:
            found: dict[str, Any] = json.loads(details or "{}")
            row = found.get("row")
            texts = [str(found.get(name) or "") for name in _TEXT_DETAILS]
        except (ValueError, AttributeError):
            return cls(ReasonCode(code), words=details)
        return cls(ReasonCode(code), row if isinstance(row, int) else None, *texts)


NO_REASON = Reason()
